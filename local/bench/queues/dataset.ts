import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../../core/db/migrate.ts';
import { startEmbeddedPostgres } from '../../postgres/embedded.ts';
import {
  makeTemporaryFolder,
  removeTemporaryFolder,
  sweepTemporaryFolders,
} from '../../testing/temporary.ts';

type Say = (line: string) => void;

/** BENCH_SCALE (above 0, at most 1) makes every data set smaller: a trial of the benchmark, not a measurement. */
export function benchScale(): number {
  const scale = Number(process.env.BENCH_SCALE ?? '1');
  if (!(scale > 0 && scale <= 1)) throw new Error('BENCH_SCALE must be above 0 and at most 1');
  return scale;
}

/** Runs `work` over a PostgreSQL of its own with the settings of the local world (fsync on), migrated and empty. */
export async function withDatabase<T>(work: (url: string, client: pg.Client) => Promise<T>): Promise<T> {
  await sweepTemporaryFolders();
  const folder = makeTemporaryFolder();
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir: folder,
      log: (line) => process.stderr.write(`${line}\n`),
    });
    const client = new pg.Client({ connectionString: postgres.url });
    try {
      await client.connect();
      await migrate(postgres.url);
      return await work(postgres.url, client);
    } finally {
      await client.end();
      await postgres.stop();
    }
  } finally {
    removeTemporaryFolder(folder);
  }
}

export interface QueueSize {
  readonly id: string;
  readonly size: number;
}

/** Families, children and their places in `sizes.length` queues of the given sizes, all invented. */
export async function loadFamilies(
  client: pg.Client,
  sizes: readonly number[],
  options: { readonly now: Date; readonly reachable: boolean; readonly say: Say },
): Promise<QueueSize[]> {
  await client.query(
    "SET work_mem = '128MB'; SET maintenance_work_mem = '256MB'; SET synchronous_commit = off",
  );
  await client.query('SELECT setseed(0.42)');
  const queues = await makeQueues(client, sizes);
  await client.query(stageSql, [queues.map((queue) => queue.id), [...sizes], options.now]);
  await client.query('CREATE INDEX ON stage (registered_at); ANALYZE stage; ANALYZE queue');
  options.say(`${sizes.reduce((sum, size) => sum + size, 0)} registrations drawn for ${sizes.length} queues`);
  // The rows below are consistent by construction; checking millions of references would be most of the loading.
  await withoutReferences(client, async () => {
    await client.query(peopleSql, [options.now]);
    await client.query(childrenSql, [options.now]);
    if (options.reachable) await client.query(addressesSql, [options.now]);
    options.say('families loaded');
    await loadApplications(client, options.now);
  });
  options.say('applications and the tally of every queue loaded');
  await client.query('DROP TABLE stage');
  await client.query('RESET work_mem; RESET maintenance_work_mem; RESET synchronous_commit');
  return queues;
}

/** Everything in memory and on disk as after a quiet night: statistics, visibility, a checkpoint. */
export async function settle(client: pg.Client): Promise<void> {
  await client.query('VACUUM (ANALYZE)');
  await client.query('CHECKPOINT');
}

const TABLES = ['person', 'child', 'contact', 'messenger_account', 'application'];

async function withoutReferences(client: pg.Client, work: () => Promise<void>): Promise<void> {
  for (const table of TABLES) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
  await client.query('ALTER TABLE application ENABLE TRIGGER application_tally_insert');
  await work();
  for (const table of TABLES) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
}

const BIRTH_YEARS = [2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026];
const GROUP_TYPES = ['GENERAL', 'SPECIAL', 'SANATORIUM', 'INCLUSIVE'];
const PER_DISTRICT = BIRTH_YEARS.length * GROUP_TYPES.length;

async function makeQueues(client: pg.Client, sizes: readonly number[]): Promise<QueueSize[]> {
  const districts = Array.from({ length: Math.ceil(sizes.length / PER_DISTRICT) }, () => randomUUID());
  await client.query(
    `INSERT INTO district (id, code, kind, name_kk, name_ru, policy_preset)
     SELECT id, 'X' || chr(65 + (n / 26)::integer) || chr(65 + (n % 26)::integer), 'DISTRICT', 'Сынақ ауданы ' || n,
            'Пробный район ' || n, 'A_TSELINOGRAD'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS d (id, n)`,
    [districts],
  );
  const queues = sizes.map((size, index) => ({
    id: randomUUID(),
    size,
    district: districts[Math.floor(index / PER_DISTRICT)],
    year: BIRTH_YEARS[index % BIRTH_YEARS.length],
    type: GROUP_TYPES[Math.floor(index / BIRTH_YEARS.length) % GROUP_TYPES.length],
  }));
  await client.query(
    `INSERT INTO queue (id, district_id, birth_year, group_type, cycle_position)
     SELECT *, (random() * 3)::integer FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[])`,
    [
      queues.map((queue) => queue.id),
      queues.map((queue) => queue.district),
      queues.map((queue) => queue.year),
      queues.map((queue) => queue.type),
    ],
  );
  return queues.map(({ id, size }) => ({ id, size }));
}

