import type { LockedApplication } from '../application/move.ts';
import { moveApplication } from '../application/move.ts';
import type { Actor } from '../audit/event.ts';
import { addDays, at as atTime, localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, PlaceId, TurnWindowId } from '../ids.ts';
import { cancelTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import type { Policy } from '../policy/policy.ts';
import { offerPlaces } from '../waitlist/offer.ts';
import { movePlaces } from './move.ts';

/**
 * When a place published at `at` opens its turns: the bulletin's hour, then `pickOpensAt` of the day after the bulletin
 * (K13, §7.4): published before 18:00 → 07:00 tomorrow, later → the day after.
 */
export function pickOpensAt(policy: Policy, at: Date): Date {
  const today = localDate(at);
  const bulletin = at <= atTime(today, policy['bulletin.publishTime']) ? today : addDays(today, 1);
  return skipFreeze(policy, atTime(addDays(bulletin, 1), policy['bulletin.pickOpensAt']));
}

/** Inside the district's freeze no new turns open: they wait for the day after it (T14, R18). Not frozen: `opens` itself. */
export function skipFreeze(policy: Policy, opens: Date): Date {
  const freeze = policy['publication.freeze'];
  if (freeze === null) return opens;
  const [from = '', to = ''] = freeze.split('/');
  const frozen = (monthDay: string) =>
    from <= to ? monthDay >= from && monthDay <= to : monthDay >= from || monthDay <= to;
  let day = localDate(opens);
  if (!frozen(day.slice(5))) return opens;
  while (frozen(day.slice(5))) day = addDays(day, 1);
  return atTime(day, policy['bulletin.pickOpensAt']);
}

type WindowRow = { id: TurnWindowId; application_id: ApplicationId; slot: string; from_credit: boolean };

/**
 * Keeps the promise "as many PRIORITY places as open windows" after either changed (§7.4). Surplus places go to
 * everyone of the group year (a lapsed turn) or to the next turn (everything else); with too few places the newest
 * windows are revoked and keep their turn for the next publication. What is free then is offered to the waiting lists.
 * Returns how many windows were revoked.
 */
export async function settlePhase(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queueId: string,
  policy: Policy,
  surplus: 'OPEN' | 'NEXT_TURN',
): Promise<number> {
  const places = await tx.$queryRaw<{ id: PlaceId }[]>`
    SELECT id FROM place WHERE queue_id = ${queueId}::uuid AND state = 'PRIORITY'
     ORDER BY priority_until, published_at, id FOR UPDATE`;
  const windows = await tx.$queryRaw<WindowRow[]>`
    SELECT id, application_id, slot, from_credit FROM turn_window
     WHERE queue_id = ${queueId}::uuid AND state = 'OPEN' ORDER BY opened_at, id`;
  const extra = places.length - windows.length;
  if (extra > 0) {
    const ids = places.slice(0, extra).map((place) => place.id);
    if (surplus === 'OPEN') await movePlaces(tx, at, actor, ids, 'P3');
    else await movePlaces(tx, at, actor, ids, 'P5', { pickOpensAt: pickOpensAt(policy, at) });
  }
  const revoked = extra < 0 ? windows.slice(extra) : [];
  for (const window of revoked) await revokeWindow(tx, at, actor, window, policy);
  await offerPlaces(tx, at, actor, queueId, policy);
  return revoked.length;
}

async function revokeWindow(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  window: WindowRow,
  policy: Policy,
): Promise<void> {
  await tx.turn_window.update({
    where: { id: window.id },
    data: { state: 'REVOKED', closed_at: at },
    select: { id: true },
  });
  await cancelTimers(tx, at, { subjectId: window.id });
  const [application] = await tx.$queryRaw<LockedApplication[]>`
    SELECT *, eligible_from::text, age_limit_on::text FROM application WHERE id = ${window.application_id}::uuid FOR UPDATE`;
  if (application === undefined) throw new Error(`window ${window.id} has no application`);
  await moveApplication(tx, at, actor, application, 'A8r', {
    turnRestoredAt: at,
    policyVersion: policy.version,
  });
  await planNotices(tx, at, [
    { code: 'N10w', personId: application.applicant_id, applicationId: application.id, params: {} },
  ]);
}
