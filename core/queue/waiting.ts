import type { LockedQueue } from '../application/move.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { servicePlace } from './order.ts';

interface OrderRow {
  readonly id: ApplicationId;
  readonly benefit_class: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly restored: boolean;
  readonly wait_ahead: number;
  readonly restored_ahead: number;
  readonly wait_extraordinary: number;
  readonly wait_priority: number;
  readonly wait_common: number;
  readonly restored_total: number;
}

/**
 * The given waiting children of one queue in service order (DOMAIN §7.2); who is not waiting is left out. One statement:
 * each child's rank comes from the tally, not from counting the queue.
 */
export async function waitingInOrder(
  tx: WriteTx,
  queue: LockedQueue,
  policy: Pick<Policy, 'ratio.priority' | 'ratio.common'>,
  ids: readonly ApplicationId[],
): Promise<ApplicationId[]> {
  const rows = await tx.$queryRaw<OrderRow[]>`
    SELECT a.id, a.benefit_class, a.turn_restored_at IS NOT NULL AS restored,
           CASE a.benefit_class WHEN 'EXTRAORDINARY' THEN h.wait_extraordinary WHEN 'PRIORITY' THEN h.wait_priority
                ELSE h.wait_common END AS wait_ahead,
           t.wait_extraordinary, t.wait_priority, t.wait_common,
           (SELECT count(*)::integer FROM application r WHERE r.queue_id = a.queue_id AND r.turn_restored_at IS NOT NULL
              AND r.counted AND (r.registered_at, r.id) < (a.registered_at, a.id)) AS restored_ahead,
           (SELECT count(*)::integer FROM application r WHERE r.queue_id = a.queue_id AND r.turn_restored_at IS NOT NULL
              AND r.counted) AS restored_total
      FROM application a
      JOIN queue_tally t ON t.queue_id = a.queue_id AND t.level = 0 AND t.bucket = 0
     CROSS JOIN LATERAL queue_ahead(a.queue_id, a.registered_at, a.id) AS h
     WHERE a.id = ANY (${[...ids]}::uuid[]) AND a.state = 'QUEUED' AND NOT a.under_age`;
  const state = {
    position: queue.cycle_position,
    creditPriority: queue.credit_priority,
    creditCommon: queue.credit_common,
  };
  const ratio = { priority: policy['ratio.priority'], common: policy['ratio.common'] };
  const place = (row: OrderRow): number =>
    row.restored
      ? row.restored_ahead + 1
      : servicePlace(
          state,
          ratio,
          {
            restored: row.restored_total,
            extraordinary: row.wait_extraordinary,
            priority: row.wait_priority,
            common: row.wait_common,
          },
          { slot: row.benefit_class, nth: row.wait_ahead + 1 },
        );
  return rows
    .map((row) => ({ id: row.id, place: place(row) }))
    .sort((a, b) => a.place - b.place)
    .map(({ id }) => id);
}
