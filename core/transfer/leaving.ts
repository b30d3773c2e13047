import type { Act } from '../act.ts';
import { lockApplication, moveApplication } from '../application/move.ts';
import { type Actor, staffActor } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, KindergartenId, PersonId, ReferralId, TransferId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { planNotices } from '../notice/plan.ts';
import { settlePhase } from '../place/phase.ts';
import { policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { assertHeadOf, operatorRoleOf } from '../staff/rights.ts';
import { endLists } from '../waitlist/close.ts';
import { settleSiblings } from '../waitlist/siblings.ts';
import type { DepartureReason, LeavingRefusal } from './api.ts';
import { endAttendance, lockAttendance, lockQueuesOfMove } from './attendance.ts';
import { type Case, lockCase, recordTransfer } from './lock.ts';

interface Leaving extends Case {
  readonly actor: Actor;
  readonly from: KindergartenId;
  readonly by: 'HEAD' | 'DEPARTMENT';
}

/** Opens an action on a leaving. Refusals: transfer.unknown, staff.forbidden, transfer.over, transfer.left. */
async function lockLeaving(tx: WriteTx, at: Date, act: Act, id: TransferId): Promise<Leaving> {
  await markApplied(tx, act, at);
  const locked = await lockCase(tx, at, id);
  const { kindergarten_id } = await tx.referral.findUniqueOrThrow({
    where: { id: locked.transfer.from_referral_id },
    select: { kindergarten_id: true },
  });
  const from = kindergarten_id as KindergartenId;
  const by = await whoOf(tx, act.personId, from, locked.queue.district_id);
  if (locked.transfer.state !== 'OPEN') throw new Refusal('transfer.over');
  if (locked.transfer.left_at !== null) throw new Refusal('transfer.left');
  return { ...locked, actor: staffActor(act), from, by };
}

/** The head of the kindergarten, or the department over it. Refusal: staff.forbidden. */
export async function whoOf(
  tx: WriteTx,
  personId: PersonId,
  kindergartenId: KindergartenId,
  districtId: Case['queue']['district_id'],
): Promise<'HEAD' | 'DEPARTMENT'> {
  if ((await operatorRoleOf(tx, personId, districtId)) !== undefined) return 'DEPARTMENT';
  await assertHeadOf(tx, personId, kindergartenId);
  return 'HEAD';
}

/** T2: the present kindergarten lets the child go. Without `safe` the place is free from now on. */
export async function confirmLeaving(tx: WriteTx, at: Date, act: Act, id: TransferId): Promise<void> {
  const { queue, application, transfer, policy, actor, from, by } = await lockLeaving(tx, at, act, id);
  await tx.transfer.update({ where: { id }, data: { left_at: at }, select: { id: true } });
  const { from_referral_id: referral } = transfer;
  await recordTransfer(tx, at, actor, { transfer, application, policy }, 'T2', { referral, by });
  if (!transfer.safe) {
    const attendance = await lockAttendance(tx, application.child_id);
    if (attendance !== undefined) await endAttendance(tx, at, actor, attendance, policy);
    await settleSiblings(tx, at, application.id);
    await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  }
  const about = { applicationId: application.id, referralId: transfer.referral_id };
  await planNotices(tx, at, [
    {
      code: 'N29e',
      personId: application.applicant_id,
      ...about,
      params: { event: 'LEFT', safe: transfer.safe ? 1 : 0, reason: null },
    },
    ...(by === 'HEAD'
      ? []
      : [
          {
            code: 'N36',
            kindergartenId: from,
            aboutKindergartenId: from,
            ...about,
            params: { event: 'LEFT_BY_DEPARTMENT' },
          },
        ]),
  ]);
}

/** T3: the present kindergarten says no; the term runs on, the department decides. */
export async function refuseLeaving(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: TransferId,
  reason: LeavingRefusal,
  note: string | null,
): Promise<void> {
  const { application, transfer, policy, actor, by } = await lockLeaving(tx, at, act, id);
  await tx.transfer.update({
    where: { id },
    data: { leaving_refused_at: at, leaving_refusal: reason, leaving_note: note },
    select: { id: true },
  });
  const { from_referral_id: referral } = transfer;
  const said = note === null ? reason : `${reason}: ${note}`;
  await recordTransfer(tx, at, actor, { transfer, application, policy }, 'T3', {
    referral,
    by,
    reason: said,
  });
  await planNotices(tx, at, [
    {
      code: 'N29e',
      personId: application.applicant_id,
      applicationId: application.id,
      referralId: transfer.referral_id,
      params: { event: 'LEAVING_REFUSED', reason, safe: transfer.safe ? 1 : 0 },
    },
  ]);
}

/**
 * A25: a child left for good, without a transfer. Refusals: referral.unknown, staff.forbidden, transfer.left (it has left
 * already), transfer.open.
 */
export async function recordDeparture(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ReferralId,
  reason: DepartureReason,
): Promise<void> {
  await markApplied(tx, act, at);
  const known = await tx.referral.findUnique({
    where: { id },
    select: { application_id: true, kindergarten_id: true },
  });
  if (known === null) throw new Refusal('referral.unknown');
  await assertHeadOf(tx, act.personId, known.kindergarten_id as KindergartenId);
  await lockQueuesOfMove(tx, known.application_id as ApplicationId);
  const { queue, application } = await lockApplication(tx, known.application_id as ApplicationId);
  const attendance = await lockAttendance(tx, application.child_id);
  if (attendance?.id !== id) throw new Refusal('transfer.left');
  const running = await tx.transfer.count({ where: { child_id: application.child_id, state: 'OPEN' } });
  if (running > 0) throw new Refusal('transfer.open');
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  const actor = staffActor(act);
  await endAttendance(tx, at, actor, attendance, policy);
  await endLists(tx, at, actor, application, 'LEFT_KINDERGARTEN', policy, false);
  await moveApplication(tx, at, actor, application, 'A25', { reason, policyVersion: policy.version });
  await settleSiblings(tx, at, application.id);
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  await planNotices(tx, at, [
    {
      code: 'N46',
      personId: application.applicant_id,
      applicationId: application.id,
      aboutKindergartenId: attendance.kindergarten_id,
      params: { reason },
    },
  ]);
}
