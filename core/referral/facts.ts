import type { LockedApplication } from '../application/move.ts';
import type { WriteTx } from '../db/db.ts';
import type { TurnWindowId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { ChoiceFacts } from './conditions.ts';

type Row = {
  window_id: TurnWindowId | null;
  closes_at: Date | null;
  priority: number;
  open: number;
  elsewhere: boolean;
};

/** What decides a locked application's choice now, and its open window. One statement. */
export async function choiceFacts(
  tx: WriteTx,
  application: LockedApplication,
  policy: Policy,
): Promise<{ facts: ChoiceFacts; windowId: TurnWindowId | null }> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT w.id AS window_id, w.closes_at,
           (SELECT count(*)::integer FROM place WHERE queue_id = a.queue_id AND state = 'PRIORITY') AS priority,
           (SELECT count(*)::integer FROM place WHERE queue_id = a.queue_id AND state = 'OPEN') AS open,
           EXISTS (SELECT 1 FROM referral r WHERE r.child_id = a.child_id AND r.closed_at IS NULL
                    AND r.application_id <> a.id) AS elsewhere
      FROM application a LEFT JOIN turn_window w ON w.application_id = a.id AND w.state = 'OPEN'
     WHERE a.id = ${application.id}::uuid`;
  if (row === undefined) throw new Error(`application ${application.id} vanished while locked`);
  return {
    windowId: row.window_id,
    facts: {
      state: application.state,
      eligibleFrom: application.eligible_from,
      underAge: application.under_age,
      interestDueAt: application.interest_due_at,
      stopListedUntil: application.stop_listed_until,
      turnClosesAt: row.closes_at,
      openMode: policy['open.mode'],
      priorityPlaces: row.priority,
      openPlaces: row.open,
      referredElsewhere: row.elsewhere,
      position: null,
    },
  };
}
