import type pg from 'pg';
import { inTransaction } from './sql.ts';

// Who is neither played on the page nor has ever written to the bot.
const CROWD = `
  SELECT a.id, a.applicant_id, a.interest_due_at FROM application a
   WHERE a.state = 'QUEUED'
     AND NOT EXISTS (SELECT FROM messenger_account m WHERE m.person_id = a.applicant_id)
     AND NOT EXISTS (SELECT FROM contact c JOIN sandbox.played p ON p.person ->> 'phone' = c.value
                      WHERE c.person_id = a.applicant_id)`;

// On the first day on which it can be done, before the reminder of that day: 60 days before it is due.
const CONFIRM = `
  WITH due AS (
    SELECT id, applicant_id, greatest($1::timestamptz,
             ((interest_due_at AT TIME ZONE 'Asia/Almaty')::date - 60 + time '09:00') AT TIME ZONE 'Asia/Almaty') AS at
      FROM (${CROWD}) AS crowd WHERE interest_due_at < $2::timestamptz + interval '61 days'
  ), confirmed AS (
    SELECT id, applicant_id, at, ((at AT TIME ZONE 'Asia/Almaty')::date + interval '12 months 1 day'
             - interval '1 millisecond') AT TIME ZONE 'Asia/Almaty' AS until
      FROM due
  ), moved AS (
    UPDATE application a SET interest_due_at = c.until FROM confirmed c WHERE a.id = c.id
  ), told AS (
    INSERT INTO event (at, entity, entity_id, application_id, transition, actor_kind, actor_id, channel, before, after)
    SELECT at, 'APPLICATION', id, id, 'A18', 'PERSON', applicant_id, 'WEB', '{"state":"QUEUED"}',
           jsonb_build_object('state', 'QUEUED', 'interestUntil', until) FROM confirmed
  ), kept AS (
    INSERT INTO interest_confirmation (application_id, person_id, confirmed_at, next_due_at)
    SELECT id, applicant_id, at, until FROM confirmed
  ), moved_timers AS (
    UPDATE timer t SET created_at = c.at, deadline_at = c.until,
           due_at = ((c.until AT TIME ZONE 'Asia/Almaty')::date - 60 + time '10:00') AT TIME ZONE 'Asia/Almaty'
      FROM confirmed c WHERE t.kind = 'INTEREST' AND t.subject_id = c.id AND t.state = 'PENDING'
  )
  SELECT count(*)::integer AS count FROM confirmed`;

/**
 * Before the clock goes from `now` to `target`: the invented families whom nobody plays confirm their interest in the
 * meantime, as people do. Else a year's jump would remind thousands six times each and then empty the queues. Does
 * nothing in a database that was not filled with them.
 */
export async function letCrowdConfirm(pool: pg.Pool, now: Date, target: Date): Promise<void> {
  const { rows } = await pool.query<{ played: string | null }>(
    `SELECT to_regclass('sandbox.played') AS played`,
  );
  if (rows[0]?.played == null) return;
  await inTransaction(pool, async (client) => {
    // The order in which every action locks: whoever works in a queue is waited for, and waits.
    await client.query('SELECT FROM queue ORDER BY id FOR NO KEY UPDATE');
    for (;;) {
      const confirmed = await client.query<{ count: number }>(CONFIRM, [now, target]);
      if ((confirmed.rows[0]?.count ?? 0) === 0) return;
    }
  });
}
