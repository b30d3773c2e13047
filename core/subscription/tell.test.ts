import { describe, expect, test } from 'vitest';
import { openingStage, TUESDAY_7 } from './testing/stage.ts';

const { world, core, db, clock, subscriber, around, told, group, opens, publish } = await openingStage();

describe('every way in which a place becomes open to all', () => {
  test('nobody waits for it; a place kept for a turn is no news', async () => {
    const person = await subscriber(around(1000));
    const waiting = await world.person();
    await world.enqueue(waiting, '2022-05-05');
    const { id, kindergarten } = await group();
    await publish(id, 1);
    await world.moveTo(TUESDAY_7);
    expect(await world.notices(waiting.personId)).toContain('N10');
    expect(await told()).toEqual([]);
    await publish(id, 1);
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
    await publish(one.id, 1);
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
