import pg from 'pg';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import type { Act } from '../act.ts';
import type { DistrictId, KindergartenId, PersonId } from '../ids.ts';
import { openDueTurns } from '../queue/open.ts';
import type { SubscriptionWish } from './api.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const START = '2026-11-23T05:00:00Z';
const TUESDAY_7 = '2026-11-24T02:00:00Z';
const world = await coreWorld({ start: START });
const { core, db, clock } = world;
let admin: Act;
/** Where the kindergartens of this file stand; 0.01 degrees of latitude are 1,112 m. */
const HERE = { latitude: 51.1, longitude: 71.2 };

beforeEach(async () => {
  await world.database.pool.query('TRUNCATE kindergarten, queue, subscription, notice, timer CASCADE');
  await world.database.pool.query("DELETE FROM policy WHERE key = 'notify.openPlaces'");
  clock.set(START);
  admin = await world.staff({ admin: true });
});

async function subscriber(wish: Partial<SubscriptionWish> & object): Promise<PersonId> {
  const family = await world.person();
  await core.kindergartens.subscribe(family.act, {
    birthYear: 2022,
    language: null,
    ...wish,
  } as SubscriptionWish);
  return family.personId;
}

const around = (radius: number, north = 0) => ({
  around: { latitude: HERE.latitude + north, longitude: HERE.longitude },
  radius,
});

/** What was told to whom, the texts' values with it. */
async function told(personId?: PersonId) {
  const rows = await db.prisma.notice.findMany({
    where: { code: 'N27', ...(personId === undefined ? {} : { person_id: personId }) },
    orderBy: { id: 'asc' },
    include: { deliverys: { select: { channel: true } } },
  });
  return rows.map(
    ({ kindergarten_id: kindergarten, params, person_id: person, deliverys, application_id }) => ({
      person,
      kindergarten,
      application_id,
      ...(params as { birthYear: number; language: string; more: number; deadline: string | null }),
      channels: deliverys.map(({ channel }) => channel),
    }),
  );
}

async function group(
  year = 2022,
  language: 'kk' | 'ru' | 'mixed' = 'kk',
  more: { kindergarten?: KindergartenId; north?: number; district?: DistrictId; type?: string } = {},
) {
  const kindergarten = more.kindergarten ?? (await world.kindergarten('Балдырған', more.district));
  await db.pool.query('UPDATE kindergarten SET latitude = $2 WHERE id = $1', [
    kindergarten,
    HERE.latitude + (more.north ?? 0),
  ]);
  const id = await world.group(kindergarten, year, language);
  await db.pool.query('UPDATE kindergarten_group SET group_type = $2 WHERE id = $1', [
    id,
    more.type ?? 'GENERAL',
  ]);
  return { id, kindergarten };
}

/** Nobody waits for it: it opens to everybody at the hour of the turns. */
async function opens(groups: readonly { id: string }[], count = 1): Promise<void> {
  for (const { id } of groups) await core.staff.publish(admin, id as never, count);
  await world.moveTo(TUESDAY_7);
}

describe('every way in which a place becomes open to all', () => {
  test('nobody waits for it; a place kept for a turn is no news', async () => {
    const person = await subscriber(around(1000));
    const waiting = await world.person();
    await world.enqueue(waiting, '2022-05-05');
    const { id, kindergarten } = await group();
    await core.staff.publish(admin, id, 1);
    await world.moveTo(TUESDAY_7);
    expect(await world.notices(waiting.personId)).toContain('N10');
    expect(await told()).toEqual([]);
    await core.staff.publish(admin, id, 1);
    await world.moveTo('2026-11-25T02:00:00Z');
    expect(await told()).toEqual([
      {
        person,
        kindergarten,
        application_id: null,
        birthYear: 2022,
        language: 'kk',
        more: 0,
        subscription: expect.any(String),
        deadline: '2026-11-25T07:00:00.000Z',
        channels: [],
      },
    ]);
  });

  test('a turn lapsed: the morning draw of the next day is the first that it takes part in', async () => {
    const person = await subscriber(around(1000));
    await world.enqueue(await world.person(), '2022-05-05');
    await opens([await group()]);
    await world.moveTo('2026-11-27T19:00:00Z');
    expect(await told(person)).toMatchObject([{ deadline: '2026-11-28T07:00:00.000Z' }]);
  });

  test('a turn was given up: opened at noon it waits for the draw of the day after', async () => {
    const person = await subscriber(around(1000));
    const family = await world.person();
    const application = await world.enqueue(family, '2022-05-05');
    await opens([await group()]);
    clock.set('2026-11-24T05:00:00Z');
    await core.applications.declineTurn(family.act, application);
    expect(await told(person)).toMatchObject([{ deadline: '2026-11-25T07:00:00.000Z' }]);
  });

  test('a referral was cancelled after its turn had ended', async () => {
    const person = await subscriber(around(1000));
    const family = await world.person();
    const application = await world.enqueue(family, '2022-05-05');
    const { id } = await group();
    await opens([{ id }]);
    await world.moveTo('2026-11-27T12:00:00Z');
    await world.choose(family, application, id);
    expect(await told()).toEqual([]);
    clock.set('2026-11-28T04:00:00Z');
    const referral = await db.prisma.referral.findFirstOrThrow({ where: { application_id: application } });
    await core.referrals.cancel(family.act, referral.id as never);
    expect((await db.prisma.place.findFirstOrThrow()).state).toBe('OPEN');
    expect(await told(person)).toHaveLength(1);
  });
});

