import { afterEach, describe, expect, it } from 'vitest';
import { coreWorld, type Family } from '../../local/testing/core-world.ts';
import { sanityChecks } from '../audit/sanity.ts';
import { addDays, at as atTime, endOfDay, localDate } from '../calendar/civil-date.ts';
import type { ApplicationId, ReferralId } from '../ids.ts';
import { Refusal } from '../refusal.ts';

// Monday 23 November 2026, 10:00 in Kazakhstan.
const START = '2026-11-23T05:00:00Z';
const world = await coreWorld({ start: START });
const { core, db, clock } = world;
const admin = await world.staff({ admin: true });

afterEach(async () => {
  expect(await sanityChecks(db)).toEqual([]);
});

const HOUR = 3_600_000;
let districts = 0;

/** A family of a district of its own whose child has a turn since 07:00 of a Tuesday. */
async function withTurn() {
  districts += 1;
  const district = await world.district(`T${String.fromCharCode(64 + districts)}M`);
  const garden = await world.kindergarten('Балдырған', district);
  const head = await world.staff({ head: garden });
  const group = await world.group(garden, 2023);
  const family = await world.person();
  const id = await world.enqueue(family, '2023-05-14', { district });
  const { pickOpensAt } = await core.staff.publish(admin, group, 1);
  await world.moveTo(pickOpensAt);
  expect(await world.stateOf(id)).toBe('NOTIFIED');
  return { district, family, id, group, head };
}

async function withReferral() {
  const stage = await withTurn();
  await world.choose(stage.family, stage.id, stage.group);
  const view = await core.referrals.ofApplication(stage.family.personId, stage.id);
  if (view === null) throw new Error('no referral');
  return { ...stage, referral: view.id as ReferralId, view };
}

