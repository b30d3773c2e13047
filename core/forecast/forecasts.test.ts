import { beforeAll, describe, expect, it } from 'vitest';
import { cohortOn } from '../../local/bench/forecast/known.ts';
import { dateOf, dayOf, liveQueue, type Move } from '../../local/bench/forecast/queue-life.ts';
import { DISTRICTS, lifeOf, yearsOf } from '../../local/bench/forecast/region.ts';
import { createRandom } from '../../local/invented/random.ts';
import { coreWorld } from '../../local/testing/core-world.ts';
import { addDays, at, civil, localDate } from '../calendar/civil-date.ts';
import { createForecasts } from './forecasts.ts';
import { readHistory } from './history.ts';

const world = await coreWorld();
const { core, db, clock } = world;
const forecasts = createForecasts(core);
const DAY = dayOf(localDate(clock.now()));
const momentOf = (day: number) => new Date(at(dateOf(day), '00:00').getTime() + (day % 1) * 86_400_000);

const journals = new Map<number, Move[]>();
const waitingNow = new Map<number, number>();

/** The journals of the queues of children born from 2018 to 2024, as they lived until today. */
beforeAll(async () => {
  const [, , , , district] = DISTRICTS;
  if (district === undefined) throw new Error('no such district');
  const random = createRandom('forecasts.test');
  const years = yearsOf(random.fork('years'), district, 2018, 2031);
  for (let year = 2018; year <= 2024; year += 1) {
    const life = lifeOf(random.fork(`life ${year}`), district, years, year);
    const moves = liveQueue(
      random.fork(`people ${year}`),
      { ...life, until: DAY - 1 },
      ({ day, waiting }) => {
        if (day === DAY - 1) {
          waitingNow.set(year, waiting.extraordinary + waiting.priority + waiting.common);
        }
      },
    );
    journals.set(year, moves);
    await write(year, moves);
  }
});

async function write(birthYear: number, moves: readonly Move[]): Promise<void> {
  await db.pool.query(
    `WITH q AS (INSERT INTO queue (district_id, birth_year) VALUES ($1, $2) RETURNING id)
     INSERT INTO queue_move (queue_id, at, cause, application_id, registered_at, class_was, class_is, stood_was, stood_is)
     SELECT q.id, r.at, r.cause, uuidv7(), r.registered, r."classWas", r."classIs", r."stoodWas", r."stoodIs"
       FROM q, jsonb_to_recordset($3::jsonb) AS r (at timestamptz, cause text, registered timestamptz, "classWas" text,
            "classIs" text, "stoodWas" text, "stoodIs" text)`,
    [
      world.districtId,
      birthYear,
      JSON.stringify(
        moves.map((move) => ({ ...move, at: momentOf(move.at), registered: momentOf(move.registeredAt) })),
      ),
    ],
  );
}

const queueOf = async (year: number): Promise<string> =>
  (await db.prisma.queue.findFirstOrThrow({ where: { birth_year: year } })).id;

describe('the history of a forecast', () => {
  it('is what the journals tell, of the own queue and of five older ones', async () => {
    // Noon of the next day but one, when nothing has happened since the last move.
    const now = momentOf(DAY - 0.25);
    const history = await readHistory(db, await queueOf(2024), now);
    expect(history.map(({ older }) => older)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { older, weeks } of history) {
      const expected = cohortOn(journals.get(2024 - older) ?? [], older, DAY - 1);
      // No application stands behind these journals: the database counts from 0 what waits there.
      const stands = waitingNow.get(2024 - older) ?? 0;
      expect(weeks).toEqual(expected.weeks.map((week) => ({ ...week, waiting: week.waiting - stands })));
      if (older < 4) expect(weeks.some(({ turns }) => turns > 0)).toBe(true);
    }
  });

  it('is empty where nothing has happened', async () => {
    const { id } = await db.prisma.queue.create({
      data: { district_id: await world.district('KOK'), birth_year: 2024 },
    });
    expect(await readHistory(db, id, clock.now())).toEqual([]);
  });
});

describe('the forecast of a child', () => {
  it('gives two dates to one who waits, and nothing to strangers', async () => {
    const family = await world.person();
    const id = await world.enqueue(family, '2023-03-05');
    const found = await forecasts.of(family.personId, id);
    expect(found).toMatchObject({ weeks: 104 });
    if ('none' in found) throw new Error(found.none);
    expect(found.p50 > localDate(clock.now()) && found.p80 >= found.p50).toBe(true);
    expect(await forecasts.of(family.personId, id)).toEqual(found);
    const stranger = await world.person();
    await expect(forecasts.of(stranger.personId, id)).rejects.toThrow('application.unknown');
  });

  it('gives a later date to who stands behind, a year-old one who is not counted none', async () => {
    const family = await world.person();
    const ids = [];
    for (let n = 0; n < 12; n += 1) ids.push(await world.enqueue(family, `2022-05-${10 + n}`));
    const told = await Promise.all(ids.map((id) => forecasts.of(family.personId, id)));
    const dates = told.map((one) => ('none' in one ? '9999' : one.p80));
    expect(dates).toEqual(dates.toSorted());
    expect(dates[0]).not.toBe(dates.at(-1));
    const young = await world.enqueue(family, '2025-06-01');
    expect(await forecasts.of(family.personId, young)).toEqual({ none: 'NOT_COUNTED' });
  });

  it('tells of places that open tomorrow, then that the turn has come', async () => {
    const [family, admin] = [await world.person(), await world.staff({ admin: true })];
    const id = await world.enqueue(family, '2021-02-02');
    const group = await world.group(await world.kindergarten(), 2021);
    await core.staff.publish(admin, group, 1);
    const tomorrow = addDays(localDate(clock.now()), 1);
    expect(await forecasts.of(family.personId, id)).toMatchObject({ p50: tomorrow, p80: tomorrow });
    await world.moveTo(at(tomorrow, '07:01'));
    expect(await forecasts.of(family.personId, id)).toEqual({ none: 'TURN_IS_OPEN' });
  });

  it('counts who comes of age before the child', async () => {
    const family = await world.person();
    const second = await world.enqueue(family, '2024-01-15', { at: '2025-06-01T05:00:00Z' });
    const before = await forecasts.of(family.personId, second);
    for (let n = 0; n < 25; n += 1) {
      await world.enqueue(await world.person(), '2024-11-25', { at: '2025-01-10T05:00:00Z' });
    }
    const after = await forecasts.of(family.personId, second);
    if ('none' in before) throw new Error(before.none);
    const later = 'none' in after ? civil('9999-01-01') : after.p50;
    expect(later > before.p50).toBe(true);
  });

  it('says nothing where there is no history', async () => {
    const family = await world.person();
    const districtId = await world.district('STP');
    const id = await world.enqueue(family, '2023-03-05', { district: districtId });
    expect(await forecasts.of(family.personId, id)).toEqual({ none: 'LITTLE_HISTORY' });
  });
});