describe('whom it suits', () => {
  test.each([
    ['the year', { ...around(1000), birthYear: 2022 }, true],
    ['another year', { ...around(1000), birthYear: 2021 }, false],
    ['any language', { ...around(1000), language: null }, true],
    ['the language', { ...around(1000), language: 'kk' as const }, true],
    ['another language', { ...around(1000), language: 'ru' as const }, false],
    ['only mixed groups', { ...around(1000), language: 'mixed' as const }, false],
    ['inside the radius', around(1000, 0.008), true],
    ['just outside of it', around(1000, 0.009), false],
    ['on the other side', around(1000, -0.008), true],
    ['far to the east', { around: { latitude: 51.1, longitude: 72 }, radius: 10_000 }, false],
    ['to the east, within', { around: { latitude: 51.1, longitude: 71.3 }, radius: 10_000 }, true],
  ])('%s: %o – %s', async (_what, wish, suits) => {
    const person = await subscriber(wish);
    await opens([await group()]);
    expect(await told(person)).toHaveLength(suits ? 1 : 0);
  });

  test('a mixed group suits both languages, a special one nobody', async () => {
    const [kk, ru] = [
      await subscriber({ ...around(1000), language: 'kk' }),
      await subscriber({ ...around(1000), language: 'ru' }),
    ];
    await opens([await group(2022, 'mixed'), await group(2022, 'kk', { type: 'SPECIAL' })]);
    expect(await told(kk)).toMatchObject([{ language: 'mixed', more: 0 }]);
    expect(await told(ru)).toHaveLength(1);
  });

  test('the named kindergarten and no other', async () => {
    const one = await group();
    const other = await group();
    const person = await subscriber({ kindergartenId: one.kindergarten });
    await opens([other]);
    expect(await told(person)).toEqual([]);
    await core.staff.publish(admin, one.id, 1);
    await world.moveTo('2026-11-25T02:00:00Z');
    expect(await told(person)).toMatchObject([{ kindergarten: one.kindergarten }]);
  });

  test('nobody whose subscription has ended, and nobody whose account is gone', async () => {
    const family = await world.person();
    const id = await core.kindergartens.subscribe(family.act, {
      birthYear: 2022,
      language: null,
      ...around(1000),
    });
    await core.kindergartens.unsubscribe(family.act, id);
    const gone = await subscriber(around(1000));
    await db.pool.query('UPDATE person SET deleted_at = now() WHERE id = $1', [gone]);
    await opens([await group()]);
    expect(await told()).toEqual([]);
  });

  test('only where the district offers it; in first-come districts there is no hour', async () => {
    const off = await world.district('OFF');
    const firstCome = await world.district('FCF', 'A_FIRST_COME');
    const person = await subscriber(around(1000));
    await db.pool.query(
      `INSERT INTO policy (district_id, key, value, valid_from, basis) VALUES ($1, 'notify.openPlaces', '"OFF"', '2026-01-01', 'K12')`,
      [off],
    );
    const silent = await group(2022, 'kk', { district: off });
    const open = await group(2022, 'ru', { district: firstCome });
    await opens([silent, open]);
    expect(await told(person)).toMatchObject([
      { kindergarten: open.kindergarten, language: 'ru', more: 0, deadline: null },
    ]);
  });
});