/** Moments of the notices of one code, as local wall time. */
async function told(family: Family, code: string): Promise<string[]> {
  const rows = await db.prisma.notice.findMany({
    where: { person_id: family.personId, code },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => new Date(row.created_at.getTime() + 5 * HOUR).toISOString().slice(0, 16));
}

/** Time passes in steps, with a worker that comes by at each of them. */
async function passUntil(end: Date, stepMs: number): Promise<void> {
  while (clock.now() < end)
    await world.moveTo(new Date(Math.min(end.getTime(), clock.now().getTime() + stepMs)));
}

const application = (id: ApplicationId) => db.prisma.application.findUniqueOrThrow({ where: { id } });
const pending = (id: ApplicationId, kind: string) =>
  db.prisma.timer.findFirstOrThrow({ where: { application_id: id, kind, state: 'PENDING' } });

describe('reminders (DOMAIN §5.4)', () => {
  it('come once each at their moments: turn, right to cancel, show-up', async () => {
    const { family, id, group } = await withTurn();
    expect(localDate(clock.now())).toBe('2026-11-24');
    await passUntil(new Date('2026-11-27T18:00:00Z'), HOUR / 2);
    expect(await told(family, 'N10')).toEqual(['2026-11-24T07:00']);
    expect(await told(family, 'N10r')).toEqual(['2026-11-25T10:00', '2026-11-27T10:00', '2026-11-27T21:00']);
    await world.choose(family, id, group);
    // Chosen on Friday at 23:00. Five working days after it end on Friday the 4th.
    await passUntil(new Date('2026-12-04T18:00:00Z'), HOUR / 2);
    expect(await told(family, 'N12c')).toEqual(['2026-11-28T20:00']);
    expect(await told(family, 'N12r')).toEqual(['2026-11-30T09:00', '2026-12-02T09:00', '2026-12-04T09:00']);
  });

  it('that a late worker missed come once, not all at once; none after the deadline', async () => {
    const { family, id } = await withTurn();
    const { closes_at } = await db.prisma.turn_window.findFirstOrThrow({ where: { application_id: id } });
    await world.moveTo(new Date(closes_at.getTime() - 2 * HOUR));
    expect(await told(family, 'N10r')).toHaveLength(1);
    await world.moveTo(new Date(closes_at.getTime() + 30 * HOUR));
    expect(await told(family, 'N10r')).toHaveLength(1);
    expect(await world.stateOf(id)).toBe('QUEUED');
    expect(await told(family, 'N11')).toHaveLength(1);
  });

  it('are not repeated when the clock goes back', async () => {
    const { family, id } = await withTurn();
    const opened = clock.now();
    const { due_at: reminder } = await pending(id, 'TURN_WINDOW');
    await world.moveTo(reminder);
    const before = await told(family, 'N10r');
    expect(before).toHaveLength(1);
    await world.moveTo(new Date(opened.getTime() + HOUR));
    await world.moveTo(reminder);
    expect(await told(family, 'N10r')).toEqual(before);
    const { closes_at } = await db.prisma.turn_window.findFirstOrThrow({ where: { application_id: id } });
    await world.moveTo(new Date(closes_at.getTime() + 1));
    await world.moveTo(new Date(closes_at.getTime() - HOUR));
    await world.moveTo(new Date(closes_at.getTime() + 1));
    expect(await application(id)).toMatchObject({ state: 'QUEUED', lapse_count: 1 });
  });

  it('of interest are not sent while a referral is held, and there are two weeks to answer after it', async () => {
    const { family, id, referral, head } = await withReferral();
    await core.referrals.markArrived(head, referral);
    await world.moveTo((await application(id)).interest_due_at);
    await world.moveTo(new Date(clock.now().getTime() + 1));
    expect(await told(family, 'N21r')).toEqual([]);
    expect(await world.stateOf(id)).toBe('REFERRED');
    await world.moveTo(new Date(clock.now().getTime() + 10 * 24 * HOUR));
    await core.referrals.refuse(head, referral, 'OTHER', null);
    const due = (await application(id)).interest_due_at;
    expect(localDate(due)).toBe(addDays(localDate(clock.now()), 14));
    await world.moveTo(due);
    expect(['QUEUED', 'NOTIFIED']).toContain(await world.stateOf(id));
    expect((await told(family, 'N21r')).length).toBeGreaterThan(0);
    await core.applications.confirmInterest(family.act, id);
  });
});

describe('deadlines', () => {
  it('are kept to the last millisecond', async () => {
    const { family, id, referral, view } = await withReferral();
    await world.moveTo(view.cancelUntil);
    expect((await core.referrals.byId(family.personId, referral)).canCancel).toBe(true);
    await world.moveTo(new Date(view.cancelUntil.getTime() + 1));
    expect((await core.referrals.byId(family.personId, referral)).canCancel).toBe(false);
    await expect(core.referrals.cancel(family.act, referral)).rejects.toMatchObject({
      code: 'referral.cancelTooLate',
    });
    await world.moveTo(view.comeUntil);
    expect(await world.stateOf(id)).toBe('REFERRED');
    await world.moveTo(new Date(view.comeUntil.getTime() + 1));
    expect(await world.stateOf(id)).toBe('STOP_LISTED');
    const until = (await application(id)).stop_listed_until as Date;
    await world.moveTo(until);
    expect(await world.stateOf(id)).toBe('STOP_LISTED');
    await world.moveTo(new Date(until.getTime() + 1));
    expect(await world.stateOf(id)).toBe('QUEUED');
  });

  it('of the stop-list are counted from the missed day, however late the worker was', async () => {
    const { id, view } = await withReferral();
    await world.moveTo(new Date(view.comeUntil.getTime() + 3 * 24 * HOUR));
    const { referral_id, listed_at, until } = await db.prisma.stop_list_entry.findFirstOrThrow({
      where: { application_id: id },
    });
    expect(referral_id).toBe(view.id);
    expect(listed_at).toEqual(view.comeUntil);
    // Ten working days and the days off between them.
    expect(until.getTime()).toBeLessThan(view.comeUntil.getTime() + 22 * 24 * HOUR);
  });

  it('that were told stay, whatever policy and calendar become', async () => {
    const { district, id, family, group } = await withTurn();
    const window = await pending(id, 'TURN_WINDOW');
    const day = new Date(localDate(window.deadline_at));
    for (const [key, value] of [
      ['turn.window', '1WD'],
      ['referral.showUp', '1WD'],
      ['interest.months', 1],
    ] as const) {
      await db.prisma.policy.create({
        data: { district_id: district, key, value, valid_from: new Date('2026-01-01'), basis: 'test' },
      });
    }
    await db.prisma.calendar_override.create({ data: { day, is_working: false, basis: 'test' } });
    await world.moveTo(window.deadline_at);
    expect(await world.stateOf(id)).toBe('NOTIFIED');
    await world.choose(family, id, group);
    const shown = await core.referrals.ofApplication(family.personId, id);
    // The new rule holds for what begins under it.
    expect(shown?.comeUntil.getTime()).toBeLessThan(clock.now().getTime() + 4 * 24 * HOUR);
    const due = (await application(id)).interest_due_at;
    await core.referrals.cancel(family.act, shown?.id as ReferralId);
    await world.moveTo(new Date(due.getTime() - 50 * 24 * HOUR));
    const { nextDueAt } = await core.applications.confirmInterest(family.act, id);
    expect(nextDueAt.getTime()).toBeGreaterThanOrEqual(due.getTime());
  });

  it('extended: to the named day’s end, once, not beyond 30 days, and only by a day that exists', async () => {
    const { family, id, referral, view } = await withReferral();
    const extend = (until: string) => core.referrals.extend(family.act, referral, until, 'ILLNESS');
    const limit = addDays(localDate(view.issuedAt), 30);
    for (const [until, code] of [
      [addDays(limit, 1), 'referral.extendTooFar'],
      [localDate(view.comeUntil), 'referral.extendTooShort'],
      ['2026-02-30', 'referral.extendTooShort'],
      ['soon', 'referral.extendTooShort'],
    ] as const) {
      await expect(extend(until), until).rejects.toMatchObject({ code });
      await expect(extend(until), until).rejects.toBeInstanceOf(Refusal);
    }
    expect((await extend(limit)).comeUntil).toEqual(endOfDay(limit));
    await expect(extend(limit)).rejects.toMatchObject({ code: 'referral.extendTwice' });
    await passUntil(new Date(atTime(limit, '23:00')), 12 * HOUR);
    expect(await told(family, 'N12r')).toHaveLength(3);
    expect(await world.stateOf(id)).toBe('REFERRED');
    await world.moveTo(atTime(addDays(limit, 1), '00:00'));
    expect(await world.stateOf(id)).toBe('STOP_LISTED');
  });
});
