import { lockChildren } from '../application/move.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type {
  ApplicationId,
  KindergartenId,
  PersonId,
  PlaceId,
  TransferId,
  WaitlistEntryId,
} from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { lockAttendance, lockQueuesOfMove } from '../transfer/attendance.ts';
import { issueTransfer } from '../transfer/issue.ts';
import { assertOnOffer, lockOwnEntry } from './answer.ts';
import { assertUnbound, type Checked } from './bound.ts';
import type { Accepting, Signed } from './join.ts';
import { endEntry, lockEntry } from './offer.ts';

/** The check before a statement is written: the same refusals as the acceptance itself, and what it would be of. */
export async function offerToAccept(
  tx: WriteTx,
  at: Date,
  wish: Accepting,
): Promise<{ applicationId: ApplicationId; kindergartenId: KindergartenId }> {
  const { entry } = await assertMayAccept(tx, at, wish);
  return { applicationId: entry.application_id, kindergartenId: entry.kindergarten_id };
}

async function assertMayAccept(tx: WriteTx, at: Date, { personId, entryId }: Accepting) {
  const own = await lockOwnEntry(tx, at, personId, entryId);
  const { application, entry } = own;
  assertOnOffer(entry, at);
  if (application.state !== 'ENROLLED') throw new Refusal('waitlist.notAttending');
  await lockChildren(tx, [application.child_id]);
  const from = await lockAttendance(tx, application.child_id);
  if (from === undefined) throw new Refusal('waitlist.notAttending');
  await assertUnbound(tx, application);
  return { ...own, from, placeId: entry.place_id };
}

/**
 * L3 (S2): the signed acceptance of the place on offer, to the second of its deadline. Refusals: waitlist.unknown,
 * waitlist.answered, waitlist.lapsed {until}, waitlist.noOffer, waitlist.notAttending, waitlist.transfer,
 * choice.hasReferral, guardian.onlyOwner.
 */
export async function acceptOffer(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  wish: Accepting & Signed,
): Promise<{ transferId: TransferId; applicationId: ApplicationId }> {
  const known = await tx.waitlist_entry.findUnique({
    where: { id: wish.entryId },
    select: { application_id: true },
  });
  if (known === null) throw new Refusal('waitlist.unknown');
  await lockQueuesOfMove(tx, known.application_id as ApplicationId);
  const { application, queue, policy, from, placeId } = await assertMayAccept(tx, at, wish);
  const { entryId } = wish;
  const transferId = await accept(deps, tx, at, { queue, application, policy, from, entryId, placeId }, wish);
  return { transferId, applicationId: application.id };
}

/** Ends the entry and issues the referral for it. Everything is locked and checked. */
export async function accept(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  { application, from, policy, entryId, placeId }: Checked & { entryId: WaitlistEntryId; placeId: PlaceId },
  { personId, statementId, channel }: Signed & { personId: PersonId },
): Promise<TransferId> {
  const actor = { kind: 'PERSON', id: personId, channel } as const;
  const entry = await lockEntry(tx, entryId);
  if (entry === undefined) throw new Refusal('waitlist.unknown');
  await endEntry(tx, at, actor, entry, 'L3');
  const calendar = await calendarIn(tx);
  return issueTransfer(deps, tx, at, actor, {
    application,
    entryId,
    placeId,
    from,
    statementId,
    policy,
    calendar,
  });
}
