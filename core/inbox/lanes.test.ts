import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { eventually, inboxStage, worker } from './testing/stage.ts';

const { database, process, message, lane, isDone } = await inboxStage();

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
