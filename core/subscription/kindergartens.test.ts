import { beforeEach, describe, expect, test } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import type { KindergartenId } from '../ids.ts';
import type { KindergartenView } from './api.ts';

const world = await coreWorld({ preset: 'A_FIRST_COME' });
const { core, db } = world;
const { kindergartens } = core;
const refusedAs = (code: string, params?: object) =>
  expect.objectContaining({ name: 'Refusal', code, ...(params === undefined ? {} : { params }) });

/** The main square of Kokshetau. */
const SQUARE = { latitude: 53.2833, longitude: 69.4 };

beforeEach(async () => {
  await world.database.pool.query('TRUNCATE kindergarten CASCADE');
  // A minute later, so that names are read anew.
  world.clock.set(new Date(world.clock.now().getTime() + 61_000));
});

async function house(
  name: string,
  more: Partial<{ latitude: number; longitude: number; address: string; ru: string; kk: string }> = {},
): Promise<KindergartenId> {
  const id = await world.kindergarten(name);
  const { address, latitude = SQUARE.latitude, longitude = SQUARE.longitude } = more;
  await db.prisma.kindergarten.update({
    where: { id },
    data: {
      latitude,
      longitude,
      ...(address === undefined ? {} : { address_kk: address, address_ru: address }),
      ...(more.ru === undefined ? {} : { name_ru: more.ru }),
      ...(more.kk === undefined ? {} : { name_kk: more.kk }),
    },
  });
  return id;
}

const short = (views: readonly KindergartenView[]) => views.map(({ name }) => /«(.+)»/.exec(name.kk)?.[1]);

/** Places of a group in a state, as core would leave them. */
async function places(groupId: string, state: 'OPEN' | 'PRIORITY', count: number): Promise<void> {
  await db.pool.query(
    `WITH g AS (SELECT g.*, k.district_id FROM kindergarten_group g JOIN kindergarten k ON k.id = g.kindergarten_id WHERE g.id = $1),
       q AS (INSERT INTO queue (district_id, birth_year, group_type) SELECT district_id, birth_year, group_type FROM g
             ON CONFLICT (district_id, birth_year, group_type) DO UPDATE SET birth_year = excluded.birth_year RETURNING id)
     INSERT INTO place (group_id, kindergarten_id, queue_id, language, state, state_since, declared_at, published_at, opened_at, priority_until)
     SELECT g.id, g.kindergarten_id, q.id, g.language, $2, now(), now(), now(), now(), now() FROM g, q, generate_series(1, $3)`,
    [groupId, state, count],
  );
}

describe('near', () => {
  test('the distance is that of the great circle, the nearest first', async () => {
    // One degree of longitude at this latitude, and one of latitude; figures of the law of cosines, not of the formula used.
    await house('Алыс', { longitude: 70.4 });
    await house('Солтүстік', { latitude: 54.2833 });
    await house('Осында');
    await house('Жақын', { latitude: 53.2923 });
    const { items, total } = await kindergartens.near(SQUARE, {}, 0);
    expect(short(items)).toEqual(['Осында', 'Жақын', 'Алыс', 'Солтүстік']);
    expect(items.map(({ distance }) => Math.round(distance ?? -1))).toEqual([0, 1001, 66_478, 111_195]);
    expect(total).toBe(4);
    // Across the date line and from the other side of the world nothing breaks.
    const opposite = await kindergartens.near({ latitude: -53.2833, longitude: -110.6 }, {}, 0);
    expect(Math.round((opposite.items.at(-1)?.distance ?? 0) / 1000)).toBe(20_015);
  });

  test('shows the groups by year and language with free places and load; special groups and closed houses are not there', async () => {
    const id = await house('Балдырған');
    const kk = await world.group(id, 2023, 'kk', 20);
    const second = await world.group(id, 2023, 'kk', 20);
    const ru = await world.group(id, 2022, 'ru', 25);
    const special = await world.group(id, 2023, 'ru', 10);
    await db.pool.query(`UPDATE kindergarten_group SET group_type = 'SPECIAL' WHERE id = $1`, [special]);
    await db.pool.query('UPDATE kindergarten_group SET enrolled = 18 WHERE id = ANY ($1)', [[kk, second]]);
    await db.pool.query('UPDATE kindergarten_group SET enrolled = 25 WHERE id = $1', [ru]);
    await places(kk, 'OPEN', 1);
    await places(second, 'OPEN', 1);
    await places(second, 'PRIORITY', 2);
    await places(special, 'OPEN', 3);
    const closed = await house('Жабық');
    await db.pool.query('UPDATE kindergarten SET is_active = false WHERE id = $1', [closed]);
    const { items, total } = await kindergartens.near(SQUARE, {}, 0);
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      groups: [
        { birthYear: 2023, language: 'kk', open: 2, priority: 2, capacity: 40, enrolled: 36 },
        { birthYear: 2022, language: 'ru', open: 0, priority: 0, capacity: 25, enrolled: 25 },
      ],
      free: 4,
    });
    expect(items[0]?.load).toBeCloseTo(61 / 65);
    expect((await kindergartens.near(SQUARE, { birthYear: 2022 }, 0)).items[0]).toMatchObject({
      free: 0,
      load: 1,
    });
    expect((await kindergartens.near(SQUARE, { birthYear: 2022, onlyFree: true }, 0)).items).toEqual([]);
    expect((await kindergartens.near(SQUARE, { language: 'ru', onlyFree: true }, 0)).items).toEqual([]);
    expect((await kindergartens.near(SQUARE, { language: 'kk', onlyFree: true }, 0)).total).toBe(1);
    expect((await kindergartens.near(SQUARE, { birthYear: 2021 }, 0)).items).toEqual([]);
    await expect(kindergartens.one(closed)).rejects.toEqual(refusedAs('kindergarten.unknown'));
  });

  test('comes in pages; a page that is no more is the first, and a page is never the whole country', async () => {
    for (let i = 0; i < 23; i += 1) await house(`Бала ${i}`, { latitude: 53 + i / 1000 });
    const last = await kindergartens.near(SQUARE, {}, 4);
    expect(last).toMatchObject({ page: 4, pages: 5, total: 23 });
    expect(last.items).toHaveLength(3);
    expect((await kindergartens.near(SQUARE, {}, 99)).page).toBe(0);
    expect((await kindergartens.near(SQUARE, {}, 0, 1000)).items).toHaveLength(20);
  });
});

