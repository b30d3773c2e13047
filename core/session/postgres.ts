import type { Clock } from '../clock.ts';
import type { Db, NamedQuery } from '../db/db.ts';
import { type SessionStore, skipUnchanged } from './store.ts';

const READ: NamedQuery = { name: 'session_read', text: 'SELECT value FROM session WHERE key = $1' };
const WRITE: NamedQuery = {
  name: 'session_write',
  text: `INSERT INTO session (key, value, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
};
const DELETE: NamedQuery = { name: 'session_delete', text: 'DELETE FROM session WHERE key = $1' };

/** Sessions in the table `session`, one statement each. */
export function postgresSessions<T extends object>(db: Db, clock: Clock): SessionStore<T> {
  return skipUnchanged({
    read: async (key) => (await db.rows<{ value: T }>(READ, [key]))[0]?.value,
    write: async (key, value) => {
      await db.rows(WRITE, [key, JSON.stringify(value), clock.now()]);
    },
    delete: async (key) => {
      await db.rows(DELETE, [key]);
    },
  });
}
