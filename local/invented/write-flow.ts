import type pg from 'pg';
import { localDate } from '../../core/calendar/civil-date.ts';
import { cameOfAge, type Flow } from './flow.ts';
import type { Numbered } from './numbering.ts';
import { insert, inTransaction } from './sql.ts';

const JOIN = `JOIN district d ON d.code = r.district
  JOIN queue q ON q.district_id = d.id AND q.birth_year = r.year AND q.group_type = 'GENERAL'`;

/** Writes the past into the journal of places, and the queues of which nobody is left. */
export function writeFlow(pool: pg.Pool, { queues }: Pick<Flow, 'queues'>): Promise<void> {
  const all = [...queues.values()];
  return inTransaction(pool, async (client) => {
    await insert(
      client,
      {
        into: 'queue (district_id, birth_year)',
        select: 'd.id, r.year',
        shape: 'district text, year integer',
        join: 'JOIN district d ON d.code = r.district ON CONFLICT DO NOTHING',
      },
      all.map(({ district, birthYear: year }) => ({ district, year })),
    );
    await insert(
      client,
      {
        into: `queue_move (queue_id, at, cause, application_id, registered_at, class_was, class_is, stood_was, stood_is)`,
        select: `q.id, r.at, r.cause, r.child, r.registered, r.was, r.is, r.from, r.to`,
        shape: `district text, year integer, at timestamptz, cause text, child uuid, registered timestamptz, was text,
          "is" text, "from" text, "to" text`,
        join: JOIN,
      },
      all.flatMap(({ district, birthYear: year, moves }) =>
        moves.map(
          ({ at, cause, child, registeredAt, classWas: was, classIs: is, stoodWas: from, stoodIs: to }) => ({
            district,
            year,
            at,
            cause,
            child,
            registered: registeredAt,
            was,
            is,
            from,
            to,
          }),
        ),
      ),
    );
    await insert(
      client,
      {
        into: 'queue_move (queue_id, at, cause, cycle_was, credit_priority_was, credit_common_was)',
        select: `q.id, r.at, 'CYCLE', r.was, 0, 0`,
        shape: 'district text, year integer, at timestamptz, was integer',
        join: JOIN,
      },
      all.flatMap(({ district, birthYear: year, cycle }) => cycle.map((one) => ({ district, year, ...one }))),
    );
  });
}

/** When the age or the class last changed the place of an application that is written down as it stood at `asOf`. */
export function standingSince({ application }: Numbered, risenAt: Flow['risenAt'], asOf: Date): Date | null {
  const ofAge =
    application.eligibleFrom > localDate(application.registeredAt)
      ? cameOfAge(application.eligibleFrom)
      : null;
  return risenAt.get(application.id) ?? (ofAge !== null && ofAge <= asOf ? ofAge : null);
}

/**
 * The journal has just been told that all these were counted from their registration: it is set right for those who came
 * of age later, and for those who got their benefit later.
 */
export async function setJournalRight(
  client: pg.ClientBase,
  mine: readonly Numbered[],
  risenAt: Flow['risenAt'],
): Promise<void> {
  const later = mine
    .map(({ application }) => ({
      child: application.id,
      age:
        application.eligibleFrom > localDate(application.registeredAt)
          ? cameOfAge(application.eligibleFrom)
          : null,
      rise: risenAt.get(application.id) ?? null,
    }))
    .filter(({ age, rise }) => age !== null || rise !== null);
  await client.query(
    `WITH later AS MATERIALIZED (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (child uuid, age timestamptz, rise timestamptz)
     ), set_right AS (
       UPDATE queue_move m SET at = coalesce(l.age, m.at),
              cause = CASE WHEN l.age IS NULL THEN m.cause ELSE 'CAME_OF_AGE' END,
              class_was = CASE WHEN l.rise IS NULL THEN m.class_was ELSE 'COMMON' END,
              class_is = CASE WHEN l.rise IS NULL THEN m.class_is ELSE 'COMMON' END
         FROM later l WHERE m.application_id = l.child AND m.cause = 'REGISTERED'
       RETURNING m.queue_id, m.application_id, m.registered_at, l.rise
     )
     INSERT INTO queue_move (queue_id, at, cause, application_id, registered_at, class_was, class_is, stood_was, stood_is)
     SELECT s.queue_id, s.rise, 'BENEFIT', s.application_id, s.registered_at, 'COMMON', a.benefit_class, 'WAITING', 'WAITING'
       FROM set_right s JOIN application a ON a.id = s.application_id WHERE s.rise IS NOT NULL`,
    [JSON.stringify(later)],
  );
}
