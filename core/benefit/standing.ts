import type { LockedApplication } from '../application/move.ts';
import { type Actor, recordEvents, SYSTEM } from '../audit/event.ts';
import { type CivilDate, civil, endOfDay } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import { outward } from '../calendar/working-calendar.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ClaimId, DraftChildId, PersonId } from '../ids.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import type { Policy } from '../policy/policy.ts';
import { termEnd } from '../policy/term.ts';
import { Refusal } from '../refusal.ts';
import { type LockedClaim, lockClaimAlone, moveClaim, type Standing } from './transitions.ts';

/**
 * Puts the application into the class of what is confirmed now, else into the common one; its registration time stays,
 * so that it stands where it would have stood had it always been of that class. Triggers keep tally and journal.
 */
async function settleClass(tx: WriteTx, at: Date, applicationId: ApplicationId): Promise<void> {
  await tx.$executeRaw`
    UPDATE application SET benefit_class = now.class, standing_since = ${at}
      FROM (SELECT coalesce((SELECT c.class FROM benefit_claim b JOIN benefit_category c ON c.code = b.category
                              WHERE b.application_id = ${applicationId}::uuid AND b.state = 'CONFIRMED'), 'COMMON') AS class) AS now
     WHERE application.id = ${applicationId}::uuid AND application.benefit_class <> now.class`;
}

/** Moves the claim of a form's child, where it has one, to the application that the form became: DRAFT → CLAIMED. */
export async function submitClaims(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  applicationId: ApplicationId,
  draftChildId: DraftChildId,
): Promise<void> {
  const found = await tx.benefit_claim.findUnique({
    where: { draft_child_id: draftChildId },
    select: { id: true },
  });
  if (found === null) return;
  const claim = await lockClaimAlone(tx, found.id as ClaimId);
  await tx.benefit_claim.update({
    where: { id: claim.id },
    data: { application_id: applicationId, draft_child_id: null },
    select: { id: true },
  });
  await moveClaim(tx, at, actor, { ...claim, application_id: applicationId }, 'B1');
}

/**
 * A benefit that was confirmed elsewhere: for imports and tests, without scans. The application is locked by the caller
 * or new. Throws when the dictionary has no such category. `validUntil`: the end of the paper, where it has one.
 */
export async function importBenefit(
  tx: WriteTx,
  at: Date,
  applicationId: ApplicationId,
  category: string,
  validUntil: CivilDate | null = null,
): Promise<ClaimId> {
  const { applicant_id } = await tx.application.findUniqueOrThrow({
    where: { id: applicationId },
    select: { applicant_id: true },
  });
  const { id } = await tx.benefit_claim.create({
    data: {
      person_id: applicant_id,
      application_id: applicationId,
      category,
      state: 'CONFIRMED',
      state_since: at,
      created_at: at,
      claimed_at: at,
      decided_at: at,
      valid_until: validUntil === null ? null : new Date(validUntil),
    },
    select: { id: true },
  });
  await recordEvents(tx, at, SYSTEM, [
    {
      entity: 'BENEFIT_CLAIM',
      entityId: id,
      applicationId,
      transition: 'B3i',
      before: {},
      after: { state: 'CONFIRMED', ...(validUntil === null ? {} : { validUntil }) },
    },
  ]);
  if (validUntil !== null) await startValidity(tx, at, id as ClaimId, applicationId, validUntil);
  await settleClass(tx, at, applicationId);
  return id as ClaimId;
}

async function startValidity(
  tx: WriteTx,
  at: Date,
  id: ClaimId,
  applicationId: ApplicationId,
  until: CivilDate,
): Promise<void> {
  await setTimers(tx, at, [
    { kind: 'BENEFIT', subjectId: id, applicationId, startAt: at, deadlineAt: endOfDay(until) },
  ]);
}

/** PENDING_CHECK → CONFIRMED: the class of the claim with the original time. What was confirmed before is replaced. */
export async function confirmStanding(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  { claim, application }: Standing,
  decidedBy: PersonId,
  until: CivilDate | null,
  policy: Policy,
): Promise<void> {
  const before = await tx.benefit_claim.findFirst({
    where: { application_id: application.id, state: 'CONFIRMED' },
    select: { id: true },
  });
  if (before !== null) {
    const old = await lockClaimAlone(tx, before.id as ClaimId);
    await moveClaim(tx, at, actor, { ...old, application_id: application.id }, 'B5r');
    await cancelTimers(tx, at, { subjectId: old.id });
  }
  await moveClaim(tx, at, actor, claim, 'B3', {
    decidedBy,
    validUntil: until,
    policyVersion: policy.version,
  });
  await settleClass(tx, at, application.id);
  if (until !== null) await startValidity(tx, at, claim.id, application.id, until);
  await tell(
    tx,
    at,
    application,
    'CONFIRMED',
    until === null ? {} : { until: endOfDay(until).toISOString() },
  );
}

