import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { shownNumbers } from '../../local/testing/positions.ts';
import { type Chance, chance } from '../../local/testing/random.ts';
import { walk } from '../../local/testing/walk.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import type { PlacePoint } from './api.ts';

const world = await coreWorld();
const { core, db, clock } = world;
const { queues } = core;
const steps = Number(process.env.WALK_STEPS ?? 260);
const seed = Number(process.env.WALK_SEED ?? 41);
const RATIO = { priority: 1, common: 3 };

/** What core showed of one child: the last word of every moment. */
const shown = new Map<string, Map<number, number | null>>();

async function remember(): Promise<void> {
  for (const [id, numbers] of await shownNumbers(db, RATIO)) {
    const ofChild = shown.get(id) ?? new Map<number, number | null>();
    ofChild.set(clock.now().getTime(), numbers?.service ?? null);
    shown.set(id, ofChild);
  }
}

/** What a benefit that is confirmed or ends does to a queue. */
async function changeClass(random: Chance): Promise<void> {
  const ids = await db.prisma.application.findMany({ select: { id: true }, orderBy: { number: 'asc' } });
  if (ids.length === 0) return;
  await db.prisma.application.update({
    where: { id: random.of(ids).id },
    data: {
      benefit_class: random.of(['EXTRAORDINARY', 'PRIORITY', 'COMMON']),
      standing_since: clock.now(),
    },
  });
}

const placeAt = (points: readonly PlacePoint[], at: number): number | null | undefined =>
  points.findLast((point) => point.at.getTime() <= at)?.place;

describe('the journal of places through all transitions (DOMAIN §7.1)', {
  timeout: Math.max(60_000, steps * 300),
}, () => {
  const families = new Map<ApplicationId, PersonId>();

  beforeAll(
    async () => {
      const random = chance(seed);
      // Families who only wait: whatever the others do, it is their numbers that move.
      for (let n = 0; n < 16; n += 1) {
        await world.enqueue(await world.person(), random.of(['2023-03-01', '2024-09-20']), {
          benefit: random.of(['PRIORITY', 'COMMON', 'COMMON', 'COMMON']),
        });
      }
      const { step } = await walk(world, random, 14);
      for (let i = 0; i < steps; i += 1) {
        if (random.happens(0.1)) await changeClass(random);
        else await step();
        await remember();
      }
      const rows = await db.prisma.application.findMany({ select: { id: true, applicant_id: true } });
      for (const row of rows) families.set(row.id as ApplicationId, row.applicant_id as PersonId);
    },
    Math.max(60_000, steps * 300),
  );

  it('gives every place of the past as it was shown then', async () => {
    let compared = 0;
    let moved = 0;
    for (const [id, personId] of families) {
      const points = await queues.history(personId, id, new Date(0));
      moved += points.length - 1;
      const start = points[0]?.at.getTime() ?? 0;
      for (const [at, place] of shown.get(id) ?? []) {
        if (at < start) continue;
        expect({ id, at: new Date(at), place: placeAt(points, at) }).toEqual({ id, at: new Date(at), place });
        compared += 1;
      }
      expect(points.at(-1)?.place).toBe((await queues.position(personId, id)).position?.service ?? null);
    }
    if (process.env.WALK_TOLD) console.log({ compared, moved, children: families.size });
    expect(compared).toBeGreaterThan(steps);
    expect(moved).toBeGreaterThan(20);
  });

  it('explains the way from any moment to the present, step by step', async () => {
    const random = chance(seed + 1);
    const causes = new Set<string>();
    for (const [id, personId] of families) {
      const moments = [...(shown.get(id) ?? [])];
      for (let n = 0; n < 4; n += 1) {
        const [at, place] = random.of(moments);
        const explained = await queues.explain(personId, id, new Date(at));
        expect(explained.from).toBe(place);
        expect(explained.to).toBe((await queues.position(personId, id)).position?.service ?? null);
        let reached = explained.from;
        for (const step of explained.steps) {
          expect(step.from).toBe(reached);
          expect(step.to).not.toBe(step.from);
          if (!step.own) expect([step.from, step.to]).not.toContain(null);
          if (!step.own && step.cause !== 'TURN') expect(step.children).toBeGreaterThan(0);
          causes.add(`${step.cause}${step.own ? ' own' : ''}`);
          reached = step.to;
        }
        expect(reached).toBe(explained.to);
        const numbered = explained.steps.filter(({ from, to }) => from !== null && to !== null);
        const sum = numbered.reduce((total, { from, to }) => total + (to ?? 0) - (from ?? 0), 0);
        expect(explained.causes.reduce((total, { by }) => total + by, 0)).toBe(sum);
      }
    }
    if (process.env.WALK_TOLD) console.log([...causes].sort());
    expect(causes.size).toBeGreaterThan(5);
  });
});

