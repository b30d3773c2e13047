import { addDays, at as atTime, localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { GroupId, PlaceId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';

/**
 * Locks one free place of a group in one of the phases, the shortest-lived phase first; undefined when all are taken.
 * The queue is locked, so that two parents never see the same place here.
 */
export async function lockFreePlace(
  tx: WriteTx,
  queueId: string,
  groupId: GroupId,
  phases: readonly ('PRIORITY' | 'OPEN')[],
  openedUntil: Date,
): Promise<{ id: PlaceId; state: 'PRIORITY' | 'OPEN' } | undefined> {
  const [place] = await tx.$queryRaw<{ id: PlaceId; state: 'PRIORITY' | 'OPEN' }[]>`
    SELECT id, state FROM place
     WHERE group_id = ${groupId}::uuid AND queue_id = ${queueId}::uuid AND state = ANY (${[...phases]}::text[])
       AND (state <> 'OPEN' OR opened_at <= ${openedUntil})
     ORDER BY state = 'OPEN', published_at, id LIMIT 1 FOR UPDATE`;
  return place;
}

/** The next draw of the sealed open phase after `now` (§7.5): today at 12:00, or tomorrow. */
export function nextRound(policy: Policy, now: Date): Date {
  const today = atTime(localDate(now), policy['open.roundDrawsAt']);
  return now < today ? today : atTime(addDays(localDate(now), 1), policy['open.roundDrawsAt']);
}

/** A place takes part in a draw when it was open by the morning of that day: wishes have the whole collecting time. */
export function openedForRound(policy: Policy, round: Date): Date {
  return atTime(localDate(round), policy['open.roundOpensAt']);
}
