import { afterEach, expect, vi } from 'vitest';
import { testDatabase } from '../../../local/testing/database.ts';
import { fixedClock } from '../../clock.ts';
import { type Db, openDb } from '../../db/db.ts';
import type { Inbox, InboxWorker } from '../api.ts';
import { createInbox, type InboxOptions } from '../inbox.ts';

/** One database and as many processes on it as a test wants; called at the top level of a test file. */
export async function inboxStage() {
  const database = await testDatabase();
  const clock = fixedClock('2026-09-01T05:00:00Z');
  const log = { info: () => undefined, warn: () => undefined, error: vi.fn() };
  const open: { inbox: Inbox; db: Db }[] = [];
  let nextId = 1000n;

  afterEach(async () => {
    await Promise.all(open.map(({ inbox }) => inbox.stop(2_000)));
    await Promise.all(open.splice(0).map(({ db }) => db.close()));
  });

  /** A process of its own as far as the database can tell. */
  function process(options: InboxOptions = {}): { inbox: Inbox; db: Db } {
    const db = openDb(database.url, { max: 6, onError: () => undefined });
    const inbox = createInbox({
      db,
      clock,
      log,
      dataKey: Buffer.alloc(32, 7),
      options: { sweepMs: 25, restMs: [5, 5], ...options },
    });
    open.push({ inbox, db });
    return { inbox, db };
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

  async function isDone(id: bigint): Promise<void> {
    await eventually(async () => expect(await row(id)).toMatchObject({ state: 'DONE' }));
  }

  return { database, clock, log, process, message, row, lane, isDone };
}

export function worker(
  handle: InboxWorker['handle'],
  onSetAside: InboxWorker['onSetAside'] = async () => undefined,
): InboxWorker {
  return { handle, onSetAside, isOutage: () => false };
}

export const eventually = <T>(check: () => T | Promise<T>) =>
  vi.waitFor(check, { timeout: 15_000, interval: 10 });
