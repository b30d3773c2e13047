import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Db, WriteTx } from '../db/db.ts';
import type { Log } from '../ports.ts';

const CHANNEL = 'kezek_delivery';

/**
 * Wakes the workers when the transaction commits. A bare NOTIFY, not a job: the delivery rows are themselves a queue
 * with leases and retries, so a job would be a second queue that could only disagree with the first. A lost wake-up
 * costs a second: the worker looks at the rows every second anyway.
 */
export async function wakeDelivery(tx: WriteTx): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, '')`;
}

/**
 * Calls `listener` whenever something to send was committed, from any process. Keeps one connection of its own, outside
 * the pool, and opens it again when it breaks. Returns the way to stop; after it has resolved, nothing is open.
 */
export function onDeliveryWake(db: Db, log: Log, listener: () => void): () => Promise<void> {
  const abort = new AbortController();
  const listening = (async () => {
    while (!abort.signal.aborted) {
      await listenOnce(db, listener, abort.signal).catch((error: unknown) =>
        log.warn(
          { error: error instanceof Error ? error.message : String(error) },
          'waking by NOTIFY is down; polling',
        ),
      );
      await wait(500 + randomInt(500), undefined, { signal: abort.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    abort.abort();
    await listening;
  };
}

async function listenOnce(db: Db, listener: () => void, signal: AbortSignal): Promise<void> {
  const client = new pg.Client({ ...db.pool.options, application_name: 'kezek delivery wake' });
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  over.catch(() => undefined);
  client.on('error', reject);
  client.on('end', resolve);
  client.on('notification', listener);
  const stop = () => resolve();
  signal.addEventListener('abort', stop);
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    if (!signal.aborted) await over;
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}
