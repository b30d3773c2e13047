import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, type Family, freshIin } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { civil } from '../calendar/civil-date.ts';
import type { DistrictId } from '../ids.ts';
import type { Iin } from '../people/iin.ts';
import { Refusal } from '../refusal.ts';
import { ageLimit } from './age.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db } = world;
const family = await world.person();
const stranger = await world.person();

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

/** How a call ended: `done`, or the code of its refusal with what it tells. Whatever else is thrown fails the test. */
async function ending(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return [error.code, ...Object.values(error.params)].join(' ');
    throw error;
  }
}

const register = (who: Family, childIin: string, districtId: DistrictId = world.districtId) =>
  ending(core.applications.register(who.act, { childIin, districtId }));

/** A child of `who` that the registry knows, born on this day. */
async function born(birth: string, who: Family = family): Promise<Iin> {
  const iin = freshIin(birth);
  await world.born(who, iin, birth);
  return iin;
}

describe('registration refuses', () => {
  it('what is no IIN', async () => {
    const iin = freshIin('2023-05-14');
    const mistyped = `${iin.slice(0, 11)}${(Number(iin[11]) + 1) % 10}`;
    for (const text of [
      '',
      '123',
      '23051455012X',
      'двенадцать',
      '000000000000',
      mistyped,
      "'; DROP TABLE child; --",
    ]) {
      expect(await register(family, text), text).toMatch(/^iin\./);
    }
  });

  it('a child who is not born yet, is unknown to the registry, or is not the applicant’s', async () => {
    expect(await register(family, await born('2026-11-24'))).toBe('child.bornInFuture');
    expect(await register(family, freshIin('2023-05-14'))).toBe('child.notInRegistry');
    expect(await register(stranger, await born('2023-05-14'))).toBe('child.notYours');
    expect(await register(family, family.iin)).toBe('login.own');
  });

  it('a child past the age limit, and takes one on its last day', async () => {
    // Six years, to the end of the month (K3): born in October 2020 it ended on 31 October 2026.
    expect(await register(family, await born('2020-10-31'))).toBe('child.tooOld 2026-10-31');
    expect(await register(family, await born('2020-11-01'))).toBe('done');
  });

  it('an unknown district', async () => {
    const nowhere = '00000000-0000-7000-8000-000000000000' as DistrictId;
    expect(await register(family, await born('2023-05-14'), nowhere)).toBe('district.unknown');
  });

  it('a child who is in this queue already, also for the other parent; not for another district', async () => {
    const iin = await born('2023-05-14');
    expect(await register(family, iin)).toBe('done');
    const { number } = await db.prisma.application.findFirstOrThrow({ orderBy: { id: 'desc' } });
    await world.born(stranger, iin, '2023-05-14');
    expect(await register(family, iin)).toBe(`application.duplicate ${number}`);
    // The other parent is not told its number.
    expect(await register(stranger, iin)).toBe('application.others');
    expect(await register(stranger, iin, await world.district('KSH'))).toBe('done');
  });
});

describe('registration at the same moment', () => {
  it('makes one application, whichever parent was first, and one child for two districts', async () => {
    const second = await world.district('STP');
    for (let round = 0; round < 5; round += 1) {
      const iin = await born('2023-05-14');
      await world.born(stranger, iin, '2023-05-14');
      const endings = await Promise.all([
        register(family, iin),
        register(stranger, iin),
        register(family, iin),
        register(stranger, iin, second),
        register(family, iin, second),
      ]);
      const ended = Map.groupBy(endings, (text) =>
        /^application\.(duplicate|others)/.test(text) ? 'refused' : text,
      );
      expect(ended.get('done')).toHaveLength(2);
      expect(ended.get('refused')).toHaveLength(3);
    }
  });

  it('lets either the undo or the other parent’s registration stand', async () => {
    const iin = await born('2023-05-14');
    await world.born(stranger, iin, '2023-05-14');
    const { id } = await core.applications.register(family.act, {
      childIin: iin,
      districtId: world.districtId,
    });
    await core.applications.withdraw(family.act, id);
    const endings = await Promise.all([
      ending(core.applications.undoWithdrawal(family.act, id)),
      register(stranger, iin),
    ]);
    expect(endings.sort()).toEqual(['application.others', 'done']);
  });

  it('keeps everybody’s place: as many numbers as children, by the time of registration', async () => {
    const district = await world.district('ZHR');
    const iins = await Promise.all(Array.from({ length: 8 }, () => born('2022-03-03')));
    await Promise.all(iins.map((iin) => register(family, iin, district)));
    const rows = await db.prisma.application.findMany({ where: { district_id: district } });
    expect(new Set(rows.map((row) => row.number)).size).toBe(8);
    const places = await Promise.all(
      rows.map(
        async (row) => (await core.queues.position(family.personId, row.id as never)).position?.common,
      ),
    );
    expect(places.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('the age limit (K3)', () => {
  const limit = (birth: string, mode: 'END_OF_MONTH' | 'FIRST_OF_SEPTEMBER') =>
    ageLimit(civil(birth), { 'age.maxYears': 6, 'age.removalMode': mode });

  it('is the end of the birthday’s month, or the first of September on or after it', () => {
    expect(limit('2020-10-31', 'END_OF_MONTH')).toBe('2026-10-31');
    expect(limit('2020-02-29', 'END_OF_MONTH')).toBe('2026-02-28');
    expect(limit('2020-09-01', 'FIRST_OF_SEPTEMBER')).toBe('2026-09-01');
    expect(limit('2020-09-02', 'FIRST_OF_SEPTEMBER')).toBe('2027-09-01');
  });
});

describe('a registration brought in from long ago', () => {
  it('stands in its old place and has a full term to confirm interest', async () => {
    const district = await world.district('ARS');
    const later = await world.enqueue(family, '2023-05-14', { district });
    const earlier = await world.enqueue(family, '2023-05-14', { district, at: '2025-01-10T05:00:00Z' });
    await world.moveTo('2026-11-23T05:01:00Z');
    expect(await world.stateOf(earlier)).toBe('QUEUED');
    expect((await core.queues.position(family.personId, earlier)).position).toMatchObject({
      common: 1,
      service: 1,
    });
    expect((await core.queues.position(family.personId, later)).position).toMatchObject({
      common: 2,
      service: 2,
    });
    const card = await core.applications.card(family.personId, earlier);
    expect(card.interestDueAt.toISOString()).toBe('2027-11-23T18:59:59.999Z');
  });

  it('prints a number that counts everybody who keeps a place, newborns and the stop-listed too (S1 step 13)', async () => {
    const districtId = await world.district('ZHS');
    const numbers: (number | null)[] = [];
    for (const birth of ['2026-01-10', '2026-02-11', '2026-03-12']) {
      const { position } = await core.applications.register(family.act, {
        childIin: await born(birth),
        districtId,
      });
      numbers.push(position);
    }
    expect(numbers).toEqual([1, 2, 3]);
  });
});
