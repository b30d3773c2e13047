import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld } from '../../local/testing/core-world.ts';
import { wrongNumbers } from '../../local/testing/positions.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { endOfDay, localDate } from '../calendar/civil-date.ts';
import type { ApplicationId, ReferralId } from '../ids.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const world = await coreWorld({ start: '2026-11-23T05:00:00Z' });
const { core, db, clock } = world;
const admin = await world.staff({ admin: true });
const HOUR = 3_600_000;

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
  expect(await wrongNumbers(db)).toEqual([]);
});

let districts = 0;

async function stage(preset?: string) {
  districts += 1;
  const district = await world.district(`A${String.fromCharCode(64 + districts)}C`, preset);
  const garden = await world.kindergarten('Балдырған', district);
  const head = await world.staff({ head: garden });
  const group = await world.group(garden, 2023);
  const family = await world.person();
  const child = async (birth = '2023-05-14') => {
    clock.set(new Date(clock.now().getTime() + 1000));
    return world.enqueue(family, birth, { district });
  };
  const publish = async (count = 1) => {
    const { pickOpensAt } = await core.staff.publish(admin, group, count);
    await world.moveTo(pickOpensAt);
  };
  const choose = async (id: ApplicationId) => {
    clock.set(new Date(clock.now().getTime() + 61_000));
    await world.choose(family, id, group);
    const view = await core.referrals.ofApplication(family.personId, id);
    if (view === null) throw new Error('no referral');
    return { ...view, id: view.id as ReferralId };
  };
  /** Takes a place in the turn and does not come. */
  const miss = async (id: ApplicationId) => {
    const { comeUntil } = await choose(id);
    await world.moveTo(new Date(comeUntil.getTime() + 1));
  };
  const places = async () =>
    (await db.prisma.place.findMany({ where: { group_id: group } })).map(({ state }) => state).sort();
  return { district, garden, head, group, family, child, publish, choose, miss, places };
}

const row = (id: ApplicationId) => db.prisma.application.findUniqueOrThrow({ where: { id } });
const pass = (ms: number) => world.moveTo(new Date(clock.now().getTime() + ms));

describe('the stop-list', () => {
  it('is not escaped by withdrawing and thinking again', async () => {
    const { family, child, publish, miss } = await stage();
    const id = await child();
    await publish();
    await miss(id);
    const { stop_listed_until: until } = await row(id);
    await core.applications.withdraw(family.act, id);
    await pass(HOUR);
    await core.applications.undoWithdrawal(family.act, id);
    expect(await row(id)).toMatchObject({ state: 'STOP_LISTED', stop_listed_until: until, miss_count: 1 });
    await world.moveTo(new Date((until as Date).getTime() + 1));
    // The place missed was published again meanwhile: the turn comes at once.
    expect((await row(id)).state).toBe('NOTIFIED');
  });

  it('meets who withdraws with a referral that can no longer be cancelled: that is a miss (S0, S3)', async () => {
    const { family, child, publish, choose } = await stage();
    const id = await child();
    await publish();
    await choose(id);
    await pass(25 * HOUR);
    await core.applications.withdraw(family.act, id);
    await core.applications.undoWithdrawal(family.act, id);
    expect(await row(id)).toMatchObject({ state: 'STOP_LISTED', miss_count: 1 });
  });

  it('that ended meanwhile does not come back', async () => {
    const { family, child, publish, miss } = await stage();
    const id = await child();
    await publish();
    await miss(id);
    const until = (await row(id)).stop_listed_until as Date;
    await world.moveTo(new Date(until.getTime() - HOUR));
    await core.applications.withdraw(family.act, id);
    await pass(2 * HOUR);
    await core.applications.undoWithdrawal(family.act, id);
    expect(await row(id)).toMatchObject({ state: 'QUEUED', stop_listed_until: null });
  });
});

