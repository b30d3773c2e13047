import type { LockedApplication } from '../application/move.ts';
import { type Actor, recordEvents } from '../audit/event.ts';
import { hoursAfter, type WorkingCalendar } from '../calendar/working-calendar.ts';
import type { QueueDeps } from '../context.ts';
import { nextNumber } from '../db/counter.ts';
import type { WriteTx } from '../db/db.ts';
import type {
  KindergartenId,
  PlaceId,
  ReferralId,
  StatementId,
  TransferId,
  WaitlistEntryId,
} from '../ids.ts';
import { setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { movePlaces } from '../place/move.ts';
import type { Policy } from '../policy/policy.ts';
import { termEnd } from '../policy/term.ts';
import { referralDocumentData } from '../referral/paper.ts';
import { settleSiblings } from '../waitlist/siblings.ts';
import { type Attendance, endAttendance } from './attendance.ts';

export interface NewTransfer {
  readonly application: LockedApplication;
  readonly entryId: WaitlistEntryId;
  readonly placeId: PlaceId;
  readonly from: Attendance;
  readonly statementId: StatementId;
  readonly policy: Policy;
  readonly calendar: WorkingCalendar;
}

/**
 * R1 and T1 (S2): the referral to the other kindergarten with its voucher and the term in which the admission must be
 * applied for (T8). The application stays ENROLLED: the child still goes where it went. The queues of `lockQueuesOfMove`,
 * application, child and attendance are locked, the place is free or on offer to this child.
 */
export async function issueTransfer(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  actor: Actor,
  { application, entryId, placeId, from, statementId, policy, calendar }: NewTransfer,
): Promise<TransferId> {
  const admitUntil = termEnd(calendar, at, policy['transfer.admission']);
  const cancelUntil = hoursAfter(at, policy['referral.selfCancelHours']);
  const [place] = await tx.$queryRaw<{ kindergarten_id: KindergartenId; code: string }[]>`
    SELECT p.kindergarten_id, d.code FROM place AS p JOIN kindergarten AS k ON k.id = p.kindergarten_id
      JOIN district AS d ON d.id = k.district_id WHERE p.id = ${placeId}::uuid`;
  if (place === undefined) throw new Error(`no place ${placeId}`);
  const who = { application_id: application.id, child_id: application.child_id };
  const referral = await tx.referral.create({
    data: {
      ...who,
      number: await nextNumber(tx, `ZH-${place.code}`, at),
      place_id: placeId,
      kindergarten_id: place.kindergarten_id,
      statement_id: statementId,
      state: 'ISSUED',
      state_since: at,
      issued_at: at,
      come_until: admitUntil,
      cancel_until: cancelUntil,
      calendar_version: calendar.version,
    },
    select: { id: true, number: true },
  });
  const referralId = referral.id as ReferralId;
  await movePlaces(tx, at, actor, [placeId], 'P12');
  const voucher = await tx.voucher.create({
    data: {
      ...who,
      number: await nextNumber(tx, `VA-${place.code}`, at),
      state: 'ISSUED',
      issued_at: at,
      state_since: at,
    },
    select: { id: true, number: true },
  });
  const transfer = await tx.transfer.create({
    data: {
      ...who,
      entry_id: entryId,
      referral_id: referralId,
      from_referral_id: from.id,
      voucher_id: voucher.id,
      state: 'OPEN',
      safe: policy['transfer.safe'],
      issued_at: at,
      admit_until: admitUntil,
      // A kindergarten that is closed has let the child go already.
      left_at: from.is_active ? null : at,
      calendar_version: calendar.version,
    },
    select: { id: true },
  });
  const id = transfer.id as TransferId;
  if (!from.is_active && !policy['transfer.safe']) {
    await endAttendance(tx, at, actor, from, policy);
    await settleSiblings(tx, at, application.id);
  }
  const deadline = admitUntil.toISOString();
  const about = { applicationId: application.id, referralId };
  const event = { applicationId: application.id, policyVersion: policy.version, before: {} };
  await recordEvents(tx, at, actor, [
    {
      ...event,
      entity: 'REFERRAL',
      entityId: referralId,
      transition: 'R1',
      after: { state: 'ISSUED', number: referral.number, comeUntil: deadline },
    },
    {
      ...event,
      entity: 'TRANSFER',
      entityId: id,
      transition: 'T1',
      after: { state: 'OPEN', referral: referralId, voucher: voucher.number, until: deadline },
    },
  ]);
  await setTimers(tx, at, [
    { kind: 'TRANSFER', subjectId: id, applicationId: application.id, startAt: at, deadlineAt: admitUntil },
  ]);
  await deps.issueDocument(tx, at, {
    kind: 'REFERRAL',
    ...about,
    data: await referralDocumentData(deps, tx, referralId, policy),
  });
  const params = { deadline, cancelUntil: cancelUntil.toISOString(), number: referral.number };
  await planNotices(tx, at, [
    {
      code: 'N29',
      personId: application.applicant_id,
      ...about,
      params: {
        ...params,
        safe: policy['transfer.safe'] ? 1 : 0,
        archive: policy['transfer.onExpire'] === 'ARCHIVE' ? 1 : 0,
      },
    },
    { code: 'N36', kindergartenId: place.kindergarten_id, ...about, params },
    {
      code: 'N36',
      kindergartenId: from.kindergarten_id,
      ...about,
      aboutKindergartenId: from.kindergarten_id,
      params: { ...params, event: 'LEAVING' },
    },
  ]);
  return id;
}
