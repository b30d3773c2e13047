import { createHash } from 'node:crypto';
import type pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { shownNumbers, wrongNumbers } from '../../local/testing/positions.ts';
import { type Chance, chance } from '../../local/testing/random.ts';
import { sanityChecks } from '../audit/sanity.ts';

const world = await coreWorld();
const { db } = world;
const pool = world.database.pool;
const { personId } = await world.person();
const classes = ['EXTRAORDINARY', 'PRIORITY', 'COMMON', 'COMMON'] as const;
const TALLY = 'the tally of a queue is not what a count gives';

const queues: string[] = [];
beforeAll(async () => {
  for (const year of [2021, 2022]) {
    const { rows } = await pool.query<{ id: string }>(
      'INSERT INTO queue (district_id, birth_year) VALUES ($1, $2) RETURNING id',
      [world.districtId, year],
    );
    queues.push(...rows.map(({ id }) => id));
  }
});

/** Moments where mistakes would be: the same millisecond, neighbours, and the edges of the tally's stretches. */
function moment(random: Chance): Date {
  const size = 2 ** random.of([6, 12, 18, 24]);
  const edge = Math.floor(1_795_000_000 / size) * size;
  return new Date((edge + random.of([0, 0, 1, 63, 64, 65])) * 1000 + random.of([-1, 0, 0, 0, 1, 500]));
}

let serial = 0;

async function insert(client: pg.ClientBase | pg.Pool, random: Chance, count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => {
    serial += 1;
    return {
      hash: createHash('sha256').update(`${serial}`).digest('hex'),
      number: `N-${serial}`,
      queue: random.of(queues),
      at: moment(random),
      class: random.of(classes),
      young: random.happens(0.2),
    };
  });
  await client.query(
    `WITH r AS (SELECT * FROM jsonb_to_recordset($1::jsonb)
                  AS r (hash text, number text, queue uuid, at timestamptz, class text, young boolean)),
          c AS (INSERT INTO child (iin_cipher, iin_hash, surname, name, birth_date, created_at)
                SELECT '\\x00', decode(hash, 'hex'), 'С', 'Н', '2021-05-05', now() FROM r RETURNING id, iin_hash)
     INSERT INTO application (number, child_id, applicant_id, district_id, queue_id, state, state_since, benefit_class,
                              registered_at, eligible_from, under_age, age_limit_on, interest_due_at)
     SELECT r.number, c.id, $2, $3, r.queue, 'QUEUED', r.at, r.class, r.at, '2023-05-05', r.young, '2030-01-01', '2030-01-01'
       FROM r JOIN c ON c.iin_hash = decode(r.hash, 'hex')`,
    [JSON.stringify(rows), personId, world.districtId],
  );
}

/** A state with what it needs, for an application that is of age or not. */
const STATES = [
  `state = 'QUEUED', turn_restored_at = NULL`,
  `state = 'QUEUED', turn_restored_at = now()`,
  `state = 'NOTIFIED', turn_restored_at = NULL, under_age = false`,
  `state = 'REFERRED', turn_restored_at = NULL, under_age = false`,
  `state = 'STOP_LISTED', stop_listed_until = now()`,
  `state = 'WITHDRAWN', turn_restored_at = NULL`,
  `state = 'REMOVED', removal_reason = 'MISSES', turn_restored_at = NULL`,
  `state = 'ENROLLED', turn_restored_at = NULL`,
];
const CLEAR: Readonly<Record<string, string>> = {
  STOP_LISTED: 'stop_listed_until',
  REMOVED: 'removal_reason',
};

function change(random: Chance): string {
  const kind = random.weighted({ state: 6, class: 1, age: 1, time: 1, queue: 1 });
  if (kind === 'class') return `benefit_class = '${random.of(classes)}'`;
  if (kind === 'age')
    return `under_age = state NOT IN ('NOTIFIED', 'REFERRED') AND ${random.of(['true', 'false'])}`;
  if (kind === 'time') return `registered_at = '${moment(random).toISOString()}'`;
  if (kind === 'queue') return `queue_id = '${random.of(queues)}'`;
  const state = random.of(STATES);
  const cleared = Object.entries(CLEAR).filter(([name]) => !state.includes(name));
  return [state, ...cleared.map(([, column]) => `${column} = NULL`)].join(', ');
}

async function anyStep(client: pg.ClientBase | pg.Pool, random: Chance): Promise<void> {
  const some = `SELECT id FROM application ORDER BY number LIMIT ${random.of([1, 1, 1, 4])} OFFSET ${random.between(0, 40)}`;
  switch (random.weighted({ insert: 3, update: 6, remove: 1, cycle: 1 })) {
    case 'insert':
      return insert(client, random, random.between(1, 5));
    case 'update':
      await client.query(`UPDATE application SET ${change(random)} WHERE id IN (${some})`);
      return;
    case 'remove':
      await client.query(`DELETE FROM application WHERE id IN (${some})`);
      return;
    case 'cycle':
      await client.query('UPDATE queue SET cycle_position = $1, credit_priority = $2, credit_common = $3', [
        random.between(0, 5),
        random.between(0, 3),
        random.between(0, 3),
      ]);
  }
}

const tallyFaults = async () => (await sanityChecks(db)).filter(({ check }) => check === TALLY);

describe('the place in the queue (DOMAIN §7.1)', () => {
  it('is what counting plain rows and giving turns one by one would find, after any history', async () => {
    const ratios = [
      { priority: 1, common: 3 },
      { priority: 2, common: 1 },
      { priority: 0, common: 1 },
    ];
    for (const seed of [11, 12, 13]) {
      const random = chance(seed);
      for (let step = 0; step < 120; step += 1) {
        await anyStep(pool, random);
        expect(await wrongNumbers(db, random.of(ratios)), `seed ${seed}, step ${step}`).toEqual([]);
        expect(await tallyFaults(), `seed ${seed}, step ${step}`).toEqual([]);
      }
    }
    expect([...(await shownNumbers(db, ratios[0] as never)).values()].filter(Boolean).length).toBeGreaterThan(
      20,
    );
  }, 60_000);

  it('stays exact while transactions change the same queues and others read', async () => {
    let writing = true;
    const write = async (seed: number): Promise<void> => {
      const random = chance(seed);
      const client = await pool.connect();
      try {
        for (let i = 0; i < 40; i += 1) {
          await client.query('BEGIN');
          // As every action of core begins (the lock order); then several changes in one transaction.
          await client.query('SELECT 1 FROM queue ORDER BY id FOR NO KEY UPDATE');
          for (let n = random.between(1, 3); n > 0; n -= 1) await anyStep(client, random);
          await client.query(random.happens(0.2) ? 'ROLLBACK' : 'COMMIT');
        }
      } finally {
        client.release();
      }
    };
    const register = async (seed: number): Promise<void> => {
      // A single statement takes no lock beforehand: the trigger orders it.
      for (let i = 0; i < 40; i += 1) await insert(pool, chance(seed + i), 2);
    };
    const read = async (): Promise<void> => {
      const client = await pool.connect();
      try {
        while (writing) {
          await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
          expect(await wrongNumbers({ pool: client })).toEqual([]);
          await client.query('COMMIT');
        }
      } finally {
        client.release();
      }
    };
    const readers = [read(), read()];
    await Promise.all([write(1), write(2), write(3), register(100), register(200)]).finally(() => {
      writing = false;
    });
    await Promise.all(readers);
    expect(await wrongNumbers(db)).toEqual([]);
    expect(await tallyFaults()).toEqual([]);
  }, 60_000);
});
