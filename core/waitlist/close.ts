import { type LockedApplication, lockApplication } from '../application/move.ts';
import { type Actor, SYSTEM } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { Db, WriteTx } from '../db/db.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import { planNotices } from '../notice/plan.ts';
import { pickOpensAt } from '../place/phase.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { type EndReason, endEntry, type LockedEntry, reofferPlace } from './offer.ts';

type Ended = Pick<LockedApplication, 'id' | 'applicant_id' | 'queue_id'>;

/**
 * L7: ends all lists of an application with what they stood on; a place on offer goes to the next child. The queue and the
 * application are locked. `tell`: not where another notice says it already.
 */
export async function endLists(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  application: Ended,
  reason: Exclude<EndReason, 'PARENT'>,
  policy: Policy,
  tell = true,
): Promise<void> {
  const open = await tx.$queryRaw<LockedEntry[]>`
    SELECT id, application_id, child_id, kindergarten_id, queue_id, state, place_id, answer_until FROM waitlist_entry
     WHERE application_id = ${application.id}::uuid AND state IN ('WAITING', 'PLACE_AVAILABLE') ORDER BY id FOR UPDATE`;
  for (const entry of open) await endOne(tx, at, actor, entry, reason, policy);
  if (!tell) return;
  await planNotices(
    tx,
    at,
    open.map((entry) => tellEnd(application.applicant_id, entry, reason)),
  );
}

async function endOne(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  entry: LockedEntry,
  reason: EndReason,
  policy: Policy,
): Promise<void> {
  await endEntry(tx, at, SYSTEM, entry, 'L7', reason);
  if (entry.state === 'PLACE_AVAILABLE' && entry.place_id !== null)
    await reofferPlace(tx, at, actor, entry.queue_id, entry.place_id, policy, pickOpensAt(policy, at));
}

function tellEnd(personId: PersonId, entry: LockedEntry, reason: EndReason) {
  return {
    code: 'N28x',
    personId,
    applicationId: entry.application_id,
    aboutKindergartenId: entry.kindergarten_id,
    params: { reason },
  };
}

/** The lists of children who are too old to be taken any more (K3). Answers how many applications. */
export async function endTooOld(db: Db, at: Date): Promise<number> {
  const today = localDate(at);
  const due = await db.prisma.$queryRaw<{ application_id: ApplicationId }[]>`
    SELECT DISTINCT application_id FROM waitlist_entry WHERE state = 'WAITING' AND ends_on < ${today}::date`;
  for (const { application_id } of due) {
    await db.write(async (tx) => {
      const { queue, application } = await lockApplication(tx, application_id);
      await endLists(tx, at, SYSTEM, application, 'AGE', await policyOn(tx, queue.district_id, today));
    });
  }
  return due.length;
}
