import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attendingWorld } from '../../local/testing/attending.ts';
import { coreWorld, type Family } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import type { WaitlistEntryId } from '../ids.ts';
import { type Counts, isAhead, kinds, positionOf, type Standing } from './order.ts';

const w = await attendingWorld(await coreWorld({ preset: 'A_WAITLIST', start: '2026-11-16T04:00:00Z' }));
await w.set('waitlist.siblingsFirst', true);

const NOBODY: Counts = {
  extraordinary: 0,
  priority: 0,
  common: 0,
  own_extraordinary: 0,
  own_priority: 0,
  own_common: 0,
};

const count = (some: readonly Standing[]): Counts => {
  const counts: Record<keyof Counts, number> = { ...NOBODY };
  for (const { sibling, benefitClass } of some) {
    const name = `${sibling ? 'own_' : ''}${benefitClass.toLowerCase()}` as keyof Counts;
    counts[name] += 1;
  }
  return counts;
};

const list = fc.array(fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(5) }), {
  minLength: 1,
  maxLength: 20,
});
const policies = fc.record({
  'waitlist.order': fc.constantFrom('CLASSES' as const, 'TIME' as const),
  'waitlist.siblingsFirst': fc.boolean(),
});

describe('the order of a list', () => {
  test('the place by counts is the place by comparing each with each', () => {
    fc.assert(
      fc.property(list, policies, (drawn, policy) => {
        const all = drawn.map(
          ({ kind, at }, n): Standing => ({
            ...kind,
            id: String(n).padStart(3, '0') as WaitlistEntryId,
            joinedAt: new Date(at * 1000),
          }),
        );
        for (const mine of all) {
          const earlier = all.filter(
            (other) =>
              other.joinedAt < mine.joinedAt || (+other.joinedAt === +mine.joinedAt && other.id < mine.id),
          );
          const brute = all.filter((other) => isAhead(other, mine, policy)).length + 1;
          expect(positionOf(mine, count(all), count(earlier), policy)).toBe(brute);
        }
      }),
    );
  });

  test('brothers and sisters first, where the district says so: by number, by offer, and as soon as it is true', async () => {
    const home = await w.house('Күншуақ', 60);
    const wished = await w.house('Жұлдыз');
    const little = await w.house('Жұлдыз, кіші топ', 25, 2021);
    await w.db.prisma.kindergarten_group.update({
      where: { id: little.group },
      data: { kindergarten_id: wished.id },
    });
    const nursery = { ...little, id: wished.id, head: wished.head };
    const join = async (family: Family, benefit: 'COMMON' | 'PRIORITY') => {
      const id = await w.attend(family, home, { benefit });
      return { family, id };
    };
    const first = await join(await w.person(), 'COMMON');
    const second = await join(await w.person(), 'PRIORITY');
    const third = await join(await w.person(), 'COMMON');
    const children = [first, second, third];
    for (const { family, id } of children) {
      await w.join(family, id, wished);
      w.advance(1000);
    }
    const places = async () =>
      Promise.all(children.map(async ({ family, id }) => (await w.entryOf(family, id, wished)).position));
    expect(await places()).toEqual([2, 1, 3]);
    // The brother of the third is taken by the wished kindergarten, in a group of another year.
    await w.attend(third.family, nursery, { birth: '2021-06-01' });
    expect(await places()).toEqual([3, 2, 1]);
    const whyOf = async ({ family, id }: typeof first) =>
      w.core.waitlists.why(family.personId, (await w.entryOf(family, id, wished)).id);
    const own = await whyOf(third);
    expect([own.before, own.now, own.causes]).toEqual([3, 1, [{ cause: 'OWN', count: 1, by: -2 }]]);
    const behind = await whyOf(first);
    expect(behind.causes.toSorted((a, b) => a.cause.localeCompare(b.cause))).toEqual([
      { cause: 'JOINED_AHEAD', count: 1, by: 1 },
      { cause: 'MOVED_AHEAD', count: 1, by: 1 },
    ]);
    expect([behind.before, behind.now]).toEqual([1, 3]);
    await w.core.staff.publish(w.operator, wished.group, 1);
    expect((await w.entryOf(third.family, third.id, wished)).state).toBe('PLACE_AVAILABLE');
    expect(await sanityChecks(w.db)).toEqual([]);
  });
});
