import { beforeEach, describe, expect, test } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { AlreadyApplied } from '../act.ts';
import type { KindergartenId, SubscriptionId } from '../ids.ts';
import type { SubscriptionWish } from './api.ts';

const world = await coreWorld({ preset: 'A_FIRST_COME' });
const { core, db } = world;
const { kindergartens } = core;
const refusedAs = (code: string, params?: object) =>
  expect.objectContaining({ name: 'Refusal', code, ...(params === undefined ? {} : { params }) });

/** In Kokshetau, where the points of these subscriptions are. */
async function house(name: string): Promise<KindergartenId> {
  const id = await world.kindergarten(name);
  await db.pool.query('UPDATE kindergarten SET latitude = 53.2833, longitude = 69.4 WHERE id = $1', [id]);
  return id;
}

beforeEach(async () => {
  await world.database.pool.query('TRUNCATE kindergarten, subscription, notice CASCADE');
});

describe('subscriptions', () => {
  const around = (radius = 2000, birthYear = 2022): SubscriptionWish => ({
    birthYear,
    language: 'kk',
    around: { latitude: 53.283_349, longitude: 69.400_51 },
    radius,
  });

  test('a point is kept to about a hundred metres, and listed with nothing that tells where it is', async () => {
    const family = await world.person();
    const id = await kindergartens.subscribe(family.act, around());
    const { rows } = await db.pool.query('SELECT latitude, longitude, radius_m FROM subscription');
    expect(rows).toEqual([{ latitude: 53.283, longitude: 69.401, radius_m: 2000 }]);
    expect(await kindergartens.subscriptions(family.act)).toEqual([
      { id, birthYear: 2022, language: 'kk', kindergarten: null, radius: 2000 },
    ]);
  });

  test('none twice, ten at most, and what was ended may be begun anew', async () => {
    const family = await world.person();
    const id = await house('Балдырған');
    const first = await kindergartens.subscribe(family.act, around());
    await expect(kindergartens.subscribe(family.act, around())).rejects.toEqual(
      refusedAs('subscription.twice'),
    );
    const named = { birthYear: 2022, language: null, kindergartenId: id } as const;
    await kindergartens.subscribe(family.act, named);
    await expect(kindergartens.subscribe(family.act, named)).rejects.toEqual(refusedAs('subscription.twice'));
    for (let km = 3; km <= 10; km += 1) await kindergartens.subscribe(family.act, around(km * 1000));
    await expect(kindergartens.subscribe(family.act, around(99_000))).rejects.toEqual(
      refusedAs('subscription.tooMany', { limit: 10 }),
    );
    await kindergartens.unsubscribe(family.act, first);
    await expect(kindergartens.unsubscribe(family.act, first)).rejects.toEqual(
      refusedAs('subscription.unknown'),
    );
    await kindergartens.subscribe(family.act, around());
    expect(await kindergartens.subscriptions(family.act)).toHaveLength(10);
  });

  test('two taps in the same moment make one, and eleven make ten', async () => {
    const family = await world.person();
    const same = await Promise.allSettled([1, 2, 3].map(() => kindergartens.subscribe(family.act, around())));
    expect(same.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const many = await Promise.allSettled(
      Array.from({ length: 11 }, (_, n) => kindergartens.subscribe(family.act, around(3000 + n))),
    );
    expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(9);
  });

  test("nobody ends another's, and a repeated message does nothing", async () => {
    const [mine, other] = [await world.person(), await world.person()];
    const id = await kindergartens.subscribe(mine.act, around());
    for (const wrong of [id, world.random() as SubscriptionId])
      await expect(kindergartens.unsubscribe(other.act, wrong)).rejects.toEqual(
        refusedAs('subscription.unknown'),
      );
    await db.pool.query("INSERT INTO inbox (message_id, lane, received_at) VALUES (7, '1', now())");
    const asked = { ...mine.act, messageId: 7n };
    await kindergartens.unsubscribe(asked, id);
    await expect(kindergartens.unsubscribe(asked, id)).rejects.toBeInstanceOf(AlreadyApplied);
    await expect(kindergartens.subscribe(asked, around())).rejects.toBeInstanceOf(AlreadyApplied);
    expect(await kindergartens.subscriptions(mine.act)).toEqual([]);
  });

  test('where the district gives no such notices, that is said at once', async () => {
    const family = await world.person();
    const id = await house('Балдырған');
    await db.pool.query(
      `INSERT INTO policy (district_id, key, value, valid_from, basis) VALUES ($1, 'notify.openPlaces', '"OFF"', '2026-01-01', 'K12')`,
      [world.districtId],
    );
    const named = { birthYear: 2022, language: null, kindergartenId: id } as const;
    await expect(kindergartens.subscribe(family.act, named)).rejects.toEqual(refusedAs('subscription.off'));
    await expect(kindergartens.subscribe(family.act, around())).rejects.toEqual(
      refusedAs('subscription.off'),
    );
    const far = { ...around(), around: { latitude: 43.2, longitude: 76.9 } };
    await kindergartens.subscribe(family.act, far);
    const unknown = { ...named, kindergartenId: world.random() as KindergartenId };
    await expect(kindergartens.subscribe(family.act, unknown)).rejects.toEqual(
      refusedAs('kindergarten.unknown'),
    );
    await db.pool.query("DELETE FROM policy WHERE key = 'notify.openPlaces'");
  });
});
