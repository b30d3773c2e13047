import type pg from 'pg';

/** Sizes of the data set: what the issue of the waiting list names, and one list much longer than any real one. */
export interface Sizes {
  readonly kindergartens: number;
  readonly entries: number;
  readonly longList: number;
}

const DISTRICTS = 10;
const YEARS = [2021, 2022, 2023, 2024];

/**
 * Ten districts with 500 kindergartens, a group of each of four years in all of them; children who go to one of them and
 * wait for one to four others of their district, some of them for a language; and one kindergarten in whose list a multitude waits. Written set by set, with the
 * triggers of the lists at work and the references unchecked, which are consistent by construction.
 */
export async function loadLists(client: pg.Client, sizes: Sizes, now: Date): Promise<void> {
  await client.query("SET work_mem = '128MB'; SET synchronous_commit = off");
  await client.query('SELECT setseed(0.42)');
  await client.query(REGION, [DISTRICTS, Math.ceil(sizes.kindergartens / DISTRICTS), YEARS, now]);
  await client.query("SET session_replication_role = 'replica'");
  await client.query(STAGE, [Math.ceil(sizes.entries / 2), now, sizes.longList]);
  await client.query('CREATE INDEX ON stage (id); ANALYZE stage');
  for (const text of CHILDREN) await client.query(text, [now]);
  await client.query("SET session_replication_role = 'origin'");
  await client.query('ALTER TABLE waitlist_entry DISABLE TRIGGER ALL');
  await client.query('ALTER TABLE waitlist_entry ENABLE TRIGGER waitlist_insert');
  await client.query(ENTRIES, [now, sizes.entries, sizes.longList]);
  await client.query(LONG_LIST, [sizes.longList]);
  await client.query('ALTER TABLE waitlist_entry ENABLE TRIGGER ALL');
  await client.query('DROP TABLE stage');
  await client.query('RESET work_mem; RESET synchronous_commit');
}

const REGION = `
  WITH d AS (
    INSERT INTO district (code, kind, name_kk, name_ru, policy_preset)
    SELECT 'L' || chr(65 + n / 26) || chr(65 + n % 26), 'DISTRICT', 'Сынақ ауданы ' || n, 'Пробный район ' || n, 'A_WAITLIST'
      FROM generate_series(0, $1::integer - 1) AS n RETURNING id
  ), q AS (
    INSERT INTO queue (district_id, birth_year) SELECT d.id, y FROM d CROSS JOIN unnest($3::integer[]) AS y RETURNING id
  ), k AS (
    INSERT INTO kindergarten (district_id, name_kk, name_ru, address_kk, address_ru, latitude, longitude)
    SELECT d.id, '«Сынақ ' || n || '» балабақшасы', 'Детский сад «Пробный ' || n || '»', 'Сынақ көшесі, ' || n,
           'улица Пробная, ' || n, 51 + random(), 70 + random()
      FROM d CROSS JOIN generate_series(1, $2::integer + 1) AS n RETURNING id
  )
  INSERT INTO kindergarten_group (kindergarten_id, name, birth_year, language, capacity)
  SELECT k.id, 'Күншуақ', y, (ARRAY['kk', 'ru', 'mixed'])[1 + floor(random() * 3)], 30000
    FROM k CROSS JOIN unnest($3::integer[]) AS y WHERE $4::timestamptz IS NOT NULL`;

/**
 * One row a child: where it goes, and since when; those after the first `$1` are all of one queue, for the long list. Of each
 * district the last kindergarten is left for it.
 */
const STAGE = `
  CREATE TABLE stage AS
  SELECT n AS id, uuidv7() AS person, uuidv7() AS child, uuidv7() AS application, uuidv7() AS place, uuidv7() AS referral,
         uuidv7() AS statement, q.id AS queue, q.district_id AS district, q.birth_year, h.kindergarten, h.group_id, h.language,
         $2::timestamptz - (30 + random() * 700) * interval '1 day' AS registered_at,
         (ARRAY['kk', 'kk', 'ru'])[1 + floor(random() * 10)] AS wish,
         (ARRAY['EXTRAORDINARY', 'PRIORITY', 'PRIORITY', 'COMMON', 'COMMON', 'COMMON', 'COMMON', 'COMMON', 'COMMON', 'COMMON'])[1 + floor(random() * 10)] AS class
    FROM generate_series(1, $1::integer + $3::integer) AS n
    JOIN LATERAL (SELECT * FROM queue ORDER BY id
                  OFFSET CASE WHEN n > $1::integer THEN 0 ELSE n % (SELECT count(*) FROM queue) END LIMIT 1) AS q ON true
    JOIN LATERAL (SELECT k.id AS kindergarten, g.id AS group_id, g.language FROM kindergarten AS k
                    JOIN kindergarten_group AS g ON g.kindergarten_id = k.id AND g.birth_year = q.birth_year
                   WHERE k.district_id = q.district_id ORDER BY k.id
                  OFFSET n / (SELECT count(*) FROM queue) % ((SELECT count(*) FROM kindergarten WHERE district_id = q.district_id) - 1)
                   LIMIT 1) AS h ON true`;

