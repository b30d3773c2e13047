import type pg from 'pg';
import { settle } from '../../../core/notice/testing/families.ts';

const FIRST_CHAT = 600_000_001;
const OTHERS = 4_000;
/** The name of every invented child: an answer without it is not the list of applications. */
export const CHILD = 'Алдияр';

/** Chats of parents who are logged in and have an application each, in a queue of thousands; their Telegram ids. */
export async function inventFamilies(pool: pg.Pool, count: number): Promise<number[]> {
  const district = await settle(pool);
  await district.families({ count: OTHERS });
  await district.families({ count, firstAddress: FIRST_CHAT, phone: true, email: true });
  await pool.query("UPDATE messenger_account SET language = 'kk', consented_at = created_at");
  // As people come: one after another, not all in one minute.
  await pool.query(
    `UPDATE application a SET registered_at = a.registered_at - s.n * interval '7 minutes'
       FROM (SELECT id, row_number() OVER (ORDER BY right(id::text, 8)) AS n FROM application) AS s WHERE s.id = a.id`,
  );
  await pool.query('VACUUM ANALYZE');
  return Array.from({ length: count }, (_, i) => FIRST_CHAT + i);
}