describe('misses (K1)', () => {
  it('remove at the second in A_DEFAULT; restored, the child has its old place and one chance', async () => {
    const { family, child, publish, miss, choose, head } = await stage('A_DEFAULT');
    const id = await child();
    for (let missed = 1; missed <= 2; missed += 1) {
      await publish();
      if ((await row(id)).state !== 'NOTIFIED') await publish();
      await miss(id);
      expect(await row(id)).toMatchObject({
        miss_count: missed,
        state: missed === 1 ? 'STOP_LISTED' : 'REMOVED',
      });
      if (missed === 1)
        await world.moveTo(new Date(((await row(id)).stop_listed_until as Date).getTime() + 1));
    }
    const { number, registered_at } = await row(id);
    await expect(core.staff.restore(family.act, number, 'no right')).rejects.toMatchObject({
      code: 'staff.forbidden',
    });
    await core.staff.restore(admin, number, 'illness');
    expect(await row(id)).toMatchObject({ state: 'QUEUED', miss_count: 1, registered_at });
    // Timely cancellation and the kindergarten's refusal are no misses.
    await publish();
    const first = await choose(id);
    await core.referrals.cancel(family.act, first.id);
    const second = await choose(id);
    await core.referrals.markArrived(head, second.id);
    await core.referrals.refuse(head, second.id, 'INCOMPLETE', null);
    expect(await row(id)).toMatchObject({ state: 'QUEUED', miss_count: 1 });
  });
});

describe('whoever leaves gives back what they held', () => {
  it('a turn: withdrawn, or removed for want of a confirmation while choosing', async () => {
    const { family, child, publish, places, district } = await stage();
    await db.prisma.policy.create({
      data: {
        district_id: district,
        key: 'interest.months',
        value: 1,
        valid_from: new Date('2026-01-01'),
        basis: 'test',
      },
    });
    const [a, b] = [await child(), await child()];
    await publish();
    await core.applications.withdraw(family.act, a);
    expect(await places()).toEqual(['PUBLISHED']);
    await core.applications.undoWithdrawal(family.act, a);
    expect((await row(a)).state).toBe('QUEUED');
    const due = (await row(a)).interest_due_at;
    await world.moveTo(new Date(due.getTime() - 40 * HOUR));
    await core.applications.confirmInterest(family.act, b);
    await publish();
    expect((await row(a)).state).toBe('NOTIFIED');
    await world.moveTo(new Date(due.getTime() + 1));
    expect(await row(a)).toMatchObject({ state: 'REMOVED', removal_reason: 'NO_CONFIRMATION' });
    expect(await places()).toEqual(['PRIORITY', 'PUBLISHED']);
    // Restored by an operator, it is not removed again by the same deadline.
    await core.staff.restore(admin, (await row(a)).number, 'was in hospital');
    await pass(HOUR);
    expect((await row(a)).state).toBe('QUEUED');
  });

  it('a place: withdrawn with a referral, and at the age limit', async () => {
    const { family, child, publish, choose, places } = await stage();
    const [a, b] = [await child(), await child()];
    await publish(2);
    const referral = await choose(a);
    await choose(b);
    await core.applications.withdraw(family.act, a);
    expect(await core.referrals.byId(family.personId, referral.id)).toMatchObject({ state: 'REVOKED' });
    expect(await places()).toEqual(['HELD', 'PUBLISHED']);
    await core.applications.undoWithdrawal(family.act, a);
    expect(await row(a)).toMatchObject({ state: 'QUEUED', turn_restored_at: null });
    // On the last day of the limit the child is in the queue; a moment later its papers count no more.
    const limit = endOfDay(localDate(clock.now()));
    await db.prisma.application.update({
      where: { id: b },
      data: { age_limit_on: new Date(localDate(limit)) },
    });
    await db.prisma.timer.updateMany({
      where: { application_id: b, kind: 'AGE_LIMIT' },
      data: { due_at: limit, deadline_at: limit },
    });
    await world.moveTo(limit);
    expect((await row(b)).state).toBe('REFERRED');
    await world.moveTo(new Date(limit.getTime() + 1));
    expect(await row(b)).toMatchObject({ state: 'REMOVED', removal_reason: 'AGE_LIMIT' });
    expect(await places()).toEqual(['PUBLISHED', 'PUBLISHED']);
    await expect(core.staff.restore(admin, (await row(b)).number, 'x')).rejects.toMatchObject({
      code: 'child.tooOld',
    });
  });
});

