import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, type Family, freshIin } from '../local/testing/core-world.ts';
import { wrongNumbers } from '../local/testing/positions.ts';
import { sanityChecks } from './audit/sanity.ts';
import { addDays, at as atTime, localDate } from './calendar/civil-date.ts';
import type { ApplicationId, GroupId, ReferralId } from './ids.ts';
import { Refusal } from './refusal.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;
const admin = await world.staff({ admin: true });
const BIRTH = '2023-05-14';
const ROUNDS = 4;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  expect(await wrongNumbers(db)).toEqual([]);
});

/** All at the same moment: how each ended, in order. Whatever is no Refusal fails the test. */
async function race(...works: (() => Promise<unknown>)[]): Promise<string[]> {
  const settled = await Promise.allSettled(works.map((work) => work()));
  return settled.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    if (result.reason instanceof Refusal) return result.reason.code;
    throw result.reason;
  });
}

let districts = 0;

async function stage(preset?: string) {
  districts += 1;
  const a = String.fromCharCode(65 + Math.floor(districts / 26));
  const district = await world.district(`${a}${String.fromCharCode(65 + (districts % 26))}R`, preset);
  const garden = await world.kindergarten('Балдырған', district);
  const head = await world.staff({ head: garden });
  return { district, head, one: await world.group(garden, 2023), two: await world.group(garden, 2023) };
}

async function nextMorning(): Promise<void> {
  await world.moveTo(new Date(atTime(addDays(localDate(clock.now()), 1), '07:00').getTime() + 1000));
}

const sign = async (family: Family, id: ApplicationId, group: GroupId) => {
  const prepared = await core.signing.prepareChoice(family.act, id, group);
  const code = world.lastCode(family.phone);
  return () => core.signing.sign(family.act, prepared.id, code);
};
const referralOf = async (family: Family, id: ApplicationId) => {
  const view = await core.referrals.ofApplication(family.personId, id);
  if (view === null) throw new Error('no referral');
  return view.id as ReferralId;
};
const liveReferrals = (ids: readonly string[]) =>
  db.prisma.referral.count({ where: { application_id: { in: [...ids] }, closed_at: null } });

/** A family whose child has just taken a place in its turn. */
async function referred() {
  const { district, head, one } = await stage();
  const family = await world.person();
  const id = await world.enqueue(family, BIRTH, { district });
  await core.staff.publish(admin, one, 1);
  await nextMorning();
  await world.choose(family, id, one);
  return { family, id, head, group: one, district, referral: await referralOf(family, id) };
}

describe('the last place', () => {
  it('goes to one of two parents with a turn; the other keeps the turn and takes another place', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { district, one, two } = await stage();
      const families = [await world.person(), await world.person()] as const;
      const a = await world.enqueue(families[0], BIRTH, { district });
      const b = await world.enqueue(families[1], BIRTH, { district });
      await core.staff.publish(admin, one, 1);
      await core.staff.publish(admin, two, 1);
      await nextMorning();
      const ended = await race(await sign(families[0], a, one), await sign(families[1], b, one));
      expect([...ended].sort()).toEqual(['choice.taken', 'done']);
      const loser = ended[0] === 'done' ? 1 : 0;
      const other = [a, b][loser] as ApplicationId;
      expect(await world.stateOf(other)).toBe('NOTIFIED');
      clock.set(new Date(clock.now().getTime() + 61_000));
      await world.choose(families[loser], other, two);
      expect(await liveReferrals([a, b])).toBe(2);
    }
  });

  it('goes to one of four in the first-come open phase', async () => {
    const { district, one } = await stage('A_FIRST_COME');
    await core.staff.publish(admin, one, 1);
    // Nobody waits yet for a child of this year: the place opens to all.
    await nextMorning();
    const families: Family[] = [];
    const ids: ApplicationId[] = [];
    for (let i = 0; i < 4; i += 1) {
      const family = await world.person();
      families.push(family);
      ids.push(await world.enqueue(family, BIRTH, { district }));
    }
    const works = await Promise.all(families.map((family, i) => sign(family, ids[i] as ApplicationId, one)));
    expect((await race(...works)).sort()).toEqual(['choice.taken', 'choice.taken', 'choice.taken', 'done']);
    expect(await liveReferrals(ids)).toBe(1);
  });

  it('is taken once when the same parent signs twice, or two choices at once', async () => {
    const { district, one, two } = await stage();
    const family = await world.person();
    const id = await world.enqueue(family, BIRTH, { district });
    await world.enqueue(await world.person(), BIRTH, { district });
    await core.staff.publish(admin, one, 1);
    await core.staff.publish(admin, two, 1);
    await nextMorning();
    const first = await sign(family, id, one);
    clock.set(new Date(clock.now().getTime() + 61_000));
    const second = await sign(family, id, two);
    const ended = await race(first, first, second);
    expect(ended.filter((code) => code === 'done').length).toBeGreaterThan(0);
    expect(await liveReferrals([id])).toBe(1);
    expect(await db.prisma.referral.count({ where: { application_id: id } })).toBe(1);
  });

  it('is one, also for a child that has a turn in two districts', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [here, there] = [await stage(), await stage()];
      const [mother, father] = [await world.person(), await world.person()];
      const iin = freshIin(BIRTH);
      const a = await world.enqueue(mother, BIRTH, { district: here.district, iin });
      const b = await world.enqueue(father, BIRTH, { district: there.district, iin });
      await core.staff.publish(admin, here.one, 1);
      await core.staff.publish(admin, there.one, 1);
      await nextMorning();
      const ended = await race(await sign(mother, a, here.one), await sign(father, b, there.one));
      expect(ended.sort()).toEqual(['choice.hasReferral', 'done']);
      expect(await liveReferrals([a, b])).toBe(1);
    }
  });
});

