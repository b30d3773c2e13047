import type { Actor } from '../audit/event.ts';
import { recordEvents } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import { tellSubscribers } from '../subscription/tell.ts';
import type { PlaceState } from './api.ts';

/** Every way a place may change its state (DOMAIN §8.4). */
export const placeTransitions = {
  P1: { from: [], to: 'PUBLISHED' },
  /** its turn was opened to the first in the queue */
  P2: { from: ['PUBLISHED'], to: 'PRIORITY' },
  /** the turn lapsed, or nobody waits: open to the group year */
  P3: { from: ['PUBLISHED', 'PRIORITY'], to: 'OPEN' },
  P4: { from: ['PRIORITY', 'OPEN'], to: 'HELD' },
  /** published again for the next turn */
  P5: { from: ['HELD', 'PRIORITY'], to: 'PUBLISHED' },
  /** given back inside its own turn, or to the open phase, after an early cancellation */
  P6: { from: ['HELD'], to: 'PRIORITY' },
  P7: { from: ['HELD'], to: 'OPEN' },
  P8: { from: ['HELD'], to: 'FILLED' },
  P9: { from: ['DECLARED', 'PUBLISHED', 'PRIORITY', 'OPEN'], to: 'WITHDRAWN' },
  /** kept for the first of the kindergarten's waiting list */
  P10: { from: ['PUBLISHED', 'OPEN'], to: 'OFFERED' },
  /** nobody of the list is left to be asked */
  P11: { from: ['OFFERED'], to: 'PUBLISHED' },
  /** accepted, or free when the list was joined */
  P12: { from: ['OFFERED', 'PUBLISHED', 'OPEN'], to: 'HELD' },
  /** the child has left */
  P13: { from: ['FILLED'], to: 'PUBLISHED' },
  /** the child has left a kindergarten that is closed: nobody can have the place */
  P14: { from: ['FILLED'], to: 'WITHDRAWN' },
} as const satisfies Record<string, { from: readonly PlaceState[]; to: PlaceState }>;

export type PlaceTransition = keyof typeof placeTransitions;

interface Move {
  readonly pickOpensAt?: Date;
  readonly priorityUntil?: Date;
  readonly reason?: string;
}

/** Carries places over one transition of the table, all or none, with their events. Their queue is locked. */
export async function movePlaces(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  ids: readonly string[],
  transition: PlaceTransition,
  move: Move = {},
): Promise<void> {
  if (ids.length === 0) return;
  const { from, to } = placeTransitions[transition];
  const moved = await tx.$queryRaw<{ id: string; old_state: string }[]>`
    UPDATE place SET state = ${to}, state_since = ${at},
           pick_opens_at = coalesce(${move.pickOpensAt ?? null}::timestamptz, place.pick_opens_at),
           priority_until = coalesce(${move.priorityUntil ?? null}::timestamptz, place.priority_until),
           opened_at = CASE WHEN ${to} = 'OPEN' THEN ${at}::timestamptz ELSE place.opened_at END,
           withdrawal_reason = ${to === 'WITHDRAWN' ? (move.reason ?? '') : null}
      FROM place AS before
     WHERE place.id = before.id AND place.id = ANY (${[...ids]}::uuid[]) AND before.state = ANY (${[...from]}::text[])
    RETURNING place.id, before.state AS old_state`;
  if (moved.length !== ids.length)
    throw new Error(`${transition}: ${ids.length - moved.length} places were not in ${from.join('|')}`);
  await recordEvents(
    tx,
    at,
    actor,
    moved.map((row) => ({
      entity: 'PLACE',
      entityId: row.id,
      applicationId: null,
      transition,
      before: { state: row.old_state },
      after: { state: to },
      reason: move.reason ?? null,
    })),
  );
  if (to === 'OPEN') await tellSubscribers(tx, at, ids);
}
