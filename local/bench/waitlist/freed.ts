import type pg from 'pg';
import type { NamedQuery } from '../../../core/db/db.ts';

const CLASS = `array_position(ARRAY['EXTRAORDINARY', 'PRIORITY', 'COMMON'], w.benefit_class)`;

/** The plain way to the next child: whoever waits in the list and may be asked, sorted. */
export const BY_HAND: NamedQuery = {
  name: 'bench-waitlist-sorted',
  text: `SELECT w.id FROM waitlist_entry AS w JOIN application AS a ON a.id = w.application_id
    WHERE w.kindergarten_id = $1 AND w.queue_id = $2 AND w.state || '' = 'WAITING' AND w.ends_on >= $4::date
      AND ($3::text = 'mixed' OR w.language IS NULL OR w.language = $3)
      AND NOT EXISTS (SELECT FROM waitlist_entry AS o WHERE o.child_id = w.child_id AND o.state = 'PLACE_AVAILABLE')
      AND NOT EXISTS (SELECT FROM referral AS r WHERE r.child_id = w.child_id AND r.closed_at IS NULL)
    ORDER BY ${CLASS}, w.joined_at, w.id LIMIT 1`,
};

export const HAND_VALUES = (
  list: { readonly kindergarten_id: string; readonly queue_id: string; readonly language: string },
  today: string,
): readonly unknown[] => [list.kindergarten_id, list.queue_id, list.language, today];

/** So many free places, spread over all lists; answers the queues they are of. */
export async function freePlaces(client: pg.Client, at: Date, count: number): Promise<readonly string[]> {
  await client.query(
    `INSERT INTO place (group_id, kindergarten_id, queue_id, language, state, state_since, declared_at, published_at, pick_opens_at)
     SELECT g.id, g.kindergarten_id, l.queue_id, g.language, 'PUBLISHED', $1, $1, $1, $1::timestamptz + interval '1 day'
       FROM (SELECT kindergarten_id, queue_id, row_number() OVER (ORDER BY kindergarten_id, queue_id) AS n
               FROM waitlist_tally WHERE level = 0 AND extraordinary + priority + common > 8) AS l
       JOIN queue AS q ON q.id = l.queue_id
       JOIN kindergarten_group AS g ON g.kindergarten_id = l.kindergarten_id AND g.birth_year = q.birth_year
      CROSS JOIN generate_series(1, 4) AS copy
      ORDER BY copy, l.n LIMIT $2`,
    [at, count],
  );
  const { rows } = await client.query<{ queue_id: string }>(
    `SELECT DISTINCT queue_id FROM place WHERE state = 'PUBLISHED' ORDER BY 1`,
  );
  return rows.map((row) => row.queue_id);
}

interface PlaceRow {
  readonly list: string;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly entry_id: string | null;
  readonly child_id: string | null;
  readonly offers: number;
  readonly told: boolean;
}

interface WaitingRow {
  readonly id: string;
  readonly child_id: string;
  readonly list: string;
  readonly language: 'kk' | 'ru' | null;
}

/**
 * Holds the offers against an order computed apart: the lists sorted by plain SQL, the places gone through one after the
 * other in the order of their publication, each given to the first who fits and was not asked about an earlier one.
 */
export async function held(client: pg.Client) {
  const { rows: places } = await client.query<PlaceRow>(
    `SELECT p.kindergarten_id || ' ' || p.queue_id AS list, p.language, w.id AS entry_id, w.child_id,
            (SELECT count(*)::integer FROM waitlist_entry AS o WHERE o.place_id = p.id) AS offers,
            EXISTS (SELECT FROM timer AS t WHERE t.subject_id = w.id AND t.kind = 'WAITLIST_OFFER' AND t.state = 'PENDING'
                       AND t.deadline_at = w.answer_until)
            AND EXISTS (SELECT FROM notice AS n JOIN delivery AS d ON d.notice_id = n.id WHERE n.code = 'N28'
                           AND n.application_id = w.application_id AND n.params ->> 'entry' = w.id::text) AS told
       FROM place AS p LEFT JOIN waitlist_entry AS w ON w.place_id = p.id AND w.state = 'PLACE_AVAILABLE' AND p.state = 'OFFERED'
      WHERE p.state IN ('PUBLISHED', 'OFFERED') ORDER BY p.published_at, p.id`,
  );
  const { rows: all } = await client.query<WaitingRow>(
    `SELECT w.id, w.child_id, w.kindergarten_id || ' ' || w.queue_id AS list, w.language FROM waitlist_entry AS w
      WHERE w.kindergarten_id || ' ' || w.queue_id = ANY ($1) ORDER BY ${CLASS}, w.joined_at, w.id`,
    [[...new Set(places.map(({ list }) => list))]],
  );
  const lists = Map.groupBy(all, (row) => row.list);
  const asked = new Set<string>();
  let wrong = 0;
  for (const { list, language, entry_id } of places) {
    const first = lists
      .get(list)
      ?.find(
        (row) =>
          !asked.has(row.child_id) &&
          (language === 'mixed' || row.language === null || row.language === language),
      );
    if (first !== undefined) asked.add(first.child_id);
    if (first?.id !== entry_id) wrong += 1;
  }
  const children = places.flatMap(({ child_id }) => child_id ?? []);
  return {
    offered: children.length,
    twice: places.filter(({ offers }) => offers > 1).length,
    children: children.length - new Set(children).size,
    wrong,
    untold: places.filter(({ told }) => !told).length,
  };
}

const TABLES = ['event', 'timer', 'notice', 'delivery', 'waitlist_move'] as const;

/** What the rows are inserted from by the plain statement. */
export async function keepCopies(client: pg.Client): Promise<void> {
  for (const table of TABLES) {
    await client.query(`DROP TABLE IF EXISTS same_${table}`);
    const since = table === 'waitlist_move' ? 'WHERE was_class IS NOT NULL' : '';
    await client.query(`CREATE TABLE same_${table} AS SELECT * FROM ${table} ${since} ORDER BY id`);
    await client.query(`ANALYZE same_${table}`);
  }
}

export const INSERT_THE_SAME = `
  WITH ${TABLES.map((table) => `${table}_rows AS (INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM same_${table})`).join(', ')}
  SELECT`;

/** Everything as before the places were free. */
export async function takeBack(client: pg.Client): Promise<void> {
  await client.query('ALTER TABLE event DISABLE TRIGGER event_append_only');
  await client.query('ALTER TABLE waitlist_move DISABLE TRIGGER waitlist_move_append_only');
  await client.query(
    `UPDATE waitlist_entry SET state = 'WAITING', moved_at = joined_at, place_id = NULL, offered_at = NULL, answer_until = NULL
      WHERE state = 'PLACE_AVAILABLE'`,
  );
  await client.query('DELETE FROM delivery; DELETE FROM notice; DELETE FROM timer; DELETE FROM event');
  await client.query(`DELETE FROM waitlist_move WHERE cause <> 'JOINED'`);
  await client.query(`DELETE FROM place WHERE state IN ('PUBLISHED', 'OFFERED')`);
  await client.query('ALTER TABLE event ENABLE TRIGGER event_append_only');
  await client.query('ALTER TABLE waitlist_move ENABLE TRIGGER waitlist_move_append_only');
}