describe('places taken back by the kindergarten (P7)', () => {
  it('revoke the newest turn, which is first at the next publication', async () => {
    const { family, child, publish, group, head } = await stage();
    const ids = [await child(), await child(), await child()];
    await publish(3);
    const withdrawn = await core.staff.withdraw(admin, group, 1, 'roof');
    expect(withdrawn).toEqual({ revokedTurns: 1 });
    expect(await Promise.all(ids.map(async (id) => (await row(id)).state))).toEqual([
      'NOTIFIED',
      'NOTIFIED',
      'QUEUED',
    ]);
    const last = ids[2] as ApplicationId;
    expect((await core.queues.position(family.act.personId, last)).position).toMatchObject({
      service: 3,
      choosingNow: 2,
    });
    const fourth = await child();
    await core.applications.declineTurn(family.act, ids[1] as ApplicationId);
    await publish(1);
    expect((await row(last)).state).toBe('NOTIFIED');
    expect((await row(fourth)).state).toBe('QUEUED');
    await expect(core.staff.withdraw(head, group, 1, 'x')).rejects.toMatchObject({ code: 'staff.forbidden' });
    await expect(core.staff.withdraw(admin, group, 99, 'x')).rejects.toMatchObject({
      code: 'place.notEnough',
    });
  });

  it('never more than the capacity, also after admissions', async () => {
    const { child, publish, choose, head, garden } = await stage();
    const small = await world.group(garden, 2023, 'kk', 1);
    const id = await child();
    await publish();
    const referral = await choose(id);
    await core.referrals.markArrived(head, referral.id);
    await core.referrals.accept(head, referral.id);
    await core.staff.publish(admin, small, 1);
    await expect(core.staff.publish(admin, small, 1)).rejects.toMatchObject({
      code: 'place.overCapacity',
      params: { canPublish: 0 },
    });
    for (const count of [0, -1, 1.5, Number.NaN]) {
      await expect(core.staff.publish(admin, small, count)).rejects.toMatchObject({
        code: 'place.overCapacity',
      });
    }
  });
});

describe('the first-come open phase', () => {
  it('lets a turn be used on an open place, and leaves its own to the next child', async () => {
    const { child, publish, choose, places, district } = await stage('A_FIRST_COME');
    const first = await child();
    await publish(2);
    expect(await places()).toEqual(['OPEN', 'PRIORITY']);
    const second = await child();
    await choose(first);
    expect(await places()).toEqual(['HELD', 'OPEN']);
    await choose(second);
    expect(await places()).toEqual(['HELD', 'HELD']);
    expect((await db.prisma.queue.findFirstOrThrow({ where: { district_id: district } })).credit_common).toBe(
      0,
    );
  });
});

describe('one person’s application', () => {
  it('does not exist for anybody else', async () => {
    const { child, publish, choose } = await stage();
    const id = await child();
    await publish();
    const stranger = await world.person();
    const unknown = { code: 'application.unknown' };
    await expect(core.applications.declineTurn(stranger.act, id)).rejects.toMatchObject(unknown);
    await expect(core.applications.withdraw(stranger.act, id)).rejects.toMatchObject(unknown);
    await expect(core.applications.confirmInterest(stranger.act, id)).rejects.toMatchObject(unknown);
    await expect(core.applications.card(stranger.personId, id)).rejects.toMatchObject(unknown);
    await expect(core.queues.position(stranger.personId, id)).rejects.toMatchObject(unknown);
    const referral = await choose(id);
    await expect(core.referrals.cancel(stranger.act, referral.id)).rejects.toMatchObject(unknown);
    await expect(core.referrals.byId(stranger.personId, referral.id)).rejects.toMatchObject({
      code: 'referral.unknown',
    });
    await expect(core.referrals.markArrived(stranger.act, referral.id)).rejects.toMatchObject({
      code: 'staff.forbidden',
    });
  });
});