/** The applicant is told of a change (N5). The category is never named (DOMAIN §6.3). */
export async function tell(
  tx: WriteTx,
  at: Date,
  application: Pick<LockedApplication, 'id' | 'applicant_id'>,
  event: 'CHECKING' | 'CONFIRMED' | 'DECLINED' | 'EXPIRED',
  more: Readonly<Record<string, string>> = {},
  dedupeKey?: string,
): Promise<void> {
  await planNotices(tx, at, [
    {
      code: 'N5',
      personId: application.applicant_id,
      applicationId: application.id,
      params: { event, ...more },
      ...(dedupeKey === undefined ? {} : { dedupeKey }),
    },
  ]);
}

/** T10: the paper's last day is over. The child goes on in the common class with its original time. */
export async function expireClaim(
  tx: WriteTx,
  at: Date,
  application: LockedApplication,
  id: ClaimId,
): Promise<void> {
  const claim = await present(tx, id);
  if (claim?.state !== 'CONFIRMED' || claim.valid_until === null) return;
  if (at <= endOfDay(civil(claim.valid_until))) return;
  await moveClaim(tx, at, SYSTEM, { ...claim, application_id: application.id }, 'B5');
  await settleClass(tx, at, application.id);
  await tell(tx, at, application, 'EXPIRED');
}

/** N4's term is over and no better copy came: what cannot be read cannot be confirmed. */
export async function lapseCopy(
  tx: WriteTx,
  at: Date,
  application: LockedApplication,
  id: ClaimId,
): Promise<void> {
  const claim = await present(tx, id);
  if (claim?.state !== 'CLAIMED' || claim.copy_until === null || at <= claim.copy_until) return;
  await moveClaim(tx, at, SYSTEM, { ...claim, application_id: application.id }, 'B4c', {
    decline: { reason: 'NO_COPY' },
  });
  await tell(tx, at, application, 'DECLINED', { reason: 'NO_COPY' });
}

async function present(tx: WriteTx, id: ClaimId): Promise<LockedClaim | undefined> {
  try {
    return await lockClaimAlone(tx, id);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/**
 * The application is in the queue again: the deadlines of its claims, ended when it left, run again. A paper that ended
 * meanwhile expires at the next sweep; who could send no better copy meanwhile has the whole term anew.
 */
export async function resumeClaims(
  tx: WriteTx,
  at: Date,
  application: Pick<LockedApplication, 'id' | 'applicant_id'>,
  policy: Policy,
): Promise<void> {
  const claims = await tx.$queryRaw<Pick<LockedClaim, 'id' | 'state' | 'copy_until' | 'valid_until'>[]>`
    SELECT id, state, copy_until, valid_until::text FROM benefit_claim
     WHERE application_id = ${application.id}::uuid
       AND (state = 'CONFIRMED' AND valid_until IS NOT NULL OR state = 'CLAIMED' AND copy_until IS NOT NULL) FOR UPDATE`;
  for (const { id, copy_until, valid_until } of claims) {
    if (valid_until !== null) await startValidity(tx, at, id, application.id, civil(valid_until));
    if (copy_until === null) continue;
    const until = outward(copy_until, termEnd(await calendarIn(tx), at, policy['benefit.copyDays']));
    await tx.benefit_claim.update({ where: { id }, data: { copy_until: until }, select: { id: true } });
    await waitForCopy(tx, at, application, id, until);
  }
}

/** N4: the parent is told until when a better copy is waited for, and the term runs. */
export async function waitForCopy(
  tx: WriteTx,
  at: Date,
  application: Pick<LockedApplication, 'id' | 'applicant_id'>,
  id: ClaimId,
  until: Date,
): Promise<void> {
  await setTimers(tx, at, [
    { kind: 'BENEFIT_COPY', subjectId: id, applicationId: application.id, startAt: at, deadlineAt: until },
  ]);
  await planNotices(tx, at, [
    {
      code: 'N4',
      personId: application.applicant_id,
      applicationId: application.id,
      params: { deadline: until.toISOString() },
    },
  ]);
}
