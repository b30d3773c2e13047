import { moveApplication } from '../application/move.ts';
import { ACTIVE } from '../application/transitions.ts';
import type { Actor } from '../audit/event.ts';
import { resumeClaims } from '../benefit/standing.ts';
import { civil, endOfDay } from '../calendar/civil-date.ts';
import { monthsAfter } from '../calendar/working-calendar.ts';
import type { WriteTx } from '../db/db.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { type OwedNotice, planNotices } from '../notice/plan.ts';
import { movePlaces } from '../place/move.ts';
import { pickOpensAt, settlePhase } from '../place/phase.ts';
import { type LockedReferral, moveReferral } from '../referral/transitions.ts';
import { Refusal } from '../refusal.ts';
import { endLists } from '../waitlist/close.ts';
import { settleSiblings } from '../waitlist/siblings.ts';
import type { TransferState, VoucherState } from './api.ts';
import { endAttendance, lockAttendance } from './attendance.ts';
import { type Case, recordTransfer } from './lock.ts';

const ENDS = {
  T5: { state: 'COMPLETED', voucher: 'ACTIVE' },
  T6: { state: 'FAILED', voucher: 'CANCELLED' },
  T7: { state: 'CANCELLED', voucher: 'CANCELLED' },
  T8: { state: 'CANCELLED', voucher: 'CANCELLED' },
} as const satisfies Record<string, { state: TransferState; voucher: VoucherState }>;

interface Ending extends Case {
  readonly referral: LockedReferral;
  readonly actor: Actor;
}

/** Writes down how a transfer ended, with its voucher and its deadline. */
async function endTransfer(
  tx: WriteTx,
  at: Date,
  ending: Ending,
  transition: keyof typeof ENDS,
  reason: string | null = null,
): Promise<void> {
  const { transfer, actor } = ending;
  const { state, voucher } = ENDS[transition];
  await tx.transfer.update({
    where: { id: transfer.id },
    data: { state, ended_at: at },
    select: { id: true },
  });
  await tx.voucher.update({
    where: { id: transfer.voucher_id },
    data: { state: voucher, state_since: at },
    select: { id: true },
  });
  await cancelTimers(tx, at, { subjectId: transfer.id });
  const { referral_id: referral } = transfer;
  await recordTransfer(tx, at, actor, ending, transition, { state, referral, reason });
}

const about = ({ application, referral }: Ending) => ({
  applicationId: application.id,
  referralId: referral.id,
});

/** To the kindergarten that the child was to leave. */
async function tellOld(tx: WriteTx, at: Date, ending: Ending, event: 'STAYS' | 'MOVED'): Promise<void> {
  const { kindergarten_id: from } = await tx.referral.findUniqueOrThrow({
    where: { id: ending.transfer.from_referral_id },
    select: { kindergarten_id: true },
  });
  const kindergartenId = from as LockedReferral['kindergarten_id'];
  const notice = { code: 'N36', kindergartenId, aboutKindergartenId: kindergartenId, params: { event } };
  await planNotices(tx, at, [{ ...notice, ...about(ending) }]);
}

/** T4: the admission is applied for (S2): the term is kept, whatever the kindergartens' pace. */
export async function fileAdmission(tx: WriteTx, at: Date, ending: Ending): Promise<void> {
  const { transfer, application, referral, actor } = ending;
  await tx.transfer.update({ where: { id: transfer.id }, data: { filed_at: at }, select: { id: true } });
  await cancelTimers(tx, at, { subjectId: transfer.id });
  await recordTransfer(tx, at, actor, ending, 'T4', { referral: referral.id });
  await planNotices(tx, at, [
    {
      code: 'N29e',
      personId: application.applicant_id,
      ...about(ending),
      params: { event: 'FILED', safe: transfer.safe ? 1 : 0, reason: null },
    },
  ]);
}

/**
 * R5 and T5: the new kindergarten has taken the child, and in the same moment the present place is free. Refusal:
 * transfer.notLeft while the present kindergarten has not registered the leaving.
 */
export async function completeTransfer(tx: WriteTx, at: Date, ending: Ending): Promise<void> {
  const { queue, application, transfer, referral, actor, policy } = ending;
  if (transfer.left_at === null) throw new Refusal('transfer.notLeft');
  const from = await lockAttendance(tx, application.child_id);
  if (from !== undefined) await endAttendance(tx, at, actor, from, policy);
  await moveReferral(tx, at, actor, referral, 'R5', { policyVersion: policy.version });
  await movePlaces(tx, at, actor, [referral.place_id], 'P8');
  await tx.$executeRaw`
    UPDATE kindergarten_group SET enrolled = enrolled + 1
     WHERE id = (SELECT group_id FROM place WHERE id = ${referral.place_id}::uuid)`;
  await endTransfer(tx, at, ending, 'T5');
  await endLists(tx, at, actor, application, 'TRANSFERRED', policy);
  await settleSiblings(tx, at, application.id);
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  await planNotices(tx, at, [
    { code: 'N16', personId: application.applicant_id, ...about(ending), params: {} },
  ]);
  if (from !== undefined) await tellOld(tx, at, ending, 'MOVED');
}

