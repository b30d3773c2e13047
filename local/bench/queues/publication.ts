import type pg from 'pg';
import type { QueueSize } from './dataset.ts';

const PLACES_PER_QUEUE = 20;

/** 20 places in each queue, their hour come. */
export async function publishPlaces(
  client: pg.Client,
  at: Date,
  queues: readonly QueueSize[],
): Promise<void> {
  await client.query(
    `WITH garden AS (
       INSERT INTO kindergarten (district_id, name_kk, name_ru, address_kk, address_ru, latitude, longitude)
       SELECT id, '«Сынақ» балабақшасы', 'Детский сад «Пробный»', 'Сынақ көшесі, 1', 'улица Пробная, 1', 51.1, 71.2
         FROM district RETURNING id, district_id
     ), groups AS (
       INSERT INTO kindergarten_group (kindergarten_id, name, birth_year, language, capacity)
       SELECT garden.id, queue.id::text, queue.birth_year, language, 25
         FROM garden JOIN queue USING (district_id) CROSS JOIN unnest(ARRAY['kk', 'kk', 'ru', 'mixed']) AS l (language)
       RETURNING id, kindergarten_id, name, language
     )
     INSERT INTO place (group_id, kindergarten_id, queue_id, language, state, state_since, declared_at, published_at, pick_opens_at)
     SELECT id, kindergarten_id, name::uuid, language, 'PUBLISHED', $1, $1, $1, $1
       FROM groups CROSS JOIN generate_series(1, $2::integer / 4) WHERE name = ANY ($3)`,
    [at, PLACES_PER_QUEUE, queues.map((queue) => queue.id)],
  );
  await client.query('CREATE TABLE queue_before AS SELECT * FROM queue');
  // The journal of how the families came; what a publication writes into it is measured.
  await client.query('TRUNCATE queue_move');
}

const TABLES = ['turn_window', 'event', 'queue_move', 'timer', 'notice', 'delivery'] as const;
export type Rows = Record<(typeof TABLES)[number], number>;

/** What the rows are inserted from by the plain statement; kept in the order in which core wrote them. */
export async function keepCopies(client: pg.Client): Promise<Rows> {
  const rows: Record<string, number> = {};
  for (const table of TABLES) {
    await client.query(`DROP TABLE IF EXISTS same_${table}`);
    const made = await client.query(`CREATE TABLE same_${table} AS SELECT * FROM ${table} ORDER BY id`);
    await client.query(`ANALYZE same_${table}`);
    rows[table] = made.rowCount ?? 0;
  }
  return rows as Rows;
}

export const INSERT_THE_SAME = `
  WITH ${TABLES.slice(0, -1)
    .map(
      (table) =>
        `${table}_rows AS (INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM same_${table})`,
    )
    .join(', ')}
  INSERT INTO delivery SELECT * FROM same_delivery`;

/** Everything as before the publication's hour. */
export async function takeBack(client: pg.Client): Promise<void> {
  await client.query('ALTER TABLE event DISABLE TRIGGER event_append_only');
  for (const table of TABLES.toReversed()) await client.query(`DELETE FROM ${table}`);
  await client.query('ALTER TABLE event ENABLE TRIGGER event_append_only');
  await client.query(
    "UPDATE application SET state = 'QUEUED', state_since = registered_at WHERE state = 'NOTIFIED'",
  );
  await client.query(
    `UPDATE place SET state = 'PUBLISHED', state_since = published_at, priority_until = NULL, opened_at = NULL
      WHERE state <> 'PUBLISHED'`,
  );
  await client.query(
    `UPDATE queue SET cycle_position = b.cycle_position, credit_priority = b.credit_priority, credit_common = b.credit_common
       FROM queue_before b WHERE b.id = queue.id`,
  );
  await client.query('TRUNCATE queue_move');
}
