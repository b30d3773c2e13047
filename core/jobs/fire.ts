import { removeApplication } from '../application/actions.ts';
import type { ApplicationState } from '../application/api.ts';
import { giveTimeToConfirm } from '../application/interest.ts';
import { type LockedApplication, lockApplication, moveApplication } from '../application/move.ts';
import { SYSTEM } from '../audit/event.ts';
import { expireClaim, lapseCopy } from '../benefit/standing.ts';
import { localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { Db, WriteTx } from '../db/db.ts';
import { ownerWasSilent } from '../guardian/decide.ts';
import type {
  ApplicationId,
  ClaimId,
  GuardianLinkId,
  KindergartenId,
  ReferralId,
  WaitlistEntryId,
} from '../ids.ts';
import { planNotices } from '../notice/plan.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { lapseWindow, lockWindow } from '../queue/close.ts';
import { expireReferral } from '../referral/expire.ts';
import { LIVE, lockReferral } from '../referral/transitions.ts';
import { failTransfer } from '../transfer/end.ts';
import { lockTransferOf } from '../transfer/lock.ts';
import { lapseOffer } from '../waitlist/answer.ts';
import { nextDue, type TimerKind } from './reminders.ts';

interface TimerRow {
  readonly id: string;
  readonly kind: TimerKind;
  readonly subject_id: string;
  readonly application_id: ApplicationId;
  readonly deadline_at: Date;
  readonly due_at: Date;
  readonly created_at: Date;
}

/** States in which a term of interest waits. */
const NOT_ASKED: readonly ApplicationState[] = ['REFERRED', 'IN_REVIEW'];

const REMINDERS: Readonly<Record<Exclude<TimerKind, 'STOP_LIST' | 'GUARDIAN'>, string>> = {
  TURN_WINDOW: 'N10r',
  SELF_CANCEL: 'N12c',
  SHOW_UP: 'N12r',
  EXTENSION: 'N12r',
  INTEREST: 'N21r',
  AGE_LIMIT: 'N23',
  BENEFIT: 'N5',
  BENEFIT_COPY: 'N4',
  WAITLIST_OFFER: 'N28r',
  TRANSFER: 'N29r',
};

/**
 * Fires one due timer in a transaction of its own: queue and application are locked first, then the row is read again,
 * so that two workers, a late worker or a backward clock change nothing twice. Returns whether anything was done.
 */
export async function fireTimer(
  db: Db,
  at: Date,
  timer: { id: string; application_id: ApplicationId },
): Promise<boolean> {
  return db.write(async (tx) => {
    const locked = await lockApplication(tx, timer.application_id);
    const [row] = await tx.$queryRaw<TimerRow[]>`
      SELECT id, kind, subject_id, application_id, deadline_at, due_at, created_at FROM timer
       WHERE id = ${timer.id}::uuid AND state = 'PENDING' AND due_at <= ${at} FOR UPDATE`;
    if (row === undefined) return false;
    if (at <= row.deadline_at) {
      await remind(tx, at, row, locked.application);
      return true;
    }
    await tx.timer.update({
      where: { id: row.id },
      data: { state: 'FIRED', ended_at: at },
      select: { id: true },
    });
    await endTerm(tx, at, row, locked);
    return true;
  });
}

/** A reminder is owed once: the row moves on to the next one, or to the deadline itself. */
async function remind(
  tx: WriteTx,
  at: Date,
  row: TimerRow,
  { applicant_id, district_id, state }: LockedApplication,
): Promise<void> {
  const due = nextDue(row.kind, row.created_at, row.deadline_at, at, await calendarIn(tx));
  const next = due > row.due_at ? due : row.deadline_at;
  await tx.timer.update({
    where: { id: row.id },
    // The deadline's own instant still belongs to the parent: the term ends after it.
    data: { due_at: next },
    select: { id: true },
  });
  if (row.kind === 'STOP_LIST' || row.kind === 'GUARDIAN' || row.due_at >= row.deadline_at) return;
  // Interest cannot be confirmed while a referral is held or nobody has admitted the child, and nobody is asked to.
  if (row.kind === 'INTEREST' && NOT_ASKED.includes(state)) return;
  if (row.kind === 'TRANSFER' || row.kind === 'WAITLIST_OFFER')
    return remindOfList(tx, at, row, { applicant_id, district_id });
  const isReferral = row.kind === 'SHOW_UP' || row.kind === 'EXTENSION' || row.kind === 'SELF_CANCEL';
  await planNotices(tx, at, [
    {
      code: REMINDERS[row.kind],
      personId: applicant_id,
      applicationId: row.application_id,
      ...(isReferral ? { referralId: row.subject_id as ReferralId } : {}),
      params: {
        deadline: row.deadline_at.toISOString(),
        ...(row.kind === 'BENEFIT' ? { event: 'EXPIRING', until: row.deadline_at.toISOString() } : {}),
      },
      dedupeKey: `${row.id}:${row.due_at.toISOString()}`,
    },
  ]);
}

/** Of an offer or a checklist: with what they are about, which no timer remembers. */
async function remindOfList(
  tx: WriteTx,
  at: Date,
  row: TimerRow,
  { applicant_id: personId, district_id }: Pick<LockedApplication, 'applicant_id' | 'district_id'>,
): Promise<void> {
  const about =
    row.kind === 'TRANSFER'
      ? await checklistOf(tx, row.subject_id, await policyOn(tx, district_id, localDate(at)))
      : await offerOf(tx, row.subject_id);
  if (about === undefined) return;
  await planNotices(tx, at, [
    {
      code: row.kind === 'TRANSFER' ? 'N29r' : 'N28r',
      personId,
      applicationId: row.application_id,
      ...about,
      params: { ...about.params, deadline: row.deadline_at.toISOString() },
      dedupeKey: `${row.id}:${row.due_at.toISOString()}`,
    },
  ]);
}

async function offerOf(tx: WriteTx, id: string) {
  const entry = await tx.waitlist_entry.findUnique({ where: { id }, select: { kindergarten_id: true } });
  if (entry === null) return undefined;
  return { aboutKindergartenId: entry.kindergarten_id as KindergartenId, params: { entry: id } };
}

async function checklistOf(tx: WriteTx, id: string, policy: Policy) {
  const transfer = await tx.transfer.findUnique({
    where: { id },
    select: { referral_id: true, left_at: true, safe: true },
  });
  if (transfer === null) return undefined;
  const event = transfer.left_at === null ? 'BOTH' : 'FILE';
  return {
    referralId: transfer.referral_id as ReferralId,
    params: {
      event,
      safe: transfer.safe ? 1 : 0,
      archive: policy['transfer.onExpire'] === 'ARCHIVE' ? 1 : 0,
    },
  };
}

/** What follows when a term is over, re-checked against the present state: a timer never acts on what it remembers. */
async function endTerm(
  tx: WriteTx,
  at: Date,
  row: TimerRow,
  locked: Awaited<ReturnType<typeof lockApplication>>,
): Promise<void> {
  const { queue, application } = locked;
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  switch (row.kind) {
    case 'SELF_CANCEL':
      return;
    case 'TURN_WINDOW': {
      const window = await lockWindow(tx, application.id);
      if (window?.id === row.subject_id)
        await lapseWindow(tx, at, SYSTEM, queue, application, window, policy);
      return;
    }
    case 'SHOW_UP':
    case 'EXTENSION': {
      const referral = await lockReferral(tx, row.subject_id as ReferralId);
      if (LIVE.includes(referral.state) && referral.state !== 'ARRIVED') {
        await expireReferral(tx, at, SYSTEM, row.deadline_at, { queue, application, referral, policy });
      }
      return;
    }
    case 'STOP_LIST':
      if (application.state !== 'STOP_LISTED') return;
      await tx.stop_list_entry.updateMany({
        where: { application_id: application.id, lifted_at: null },
        data: { lifted_at: at },
      });
      await moveApplication(tx, at, SYSTEM, application, 'A16', { policyVersion: policy.version });
      await planNotices(tx, at, [
        { code: 'N20', personId: application.applicant_id, applicationId: application.id, params: {} },
      ]);
      return;
    case 'INTEREST':
      if (
        ['QUEUED', 'NOTIFIED', 'STOP_LISTED', 'INACTIVE'].includes(application.state) &&
        application.interest_due_at < at
      ) {
        await removeApplication(tx, at, SYSTEM, locked, 'A17', 'NO_CONFIRMATION', policy);
      } else if (NOT_ASKED.includes(application.state)) {
        await giveTimeToConfirm(tx, at, application);
      }
      return;
    case 'BENEFIT':
      return expireClaim(tx, at, application, row.subject_id as ClaimId);
    case 'BENEFIT_COPY':
      return lapseCopy(tx, at, application, row.subject_id as ClaimId);
    case 'GUARDIAN':
      return ownerWasSilent(tx, at, application, row.subject_id as GuardianLinkId);
    case 'WAITLIST_OFFER':
      return lapseOffer(tx, at, SYSTEM, queue, application, row.subject_id as WaitlistEntryId, policy);
    case 'TRANSFER': {
      const { referral_id } = await tx.transfer.findUniqueOrThrow({
        where: { id: row.subject_id },
        select: { referral_id: true },
      });
      const referral = await lockReferral(tx, referral_id as ReferralId);
      const transfer = await lockTransferOf(tx, referral.id);
      if (transfer?.state === 'OPEN' && transfer.filed_at === null)
        await failTransfer(tx, at, { queue, application, referral, transfer, policy, actor: SYSTEM });
      return;
    }
    case 'AGE_LIMIT':
      await removeApplication(tx, at, SYSTEM, locked, 'A19', 'AGE_LIMIT', policy);
  }
}