/** Sixty children in two queues, of whom twelve are watched; everything that can happen to the others happens. */
const crowd = {
  queues: [] as string[],
  watched: [] as string[],
  personId: '' as PersonId,
  at: new Date('2027-03-01T04:00:00Z'),
};

const STATES = [
  `state = 'QUEUED', turn_restored_at = NULL`,
  `state = 'QUEUED', turn_restored_at = NULL`,
  `state = 'QUEUED', turn_restored_at = NULL`,
  `state = 'QUEUED', turn_restored_at = now()`,
  `state = 'NOTIFIED', turn_restored_at = NULL, under_age = false`,
  `state = 'REFERRED', turn_restored_at = NULL, under_age = false`,
  `state = 'WITHDRAWN', turn_restored_at = NULL`,
  `state = 'ENROLLED', turn_restored_at = NULL`,
];

let serial = 0;

async function join(random: Chance, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, () => ({
    hash: createHash('sha256').update(`${++serial}`).digest('hex'),
    queue: random.of(crowd.queues),
    at: new Date(Date.UTC(2027, 1, 1) + random.between(0, 40) * 1_000 + random.of([0, 0, 1, 500])),
    class: random.of(['EXTRAORDINARY', 'PRIORITY', 'COMMON', 'COMMON', 'COMMON']),
    young: random.happens(0.2),
  }));
  const { rows: made } = await world.database.pool.query<{ id: string }>(
    `WITH r AS (SELECT * FROM jsonb_to_recordset($1::jsonb)
                  AS r (hash text, queue uuid, at timestamptz, class text, young boolean)),
          c AS (INSERT INTO child (iin_cipher, iin_hash, surname, name, birth_date, created_at)
                SELECT '\\x00', decode(hash, 'hex'), 'С', 'Н', '2021-05-05', now() FROM r RETURNING id, iin_hash)
     INSERT INTO application (number, child_id, applicant_id, district_id, queue_id, state, state_since, benefit_class,
                              registered_at, eligible_from, under_age, age_limit_on, interest_due_at)
     SELECT c.id, c.id, $2, $3, r.queue, 'QUEUED', $4, r.class, r.at, '2023-05-05', r.young, '2030-01-01', '2030-01-01'
       FROM r JOIN c ON c.iin_hash = decode(r.hash, 'hex') RETURNING id`,
    [JSON.stringify(rows), crowd.personId, world.districtId, crowd.at],
  );
  return made.map(({ id }) => id);
}

async function happen(random: Chance): Promise<void> {
  const { pool } = world.database;
  const some = `SELECT id FROM application WHERE queue_id = ANY ($2) AND ($3 OR id <> ALL ($4)) ORDER BY id
    LIMIT ${random.of([1, 1, 1, 5])} OFFSET ${random.between(0, 70)}`;
  const change = (set: string, watchedToo: boolean) =>
    pool.query(`UPDATE application SET standing_since = $1, ${set} WHERE id IN (${some})`, [
      crowd.at,
      crowd.queues,
      watchedToo,
      crowd.watched,
    ]);
  switch (random.weighted({ state: 8, class: 3, age: 2, time: 1, queue: 1, cycle: 3, join: 1 })) {
    case 'state':
      await change(`state_since = $1, ${random.of(STATES)}`, true);
      return;
    case 'class':
      await change(`benefit_class = '${random.of(['EXTRAORDINARY', 'PRIORITY', 'COMMON'])}'`, true);
      return;
    case 'age':
      await change(
        `under_age = state NOT IN ('NOTIFIED', 'REFERRED') AND ${random.of(['true', 'false'])}`,
        true,
      );
      return;
    case 'time':
      await change(`registered_at = registered_at + interval '${random.between(-20, 20)} s'`, false);
      return;
    case 'queue':
      await change(`queue_id = '${random.of(crowd.queues)}'`, false);
      return;
    case 'join':
      await join(random, random.between(1, 3));
      return;
    case 'cycle':
      await pool.query(
        'UPDATE queue SET moved_at = $1, cycle_position = $2, credit_priority = $3, credit_common = $4 WHERE id = ANY ($5)',
        [crowd.at, random.between(0, 5), random.between(0, 2), random.between(0, 3), crowd.queues],
      );
  }
}

