import type { Act } from '../act.ts';
import { removeElsewhere } from '../application/actions.ts';
import { giveTimeToConfirm } from '../application/interest.ts';
import {
  type LockedApplication,
  lockApplication,
  lockOwnApplication,
  moveApplication,
} from '../application/move.ts';
import { type Actor, personActor, staffActor } from '../audit/event.ts';
import { addDays, daysBetween, endOfDay, localDate, parseCivilDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { WriteTx } from '../db/db.ts';
import type { ReferralId, TurnWindowId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { movePlaces } from '../place/move.ts';
import { pickOpensAt, settlePhase } from '../place/phase.ts';
import { assertLogin } from '../policy/login.ts';
import { policyOn } from '../policy/policy.ts';
import { returnSlot } from '../queue/close.ts';
import { Refusal } from '../refusal.ts';
import { assertHeadOf } from '../staff/rights.ts';
import { endAttendance, lockAttendance, lockQueuesOfMove } from '../transfer/attendance.ts';
import { cancelTransfer, completeTransfer, fileAdmission, transferRefused } from '../transfer/end.ts';
import { lockTransferOf } from '../transfer/lock.ts';
import { endLists } from '../waitlist/close.ts';
import { settleSiblings } from '../waitlist/siblings.ts';
import type { RefusalReason } from './api.ts';
import { applicationOfReferral, type LockedReferral, lockReferral, moveReferral } from './transitions.ts';

/** Opens a parent's action on an own referral: locks queue, application and referral in that order. */
async function lockOwn(tx: WriteTx, at: Date, act: Act, id: ReferralId) {
  await markApplied(tx, act, at);
  const applicationId = await applicationOfReferral(tx, id);
  const locked = await lockOwnApplication(tx, at, act.personId, applicationId, 'SIGN');
  const referral = await lockReferral(tx, id);
  const policy = await policyOn(tx, locked.queue.district_id, localDate(at));
  assertLogin(policy, at, act, 'REFERRAL');
  return { ...locked, referral, policy, actor: personActor(act) };
}

/**
 * R2 with A11 (S0, S3: «бір тәулік»): within 24 hours of the issue, to the second. While the turn's window still runs
 * the turn is given back (A11t); otherwise the place in the queue, and the class gets its slot back.
 */
export async function cancelReferral(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ReferralId,
): Promise<{ turnKept: boolean }> {
  const own = await lockOwn(tx, at, act, id);
  const { queue, application, referral, policy, actor } = own;
  const transfer = await lockTransferOf(tx, id);
  if (transfer !== undefined) {
    await cancelTransfer(tx, at, { ...own, transfer });
    return { turnKept: false };
  }
  if ((referral.state === 'ISSUED' || referral.state === 'EXTENDED') && at > referral.cancel_until) {
    throw new Refusal('referral.cancelTooLate', { until: referral.cancel_until.toISOString() });
  }
  await moveReferral(tx, at, actor, referral, 'R2', { policyVersion: policy.version });
  await cancelTimers(tx, at, { subjectId: referral.id });
  const window = await windowOf(tx, referral);
  const turnKept = window !== undefined && window.closes_at > at;
  if (window !== undefined && turnKept) {
    await tx.turn_window.update({
      where: { id: window.id },
      data: { state: 'OPEN', closed_at: null },
      select: { id: true },
    });
    await movePlaces(tx, at, actor, [referral.place_id], 'P6', { priorityUntil: window.closes_at });
    await moveApplication(tx, at, actor, application, 'A11t', { policyVersion: policy.version });
    await setTimers(tx, at, [
      {
        kind: 'TURN_WINDOW',
        subjectId: window.id,
        applicationId: application.id,
        startAt: window.opened_at,
        deadlineAt: window.closes_at,
      },
    ]);
  } else {
    await movePlaces(tx, at, actor, [referral.place_id], 'P7');
    await moveApplication(tx, at, actor, application, 'A11', { policyVersion: policy.version });
    if (window !== undefined) await returnSlot(tx, at, actor, queue, window.slot);
  }
  await giveTimeToConfirm(tx, at, application);
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  const about = { applicationId: application.id, referralId: referral.id };
  await planNotices(tx, at, [
    { code: 'N14', personId: application.applicant_id, ...about, params: {} },
    { code: 'N36', kindergartenId: referral.kindergarten_id, ...about, params: { event: 'CANCELLED' } },
  ]);
  return { turnKept };
}

type UsedWindow = {
  id: TurnWindowId;
  slot: 'RESTORED' | 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  opened_at: Date;
  closes_at: Date;
};

async function windowOf(tx: WriteTx, referral: LockedReferral): Promise<UsedWindow | undefined> {
  if (referral.turn_window_id === null) return undefined;
  const [window] = await tx.$queryRaw<UsedWindow[]>`
    SELECT id, slot, opened_at, closes_at FROM turn_window WHERE id = ${referral.turn_window_id}::uuid FOR UPDATE`;
  return window;
}

/** R3 with T5 (S3: up to 30 calendar days, counted from the issue; once). `until` is the last day to come. */
export async function extendReferral(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ReferralId,
  until: string,
  reason: string,
): Promise<void> {
  const { application, referral, policy, actor } = await lockOwn(tx, at, act, id);
  // S2 names one term for the admission and no way to prolong it.
  if ((await lockTransferOf(tx, id)) !== undefined) throw new Refusal('transfer.noExtension');
  if (!policy['referral.extension.enabled']) throw new Refusal('referral.extendOff');
  if (referral.extended_until !== null) throw new Refusal('referral.extendTwice');
  if (referral.state === 'ISSUED' && at > referral.come_until) throw new Refusal('referral.extendTooLate');
  const day = parseCivilDate(until);
  if (day === undefined) throw new Refusal('referral.extendTooShort');
  const limit = addDays(localDate(referral.issued_at), policy['referral.extension.maxCalendarDays']);
  if (day > limit) throw new Refusal('referral.extendTooFar', { limit });
  const deadline = endOfDay(day);
  if (daysBetween(localDate(referral.come_until), day) <= 0) throw new Refusal('referral.extendTooShort');
  const calendar = await calendarIn(tx);
  await moveReferral(tx, at, actor, referral, 'R3', {
    extendedUntil: deadline,
    extensionReason: reason,
    reason,
    policyVersion: policy.version,
    calendarVersion: calendar.version,
  });
  await cancelTimers(tx, at, { subjectId: referral.id, kinds: ['SHOW_UP'] });
  const about = { applicationId: application.id, referralId: referral.id };
  await setTimers(tx, at, [
    {
      kind: 'EXTENSION',
      subjectId: referral.id,
      applicationId: application.id,
      startAt: at,
      deadlineAt: deadline,
    },
  ]);
  await planNotices(tx, at, [
    {
      code: 'N13',
      personId: application.applicant_id,
      ...about,
      params: { deadline: deadline.toISOString() },
    },
    {
      code: 'N36',
      kindergartenId: referral.kindergarten_id,
      ...about,
      params: { event: 'EXTENDED', deadline: deadline.toISOString() },
    },
  ]);
}

/** Opens an action of a kindergarten's head on a referral to it. Refusals: staff.forbidden, referral.unknown. */
async function lockAtKindergarten(tx: WriteTx, at: Date, act: Act, id: ReferralId) {
  await markApplied(tx, act, at);
  const applicationId = await applicationOfReferral(tx, id);
  const locked = await lockApplication(tx, applicationId);
  const referral = await lockReferral(tx, id);
  await assertHeadOf(tx, act.personId, referral.kindergarten_id);
  const policy = await policyOn(tx, locked.queue.district_id, localDate(at));
  return { ...locked, referral, policy, actor: staffActor(act) };
}

/** R4: the child came and the papers are taken; the show-up deadline stops, whatever the kindergarten's pace. */
export async function markArrived(tx: WriteTx, at: Date, act: Act, id: ReferralId): Promise<void> {
  const locked = await lockAtKindergarten(tx, at, act, id);
  const { referral, policy, actor } = locked;
  await moveReferral(tx, at, actor, referral, 'R4', { policyVersion: policy.version });
  await cancelTimers(tx, at, { subjectId: referral.id });
  const transfer = await lockTransferOf(tx, id);
  if (transfer !== undefined) await fileAdmission(tx, at, { ...locked, transfer });
}

/** R5 with A10: the contract is signed, the place is filled, the child leaves the queue. */
export async function acceptReferral(tx: WriteTx, at: Date, act: Act, id: ReferralId): Promise<void> {
  await lockQueuesOfMove(tx, await applicationOfReferral(tx, id));
  const locked = await lockAtKindergarten(tx, at, act, id);
  const { queue, application, referral, policy, actor } = locked;
  const transfer = await lockTransferOf(tx, id);
  if (transfer !== undefined) return completeTransfer(tx, at, { ...locked, transfer });
  await leaveEarlier(tx, at, actor, application);
  await moveReferral(tx, at, actor, referral, 'R5', { policyVersion: policy.version });
  await movePlaces(tx, at, actor, [referral.place_id], 'P8');
  await tx.$executeRaw`
    UPDATE kindergarten_group SET enrolled = enrolled + 1
     WHERE id = (SELECT group_id FROM place WHERE id = ${referral.place_id}::uuid)`;
  await moveApplication(tx, at, actor, application, 'A10', { policyVersion: policy.version });
  await cancelTimers(tx, at, { applicationId: application.id });
  // Before anything is offered: whose brother or sister goes here now comes first in its list.
  await settleSiblings(tx, at, application.id);
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  await planNotices(tx, at, [
    {
      code: 'N16',
      personId: application.applicant_id,
      applicationId: application.id,
      referralId: referral.id,
      params: {},
    },
  ]);
  await removeElsewhere(tx, at, application);
}

/** A child that still goes somewhere by an earlier application leaves it: nobody goes to two kindergartens. */
async function leaveEarlier(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  { id, child_id }: LockedApplication,
): Promise<void> {
  const earlier = await lockAttendance(tx, child_id);
  if (earlier === undefined || earlier.application_id === id) return;
  const { queue, application } = await lockApplication(tx, earlier.application_id);
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  await endAttendance(tx, at, actor, earlier, policy);
  await settleSiblings(tx, at, id);
  await endLists(tx, at, actor, application, 'ENROLLED_ELSEWHERE', policy);
  if (application.state === 'ENROLLED')
    await moveApplication(tx, at, actor, application, 'A25', { policyVersion: policy.version });
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
}

/** R6 with A14: no miss is counted, the turn is kept first, the place is published again (R24). */
export async function refuseReferral(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ReferralId,
  reason: RefusalReason,
  note: string | null,
): Promise<void> {
  const locked = await lockAtKindergarten(tx, at, act, id);
  await moveReferral(tx, at, locked.actor, locked.referral, 'R6', {
    refusalReason: reason,
    refusalNote: note,
    reason: note === null ? reason : `${reason}: ${note}`,
    policyVersion: locked.policy.version,
  });
  const transfer = await lockTransferOf(tx, id);
  if (transfer !== undefined) return transferRefused(tx, at, { ...locked, transfer }, reason);
  await freeAgain(tx, at, locked);
  await planNotices(tx, at, [
    {
      code: 'N17',
      personId: locked.application.applicant_id,
      applicationId: locked.application.id,
      referralId: locked.referral.id,
      params: { reason },
    },
  ]);
}

type Freed = Awaited<ReturnType<typeof lockAtKindergarten>>;

async function freeAgain(
  tx: WriteTx,
  at: Date,
  { queue, application, referral, policy, actor }: Freed,
): Promise<void> {
  await cancelTimers(tx, at, { subjectId: referral.id });
  await movePlaces(tx, at, actor, [referral.place_id], 'P5', { pickOpensAt: pickOpensAt(policy, at) });
  await moveApplication(tx, at, actor, application, 'A14', {
    turnRestoredAt: at,
    policyVersion: policy.version,
  });
  await giveTimeToConfirm(tx, at, application);
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
}
