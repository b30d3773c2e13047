import type { Act } from '../act.ts';
import { type Actor, personActor, SYSTEM, staffActor } from '../audit/event.ts';
import { resumeClaims } from '../benefit/standing.ts';
import { addDays, civil, endOfDay, localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import { hoursAfter, monthsAfter } from '../calendar/working-calendar.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, DistrictId, PersonId, ReferralId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { lockPerson } from '../people/codes.ts';
import { movePlaces } from '../place/move.ts';
import { pickOpensAt, settlePhase } from '../place/phase.ts';
import { assertLogin } from '../policy/login.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { dropWindow } from '../queue/close.ts';
import { lockReferral, moveReferral } from '../referral/transitions.ts';
import { Refusal } from '../refusal.ts';
import { assertOperatorOf } from '../staff/rights.ts';
import type { RemovalReason } from './api.ts';
import {
  type LockedApplication,
  type LockedQueue,
  lockApplication,
  lockOwnApplication,
  moveApplication,
} from './move.ts';
import { ACTIVE } from './transitions.ts';

/** Gives back whatever an application holds – an open turn, a live referral – and ends its deadlines. */
async function release(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queue: LockedQueue,
  application: LockedApplication,
  policy: Policy,
): Promise<void> {
  await dropWindow(tx, at, actor, queue, application);
  const live = await tx.referral.findFirst({
    where: { application_id: application.id, closed_at: null },
    select: { id: true },
  });
  if (live !== null) {
    const referral = await lockReferral(tx, live.id as ReferralId);
    await moveReferral(tx, at, actor, referral, 'R8', { policyVersion: policy.version });
    await movePlaces(tx, at, actor, [referral.place_id], 'P5', { pickOpensAt: pickOpensAt(policy, at) });
    await planNotices(tx, at, [
      {
        code: 'N36',
        kindergartenId: referral.kindergarten_id,
        applicationId: application.id,
        referralId: referral.id,
        params: { event: 'CANCELLED' },
      },
    ]);
  }
  await cancelTimers(tx, at, { applicationId: application.id });
  await tx.wish.updateMany({
    where: { application_id: application.id, outcome: null },
    data: { outcome: 'VOID' },
  });
}

/** A15: the parent takes the application back; 24 hours to think again (N19). Refusal: login.again {methods}. */
export async function withdraw(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ApplicationId,
): Promise<{ undoUntil: Date }> {
  await markApplied(tx, act, at);
  const { queue, application } = await lockOwnApplication(tx, at, act.personId, id, 'SIGN');
  if (!ACTIVE.includes(application.state))
    throw new Refusal('application.wrongState', { state: application.state });
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  assertLogin(policy, at, act, 'WITHDRAWAL');
  const actor = personActor(act);
  const undoUntil = hoursAfter(at, policy['withdrawal.undoHours']);
  const missCount = await countGivenUpReferral(tx, at, application, policy);
  await release(tx, at, actor, queue, application, policy);
  await moveApplication(tx, at, actor, application, 'A15', { missCount, policyVersion: policy.version });
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  await planNotices(tx, at, [
    {
      code: 'N19',
      personId: application.applicant_id,
      applicationId: id,
      params: { undoUntil: undoUntil.toISOString() },
    },
  ]);
  return { undoUntil };
}

/**
 * A referral can be given back for 24 hours and not later (S0, S3): who withdraws holding an older one has missed it,
 * and meets the stop-list should the withdrawal be undone. Answers the count of misses from now on.
 */
async function countGivenUpReferral(
  tx: WriteTx,
  at: Date,
  application: LockedApplication,
  policy: Policy,
): Promise<number> {
  const held = await tx.referral.findFirst({
    where: {
      application_id: application.id,
      state: { in: ['ISSUED', 'EXTENDED'] },
      cancel_until: { lt: at },
    },
    select: { id: true },
  });
  if (held === null) return application.miss_count;
  const misses = application.miss_count + 1;
  const until = (await calendarIn(tx)).deadlineWorkingDays(at, policy['stopList.workingDays']);
  await tx.stop_list_entry.create({
    data: { application_id: application.id, referral_id: held.id, miss_number: misses, listed_at: at, until },
    select: { id: true },
  });
  return misses;
}

/**
 * Undo of A15 within 24 hours: back to the queue with the original time; a turn or referral is not given back, and a
 * stop-list that still runs is not escaped.
 */
export async function undoWithdrawal(tx: WriteTx, at: Date, act: Act, id: ApplicationId): Promise<void> {
  await markApplied(tx, act, at);
  const { queue, application } = await lockOwnApplication(tx, at, act.personId, id, 'SIGN');
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  if (application.state !== 'WITHDRAWN')
    throw new Refusal('application.wrongState', { state: application.state });
  if (at > hoursAfter(application.state_since, policy['withdrawal.undoHours']))
    throw new Refusal('withdrawal.tooLate');
  const stop = await tx.stop_list_entry.findFirst({
    where: { application_id: id, lifted_at: null, until: { gte: at } },
    select: { until: true },
  });
  await comeBack(tx, at, personActor(act), application, 'A15u', policy, null, stop?.until);
}

/**
 * A23: an operator restores a removed application with its original time, with a reason that the parent can read.
 * Refusals: staff.forbidden, application.unknown, application.wrongState, restore.tooLate {until}, restore.noAccount where
 * the parent has deleted the account and nobody could be told of a turn, application.duplicate.
 */
export async function restore(
  tx: WriteTx,
  at: Date,
  act: Act,
  number: string,
  reason: string,
): Promise<void> {
  await markApplied(tx, act, at);
  const found = await tx.application.findUnique({
    where: { number },
    select: { id: true, district_id: true, applicant_id: true },
  });
  if (found === null) throw new Refusal('application.unknown');
  await assertOperatorOf(tx, act.personId, found.district_id as DistrictId);
  // Before the queue, as always: an account is deleted under this lock only while nothing of it is in a queue.
  await lockPerson(tx, found.applicant_id as PersonId);
  const { queue, application } = await lockApplication(tx, found.id as ApplicationId);
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  if (application.state !== 'REMOVED')
    throw new Refusal('application.wrongState', { state: application.state });
  const until = addDays(localDate(application.state_since), policy['interest.restoreDays']);
  if (localDate(at) > until) throw new Refusal('restore.tooLate', { until });
  const gone = await tx.person.count({ where: { id: application.applicant_id, deleted_at: { not: null } } });
  if (gone > 0) throw new Refusal('restore.noAccount');
  await comeBack(tx, at, staffActor(act), application, 'A23', policy, reason);
  await planNotices(tx, at, [
    { code: 'N25', personId: application.applicant_id, applicationId: application.id, params: {} },
  ]);
}

/** Whom nobody had admitted yet is looked at first, as before: leaving and coming back is no way round it. */
const UNSEEN = { A15u: 'A15r', A23: 'A23r' } as const;

async function wasAdmitted(tx: WriteTx, id: ApplicationId): Promise<boolean> {
  const { position_at_registration: number } = await tx.application.findUniqueOrThrow({
    where: { id },
    select: { position_at_registration: true },
  });
  return number !== null;
}

async function comeBack(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  application: LockedApplication,
  transition: 'A15u' | 'A23',
  policy: Policy,
  reason: string | null,
  stopListedUntil?: Date,
): Promise<void> {
  if (application.age_limit_on < localDate(at))
    throw new Refusal('child.tooOld', { limit: application.age_limit_on });
  const duplicate = await tx.application.findFirst({
    where: {
      child_id: application.child_id,
      district_id: application.district_id,
      state: { in: [...ACTIVE] },
    },
    select: { number: true, applicant_id: true },
  });
  if (duplicate !== null) {
    const mayKnow = actor.kind === 'STAFF' || duplicate.applicant_id === application.applicant_id;
    throw mayKnow
      ? new Refusal('application.duplicate', { number: duplicate.number })
      : new Refusal('application.others');
  }
  // Who is restored for want of a confirmation has just shown interest: a new term begins, or T6 would fire again at once.
  const interestDueAt =
    application.interest_due_at > at
      ? application.interest_due_at
      : monthsAfter(at, policy['interest.months']);
  // One chance remains: the next miss removes again, and the count a parent reads stays below its limit until then.
  const missCount = Math.min(application.miss_count, policy['referral.maxMisses'] - 1);
  const way = (await wasAdmitted(tx, application.id))
    ? stopListedUntil === undefined
      ? transition
      : 'A15s'
    : UNSEEN[transition];
  await moveApplication(tx, at, actor, application, way, {
    reason,
    interestDueAt,
    missCount,
    ...(stopListedUntil === undefined ? {} : { stopListedUntil }),
    policyVersion: policy.version,
  });
  const about = { subjectId: application.id, applicationId: application.id, startAt: at };
  await setTimers(tx, at, [
    { kind: 'INTEREST', ...about, deadlineAt: interestDueAt },
    { kind: 'AGE_LIMIT', ...about, deadlineAt: endOfDay(civil(application.age_limit_on)) },
    ...(stopListedUntil === undefined
      ? []
      : [{ kind: 'STOP_LIST' as const, ...about, deadlineAt: stopListedUntil }]),
  ]);
  await resumeClaims(tx, at, application, policy);
  if (stopListedUntil === undefined) {
    await tx.stop_list_entry.updateMany({
      where: { application_id: application.id, lifted_at: null },
      data: { lifted_at: at },
    });
  }
}

/** A17, A19, A20: taken out of the queue by a rule or by staff. N-code by the reason. */
export async function removeApplication(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  locked: { queue: LockedQueue; application: LockedApplication },
  transition: 'A17' | 'A19' | 'A20',
  removalReason: RemovalReason,
  policy: Policy,
): Promise<void> {
  const { queue, application } = locked;
  await release(tx, at, actor, queue, application, policy);
  await moveApplication(tx, at, actor, application, transition, {
    removalReason,
    policyVersion: policy.version,
  });
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  const code = transition === 'A17' ? 'N22' : transition === 'A19' ? 'N23r' : 'N24';
  await planNotices(tx, at, [
    {
      code,
      personId: application.applicant_id,
      applicationId: application.id,
      params: { reason: removalReason },
    },
  ]);
}

/**
 * A10 and A20: a child that was admitted leaves the queues of the other districts too, or it would be given the place
 * of somebody who waits. Their queues are locked already (`lockQueuesOfMove`).
 */
export async function removeElsewhere(tx: WriteTx, at: Date, admitted: LockedApplication): Promise<void> {
  const others = await tx.application.findMany({
    where: { child_id: admitted.child_id, id: { not: admitted.id }, state: { in: [...ACTIVE] } },
    orderBy: { queue_id: 'asc' },
    select: { id: true },
  });
  for (const { id } of others) {
    const locked = await lockApplication(tx, id as ApplicationId);
    const policy = await policyOn(tx, locked.queue.district_id, localDate(at));
    await removeApplication(tx, at, SYSTEM, locked, 'A20', 'ENROLLED_ELSEWHERE', policy);
  }
}
