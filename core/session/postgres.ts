import type { Clock } from '../clock.ts';
import { Batcher } from '../db/batcher.ts';
import type { Db, NamedQuery } from '../db/db.ts';
import { type SessionStore, skipUnchanged } from './store.ts';

const READ: NamedQuery = {
  name: 'session_read',
  text: 'SELECT key, value FROM session WHERE key = ANY ($1::text[])',
};
const WRITE: NamedQuery = {
  name: 'session_write',
  text: `INSERT INTO session (key, value, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
};
const DELETE: NamedQuery = { name: 'session_delete', text: 'DELETE FROM session WHERE key = $1' };

/** Sessions in the table `session`, one statement each; reads of many chats at once share theirs. */
export function postgresSessions<T extends object>(db: Db, clock: Clock): SessionStore<T> {
  const reading = new Batcher<string, { value: T | undefined }>(async (keys) => {
    const rows = await db.rows<{ key: string; value: T }>(READ, [keys]);
    const byKey = new Map(rows.map((row) => [row.key, row.value]));
    return keys.map((key) => ({ value: byKey.get(key) }));
  });
  return skipUnchanged({
    read: async (key) => (await reading.add(key)).value,
    write: async (key, value) => {
      await db.rows(WRITE, [key, JSON.stringify(value), clock.now()]);
    },
    delete: async (key) => {
      await db.rows(DELETE, [key]);
    },
  });
}