describe('two things at once with one referral', () => {
  it('cancelled by the parent, or expired', async () => {
    const { family, id, referral } = await referred();
    const ended = await race(
      () => core.referrals.cancel(family.act, referral),
      () => {
        clock.set(new Date(clock.now().getTime() + 12 * 86_400_000));
        return core.jobs.sweep();
      },
      () => core.jobs.sweep(),
    );
    expect(['done', 'referral.wrongState']).toContain(ended[0]);
    await world.moveTo(clock.now());
    const row = await db.prisma.application.findUniqueOrThrow({ where: { id } });
    expect(row.miss_count).toBe(ended[0] === 'done' ? 0 : 1);
  });

  it('accepted twice, and withdrawn by the parent', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { family, id, referral, head, group } = await referred();
      await core.referrals.markArrived(head, referral);
      const ended = await race(
        () => core.referrals.accept(head, referral),
        () => core.applications.withdraw(family.act, id),
        () => core.referrals.accept(head, referral),
      );
      expect(ended.filter((code) => code === 'done')).toHaveLength(1);
      const { enrolled } = await db.prisma.kindergarten_group.findUniqueOrThrow({ where: { id: group } });
      expect(enrolled).toBe((await world.stateOf(id)) === 'ENROLLED' ? 1 : 0);
    }
  });

  it('accepted in one district while the other gives a turn or draws its own lines', async () => {
    const { referral, head, family, id } = await referred();
    const other = await stage();
    const { child_id } = await db.prisma.application.findUniqueOrThrow({ where: { id } });
    const child = await db.prisma.child.findUniqueOrThrow({ where: { id: child_id } });
    const iin = world.secrets.openIin(child as never);
    const elsewhere = await world.enqueue(family, BIRTH, { district: other.district, iin });
    await core.referrals.markArrived(head, referral);
    await core.staff.publish(admin, other.one, 1);
    clock.set(atTime(addDays(localDate(clock.now()), 1), '07:00'));
    await race(
      () => core.referrals.accept(head, referral),
      () => core.jobs.sweep(),
    );
    expect(await world.stateOf(id)).toBe('ENROLLED');
    const left = await db.prisma.application.findUniqueOrThrow({ where: { id: elsewhere } });
    expect(left).toMatchObject({ state: 'REMOVED', removal_reason: 'ENROLLED_ELSEWHERE' });
    expect(await world.notices(family.personId)).toContain('N24');
    await world.moveTo(clock.now());
  });
});

describe('the same at once', () => {
  it('published by several hands never goes beyond the capacity', async () => {
    const { one } = await stage();
    const ended = await race(...Array.from({ length: 5 }, () => () => core.staff.publish(admin, one, 10)));
    expect([...ended].sort()).toEqual(['done', 'done', ...Array(3).fill('place.overCapacity')]);
    expect((await core.staff.group(admin, one)).canPublish).toBe(5);
  });

  it('swept by three workers is done once', async () => {
    const { district, one } = await stage();
    const families = await Promise.all([1, 2, 3, 4].map(() => world.person()));
    const ids: ApplicationId[] = [];
    for (const family of families) ids.push(await world.enqueue(family, BIRTH, { district }));
    await core.staff.publish(admin, one, 3);
    const before = await db.prisma.notice.count({ where: { code: 'N10' } });
    clock.set(atTime(addDays(localDate(clock.now()), 1), '07:00'));
    await Promise.all([1, 2, 3].map(() => core.jobs.sweep()));
    expect((await db.prisma.notice.count({ where: { code: 'N10' } })) - before).toBe(3);
    // All three turns lapse together; the places open, nobody is counted twice.
    clock.set(new Date(clock.now().getTime() + 10 * 86_400_000));
    await Promise.all([1, 2, 3].map(() => core.jobs.sweep()));
    const rows = await db.prisma.application.findMany({
      where: { id: { in: ids } },
      orderBy: [{ registered_at: 'asc' }, { id: 'asc' }],
    });
    expect(rows.map((row) => row.lapse_count)).toEqual([1, 1, 1, 0]);
    const queue = await db.prisma.queue.findFirstOrThrow({ where: { district_id: district } });
    expect(queue).toMatchObject({ credit_common: 3, cycle_position: 0 });
    await world.moveTo(clock.now());
  });

  it('confirmed in the last millisecond, while the deadline is carried out', async () => {
    const { district } = await stage();
    for (let round = 0; round < 3; round += 1) {
      const family = await world.person();
      const id = await world.enqueue(family, '2024-05-14', { district });
      const { interest_due_at } = await db.prisma.application.findUniqueOrThrow({ where: { id } });
      await world.moveTo(interest_due_at);
      expect(await world.stateOf(id)).toBe('QUEUED');
      const [ended] = await race(
        () => core.applications.confirmInterest(family.act, id),
        () => {
          clock.set(new Date(interest_due_at.getTime() + 1));
          return core.jobs.sweep();
        },
      );
      expect(`${ended} ${await world.stateOf(id)}`).toMatch(/^(done QUEUED|application.wrongState REMOVED)$/);
    }
  });
});
