import type { Act } from '../act.ts';
import { lockOwnApplication } from '../application/move.ts';
import { ACTIVE } from '../application/transitions.ts';
import { personActor } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ClaimId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { cancelTimers } from '../jobs/timers.ts';
import { Refusal } from '../refusal.ts';
import { lockClaim, lockClaimAlone, moveClaim } from './transitions.ts';

/** What a parent does with the benefits of the own application. The refusals are those of `Benefits`. */
export async function begin(
  tx: WriteTx,
  at: Date,
  act: Act,
  id: ApplicationId,
  category: string,
): Promise<ClaimId> {
  await markApplied(tx, act, at);
  const { application } = await lockOwnApplication(tx, at, act.personId, id, 'OWN');
  if (!ACTIVE.includes(application.state))
    throw new Refusal('application.wrongState', { state: application.state });
  const known = await tx.benefit_category.findUnique({
    where: { code: category },
    select: { is_active: true },
  });
  if (known?.is_active !== true) throw new Refusal('benefit.unknown');
  const open = await tx.benefit_claim.findFirst({
    where: { application_id: id, state: { in: ['DRAFT', 'CLAIMED', 'PENDING_CHECK'] } },
    select: { id: true, state: true },
  });
  if (open === null) {
    const { id: made } = await tx.benefit_claim.create({
      data: {
        person_id: application.applicant_id,
        application_id: id,
        category,
        state: 'DRAFT',
        state_since: at,
        created_at: at,
      },
      select: { id: true },
    });
    return made as ClaimId;
  }
  if (open.state !== 'DRAFT') throw new Refusal('claim.open');
  await tx.benefit_claim.update({ where: { id: open.id }, data: { category }, select: { id: true } });
  return open.id as ClaimId;
}

export async function send(tx: WriteTx, at: Date, act: Act, id: ClaimId): Promise<void> {
  await markApplied(tx, act, at);
  const { claim, application } = await lockClaim(tx, id);
  if (claim.person_id !== act.personId) throw new Refusal('claim.unknown');
  const better = claim.state === 'CLAIMED' && claim.copy_until !== null;
  if (claim.state !== 'DRAFT' && !better) throw new Refusal('claim.closed');
  if (!ACTIVE.includes(application.state))
    throw new Refusal('application.wrongState', { state: application.state });
  const scans = await tx.scan.findMany({ where: { claim_id: id }, select: { created_at: true } });
  if (scans.length === 0) throw new Refusal('claim.noScans');
  if (better && scans.every(({ created_at }) => created_at <= claim.state_since))
    throw new Refusal('claim.sameScans');
  await moveClaim(tx, at, personActor(act), claim, better ? 'B7' : 'B1');
  if (better) await cancelTimers(tx, at, { subjectId: id });
}

export async function drop(tx: WriteTx, at: Date, act: Act, id: ClaimId): Promise<void> {
  await markApplied(tx, act, at);
  const claim = await lockClaimAlone(tx, id);
  if (claim.person_id !== act.personId) throw new Refusal('claim.unknown');
  if (claim.state !== 'DRAFT') throw new Refusal('claim.closed');
  await tx.benefit_claim.delete({ where: { id }, select: { id: true } });
}
