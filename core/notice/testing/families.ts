import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { ApplicationId, DistrictId, KindergartenId, PersonId } from '../../ids.ts';

/** Invented rows for tests of notices, delivery and broadcasts: written straight into the tables, by set. */
export interface FamilyOptions {
  readonly count?: number;
  readonly language?: 'kk' | 'ru';
  /** Telegram addresses are firstAddress, firstAddress + 1, …; without it nobody is logged in. */
  readonly firstAddress?: number;
  readonly phone?: boolean;
  readonly email?: boolean;
  readonly settings?: { readonly sms?: boolean; readonly email?: boolean; readonly messenger?: boolean };
  readonly birthYear?: number;
  readonly state?: 'QUEUED' | 'WITHDRAWN';
}

export interface Family {
  readonly personId: PersonId;
  readonly applicationId: ApplicationId;
  readonly address: string | null;
}

export interface Settlement {
  readonly districtId: DistrictId;
  readonly kindergartenId: KindergartenId;
  families(options?: FamilyOptions): Promise<Family[]>;
}

const MADE_AT = '2026-01-12T10:00:00+05:00';
let phones = 0;

/** A district with one kindergarten. `code` is three capital letters, unique in the test's database. */
export async function settle(pool: pg.Pool, code = 'TSL'): Promise<Settlement> {
  const district = await one<DistrictId>(
    pool,
    `INSERT INTO district (code, kind, name_kk, name_ru, policy_preset)
     VALUES ($1, 'DISTRICT', 'Көктем ауданы', 'Район Коктем', 'A_DEFAULT') RETURNING id`,
    [code],
  );
  const kindergarten = await one<KindergartenId>(
    pool,
    `INSERT INTO kindergarten (district_id, name_kk, name_ru, address_kk, address_ru, latitude, longitude)
     VALUES ($1, 'Жұлдыз', 'Звёздочка', 'Бейбітшілік 1', 'Мира 1', 51.1, 71.4) RETURNING id`,
    [district],
  );
  return {
    districtId: district,
    kindergartenId: kindergarten,
    families: (options = {}) => families(pool, district, code, options),
  };
}

async function families(
  pool: pg.Pool,
  district: DistrictId,
  code: string,
  options: FamilyOptions,
): Promise<Family[]> {
  const { count = 1, language = 'kk', birthYear = 2023, state = 'QUEUED', settings = {} } = options;
  const queue = await one<string>(
    pool,
    `INSERT INTO queue (district_id, birth_year) VALUES ($1, $2)
     ON CONFLICT (district_id, birth_year, group_type) DO UPDATE SET birth_year = excluded.birth_year RETURNING id`,
    [district, birthYear],
  );
  const tag = randomBytes(6);
  const { rows } = await pool.query<{ person: PersonId; application: ApplicationId; n: number }>(
    `WITH n AS (SELECT generate_series(1, $1::int) AS n),
     people AS (
       INSERT INTO person (iin_cipher, iin_hash, surname, name, birth_date, language, notify_sms, notify_email,
                           notify_messenger, created_at)
       SELECT $2, $2 || int4send(n), 'Үлгіқызы', 'Айгүл', '1990-05-05', $3, $4, $5, $6, $7 FROM n RETURNING id, iin_hash),
     children AS (
       INSERT INTO child (iin_cipher, iin_hash, surname, name, birth_date, created_at)
       SELECT $2, $2 || int4send(n), 'Үлгіұлы', 'Алдияр', make_date($8, 3, 15), $7 FROM n RETURNING id, iin_hash)
     INSERT INTO application (number, child_id, applicant_id, district_id, queue_id, state, state_since, registered_at,
       position_at_registration, eligible_from, under_age, age_limit_on, interest_due_at)
     SELECT 'AKM-' || $9 || '-' || $8 || '-' || lpad((c.n + $10)::text, 6, '0'), c.child, c.person, $11, $12, $13, $7, $7, 1,
            make_date($8 + 2, 3, 15), false, make_date($8 + 6, 9, 1), $7::timestamptz + interval '12 months'
       FROM (SELECT p.id AS person, k.id AS child,
                    row_number() OVER (ORDER BY p.iin_hash) AS n
               FROM people AS p JOIN children AS k USING (iin_hash)) AS c
     RETURNING applicant_id AS person, id AS application, right(number, 6)::int - $10 AS n`,
    [
      count,
      tag,
      language,
      settings.sms ?? true,
      settings.email ?? true,
      settings.messenger ?? true,
      MADE_AT,
      birthYear,
      code,
      phones,
      district,
      queue,
      state,
    ],
  );
  rows.sort((a, b) => a.n - b.n);
  const made = rows.map((row, index) => ({
    personId: row.person,
    applicationId: row.application,
    address: options.firstAddress === undefined ? null : String(options.firstAddress + index),
  }));
  await reachable(pool, made, options);
  phones += count;
  return made;
}

async function reachable(pool: pg.Pool, made: readonly Family[], options: FamilyOptions): Promise<void> {
  const ids = made.map((family) => family.personId);
  if (options.firstAddress !== undefined) {
    await pool.query(
      `INSERT INTO messenger_account (channel, address, person_id, logged_in_at, verified_at, created_at)
       SELECT 'TELEGRAM', m.address, m.id, $3, $3, $3 FROM unnest($1::uuid[], $2::text[]) AS m (id, address)`,
      [ids, made.map((family) => family.address), MADE_AT],
    );
  }
  const contacts = [options.phone === true ? 'PHONE' : null, options.email === true ? 'EMAIL' : null].filter(
    (kind) => kind !== null,
  );
  for (const kind of contacts) {
    await pool.query(
      `INSERT INTO contact (person_id, kind, value, is_main, confirmed_at, created_at)
       SELECT m.id, $2, CASE $2 WHEN 'PHONE' THEN '+7701' || lpad((m.n + $3)::text, 7, '0')
                        ELSE 'parent' || (m.n + $3) || '@example.invalid' END, true, $4, $4
         FROM unnest($1::uuid[]) WITH ORDINALITY AS m (id, n)`,
      [ids, kind, phones, MADE_AT],
    );
  }
}

async function one<Id extends string>(pool: pg.Pool, sql: string, values: unknown[]): Promise<Id> {
  const { rows } = await pool.query<{ id: Id }>(sql, values);
  const [first] = rows;
  if (first === undefined) throw new Error('nothing was inserted');
  return first.id;
}