describe('find', () => {
  beforeEach(async () => {
    await house('Балдырған', { address: 'Көкшетау, Абай көшесі, 15' });
    await house('Айгөлек', { address: 'Степногорск, Балдырған көшесі, 3', ru: 'Ясли-сад «Колобок»' });
    await house('Кіші Балдырған', { address: 'Ақкөл, Ұлы Дала, 7' });
    await house('№5 Күншуақ', { address: 'Щучинск, Әуезов, 1' });
  });

  test.each([
    ['балдырган', ['Балдырған', 'Кіші Балдырған', 'Айгөлек']],
    ['БАЛДЫР', ['Балдырған', 'Кіші Балдырған', 'Айгөлек']],
    ['«Балдырған»', ['Балдырған', 'Кіші Балдырған', 'Айгөлек']],
    ['балдыркан', []],
    ['балдырған кіші', ['Кіші Балдырған']],
    ['кокшетау балдырган', ['Балдырған']],
    ['колобок', ['Айгөлек']],
    ['ясли колоб', ['Айгөлек']],
    ['куншуак', ['№5 Күншуақ']],
    ['КҮНШУАҚ №5', ['№5 Күншуақ']],
    ['5', ['№5 Күншуақ', 'Балдырған']],
    ['ауезов', ['№5 Күншуақ']],
    ['улы дала', ['Кіші Балдырған']],
    ['', []],
    ['   «»  ', []],
    ['%', []],
    ['_алдырқан', []],
    ["'; DROP TABLE place; --", []],
    [`${'а'.repeat(5000)}`, []],
  ])('%j', async (text, names) => {
    expect(short(await kindergartens.find(text))).toEqual(names);
  });

  test('at most as many as asked for, twenty at most, without a distance', async () => {
    for (let i = 0; i < 30; i += 1) await house(`Бөбек ${i}`);
    world.clock.set(new Date(world.clock.now().getTime() + 61_000));
    expect(await kindergartens.find('бобек')).toHaveLength(20);
    expect(await kindergartens.find('бобек', 100)).toHaveLength(20);
    const [only, ...others] = await kindergartens.find('бобек 7', 1);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ name: { kk: '«Бөбек 7» балабақшасы' }, distance: null });
  });

  test('a new kindergarten is found after a minute, free places at once', async () => {
    expect(await kindergartens.find('жулдыз')).toEqual([]);
    const id = await house('Жұлдыз');
    const group = await world.group(id, 2023);
    expect(await kindergartens.find('жулдыз')).toEqual([]);
    world.clock.set(new Date(world.clock.now().getTime() + 61_000));
    expect((await kindergartens.find('жулдыз'))[0]?.free).toBe(0);
    await places(group, 'OPEN', 2);
    expect((await kindergartens.find('жулдыз'))[0]?.free).toBe(2);
    // A clock set back does not keep the old names for ever.
    await db.pool.query(`UPDATE kindergarten SET name_kk = '«Шұғыла» балабақшасы' WHERE id = $1`, [id]);
    world.clock.set(new Date(world.clock.now().getTime() - 3_600_000));
    expect(short(await kindergartens.find('шугыла'))).toEqual(['Шұғыла']);
  });
});

describe('from where, and what for', () => {
  test('the own homes, years and offers, and the districts at their middle kindergarten', async () => {
    const family = await world.person();
    const other = await world.person();
    const id = await house('Балдырған', { latitude: 51 });
    await house('Ортада', { latitude: 52 });
    await house('Шетте', { latitude: 60 });
    const application = await world.enqueue(family, '2022-03-04');
    await world.enqueue(other, '2023-03-04');
    await db.pool.query('UPDATE application SET home_latitude = 51.1, home_longitude = 71.4 WHERE id = $1', [
      application,
    ]);
    expect(await kindergartens.origins(family.personId)).toEqual({
      years: [2022],
      homes: [
        expect.objectContaining({
          applicationId: application,
          childName: 'Нұрлан',
          point: { latitude: 51.1, longitude: 71.4 },
        }),
      ],
      districts: [
        {
          id: world.districtId,
          name: expect.anything(),
          centre: { latitude: 52, longitude: SQUARE.longitude },
        },
      ],
    });
    const fits = await world.group(id, 2022, 'kk');
    const older = await world.group(id, 2021, 'kk');
    await places(older, 'OPEN', 1);
    expect(await kindergartens.offers(family.personId, id)).toEqual([]);
    await places(fits, 'OPEN', 3);
    expect(await kindergartens.offers(family.personId, id)).toEqual([
      expect.objectContaining({ applicationId: application, groupId: fits, language: 'kk', birthYear: 2022 }),
    ]);
    expect(await kindergartens.offers(other.personId, id)).toEqual([]);
  });
});
