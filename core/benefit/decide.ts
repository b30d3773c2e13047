import type { Act } from '../act.ts';
import { ACTIVE } from '../application/transitions.ts';
import { logAccess } from '../audit/access.ts';
import { staffActor } from '../audit/event.ts';
import { addMonths, type CivilDate, localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import { hoursAfter } from '../calendar/working-calendar.ts';
import type { WriteTx } from '../db/db.ts';
import type { ClaimId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { policyOn } from '../policy/policy.ts';
import { termEnd } from '../policy/term.ts';
import { Refusal } from '../refusal.ts';
import { assertOperatorOf } from '../staff/rights.ts';
import { CLAIM_RULES, type DeclineReason } from './api.ts';
import { confirmStanding, tell, waitForCopy } from './standing.ts';
import { lockClaim, moveClaim, type Standing } from './transitions.ts';

/** Who takes a claim after this moment finds it held by the one who took it. */
export const holdBegan = (at: Date): Date => hoursAfter(at, -CLAIM_RULES.holdMinutes / 60);

/** A claim of somebody else's district does not exist for an operator's eyes before the right to it is proved. */
async function lockForDesk(tx: WriteTx, at: Date, act: Act, id: ClaimId) {
  await markApplied(tx, act, at);
  const standing = await lockClaim(tx, id);
  const role = await assertOperatorOf(tx, act.personId, standing.application.district_id);
  return { standing, role };
}

/** B2, and the look at a person's data that it is (DOMAIN §6.3). */
export async function take(tx: WriteTx, at: Date, act: Act, id: ClaimId): Promise<void> {
  const { standing, role } = await lockForDesk(tx, at, act, id);
  const { claim, application } = standing;
  const waits = claim.state === 'CLAIMED' && claim.copy_until === null;
  if (!ACTIVE.includes(application.state) || (!waits && claim.state !== 'PENDING_CHECK'))
    throw new Refusal('claim.closed');
  const mine = claim.taken_by === act.personId;
  if (!waits && !mine && claim.state_since > holdBegan(at)) throw new Refusal('claim.taken');
  if (mine) {
    await tx.benefit_claim.update({ where: { id }, data: { state_since: at }, select: { id: true } });
  } else {
    await moveClaim(tx, at, staffActor(act), claim, waits ? 'B2' : 'B2t', { takenBy: act.personId });
  }
  await logAccess(tx, at, {
    personId: claim.person_id,
    viewerId: act.personId,
    role,
    what: 'CLAIM',
    applicationId: application.id,
  });
  // Told once: how often it changes hands is the department's business.
  if (waits) await tell(tx, at, application, 'CHECKING', {}, `${id}:CHECKING`);
}

/** A claim that this operator has taken, locked. Refusals: those of `Benefits.onDesk`. */
async function lockTaken(tx: WriteTx, at: Date, act: Act, id: ClaimId): Promise<Standing> {
  const { standing } = await lockForDesk(tx, at, act, id);
  const { claim, application } = standing;
  if (claim.state !== 'PENDING_CHECK' || !ACTIVE.includes(application.state))
    throw new Refusal('claim.closed');
  if (claim.taken_by !== act.personId) throw new Refusal('claim.taken');
  return standing;
}

export async function release(tx: WriteTx, at: Date, act: Act, id: ClaimId): Promise<void> {
  const { claim } = await lockTaken(tx, at, act, id);
  await moveClaim(tx, at, staffActor(act), claim, 'B2r');
}

export async function confirm(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ClaimId,
  paper: { readonly documentDate?: CivilDate; readonly validUntil?: CivilDate },
): Promise<void> {
  const standing = await lockTaken(tx, at, act, id);
  const { valid_months } = await tx.benefit_category.findUniqueOrThrow({
    where: { code: standing.claim.category },
    select: { valid_months: true },
  });
  const until = goodUntil(localDate(at), valid_months, paper);
  const policy = await policyOn(tx, standing.queue.district_id, localDate(at));
  await confirmStanding(tx, at, staffActor(act), standing, act.personId, until, policy);
}

/** No paper of the dictionary is written for longer: a later end is a slip of the hand. */
const LONGEST_MONTHS = 12 * 20;

/** The last day on which a paper proves the benefit; null: it names no end. Refusals: claim.needsDate, claim.badDate, claim.outdated {until}. */
export function goodUntil(
  today: CivilDate,
  months: number | null,
  { documentDate, validUntil }: { readonly documentDate?: CivilDate; readonly validUntil?: CivilDate },
): CivilDate | null {
  if (documentDate !== undefined && documentDate > today) throw new Refusal('claim.badDate');
  if (months !== null && documentDate === undefined) throw new Refusal('claim.needsDate');
  const ends = [
    ...(validUntil === undefined ? [] : [validUntil]),
    ...(months === null || documentDate === undefined ? [] : [addMonths(documentDate, months)]),
  ].sort();
  const until = ends[0] ?? null;
  if (until === null) return null;
  if (until < today) throw new Refusal('claim.outdated', { until });
  if (until > addMonths(today, LONGEST_MONTHS)) throw new Refusal('claim.badDate');
  return until;
}

export async function decline(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ClaimId,
  reason: DeclineReason,
  note?: string,
): Promise<void> {
  const { claim, application } = await lockTaken(tx, at, act, id);
  const words = note?.trim() ?? '';
  const limit = CLAIM_RULES.maxNote;
  if ((reason === 'OTHER' && words === '') || [...words].length > limit)
    throw new Refusal('claim.needsNote', { limit });
  await moveClaim(tx, at, staffActor(act), claim, 'B4', {
    decidedBy: act.personId,
    decline: { reason, note: words === '' ? null : words },
  });
  await tell(tx, at, application, 'DECLINED', { reason });
}

export async function askForCopy(tx: WriteTx, at: Date, act: Act, id: ClaimId): Promise<Date> {
  const { claim, application, queue } = await lockTaken(tx, at, act, id);
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  const until = termEnd(await calendarIn(tx), at, policy['benefit.copyDays']);
  await moveClaim(tx, at, staffActor(act), claim, 'B6', { copyUntil: until, policyVersion: policy.version });
  await waitForCopy(tx, at, application, id, until);
  return until;
}
