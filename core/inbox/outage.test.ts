import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { cuttable } from '../../local/testing/cuttable.ts';
import { testDatabase } from '../../local/testing/database.ts';
import { systemClock } from '../clock.ts';
import { type Db, openDb } from '../db/db.ts';
import type { Inbox } from './api.ts';
import { markApplied } from './applied.ts';
import { isDatabaseOutage } from './faults.ts';
import { createInbox } from './inbox.ts';

const database = await testDatabase();
const door = await cuttable(database.url);
afterAll(() => door.close());

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let db: Db;
let inbox: Inbox;

function begin(): void {
  db = openDb(door.url, { max: 6, onError: () => undefined });
  inbox = createInbox({
    db,
    clock: systemClock,
    log,
    dataKey: Buffer.alloc(32, 7),
    options: { sweepMs: 25, restMs: [5, 5] },
  });
}

afterEach(async () => {
  await inbox.stop(5_000);
  await db.close();
});

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

async function states(): Promise<string[]> {
  const { rows } = await database.pool.query<{ state: string }>('SELECT DISTINCT state FROM inbox');
  return rows.map((row) => row.state);
}

describe('while the database is away', () => {
  it('nothing is confirmed that was not written, nothing is done twice, nothing is lost', async () => {
    begin();
    await database.pool.query('CREATE TABLE effect (message_id bigint, lane text, n serial)');
    inbox.start({
      handle: async (held) => {
        if (held.alreadyApplied) return;
        await db.write(async (tx) => {
          await markApplied(tx, { messageId: held.id }, systemClock.now());
          await tx.$executeRaw`INSERT INTO effect (message_id, lane) VALUES (${held.id}, ${held.lane})`;
        });
      },
      isOutage: () => false,
      onSetAside: async () => undefined,
    });
    let refused = 0;
    const messenger = Array.from({ length: 10 }, async (_, lane) => {
      for (let n = 0; n < 40; n++) {
        const message = { id: BigInt(lane * 1000 + n + 1), lane: `lane-${lane}`, payload: { n } };
        for (;;) {
          try {
            await inbox.accept([message]);
            break;
          } catch (error) {
            expect(isDatabaseOutage(error)).toBe(true);
            refused += 1;
            await wait(20);
          }
        }
        await wait(5);
      }
    });
    for (const outageMs of [300, 10_000, 300]) {
      await wait(60);
      await door.cut();
      await wait(outageMs);
      await door.mend();
    }
    await Promise.all(messenger);
    await eventually(async () => expect(await states()).toEqual(['DONE']));
    const { rows } = await database.pool.query<{ lane: string; ids: string[] }>(
      'SELECT lane, array_agg(message_id ORDER BY n) AS ids FROM effect GROUP BY lane',
    );
    expect(rows).toHaveLength(10);
    for (const { lane, ids } of rows) {
      const first = Number(lane.slice(5)) * 1000 + 1;
      expect(ids).toEqual(Array.from({ length: 40 }, (_, n) => String(first + n)));
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('a message whose acceptance was committed but not told is handled without waiting for a lease', async () => {
    begin();
    const seen: bigint[] = [];
    inbox.start({
      handle: async (held) => void seen.push(held.id),
      isOutage: () => false,
      onSetAside: async () => undefined,
    });
    await inbox.accept([{ id: 50_000n, lane: 'warm', payload: {} }]);
    await eventually(() => expect(seen).toEqual([50_000n]));
    // A connection opened through a deaf door never comes about: the statements need ones that stand already.
    await Promise.all(Array.from({ length: 6 }, () => db.pool.query('SELECT pg_sleep(0.1)')));
    door.deafen();
    const untold = inbox
      .accept([{ id: 50_001n, lane: 'untold', payload: {} }])
      .catch((error: unknown) => error);
    await eventually(async () => {
      const { rows } = await database.pool.query('SELECT FROM inbox WHERE message_id = 50001');
      expect(rows).toHaveLength(1);
    });
    await door.cut();
    expect(isDatabaseOutage(await untold)).toBe(true);
    await door.mend();
    await eventually(() => expect(seen).toEqual([50_000n, 50_001n]));
  });
});
