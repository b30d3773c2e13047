import { beforeEach } from 'vitest';
import { coreWorld } from '../../../local/testing/core-world.ts';
import type { Act } from '../../act.ts';
import type { DistrictId, KindergartenId, PersonId } from '../../ids.ts';
import type { SubscriptionWish } from '../api.ts';

/** Monday 23 November 2026, 10:00 in Kazakhstan. */
export const START = '2026-11-23T05:00:00Z';
export const TUESDAY_7 = '2026-11-24T02:00:00Z';
/** Where the kindergartens stand; 0.01 degrees of latitude are 1,112 m. */
const HERE = { latitude: 51.1, longitude: 71.2 };

/** Subscribers and places that open, over a database of their own. Call at the top level of a test file. */
export async function openingStage() {
  const world = await coreWorld({ start: START });
  const { core, db, clock } = world;
  let admin: Act;

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
    for (const { id } of groups) await publish(id, count);
    await world.moveTo(TUESDAY_7);
  }

  /** Into the bulletin, as the region's administrator does it. */
  const publish = (groupId: string, count: number) => core.staff.publish(admin, groupId as never, count);

  return { world, core, db, clock, subscriber, around, told, group, opens, publish };
}