describe('not more often than it is of use', () => {
  const turnOf = async (at: string, groupId: string) => {
    const family = await world.person();
    const application = await world.enqueue(family, '2022-05-05');
    clock.set(at);
    await core.staff.publish(admin, groupId as never, 1);
    return { family, application };
  };

  test('a kindergarten, year and language once a day, and again the day after', async () => {
    const named = await group();
    const person = await subscriber({ kindergartenId: named.kindergarten });
    await core.kindergartens.subscribe(
      { personId: person, channel: 'WEB' },
      { birthYear: 2022, language: 'kk', ...around(5000) },
    );
    const first = await turnOf(START, named.id);
    const second = await turnOf(START, named.id);
    await world.moveTo(TUESDAY_7);
    for (const { family, application } of [first, second])
      await core.applications.declineTurn(family.act, application);
    expect(await db.prisma.place.count({ where: { state: 'OPEN' } })).toBe(2);
    expect(await told(person)).toHaveLength(1);
    const third = await turnOf('2026-11-24T05:00:00Z', named.id);
    await world.moveTo('2026-11-25T02:00:00Z');
    for (const id of [first, second, third]) {
      if ((await world.stateOf(id.application)) === 'NOTIFIED')
        await core.applications.declineTurn(id.family.act, id.application);
    }
    expect(await told(person)).toHaveLength(2);
  });

  test('a neighbourhood is one notice of the nearest, with the number of the others; what was told today is not news', async () => {
    const near = await group(2022, 'kk', { north: 0.005 });
    const far = await group(2022, 'kk', { north: 0.02 });
    await group(2022, 'ru', { kindergarten: near.kindergarten, north: 0.005 });
    const third = await group(2022, 'ru', { north: 0.01 });
    await group(2022, 'kk', { north: 0.5 });
    const person = await subscriber(around(5000));
    const family = await world.person();
    await opens([far, near, third], 3);
    expect(await told(person)).toMatchObject([{ kindergarten: near.kindergarten, language: 'kk', more: 2 }]);
    // Later on the same day a place opens in the nearest, which was told, and in the one that was only counted.
    const application = await world.enqueue(family, '2022-05-05');
    await core.staff.publish(admin, near.id, 1);
    await core.staff.publish(admin, far.id, 1);
    await db.pool.query("UPDATE place SET pick_opens_at = '2026-11-24T03:00:00Z' WHERE state = 'PUBLISHED'");
    await world.moveTo('2026-11-24T03:00:00Z');
    await core.applications.declineTurn(family.act, application);
    expect(await told(person)).toMatchObject([
      { kindergarten: near.kindergarten },
      { kindergarten: far.kindergarten, more: 0 },
    ]);
  });

  test('several named kindergartens are told of one by one', async () => {
    const [one, two] = [await group(), await group(2022, 'ru')];
    const person = await subscriber({ kindergartenId: one.kindergarten });
    await core.kindergartens.subscribe(
      { personId: person, channel: 'WEB' },
      { birthYear: 2022, language: null, kindergartenId: two.kindergarten },
    );
    await opens([one, two]);
    expect((await told(person)).map(({ kindergarten }) => kindergarten).sort()).toEqual(
      [one.kindergarten, two.kindergarten].sort(),
    );
  });
});

describe('delivery', () => {
  test('by Telegram, where the person lets it, and not at night', async () => {
    const person = await subscriber(around(1000));
    const quiet = await subscriber(around(1000));
    const at = clock.now();
    await db.prisma.messenger_account.createMany({
      data: [person, quiet].map((id, index) => ({
        channel: 'TELEGRAM',
        address: String(100 + index),
        person_id: id,
        logged_in_at: at,
        verified_at: at,
        created_at: at,
      })),
    });
    await db.pool.query('UPDATE person SET notify_messenger = false WHERE id = $1', [quiet]);
    await world.enqueue(await world.person(), '2022-05-05');
    await opens([await group()]);
    await world.moveTo('2026-11-27T19:00:00Z');
    expect((await told(person))[0]?.channels).toEqual(['TELEGRAM']);
    expect((await told(quiet))[0]?.channels).toEqual([]);
    const [delivery] = await db.prisma.delivery.findMany({ where: { notice: { code: 'N27' } } });
    expect(delivery?.run_at.toISOString()).toBe('2026-11-28T02:00:00.000Z');
  });

  test('500 places and 200 subscriptions are as many statements as one place and one subscription', async () => {
    const count = async (): Promise<number> => {
      const spy = vi.spyOn(pg.Client.prototype, 'query');
      clock.set(TUESDAY_7);
      await openDueTurns(db, clock.now);
      const calls = spy.mock.calls.length;
      spy.mockRestore();
      return calls;
    };
    const [first] = [await group()];
    await subscriber(around(9000));
    await core.staff.publish(admin, first.id, 1);
    const statements = await count();
    expect(await told()).toHaveLength(1);

    clock.set(START);
    await world.database.pool.query('TRUNCATE notice CASCADE');
    const people = await Promise.all(Array.from({ length: 20 }, () => world.person()));
    for (const { act } of people) {
      for (let n = 0; n < 10; n += 1) {
        const wish = { birthYear: 2022, language: (['kk', 'ru', null] as const)[n % 3] ?? null };
        await core.kindergartens.subscribe(act, { ...wish, ...around(4000 + n * 100) });
      }
    }
    for (let house = 0; house < 20; house += 1) {
      const { id } = await group(2022, house % 2 === 0 ? 'kk' : 'ru', { north: house / 1000 });
      await core.staff.publish(admin, id, 25);
    }
    expect(await db.prisma.place.count({ where: { state: 'PUBLISHED' } })).toBe(500);
    expect(await count()).toBe(statements);
    const notices = await told();
    // To each of the 20 both languages by the oldest subscription that has it; those for any language add nothing.
    const byPerson = Map.groupBy(
      notices.filter(({ person }) => people.some(({ personId }) => personId === person)),
      ({ person }) => person,
    );
    expect(byPerson.size).toBe(20);
    for (const own of byPerson.values()) {
      expect(own.map(({ language, more }) => `${language} ${more}`).sort()).toEqual(['kk 9', 'ru 9']);
    }
  });
});
