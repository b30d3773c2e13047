import type { Act } from '../act.ts';
import { type LockedApplication, type LockedQueue, lockOwnApplication } from '../application/move.ts';
import { type Actor, personActor } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, PersonId, WaitlistEntryId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { planNotices } from '../notice/plan.ts';
import { pickOpensAt } from '../place/phase.ts';
import { assertLogin } from '../policy/login.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { endEntry, type LockedEntry, lockEntry, offerPlaces, reofferPlace } from './offer.ts';

export interface OwnEntry {
  readonly queue: LockedQueue;
  readonly application: LockedApplication;
  readonly entry: LockedEntry;
  readonly policy: Policy;
}

/** Opens an action of a parent on an own entry: queue, application, entry. Refusals: waitlist.unknown, guardian.onlyOwner. */
export async function lockOwnEntry(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  id: WaitlistEntryId,
): Promise<OwnEntry> {
  const known = await tx.waitlist_entry.findUnique({ where: { id }, select: { application_id: true } });
  if (known === null) throw new Refusal('waitlist.unknown');
  const locked = await lockOwnApplication(
    tx,
    at,
    personId,
    known.application_id as ApplicationId,
    'SIGN',
  ).catch((error: unknown) => {
    // Whether there is such an entry is nobody's business but its parents'.
    throw error instanceof Refusal && error.code === 'application.unknown'
      ? new Refusal('waitlist.unknown')
      : error;
  });
  const entry = await lockEntry(tx, id);
  if (entry === undefined) throw new Refusal('waitlist.unknown');
  return { ...locked, entry, policy: await policyOn(tx, locked.queue.district_id, localDate(at)) };
}

/**
 * The offer runs, to the very moment it was promised for. Refusals: waitlist.answered (accepted or declined meanwhile,
 * perhaps by the other parent), waitlist.lapsed {until}, waitlist.noOffer.
 */
export function assertOnOffer(
  entry: LockedEntry,
  at: Date,
): asserts entry is LockedEntry & {
  readonly place_id: NonNullable<LockedEntry['place_id']>;
} {
  const { state, answer_until: until } = entry;
  if (state === 'REFERRAL_ISSUED' || state === 'DECLINED') throw new Refusal('waitlist.answered');
  const isLate = until !== null && (state === 'LAPSED' || (state === 'PLACE_AVAILABLE' && at > until));
  if (isLate) throw new Refusal('waitlist.lapsed', { until: until.toISOString() });
  if (state !== 'PLACE_AVAILABLE' || entry.place_id === null) throw new Refusal('waitlist.noOffer');
}

async function lockForAct(tx: WriteTx, at: Date, act: Act, id: WaitlistEntryId) {
  await markApplied(tx, act, at);
  const own = await lockOwnEntry(tx, at, act.personId, id);
  assertLogin(own.policy, at, act, 'WAITLIST');
  return { ...own, actor: personActor(act) };
}

/** L4: the place goes to the next child; this one is out of the list and may join anew. */
export async function declineOffer(tx: WriteTx, at: Date, act: Act, id: WaitlistEntryId): Promise<void> {
  const { queue, entry, policy, actor } = await lockForAct(tx, at, act, id);
  assertOnOffer(entry, at);
  await endEntry(tx, at, actor, entry, 'L4');
  await passOn(tx, at, actor, queue, entry, policy);
}

/** L6: the parent leaves the list; a place on offer goes to the next child. Refusal: waitlist.notWaiting. */
export async function leaveList(tx: WriteTx, at: Date, act: Act, id: WaitlistEntryId): Promise<void> {
  const { queue, entry, policy, actor } = await lockForAct(tx, at, act, id);
  if (entry.state !== 'WAITING' && entry.state !== 'PLACE_AVAILABLE')
    throw new Refusal('waitlist.notWaiting');
  await endEntry(tx, at, actor, entry, 'L6', 'PARENT');
  await passOn(tx, at, actor, queue, entry, policy);
}

/** L5, fired by the deadline. Does nothing when the offer was answered meanwhile. */
export async function lapseOffer(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queue: LockedQueue,
  application: LockedApplication,
  id: WaitlistEntryId,
  policy: Policy,
): Promise<void> {
  const entry = await lockEntry(tx, id);
  if (entry?.state !== 'PLACE_AVAILABLE') return;
  await endEntry(tx, at, actor, entry, 'L5');
  await passOn(tx, at, actor, queue, entry, policy);
  await planNotices(tx, at, [
    {
      code: 'N28l',
      personId: application.applicant_id,
      applicationId: application.id,
      aboutKindergartenId: entry.kindergarten_id,
      params: {},
    },
  ]);
}

/** The place goes to the next one; and the child, free to be asked again, may be the first of another list. */
async function passOn(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queue: LockedQueue,
  entry: LockedEntry,
  policy: Policy,
): Promise<void> {
  if (entry.state === 'PLACE_AVAILABLE' && entry.place_id !== null)
    await reofferPlace(tx, at, actor, queue.id, entry.place_id, policy, pickOpensAt(policy, at));
  await offerPlaces(tx, at, actor, queue.id, policy);
}
