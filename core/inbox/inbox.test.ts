import { describe, expect, it, vi } from 'vitest';
import { AlreadyApplied } from '../act.ts';
import type { HeldMessage } from './api.ts';
import { markApplied } from './applied.ts';
import { eventually, inboxStage, worker } from './testing/stage.ts';

const { database, clock, log, process, message, row, lane, isDone } = await inboxStage();

describe('a message', () => {
  it('is kept encrypted until it is done, then erased', async () => {
    const { inbox } = process();
    const one = message('secret', { text: '900101490009' });
    await inbox.accept([one]);
    const waiting = await row(one.id);
    expect(waiting).toMatchObject({ state: 'NEW', tries: 0 });
    expect(waiting.payload.toString('latin1')).not.toContain('900101');

    const seen: HeldMessage[] = [];
    inbox.start(worker(async (held) => void seen.push(held)));
    await isDone(one.id);
    expect(seen).toMatchObject([{ payload: { text: '900101490009' }, tries: 1, alreadyApplied: false }]);
    expect(await row(one.id)).toMatchObject({ payload: null, tries: 1 });
    expect(await lane('secret')).toMatchObject({ pending: 0, owner: null, lease_until: null });
  });

  it('that comes again is handled once', async () => {
    const { inbox } = process();
    const seen: bigint[] = [];
    inbox.start(worker(async (held) => void seen.push(held.id)));
    const one = message('twice');
    await Promise.all([inbox.accept([one, one]), inbox.accept([one])]);
    await isDone(one.id);
    await inbox.accept([one]);
    const two = message('twice');
    await inbox.accept([one, two]);
    await isDone(two.id);
    expect(seen).toEqual([one.id, two.id]);
  });

  it('whose effect is committed comes back as already applied, and cannot have it again', async () => {
    const { inbox, db } = process();
    const one = message('applied');
    const seen: boolean[] = [];
    const act = () => db.write((tx) => markApplied(tx, { messageId: one.id }, clock.now()));
    inbox.start(
      worker(async (held) => {
        seen.push(held.alreadyApplied);
        if (held.alreadyApplied) return expect(act()).rejects.toBeInstanceOf(AlreadyApplied);
        await act();
        throw new Error('the answer could not be sent');
      }),
    );
    await inbox.accept([one]);
    await isDone(one.id);
    expect(seen).toEqual([false, true]);
  });

  it('that fails three times is set aside with what it was, the person is told, and the next goes on', async () => {
    const { inbox } = process();
    const [bad, good] = [message('poison', { bad: true }), message('poison')];
    const told: string[] = [];
    let tries = 0;
    inbox.start(
      worker(
        async (held) => {
          if (held.id !== bad.id) return;
          tries += 1;
          throw new TypeError('900101490009 is no date');
        },
        async (name) => void told.push(name),
      ),
    );
    await inbox.accept([bad]);
    await inbox.accept([good]);
    await isDone(good.id);
    const aside = await row(bad.id);
    expect(aside).toMatchObject({ state: 'SET_ASIDE', tries: 3, error: 'TypeError' });
    expect(aside.payload).not.toBeNull();
    expect({ tries, told }).toEqual({ tries: 3, told: ['poison'] });
    expect(log.error).toHaveBeenCalledWith(
      expect.objectContaining({ alarm: 'inbox.set-aside' }),
      expect.any(String),
    );
    expect(JSON.stringify(log.error.mock.calls)).not.toContain('900101490009');
  });

  it('during which its process died three times is set aside unread', async () => {
    const { inbox } = process();
    const one = message('deadly');
    await inbox.accept([one]);
    await database.pool.query('UPDATE inbox SET tries = 3 WHERE message_id = $1', [one.id]);
    const told: string[] = [];
    const handle = vi.fn(async () => undefined);
    inbox.start(worker(handle, async (name) => void told.push(name)));
    await eventually(() => expect(told).toEqual(['deadly']));
    expect(handle).not.toHaveBeenCalled();
    expect(await row(one.id)).toMatchObject({ state: 'SET_ASIDE', error: 'crashed' });
  });

  it('is not blamed for an outage outside', async () => {
    const { inbox } = process();
    const one = message('patient');
    let failures = 0;
    inbox.start({
      ...worker(async () => {
        if (failures++ < 5) throw new Error('the messenger cannot be reached');
      }),
      isOutage: () => true,
    });
    await inbox.accept([one]);
    await isDone(one.id);
    expect(await row(one.id)).toMatchObject({ tries: 1 });
  });
});

describe('afterwards', () => {
  it('what is done goes after 48 hours and what was set aside after 30 days', async () => {
    const { inbox } = process();
    await database.pool.query(
      `INSERT INTO inbox (message_id, lane, received_at, state, ended_at)
       SELECT id, 'old', at, state, at FROM (VALUES
         (1, 'DONE', $1::timestamptz - interval '49 hours'), (2, 'DONE', $1::timestamptz - interval '47 hours'),
         (3, 'SET_ASIDE', $1::timestamptz - interval '29 days'), (4, 'SET_ASIDE', $1::timestamptz - interval '31 days')
       ) AS v (id, state, at)`,
      [clock.now()],
    );
    expect(await inbox.purge()).toBe(2);
    const { rows } = await database.pool.query("SELECT message_id FROM inbox WHERE lane = 'old' ORDER BY 1");
    expect(rows).toEqual([{ message_id: '2' }, { message_id: '3' }]);
  });

  it('only one process holds the right to fetch messages', async () => {
    const [one, two] = [process(), process()];
    const hold = await one.inbox.holdIntake();
    expect(hold).toBeDefined();
    expect(await two.inbox.holdIntake()).toBeUndefined();
    await database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    await eventually(() => expect(hold?.lost.aborted).toBe(true));
    const next = await eventually(async () => {
      const taken = await two.inbox.holdIntake();
      expect(taken).toBeDefined();
      return taken;
    });
    await hold?.release();
    await next?.release();
    const again = await eventually(async () => {
      const taken = await one.inbox.holdIntake();
      expect(taken).toBeDefined();
      return taken;
    });
    await again?.release();
  });
});
