import type { Act } from '../act.ts';
import { type Actor, personActor, staffActor } from '../audit/event.ts';
import { addDays, at as atTime, localDate } from '../calendar/civil-date.ts';
import { hoursAfter, monthsAfter } from '../calendar/working-calendar.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { movePlaces, pickOpensAt, settlePhase } from '../place/phase.ts';
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

const CONFIRMATIONS = { QUEUED: 'A18', NOTIFIED: 'A18n', STOP_LISTED: 'A18s' } as const;

/** From when interest may be confirmed: 60 days before it is due (§8.5 DUE_SOON). */
export function interestOpensAt(dueAt: Date, policy: Pick<Policy, 'interest.opensDaysBefore'>): Date {
  return atTime(addDays(localDate(dueAt), -policy['interest.opensDaysBefore']), '00:00');
}

/** A18 (S1): «Мүдделілікті растау» → «Растау». Refusals: interest.notYet {from}, application.wrongState. */
export async function confirmInterest(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ApplicationId,
): Promise<{ nextDueAt: Date }> {
  await markApplied(tx, act, at);
  const { queue, application } = await lockOwnApplication(tx, act.personId, id);
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  const transition = CONFIRMATIONS[application.state as keyof typeof CONFIRMATIONS];
  if (transition === undefined) throw new Refusal('application.wrongState', { state: application.state });
  const opens = interestOpensAt(application.interest_due_at, policy);
  if (at < opens) throw new Refusal('interest.notYet', { from: opens.toISOString() });
  const nextDueAt = monthsAfter(at, policy['interest.months']);
  await moveApplication(tx, at, personActor(act), application, transition, {
    interestDueAt: nextDueAt,
    policyVersion: policy.version,
    detail: { interestUntil: nextDueAt.toISOString() },
  });
  await tx.interest_confirmation.create({
    data: { application_id: id, person_id: act.personId, confirmed_at: at, next_due_at: nextDueAt },
    select: { id: true },
  });
  await cancelTimers(tx, at, { subjectId: id, kinds: ['INTEREST'] });
  await setTimers(tx, at, [
    { kind: 'INTEREST', subjectId: id, applicationId: id, startAt: at, deadlineAt: nextDueAt },
  ]);
  await planNotices(tx, at, [
    { code: 'N21', personId: act.personId, applicationId: id, params: { deadline: nextDueAt.toISOString() } },
  ]);
  return { nextDueAt };
}

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
    const referral = await lockReferral(tx, live.id as never);
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

/** A15: the parent takes the application back; 24 hours to think again (N19). */
export async function withdraw(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ApplicationId,
): Promise<{ undoUntil: Date }> {
  await markApplied(tx, act, at);
  const { queue, application } = await lockOwnApplication(tx, act.personId, id);
  if (!ACTIVE.includes(application.state))
    throw new Refusal('application.wrongState', { state: application.state });
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  const actor = personActor(act);
  const undoUntil = hoursAfter(at, policy['withdrawal.undoHours']);
  await release(tx, at, actor, queue, application, policy);
  await moveApplication(tx, at, actor, application, 'A15', { policyVersion: policy.version });
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  await planNotices(tx, at, [
    {
      code: 'N19',
      personId: act.personId,
      applicationId: id,
      params: { undoUntil: undoUntil.toISOString() },
    },
  ]);
  return { undoUntil };
}

/** Undo of A15 within 24 hours: back to the queue with the original time; a turn or referral is not given back. */
export async function undoWithdrawal(tx: WriteTx, at: Date, act: Act, id: ApplicationId): Promise<void> {
  await markApplied(tx, act, at);
  const { queue, application } = await lockOwnApplication(tx, act.personId, id);
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  if (application.state !== 'WITHDRAWN')
    throw new Refusal('application.wrongState', { state: application.state });
  if (at > hoursAfter(application.state_since, policy['withdrawal.undoHours']))
    throw new Refusal('withdrawal.tooLate');
  await comeBack(tx, at, personActor(act), application, 'A15u', policy, null);
}

/**
 * A23: an operator restores a removed application with its original time, with a reason that the parent can read.
 * Refusals: staff.forbidden, application.unknown, application.wrongState, restore.tooLate {until}, application.duplicate.
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
    select: { id: true, district_id: true },
  });
  if (found === null) throw new Refusal('application.unknown');
  await assertOperatorOf(tx, act.personId, found.district_id as never);
  const { queue, application } = await lockApplication(tx, found.id as ApplicationId);
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  if (application.state !== 'REMOVED')
    throw new Refusal('application.wrongState', { state: application.state });
  const until = addDays(localDate(application.state_since), policy['interest.restoreDays']);
  if (localDate(at) > until) throw new Refusal('restore.tooLate', { until });
  await comeBack(tx, at, staffActor(act), application, 'A23', policy, reason);
  await planNotices(tx, at, [
    { code: 'N25', personId: application.applicant_id, applicationId: application.id, params: {} },
  ]);
}

async function comeBack(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  application: LockedApplication,
  transition: 'A15u' | 'A23',
  policy: Policy,
  reason: string | null,
): Promise<void> {
  if (application.age_limit_on < localDate(at))
    throw new Refusal('child.tooOld', { limit: application.age_limit_on });
  const duplicate = await tx.application.findFirst({
    where: {
      child_id: application.child_id,
      district_id: application.district_id,
      state: { in: [...ACTIVE] },
    },
    select: { number: true },
  });
  if (duplicate !== null) throw new Refusal('application.duplicate', { number: duplicate.number });
  // Who is restored for want of a confirmation has just shown interest: a new term begins, or T6 would fire again at once.
  const interestDueAt =
    application.interest_due_at > at
      ? application.interest_due_at
      : monthsAfter(at, policy['interest.months']);
  // One chance remains: the next miss removes again, and the count a parent reads stays below its limit until then.
  const missCount = Math.min(application.miss_count, policy['referral.maxMisses'] - 1);
  await moveApplication(tx, at, actor, application, transition, {
    reason,
    interestDueAt,
    missCount,
    policyVersion: policy.version,
  });
  const about = { subjectId: application.id, applicationId: application.id, startAt: at };
  await setTimers(tx, at, [
    { kind: 'INTEREST', ...about, deadlineAt: interestDueAt },
    { kind: 'AGE_LIMIT', ...about, deadlineAt: atTime(application.age_limit_on as never, '23:59') },
  ]);
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
