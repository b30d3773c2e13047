import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { AlreadyApplied } from '../act.ts';
import { fixedClock } from '../clock.ts';
import { type Db, openDb } from '../db/db.ts';
import type { HeldMessage, Inbox, InboxWorker } from './api.ts';
import { markApplied } from './applied.ts';
import { createInbox, type InboxOptions } from './inbox.ts';

const database = await testDatabase();
const clock = fixedClock('2026-09-01T05:00:00Z');
const dataKey = Buffer.alloc(32, 7);
const log = { info: () => undefined, warn: () => undefined, error: vi.fn() };

const open: { inbox: Inbox; db: Db }[] = [];
let nextId = 1000n;

function process(options: InboxOptions = {}): { inbox: Inbox; db: Db } {
  const db = openDb(database.url, { max: 6, onError: () => undefined });
  const inbox = createInbox({
    db,
    clock,
    log,
    dataKey,
    options: { sweepMs: 25, restMs: [5, 5], ...options },
  });
  open.push({ inbox, db });
  return { inbox, db };
}

function worker(
  handle: InboxWorker['handle'],
  onSetAside: InboxWorker['onSetAside'] = async () => undefined,
) {
  return { handle, onSetAside, isOutage: () => false };
}

function message(lane: string, payload: unknown = {}) {
  nextId += 1n;
  return { id: nextId, lane, payload };
}

async function row(id: bigint) {
  const { rows } = await database.pool.query('SELECT * FROM inbox WHERE message_id = $1', [id]);
  return rows[0];
}

async function lane(name: string) {
  const { rows } = await database.pool.query('SELECT * FROM inbox_lane WHERE lane = $1', [name]);
  return rows[0];
}

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

async function isDone(id: bigint): Promise<void> {
  await eventually(async () => expect(await row(id)).toMatchObject({ state: 'DONE' }));
}

afterEach(async () => {
  await Promise.all(open.map(({ inbox }) => inbox.stop(2_000)));
  await Promise.all(open.splice(0).map(({ db }) => db.close()));
});

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

describe('lanes', () => {
  it('are handled in order, one message at a time, whichever of several processes takes them', async () => {
    const processes = [process(), process({ concurrency: 3 }), process()];
    const order = new Map<string, number[]>();
    const busy = new Set<string>();
    for (const { inbox } of processes) {
      inbox.start(
        worker(async (held) => {
          expect(busy.has(held.lane)).toBe(false);
          busy.add(held.lane);
          await wait(held.tries % 3);
          order.set(held.lane, [...(order.get(held.lane) ?? []), (held.payload as { n: number }).n]);
          busy.delete(held.lane);
        }),
      );
    }
    const lanes = Array.from({ length: 20 }, (_, i) => `many-${i}`);
    const counts = Array.from({ length: 25 }, (_, n) => n);
    await Promise.all(
      lanes.map(async (name, i) => {
        for (const n of counts) {
          const one = message(name, { n });
          // As Telegram does: the next of a chat is sent when this one is taken, to any of the processes.
          await processes[(n * 7 + i) % 3]?.inbox.accept([one]);
          if (n % 5 === 0) await processes[(n + 1) % 3]?.inbox.accept([one]);
        }
      }),
    );
    await eventually(() => expect([...order.values()].flat()).toHaveLength(500));
    for (const name of lanes) expect(order.get(name)).toEqual(counts);
    await eventually(async () => {
      const { rows } = await database.pool.query(
        "SELECT FROM inbox_lane WHERE lane LIKE 'many%' AND (pending, owner) IS DISTINCT FROM (0, NULL)",
      );
      expect(rows).toEqual([]);
    });
  });

  it('of a process that fell silent are taken over when their lease is over', async () => {
    const [dead, alive] = [process({ sweepMs: 60_000 }), process()];
    const one = message('orphan');
    let release = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    dead.inbox.start(worker(() => hanging));
    await dead.inbox.accept([one]);
    const tries: number[] = [];
    alive.inbox.start(worker(async (held) => void tries.push(held.tries)));
    await alive.inbox.sweep();
    expect(tries).toEqual([]);
    await database.pool.query(
      "UPDATE inbox_lane SET lease_until = now() - interval '1 s' WHERE lane = 'orphan'",
    );
    await isDone(one.id);
    expect(tries).toEqual([2]);
    release();
  });

  it('of a killed program are free at once for one that knows it is alone', async () => {
    const [killed, next] = [process({ sweepMs: 60_000 }), process()];
    const one = message('killed');
    let release = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    killed.inbox.start(worker(() => hanging));
    await killed.inbox.accept([one]);
    await next.inbox.takeOver();
    next.inbox.start(worker(async () => undefined));
    await isDone(one.id);
    release();
  });

  it('keep their lease while a long answer is under way', async () => {
    const { inbox } = process({ leaseMs: 400 });
    const other = process();
    const one = message('slow');
    let release = () => {};
    inbox.start(
      worker(
        () =>
          new Promise((resolve) => {
            release = resolve;
          }),
      ),
    );
    const handle = vi.fn(async () => undefined);
    other.inbox.start(worker(handle));
    await inbox.accept([one]);
    await wait(1_200);
    release();
    await isDone(one.id);
    expect(handle).not.toHaveBeenCalled();
  });

  it('are given back when the process stops, the message under way being finished', async () => {
    const [stopping, staying] = [process(), process()];
    const [first, second] = [message('handed-over'), message('handed-over')];
    const seen: string[] = [];
    let begun = () => {};
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    stopping.inbox.start(
      worker(async (held) => {
        begun();
        await wait(20);
        seen.push(`stopping ${held.id === first.id}`);
      }),
    );
    await stopping.inbox.accept([first, second]);
    await beginning;
    await stopping.inbox.stop(5_000);
    await expect(stopping.inbox.accept([message('handed-over')])).rejects.toThrow('takes no more');
    expect(await lane('handed-over')).toMatchObject({ pending: 1, owner: null });
    staying.inbox.start(worker(async (held) => void seen.push(`staying ${held.id === second.id}`)));
    await isDone(second.id);
    expect(seen).toEqual(['stopping true', 'staying true']);
  });

  it('that wait are counted', async () => {
    const { inbox } = process();
    await inbox.accept([message('counted'), message('counted')]);
    await inbox.sweep();
    expect(inbox.backlog()).toBe(2);
    inbox.start(worker(async () => undefined));
    await eventually(() => expect(inbox.backlog()).toBe(0));
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
