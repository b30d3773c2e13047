import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, type Family, freshIin } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { addDays, at as atTime, localDate } from '../calendar/civil-date.ts';
import type { ApplicationId, GroupId } from '../ids.ts';
import { Refusal } from '../refusal.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;
const admin = await world.staff({ admin: true });

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

let districts = 0;

/** A district with open places – `one` in the first group, `two` in the second – published before anybody waited. */
async function withOpenPlaces(one: number, two: number) {
  districts += 1;
  const district = await world.district(`W${String.fromCharCode(64 + districts)}S`);
  const garden = await world.kindergarten('Балдырған', district);
  const groups = [await world.group(garden, 2023), await world.group(garden, 2023)] as const;
  if (one > 0) await core.staff.publish(admin, groups[0], one);
  const { pickOpensAt } = await core.staff.publish(admin, groups[1], Math.max(two, 1));
  // Open from 07:00 of one day; the draws of the next day take them for certain.
  await world.moveTo(pickOpensAt);
  await world.moveTo(new Date(pickOpensAt.getTime() + 6 * 3_600_000));
  if (two === 0) await core.staff.withdraw(admin, groups[1], 1, 'test');
  return { district, groups };
}

async function family(
  district: Awaited<ReturnType<typeof withOpenPlaces>>['district'],
  benefit?: 'PRIORITY' | 'EXTRAORDINARY',
) {
  clock.set(new Date(clock.now().getTime() + 1000));
  const parent = await world.person();
  const id = await world.enqueue(parent, '2023-05-14', { district, ...(benefit ? { benefit } : {}) });
  return { parent, id };
}

async function wish(parent: Family, id: ApplicationId, groups: readonly GroupId[]): Promise<string> {
  try {
    const prepared = await core.signing.prepareWishes(parent.act, id, groups);
    await core.signing.sign(parent.act, prepared.id, world.lastCode(parent.phone));
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

const nextNoon = () =>
  atTime(
    addDays(localDate(clock.now()), clock.now() < atTime(localDate(clock.now()), '12:00') ? 0 : 1),
    '12:00',
  );
const placeOf = async (id: ApplicationId): Promise<string | null> => {
  const row = await db.prisma.referral.findFirst({
    where: { application_id: id, closed_at: null },
    include: { place: true },
  });
  return row?.place.group_id ?? null;
};

describe('the sealed draw (DOMAIN §7.5)', () => {
  it('gives places in the order of turns, each child the best of its wishes that is left', async () => {
    const { district, groups } = await withOpenPlaces(1, 1);
    const [a, b, c] = [await family(district), await family(district), await family(district)];
    const urgent = await family(district, 'EXTRAORDINARY');
    for (const { parent, id } of [c, b, a]) expect(await wish(parent, id, groups)).toBe('done');
    expect(await wish(urgent.parent, urgent.id, [groups[1]])).toBe('done');
    await world.moveTo(new Date(nextNoon().getTime() - 1));
    expect(await placeOf(urgent.id)).toBeNull();
    await world.moveTo(nextNoon());
    expect(await Promise.all([urgent, a, b, c].map(({ id }) => placeOf(id)))).toEqual([
      groups[1],
      groups[0],
      null,
      null,
    ]);
    expect((await world.notices(b.parent.personId)).at(-1)).toBe('N27l');
    const outcomes = await db.prisma.wish.groupBy({
      by: ['outcome'],
      _count: true,
      where: { queue: { district_id: district } },
    });
    expect(outcomes.map((row) => `${row.outcome} ${row._count}`).sort()).toEqual(['LOST 5', 'WON 2']);
  });

  it('takes the list that was signed last, and none after noon', async () => {
    const { district, groups } = await withOpenPlaces(1, 1);
    const { parent, id } = await family(district);
    expect(await wish(parent, id, [groups[0]])).toBe('done');
    clock.set(new Date(clock.now().getTime() + 61_000));
    expect(await wish(parent, id, [groups[1]])).toBe('done');
    const late = await family(district);
    const noon = nextNoon();
    await world.moveTo(noon);
    expect(await placeOf(id)).toBe(groups[1]);
    expect(await wish(late.parent, late.id, [groups[0]])).toBe('done');
    await world.moveTo(noon);
    expect(await placeOf(late.id)).toBeNull();
    await world.moveTo(addDaysTo(noon, 1));
    expect(await placeOf(late.id)).toBe(groups[0]);
  });

  it('passes over who has a turn, has left, or has a referral elsewhere; and tells none of them that others were ahead', async () => {
    const { district, groups } = await withOpenPlaces(1, 0);
    const [turn, left] = [await family(district), await family(district)];
    const elsewhere = await withOpenPlaces(0, 1);
    const iin = freshIin('2023-03-03');
    const away = await world.person();
    const awayHere = await world.enqueue(away, '2023-03-03', { district, iin });
    const awayThere = await world.enqueue(away, '2023-03-03', { district: elsewhere.district, iin });
    const last = await family(district);
    // The other district draws in the same minute: its referral stands before this draw, whichever comes first.
    expect(await wish(away, awayThere, [elsewhere.groups[1]])).toBe('done');
    clock.set(new Date(clock.now().getTime() + 61_000));
    for (const { parent, id } of [turn, left, last]) expect(await wish(parent, id, [groups[0]])).toBe('done');
    expect(await wish(away, awayHere, [groups[0]])).toBe('done');
    await core.applications.withdraw(left.parent.act, left.id);
    const noon = nextNoon();
    await core.staff.publish(admin, groups[1], 1);
    await db.prisma.place.updateMany({
      where: { group_id: groups[1], state: 'PUBLISHED' },
      data: { pick_opens_at: clock.now() },
    });
    await world.moveTo(new Date(noon.getTime() - 1));
    expect(await world.stateOf(turn.id)).toBe('NOTIFIED');
    expect(await wish(turn.parent, turn.id, [groups[0]])).toBe('wishes.noRound');
    await Promise.all(
      [1, 2].map(() => {
        clock.set(noon);
        return core.jobs.sweep();
      }),
    );
    await world.moveTo(noon);
    const referrals = await db.prisma.referral.findMany({
      where: { application_id: { in: [awayHere, awayThere] }, closed_at: null },
    });
    expect(referrals).toHaveLength(1);
    expect((await placeOf(last.id)) !== null || (await placeOf(awayHere)) !== null).toBe(true);
    expect(await world.notices(turn.parent.personId)).not.toContain('N27l');
    expect(await world.notices(left.parent.personId)).not.toContain('N27l');
  });

  it('does not take a place that opened after the morning of the day', async () => {
    const { district, groups } = await withOpenPlaces(1, 0);
    const { parent, id } = await family(district);
    const place = await db.prisma.place.findFirstOrThrow({ where: { group_id: groups[0] } });
    const noon = nextNoon();
    await db.prisma.place.update({
      where: { id: place.id },
      data: { opened_at: new Date(atTime(localDate(noon), '07:00').getTime() + 1) },
    });
    expect(await wish(parent, id, [groups[0]])).toBe('wishes.noRound');
    await db.prisma.place.update({
      where: { id: place.id },
      data: { opened_at: atTime(localDate(noon), '07:00') },
    });
    clock.set(new Date(clock.now().getTime() + 61_000));
    expect(await wish(parent, id, [groups[0]])).toBe('done');
    await world.moveTo(noon);
    expect(await placeOf(id)).toBe(groups[0]);
  });
});

function addDaysTo(instant: Date, days: number): Date {
  return new Date(instant.getTime() + days * 86_400_000);
}