describe('the journal of places in a crowd', { timeout: 60_000 }, () => {
  const told = new Map<string, Map<number, number | null>>();

  beforeAll(async () => {
    const random = chance(5);
    const { pool } = world.database;
    crowd.personId = (await world.person()).personId;
    for (const year of [2031, 2032]) {
      const { rows } = await pool.query<{ id: string }>(
        'INSERT INTO queue (district_id, birth_year) VALUES ($1, $2) RETURNING id',
        [world.districtId, year],
      );
      crowd.queues.push(...rows.map(({ id }) => id));
    }
    crowd.watched = (await join(random, 60)).slice(0, 12);
    // The ratio of the classes changes in the middle, and back again.
    await pool.query(
      `INSERT INTO policy (district_id, key, value, valid_from, valid_to, basis) VALUES ($1, 'ratio.priority', '5', '2027-03-04', '2027-03-09', 'R')`,
      [world.districtId],
    );
    for (let i = 0; i < 400; i += 1) {
      // Some things happen at the same moment: it means the state after all of them.
      if (random.happens(0.8)) crowd.at = new Date(crowd.at.getTime() + random.between(1, 120) * 60_000);
      clock.set(crowd.at);
      await happen(random);
      const policy = await core.policies.shown(world.districtId, localDate(crowd.at));
      const ratio = { priority: policy['ratio.priority'], common: policy['ratio.common'] };
      const numbers = await shownNumbers(db, ratio);
      for (const id of crowd.watched) {
        const ofChild = told.get(id) ?? new Map<number, number | null>();
        ofChild.set(crowd.at.getTime(), numbers.get(id)?.service ?? null);
        told.set(id, ofChild);
      }
    }
  }, 60_000);

  it('gives every place of the past as it was shown then, whatever happened to whom', async () => {
    const places = new Set<number | null>();
    for (const [id, moments] of told) {
      const points = await queues.history(crowd.personId, id as ApplicationId, new Date(0));
      for (const [at, place] of moments) {
        places.add(place);
        expect({ id, at: new Date(at), place: placeAt(points, at) }).toEqual({ id, at: new Date(at), place });
      }
    }
    expect(places.size).toBeGreaterThan(20);
  });

  it('explains the way from any of them to the present, the change of rules included', async () => {
    const causes = new Set<string>();
    for (const [id, moments] of told) {
      for (const [at, place] of [...moments].filter((_, n) => n % 20 === 0)) {
        const {
          from,
          to,
          steps: found,
        } = await queues.explain(crowd.personId, id as ApplicationId, new Date(at));
        expect(from).toBe(place);
        const reached = found.reduce<number | null>((reach, step) => {
          expect(step.from).toBe(reach);
          causes.add(step.cause);
          return step.to;
        }, from);
        expect(reached).toBe(to);
      }
    }
    expect([...causes].sort()).toEqual(
      expect.arrayContaining([
        'BENEFIT',
        'BENEFIT_ENDED',
        'BENEFIT_REGISTERED',
        'CAME_OF_AGE',
        'EARLIER_REGISTERED',
        'LEFT',
        'RECEIVED',
        'RETURNED',
        'RULES',
        'TURN',
      ]),
    );
  });
});
