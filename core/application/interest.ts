import type { Act } from '../act.ts';
import { personActor } from '../audit/event.ts';
import { addDays, at as atTime, endOfDay, localDate } from '../calendar/civil-date.ts';
import { monthsAfter, outward } from '../calendar/working-calendar.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { assertLogin } from '../policy/login.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { type LockedApplication, lockOwnApplication, moveApplication } from './move.ts';

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
  const { queue, application } = await lockOwnApplication(tx, at, act.personId, id, 'INTEREST');
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  assertLogin(policy, at, act, 'INTEREST');
  const transition = CONFIRMATIONS[application.state as keyof typeof CONFIRMATIONS];
  if (transition === undefined) throw new Refusal('application.wrongState', { state: application.state });
  const opens = interestOpensAt(application.interest_due_at, policy);
  if (at < opens) throw new Refusal('interest.notYet', { from: opens.toISOString() });
  // The term that was told before is not shortened by a policy that has become stricter since.
  const nextDueAt = outward(application.interest_due_at, monthsAfter(at, policy['interest.months']));
  await moveApplication(tx, at, personActor(act), application, transition, {
    interestDueAt: nextDueAt,
    policyVersion: policy.version,
    detail: { interestUntil: nextDueAt.toISOString() },
  });
  await tx.interest_confirmation.create({
    data: { application_id: id, person_id: act.personId, confirmed_at: at, next_due_at: nextDueAt },
    select: { id: true },
  });
  await restartTimer(tx, at, id, nextDueAt);
  await planNotices(tx, at, [
    {
      code: 'N21',
      personId: application.applicant_id,
      applicationId: id,
      params: { deadline: nextDueAt.toISOString() },
    },
  ]);
  return { nextDueAt };
}

const INTEREST_WAITS_DAYS = 14;

/**
 * Nobody is asked for interest while holding a referral: whoever comes back from one, or still holds it when the term
 * ends, has two weeks to answer. A term that is longer anyhow stays.
 */
export async function giveTimeToConfirm(
  tx: WriteTx,
  at: Date,
  application: Pick<LockedApplication, 'id' | 'interest_due_at'>,
): Promise<void> {
  const deadlineAt = endOfDay(addDays(localDate(at), INTEREST_WAITS_DAYS));
  if (application.interest_due_at >= deadlineAt) return;
  await tx.application.update({
    where: { id: application.id },
    data: { interest_due_at: deadlineAt },
    select: { id: true },
  });
  await restartTimer(tx, at, application.id, deadlineAt);
}

async function restartTimer(tx: WriteTx, at: Date, id: ApplicationId, deadlineAt: Date): Promise<void> {
  await cancelTimers(tx, at, { subjectId: id, kinds: ['INTEREST'] });
  await setTimers(tx, at, [{ kind: 'INTEREST', subjectId: id, applicationId: id, startAt: at, deadlineAt }]);
}
