import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../ports.ts';
import type { Db } from './db.ts';

/**
 * Calls `listener` with the payload of every NOTIFY on `channel` that was committed, in any process. `onListening` is called whenever it begins to
 * listen: what was told before, nobody heard. Keeps one connection
 * of its own, outside the pool, and opens it again when it breaks. Returns the way to stop; after it has resolved,
 * nothing is open.
 */
export function listen(
  db: Db,
  log: Log,
  channel: string,
  listener: (payload: string) => void,
  onListening: () => void = () => undefined,
): () => Promise<void> {
  const abort = new AbortController();
  const listening = (async () => {
    while (!abort.signal.aborted) {
      await listenOnce(db, channel, listener, onListening, abort.signal).catch((error: unknown) =>
        log.warn(
          { channel, error: error instanceof Error ? error.message : String(error) },
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

async function listenOnce(
  db: Db,
  channel: string,
  listener: (payload: string) => void,
  onListening: () => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new pg.Client({ ...db.pool.options, application_name: `kezek listen ${channel}` });
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  over.catch(() => undefined);
  client.on('error', reject);
  client.on('end', resolve);
  client.on('notification', ({ payload }) => listener(payload ?? ''));
  const stop = () => resolve();
  signal.addEventListener('abort', stop);
  try {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    onListening();
    if (!signal.aborted) await over;
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}