/** The place that was held serves the next of the list, or the queue. */
async function freeHeld(tx: WriteTx, at: Date, { queue, referral, actor, policy }: Ending): Promise<void> {
  await movePlaces(tx, at, actor, [referral.place_id], 'P5', { pickOpensAt: pickOpensAt(policy, at) });
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
}

/**
 * R7 and T6, with T8 of the timers (S2): the admission was not applied for in time. Referral and voucher are cancelled and
 * the application goes to the archive (*district* `transfer.onExpire`); a place that was kept stays the child's.
 */
export async function failTransfer(tx: WriteTx, at: Date, ending: Ending): Promise<void> {
  const { application, transfer, referral, actor, policy } = ending;
  const archived = policy['transfer.onExpire'] === 'ARCHIVE';
  const kept = transfer.safe || transfer.left_at === null;
  await moveReferral(tx, at, actor, referral, 'R7', { policyVersion: policy.version });
  await endTransfer(tx, at, ending, 'T6');
  if (archived) {
    await endLists(tx, at, actor, application, 'FAILED', policy, false);
    await moveApplication(tx, at, actor, application, 'A24', { policyVersion: policy.version });
  } else if (!kept) {
    // Nothing is left of the old place: the child waits again where it registered, without being the first.
    await backToQueue(tx, at, ending, {});
  }
  await freeHeld(tx, at, ending);
  const told: OwedNotice[] = [
    {
      code: 'N29x',
      personId: application.applicant_id,
      ...about(ending),
      params: { safe: kept ? 1 : 0, archived: archived ? 1 : 0 },
    },
    {
      code: 'N36',
      kindergartenId: referral.kindergarten_id,
      ...about(ending),
      params: { event: 'NOT_COME' },
    },
  ];
  await planNotices(tx, at, told);
  if (kept) await tellOld(tx, at, ending, 'STAYS');
}

/**
 * R2 and T7: given up within the hours of cancelling. Refusals: referral.cancelTooLate {until}; transfer.left where the
 * present place is given up already and nothing would be left.
 */
export async function cancelTransfer(tx: WriteTx, at: Date, ending: Ending): Promise<void> {
  const { application, transfer, referral, actor, policy } = ending;
  if (at > referral.cancel_until)
    throw new Refusal('referral.cancelTooLate', { until: referral.cancel_until.toISOString() });
  if (!transfer.safe && transfer.left_at !== null) throw new Refusal('transfer.left');
  await moveReferral(tx, at, actor, referral, 'R2', { policyVersion: policy.version });
  await endTransfer(tx, at, ending, 'T7');
  await freeHeld(tx, at, ending);
  await planNotices(tx, at, [
    {
      code: 'N29e',
      personId: application.applicant_id,
      ...about(ending),
      params: { event: 'CANCELLED', safe: 1, reason: null },
    },
    {
      code: 'N36',
      kindergartenId: referral.kindergarten_id,
      ...about(ending),
      params: { event: 'CANCELLED' },
    },
  ]);
  await tellOld(tx, at, ending, 'STAYS');
}

/**
 * R6 and T8: refused by the new kindergarten. A place that was kept stays the child's; where it was given up already the
 * child is the first in the queue again, with the original time (A26).
 */
export async function transferRefused(tx: WriteTx, at: Date, ending: Ending, reason: string): Promise<void> {
  const { application, transfer } = ending;
  await endTransfer(tx, at, ending, 'T8', reason);
  const kept = transfer.safe || transfer.left_at === null;
  if (!kept) await backToQueue(tx, at, ending, { turnRestoredAt: at });
  await freeHeld(tx, at, ending);
  await planNotices(tx, at, [
    {
      code: 'N29e',
      personId: application.applicant_id,
      ...about(ending),
      params: { event: 'REFUSED', reason, safe: kept ? 1 : 0 },
    },
  ]);
  if (kept) await tellOld(tx, at, ending, 'STAYS');
}

/** A26, with the original time of registration; `turn`: whether the child is the first in the queue. */
async function backToQueue(
  tx: WriteTx,
  at: Date,
  { application, actor, policy }: Ending,
  turn: { readonly turnRestoredAt?: Date },
): Promise<void> {
  await endLists(tx, at, actor, application, 'LEFT_KINDERGARTEN', policy);
  const active = await tx.application.count({
    where: {
      child_id: application.child_id,
      district_id: application.district_id,
      state: { in: [...ACTIVE] },
    },
  });
  // Who stands in the queue by another application already has a place there.
  if (active > 0)
    return moveApplication(tx, at, actor, application, 'A25', { policyVersion: policy.version });
  const interestDueAt = monthsAfter(at, policy['interest.months']);
  await moveApplication(tx, at, actor, application, 'A26', {
    ...turn,
    interestDueAt,
    policyVersion: policy.version,
  });
  const timer = { subjectId: application.id, applicationId: application.id, startAt: at };
  await setTimers(tx, at, [
    { kind: 'INTEREST', ...timer, deadlineAt: interestDueAt },
    { kind: 'AGE_LIMIT', ...timer, deadlineAt: endOfDay(civil(application.age_limit_on)) },
  ]);
  await resumeClaims(tx, at, application, policy);
}
