import { type LockedApplication, type LockedQueue, lockApplication } from '../application/move.ts';
import type { Actor } from '../audit/event.ts';
import { recordEvents } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ClaimId, DraftChildId, PersonId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { ClaimState, DeclineReason } from './api.ts';

interface Transition {
  readonly from: readonly ClaimState[];
  readonly to: ClaimState;
}

/** Every way a claim may change its state (DOMAIN §3.1). What is not here cannot happen. */
export const claimTransitions = {
  /** given in with its scans */
  B1: { from: ['DRAFT'], to: 'CLAIMED' },
  /** taken by an operator */
  B2: { from: ['CLAIMED'], to: 'PENDING_CHECK' },
  /** laid back */
  B2r: { from: ['PENDING_CHECK'], to: 'CLAIMED' },
  /** taken over when the hold of another operator had ended */
  B2t: { from: ['PENDING_CHECK'], to: 'PENDING_CHECK' },
  B3: { from: ['PENDING_CHECK'], to: 'CONFIRMED' },
  /** confirmed elsewhere before, brought along */
  B3i: { from: [], to: 'CONFIRMED' },
  B4: { from: ['PENDING_CHECK'], to: 'DECLINED' },
  /** no better copy came in its term */
  B4c: { from: ['CLAIMED'], to: 'DECLINED' },
  /** the paper is no longer good */
  B5: { from: ['CONFIRMED'], to: 'EXPIRED' },
  /** a newer paper took its place */
  B5r: { from: ['CONFIRMED'], to: 'EXPIRED' },
  /** a better copy was asked for */
  B6: { from: ['PENDING_CHECK'], to: 'CLAIMED' },
  /** the better copy was given in */
  B7: { from: ['CLAIMED'], to: 'CLAIMED' },
} as const satisfies Record<string, Transition>;

export type ClaimTransition = keyof typeof claimTransitions;

/** A claim as actions see it, locked. */
export interface LockedClaim {
  readonly id: ClaimId;
  readonly person_id: PersonId;
  readonly application_id: ApplicationId | null;
  readonly draft_child_id: DraftChildId | null;
  readonly category: string;
  readonly state: ClaimState;
  readonly state_since: Date;
  readonly taken_by: PersonId | null;
  readonly copy_until: Date | null;
  readonly valid_until: string | null;
}

/** A claim with the application it stands in, both locked. */
export interface Standing {
  readonly claim: LockedClaim & { readonly application_id: ApplicationId };
  readonly application: LockedApplication;
  readonly queue: LockedQueue;
}

/** Locks a claim; its queue and application must be locked before. Refusal: claim.unknown. */
export async function lockClaimAlone(tx: WriteTx, id: ClaimId): Promise<LockedClaim> {
  const [row] = await tx.$queryRaw<LockedClaim[]>`
    SELECT id, person_id, application_id, draft_child_id, category, state, state_since, taken_by, copy_until,
           valid_until::text
      FROM benefit_claim WHERE id = ${id}::uuid FOR UPDATE`;
  if (row === undefined) throw new Refusal('claim.unknown');
  return row;
}

/** Locks queue → application → claim. Refusal: claim.unknown, also for a claim of a form that is not sent yet. */
export async function lockClaim(tx: WriteTx, id: ClaimId): Promise<Standing> {
  const found = await tx.benefit_claim.findUnique({ where: { id }, select: { application_id: true } });
  if (found?.application_id == null) throw new Refusal('claim.unknown');
  const applicationId = found.application_id as ApplicationId;
  const locked = await lockApplication(tx, applicationId);
  const claim = await lockClaimAlone(tx, id);
  return { ...locked, claim: { ...claim, application_id: applicationId } };
}

interface Move {
  readonly takenBy?: PersonId;
  readonly decidedBy?: PersonId;
  readonly decline?: { readonly reason: DeclineReason; readonly note?: string | null };
  readonly copyUntil?: Date;
  readonly validUntil?: string | null;
  readonly policyVersion?: string;
}

/**
 * Carries a locked claim over one transition of the table and writes its event. What belongs to the state that is left
 * (who holds it, until when a better copy is waited for) goes with it. Refusal: claim.closed.
 */
export async function moveClaim(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  claim: LockedClaim & { readonly application_id: ApplicationId },
  transition: ClaimTransition,
  move: Move = {},
): Promise<void> {
  const { from, to } = claimTransitions[transition];
  if (!(from as readonly string[]).includes(claim.state)) throw new Refusal('claim.closed');
  const decided = move.decidedBy !== undefined || transition === 'B4c';
  await tx.benefit_claim.update({
    where: { id: claim.id },
    data: {
      state: to,
      state_since: at,
      taken_by: move.takenBy ?? null,
      copy_until: move.copyUntil ?? null,
      ...(transition === 'B1' ? { claimed_at: at } : {}),
      ...(decided ? { decided_by: move.decidedBy ?? null, decided_at: at } : {}),
      ...(move.decline === undefined
        ? {}
        : { decline_reason: move.decline.reason, decline_note: move.decline.note ?? null }),
      ...(move.validUntil === undefined
        ? {}
        : { valid_until: move.validUntil === null ? null : new Date(move.validUntil) }),
    },
    select: { id: true },
  });
  await recordEvents(tx, at, actor, [
    {
      entity: 'BENEFIT_CLAIM',
      entityId: claim.id,
      applicationId: claim.application_id,
      transition,
      // A draft has no history yet: it begins when the claim is given in.
      before: claim.state === 'DRAFT' ? {} : { state: claim.state },
      after: {
        state: to,
        ...(move.copyUntil === undefined ? {} : { copyUntil: move.copyUntil.toISOString() }),
        ...(move.validUntil == null ? {} : { validUntil: move.validUntil }),
      },
      reason: move.decline?.reason ?? null,
      policyVersion: move.policyVersion ?? null,
    },
  ]);
}