/**
 * Who registered when: over three years, by day and hour as offices and phones are busy, and one in ten within minutes of
 * a morning on which the queue's year was opened or a new kindergarten was announced. Few wait in the extraordinary
 * class, for it is served before all others.
 */
const stageSql = `
  CREATE TABLE stage AS
  SELECT row_number() OVER () AS n, uuidv7() AS person_id, uuidv7() AS child_id, drawn.*
    FROM (
      SELECT q.id AS queue_id,
             CASE WHEN random() < 0.1
               THEN date_trunc('day', $3::timestamptz) - (1 + floor(random() * 12) * 91 + q.ordinality % 60) * interval '1 day'
                    + interval '4 hours' + random() * random() * interval '30 minutes'
               ELSE date_trunc('day', $3::timestamptz) - (1 + floor(random() * 1095)) * interval '1 day'
                    + interval '3 hours' + (random() + random()) * interval '7 hours'
             END AS registered_at,
             CASE WHEN r.class < 0.002 THEN 'EXTRAORDINARY' WHEN r.class < 0.15 THEN 'PRIORITY' ELSE 'COMMON' END AS class,
             CASE WHEN r.language < 0.2 THEN 'kk' WHEN r.language < 0.3 THEN 'ru' END AS language
        FROM unnest($1::uuid[], $2::integer[]) WITH ORDINALITY AS q (id, size)
       CROSS JOIN LATERAL (SELECT random() AS class, random() AS language FROM generate_series(1, q.size)) AS r
       ORDER BY registered_at) AS drawn`;

/** A stand-in of a keyed hash, growing with n: no index of hashes is read here, and random ones take a minute to load. */
const hash = "decode(lpad(to_hex(n), 64, '0'), 'hex')";

const peopleSql = `
  INSERT INTO person (id, iin_cipher, iin_hash, surname, name, birth_date, language, created_at)
  SELECT person_id, ${hash}, ${hash}, 'Сыналова', 'Айгүл', DATE '1995-01-01',
         CASE WHEN n % 3 = 0 THEN 'ru' ELSE 'kk' END, $1
    FROM stage ORDER BY n`;

const childrenSql = `
  INSERT INTO child (id, iin_cipher, iin_hash, surname, name, birth_date, created_at)
  SELECT child_id, ${hash}, ${hash}, 'Сыналов', 'Нұрлан', DATE '2023-01-01', $1
    FROM stage ORDER BY n`;

/** Everybody has a proved phone, four of five a messenger, half an e-mail: 2.3 deliveries of a legal notice. */
const addressesSql = `
  WITH phones AS (
    INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at)
    SELECT person_id, 'PHONE', '+77' || lpad(n::text, 9, '0'), true, $1, $1 FROM stage ORDER BY n
  ), emails AS (
    INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at)
    SELECT person_id, 'EMAIL', 'p' || n || '@example.kz', true, $1, $1 FROM stage WHERE n % 2 = 0 ORDER BY n
  )
  INSERT INTO messenger_account (channel, address, person_id, consented_at, logged_in_at, created_at)
  SELECT 'TELEGRAM', (1000000000 + n)::text, person_id, $1, $1, $1 FROM stage WHERE n % 5 <> 0 ORDER BY n`;

/** Month by month, as time brought them: a queue's rows, in both tables, lie scattered among those of all the others. */
async function loadApplications(client: pg.Client, now: Date): Promise<void> {
  for (let months = 38; months >= 0; months -= 1) {
    await client.query(
      `INSERT INTO application (number, child_id, applicant_id, district_id, queue_id, state, state_since, benefit_class,
                                preferred_language, registered_at, eligible_from, under_age, age_limit_on, interest_due_at)
       SELECT 'X-' || lpad(n::text, 8, '0'), child_id, person_id, q.district_id, queue_id, 'QUEUED', registered_at, class, language,
              registered_at, DATE '2022-01-01', false, DATE '2030-01-01', $1::timestamptz + interval '6 months'
         FROM stage JOIN queue q ON q.id = queue_id
        WHERE registered_at >= $1::timestamptz - $2 * interval '1 month'
          AND registered_at < $1::timestamptz - ($2 - 1) * interval '1 month'
        ORDER BY n`,
      [now, months],
    );
  }
}
