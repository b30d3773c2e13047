import { lockQueues } from '../application/move.ts';
import type { Actor } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, KindergartenId, PlaceId, ReferralId } from '../ids.ts';
import { movePlaces } from '../place/move.ts';
import { pickOpensAt } from '../place/phase.ts';
import type { Policy } from '../policy/policy.ts';
import { queuesOfFamily } from '../waitlist/siblings.ts';

/** The accepted referral by which a child goes to a kindergarten. */
export interface Attendance {
  readonly id: ReferralId;
  readonly application_id: ApplicationId;
  readonly child_id: ChildId;
  readonly kindergarten_id: KindergartenId;
  readonly place_id: PlaceId;
  readonly queue_id: string;
  /** Whether the kindergarten still works: a closed one has nobody who could register anything. */
  readonly is_active: boolean;
}

/** Where a child goes now, locked; undefined: nowhere. */
export async function lockAttendance(tx: WriteTx, childId: ChildId): Promise<Attendance | undefined> {
  const [row] = await tx.$queryRaw<Attendance[]>`
    SELECT r.id, r.application_id, r.child_id, r.kindergarten_id, r.place_id, p.queue_id, k.is_active
      FROM referral AS r JOIN place AS p ON p.id = r.place_id JOIN kindergarten AS k ON k.id = r.kindergarten_id
     WHERE r.child_id = ${childId}::uuid AND r.state = 'ACCEPTED' AND r.left_at IS NULL FOR UPDATE OF r`;
  return row;
}

/** The child has left: its place is published like any other, or is none any more where the kindergarten is closed. The place's queue is locked. */
export async function endAttendance(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  { id, place_id, is_active }: Attendance,
  policy: Policy,
): Promise<void> {
  await tx.referral.update({ where: { id }, data: { left_at: at }, select: { id: true } });
  await tx.$executeRaw`
    UPDATE kindergarten_group SET enrolled = enrolled - 1
     WHERE id = (SELECT group_id FROM place WHERE id = ${place_id}::uuid)`;
  if (is_active) await movePlaces(tx, at, actor, [place_id], 'P13', { pickOpensAt: pickOpensAt(policy, at) });
  else await movePlaces(tx, at, actor, [place_id], 'P14', { reason: 'CLOSED' });
}

/**
 * Locks every queue that changes when it changes where the child of an application goes: those it stands in, that of its
 * present place, those in whose lists its brothers and sisters wait, and `more`.
 */
export async function lockQueuesOfMove(
  tx: WriteTx,
  id: ApplicationId,
  more: readonly string[] = [],
): Promise<void> {
  const rows = await tx.$queryRaw<{ queue_id: string }[]>`
    SELECT a.queue_id FROM application AS mine JOIN application AS a ON a.child_id = mine.child_id
     WHERE mine.id = ${id}::uuid
       AND a.state IN ('IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE', 'ENROLLED')
    UNION
    SELECT p.queue_id FROM application AS mine
      JOIN referral AS r ON r.child_id = mine.child_id AND r.state = 'ACCEPTED' AND r.left_at IS NULL
      JOIN place AS p ON p.id = r.place_id WHERE mine.id = ${id}::uuid`;
  const ids = new Set([...rows.map((row) => row.queue_id), ...(await queuesOfFamily(tx, id)), ...more]);
  await lockQueues(tx, [...ids]);
}
