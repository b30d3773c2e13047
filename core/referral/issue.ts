import { type LockedApplication, moveApplication } from '../application/move.ts';
import type { Actor } from '../audit/event.ts';
import { recordEvents } from '../audit/event.ts';
import { hoursAfter, type WorkingCalendar } from '../calendar/working-calendar.ts';
import type { QueueDeps } from '../context.ts';
import { nextNumber } from '../db/counter.ts';
import type { WriteTx } from '../db/db.ts';
import type { KindergartenId, PlaceId, ReferralId, StatementId, TurnWindowId } from '../ids.ts';
import { setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { movePlaces } from '../place/move.ts';
import type { Policy } from '../policy/policy.ts';
import { termEnd } from '../policy/term.ts';
import { referralDocumentData } from './paper.ts';

export interface Issue {
  readonly application: LockedApplication;
  readonly placeId: PlaceId;
  readonly turnWindowId: TurnWindowId | null;
  readonly statementId: StatementId;
  readonly policy: Policy;
  readonly calendar: WorkingCalendar;
}

/**
 * R1 with A7 or A9: holds a locked free place for a locked application. Writes the referral with its two deadlines
 * (T2 24 hours, T3 5 working days), its document and its notices. The database refuses a second live referral of the
 * place, the child or the application, whatever the code believes.
 */
export async function issueReferral(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  actor: Actor,
  issue: Issue,
): Promise<ReferralId> {
  const { application, policy, calendar } = issue;
  const comeUntil = termEnd(calendar, at, policy['referral.showUp']);
  const cancelUntil = hoursAfter(at, policy['referral.selfCancelHours']);
  const [place] = await tx.$queryRaw<{ kindergarten_id: KindergartenId; code: string }[]>`
    SELECT p.kindergarten_id, d.code FROM place p JOIN kindergarten k ON k.id = p.kindergarten_id
      JOIN district d ON d.id = k.district_id WHERE p.id = ${issue.placeId}::uuid`;
  if (place === undefined) throw new Error(`no place ${issue.placeId}`);
  const referral = await tx.referral.create({
    data: {
      number: await nextNumber(tx, `ZH-${place.code}`, at),
      application_id: application.id,
      child_id: application.child_id,
      place_id: issue.placeId,
      kindergarten_id: place.kindergarten_id,
      turn_window_id: issue.turnWindowId,
      statement_id: issue.statementId,
      state: 'ISSUED',
      state_since: at,
      issued_at: at,
      come_until: comeUntil,
      cancel_until: cancelUntil,
      calendar_version: calendar.version,
    },
    select: { id: true, number: true },
  });
  const id = referral.id as ReferralId;
  await movePlaces(tx, at, actor, [issue.placeId], 'P4');
  await recordEvents(tx, at, actor, [
    {
      entity: 'REFERRAL',
      entityId: id,
      applicationId: application.id,
      transition: 'R1',
      before: {},
      after: { state: 'ISSUED', number: referral.number, comeUntil: comeUntil.toISOString() },
      policyVersion: policy.version,
    },
  ]);
  await moveApplication(tx, at, actor, application, issue.turnWindowId === null ? 'A9' : 'A7', {
    policyVersion: policy.version,
  });
  await setTimers(tx, at, [
    { kind: 'SHOW_UP', subjectId: id, applicationId: application.id, startAt: at, deadlineAt: comeUntil },
    {
      kind: 'SELF_CANCEL',
      subjectId: id,
      applicationId: application.id,
      startAt: at,
      deadlineAt: cancelUntil,
    },
  ]);
  await deps.issueDocument(tx, at, {
    kind: 'REFERRAL',
    applicationId: application.id,
    referralId: id,
    data: await referralDocumentData(deps, tx, id, policy),
  });
  const about = { applicationId: application.id, referralId: id };
  const params = {
    deadline: comeUntil.toISOString(),
    cancelUntil: cancelUntil.toISOString(),
    number: referral.number,
  };
  await planNotices(tx, at, [
    { code: 'N12', personId: application.applicant_id, ...about, params },
    { code: 'N36', kindergartenId: place.kindergarten_id, ...about, params },
  ]);
  return id;
}