const CHILDREN = [
  `INSERT INTO person (id, iin_cipher, iin_hash, surname, name, birth_date, created_at)
   SELECT person, uuid_send(person), uuid_send(person), 'Сыналова', 'Айгүл', '1990-05-05', $1 FROM stage`,
  `INSERT INTO messenger_account (channel, address, language, person_id, logged_in_at, verified_at, created_at)
   SELECT 'TELEGRAM', id::text, 'kk', person, $1, $1, $1 FROM stage`,
  `INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at)
   SELECT person, 'PHONE', '+7701' || lpad(id::text, 7, '0'), true, $1, $1 FROM stage`,
  `INSERT INTO child (id, iin_cipher, iin_hash, surname, name, birth_date, created_at)
   SELECT child, uuid_send(child), uuid_send(child), 'Сыналов', 'Нұрлан', make_date(birth_year, 3, 1), $1 FROM stage`,
  `INSERT INTO application (id, number, child_id, applicant_id, district_id, queue_id, state, state_since, benefit_class,
     preferred_language, registered_at, position_at_registration, eligible_from, under_age, age_limit_on, interest_due_at)
   SELECT application, 'BENCH-' || id, child, person, district, queue, 'ENROLLED', registered_at, class, wish, registered_at, 1,
          make_date(birth_year + 2, 3, 1), false, make_date(birth_year + 7, 3, 31), $1 FROM stage`,
  `INSERT INTO place (id, group_id, kindergarten_id, queue_id, language, state, state_since, declared_at, published_at, pick_opens_at)
   SELECT place, group_id, kindergarten, queue, language, 'FILLED', registered_at, registered_at, registered_at, registered_at
     FROM stage WHERE $1::timestamptz IS NOT NULL`,
  `UPDATE kindergarten_group AS g SET enrolled = f.n
     FROM (SELECT group_id, count(*) AS n FROM stage WHERE $1::timestamptz IS NOT NULL GROUP BY 1) AS f WHERE f.group_id = g.id`,
  `INSERT INTO referral (id, number, application_id, child_id, place_id, kindergarten_id, state, state_since, issued_at,
     come_until, cancel_until, arrived_at, closed_at, calendar_version)
   SELECT referral, 'BENCH-R-' || id, application, child, place, kindergarten, 'ACCEPTED', registered_at, registered_at,
          registered_at + interval '7 days', registered_at + interval '1 day', registered_at, registered_at, 'bench'
     FROM stage WHERE $1::timestamptz IS NOT NULL`,
  `INSERT INTO statement (id, kind, person_id, application_id, payload, content, sha256, created_at, expires_at, signed_at, method)
   SELECT statement, 'WAITLIST', person, application, '{}', '', '', $1, $1::timestamptz + interval '30 minutes', $1, 'OTP' FROM stage`,
];

/** From one to four lists for every child, at kindergartens here and there in the district, until there are entries enough. */
const ENTRIES = `
  INSERT INTO waitlist_entry (application_id, child_id, kindergarten_id, queue_id, statement_id, language, ends_on, joined_at,
    benefit_class, sibling, state, moved_at)
  SELECT s.application, s.child, w.id, s.queue, s.statement, s.wish, make_date(s.birth_year + 7, 3, 31), w.joined_at, s.class,
         random() < 0.1, 'WAITING', w.joined_at
    FROM stage AS s
   CROSS JOIN LATERAL (SELECT array_agg(k.id ORDER BY k.id) AS all_of FROM kindergarten AS k WHERE k.district_id = s.district) AS d
   CROSS JOIN LATERAL (
     SELECT d.all_of[1 + (array_position(d.all_of, s.kindergarten) - 1 + step * (1 + s.id % 7)) % (cardinality(d.all_of) - 1)] AS id,
            s.registered_at + random() * ($1::timestamptz - s.registered_at) AS joined_at
       FROM generate_series(1, 1 + s.id / 7 % 4) AS step) AS w
   WHERE w.id <> s.kindergarten AND s.id <= (SELECT max(id) FROM stage) - $3
   LIMIT $2
   -- With few kindergartens one comes round twice.
   ON CONFLICT DO NOTHING`;

/** The last kindergarten of one district: all who are made for it wait in its list. */
const LONG_LIST = `
  INSERT INTO waitlist_entry (application_id, child_id, kindergarten_id, queue_id, statement_id, language, ends_on, joined_at,
    benefit_class, sibling, state, moved_at)
  SELECT s.application, s.child, k.id, s.queue, s.statement, s.wish, make_date(s.birth_year + 7, 3, 31),
         s.registered_at + random() * interval '20 days', s.class, random() < 0.1, 'WAITING', s.registered_at
    FROM stage AS s
   CROSS JOIN LATERAL (SELECT id FROM kindergarten WHERE district_id = s.district ORDER BY id DESC LIMIT 1) AS k
   WHERE s.id > (SELECT max(id) FROM stage) - $1`;
