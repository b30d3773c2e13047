import type { Actor } from '../audit/event.ts';
import { recordEvents } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import { assertRight, type Right } from '../guardian/rights.ts';
import type { ApplicationId, ChildId, DistrictId, PersonId, QueueId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { RejectionReason } from '../review/api.ts';
import type { ApplicationState, BenefitClass, RemovalReason } from './api.ts';
import { type ApplicationTransition, applicationTransitions } from './transitions.ts';

/** An application as actions see it, locked. */
export interface LockedApplication {
  readonly id: ApplicationId;
  readonly number: string;
  readonly child_id: ChildId;
  readonly applicant_id: PersonId;
  readonly district_id: DistrictId;
  readonly queue_id: QueueId;
  readonly state: ApplicationState;
  readonly state_since: Date;
  readonly benefit_class: BenefitClass;
  readonly registered_at: Date;
  readonly eligible_from: string;
  readonly under_age: boolean;
  readonly age_limit_on: string;
  readonly interest_due_at: Date;
  readonly miss_count: number;
  readonly lapse_count: number;
  readonly stop_listed_until: Date | null;
  readonly turn_restored_at: Date | null;
  readonly removal_reason: RemovalReason | null;
}

export interface LockedQueue {
  readonly id: QueueId;
  readonly district_id: DistrictId;
  readonly birth_year: number;
  readonly group_type: string;
  readonly cycle_position: number;
  readonly credit_priority: number;
  readonly credit_common: number;
}

/** Locks queues in the order of their ids: the first lock of every transaction that changes who stands in them. */
export async function lockQueues(tx: WriteTx, ids: readonly string[]): Promise<LockedQueue[]> {
  return tx.$queryRaw<LockedQueue[]>`
    SELECT id, district_id, birth_year, group_type, cycle_position, credit_priority, credit_common
      FROM queue WHERE id = ANY (${[...ids]}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}

/** Locks an application's queue, then the application. Refusal: application.unknown. */
export async function lockApplication(
  tx: WriteTx,
  id: ApplicationId,
): Promise<{ queue: LockedQueue; application: LockedApplication }> {
  const [queue] = await tx.$queryRaw<LockedQueue[]>`
    SELECT id, district_id, birth_year, group_type, cycle_position, credit_priority, credit_common
      FROM queue WHERE id = (SELECT queue_id FROM application WHERE id = ${id}::uuid) FOR NO KEY UPDATE`;
  const [application] = await tx.$queryRaw<LockedApplication[]>`
    SELECT id, number, child_id, applicant_id, district_id, queue_id, state, state_since, benefit_class, registered_at,
           eligible_from::text, under_age, age_limit_on::text, interest_due_at, miss_count, lapse_count,
           stop_listed_until, turn_restored_at, removal_reason
      FROM application WHERE id = ${id}::uuid FOR UPDATE`;
  if (queue === undefined || application === undefined) throw new Refusal('application.unknown');
  return { queue, application };
}

/**
 * The same for an action of a parent: only the own applications exist for them, and those they were joined to. The link is
 * changed under the same locks, so that nobody acts by one that has just ended.
 * Refusals: application.unknown, guardian.onlyOwner.
 */
export async function lockOwnApplication(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  id: ApplicationId,
  right: Right,
): Promise<{ queue: LockedQueue; application: LockedApplication }> {
  const locked = await lockApplication(tx, id);
  await assertRight(tx, at, personId, locked.application, right);
  return locked;
}

/**
 * Locks children, in the order of their ids, after their applications: a child may stand in the queues of two districts,
 * and of two referrals at the same moment the later one must find the earlier.
 */
export async function lockChildren(tx: WriteTx, ids: readonly ChildId[]): Promise<void> {
  await tx.$queryRaw`SELECT id FROM child WHERE id = ANY (${[...ids]}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}

interface Move {
  readonly reason?: string | null;
  readonly policyVersion?: string | null;
  readonly stopListedUntil?: Date;
  readonly removalReason?: RemovalReason;
  readonly missCount?: number;
  readonly lapseCount?: number;
  readonly turnRestoredAt?: Date;
  readonly interestDueAt?: Date;
  readonly rejection?: { readonly reason: RejectionReason; readonly note: string | null };
  /** More of what the event tells beside the states. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * Carries a locked application over one transition of the table and writes its event. What belongs to the state that
 * is left (stop-list date, kept turn, reason of removal) goes with it. Refusal: application.wrongState.
 */
export async function moveApplication(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  application: LockedApplication,
  transition: ApplicationTransition,
  move: Move = {},
): Promise<void> {
  const { from, to } = applicationTransitions[transition];
  if (!(from as readonly string[]).includes(application.state)) {
    throw new Refusal('application.wrongState', { state: application.state, transition });
  }
  const keepsTurn = to === 'QUEUED' || to === 'STOP_LISTED' ? (application.turn_restored_at ?? null) : null;
  await tx.application.update({
    where: { id: application.id },
    data: {
      state: to,
      state_since: to === application.state ? application.state_since : at,
      stop_listed_until:
        to === 'STOP_LISTED' ? (move.stopListedUntil ?? application.stop_listed_until) : null,
      removal_reason: to === 'REMOVED' ? (move.removalReason ?? null) : null,
      rejection_reason: to === 'REJECTED' ? (move.rejection?.reason ?? 'OTHER') : null,
      rejection_note: to === 'REJECTED' ? (move.rejection?.note ?? null) : null,
      turn_restored_at: move.turnRestoredAt ?? keepsTurn,
      miss_count: move.missCount ?? application.miss_count,
      lapse_count: move.lapseCount ?? application.lapse_count,
      interest_due_at: move.interestDueAt ?? application.interest_due_at,
    },
    select: { id: true },
  });
  await recordEvents(tx, at, actor, [
    {
      entity: 'APPLICATION',
      entityId: application.id,
      applicationId: application.id,
      transition,
      before: { state: application.state },
      after: { state: to, ...move.detail },
      reason: move.reason ?? move.removalReason ?? null,
      policyVersion: move.policyVersion ?? null,
    },
  ]);
}
