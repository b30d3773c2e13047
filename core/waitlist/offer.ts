import { type Actor, recordEvents, SYSTEM } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, KindergartenId, PlaceId, WaitlistEntryId } from '../ids.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { movePlaces } from '../place/move.ts';
import type { Policy } from '../policy/policy.ts';
import { termEnd } from '../policy/term.ts';
import type { EntryState } from './api.ts';
import { type Candidate, nextInList } from './order.ts';

interface FreePlace {
  readonly id: PlaceId;
  readonly kindergarten_id: KindergartenId;
  readonly language: 'kk' | 'ru' | 'mixed';
}

interface Offer extends Candidate {
  readonly place: FreePlace;
}

/**
 * Offers the free places of a locked queue to the lists of their kindergartens – of those that work –, each to one child,
 * and answers how many were offered (S2; DOMAIN §8.7). Whoever frees a place, publishes one or gives an answer ends with this.
 */
export async function offerPlaces(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queueId: string,
  policy: Policy,
): Promise<number> {
  if (!policy['waitlist.enabled']) return 0;
  const states = policy['waitlist.places'] === 'FREED' ? ['PUBLISHED', 'OPEN'] : ['OPEN'];
  const places = await tx.$queryRaw<FreePlace[]>`
    SELECT p.id, p.kindergarten_id, p.language FROM place AS p
     WHERE p.queue_id = ${queueId}::uuid AND p.state IN ('PUBLISHED', 'PRIORITY', 'OPEN') AND p.state = ANY (${states}::text[])
       AND EXISTS (SELECT FROM kindergarten AS k WHERE k.id = p.kindergarten_id AND k.is_active)
       AND EXISTS (SELECT FROM waitlist_entry AS w
                    WHERE w.kindergarten_id = p.kindergarten_id AND w.queue_id = p.queue_id AND w.state = 'WAITING')
     ORDER BY p.published_at, p.id FOR UPDATE`;
  const offers = await match(tx, at, queueId, policy, places);
  if (offers.length === 0) return 0;
  await movePlaces(
    tx,
    at,
    actor,
    offers.map(({ place }) => place.id),
    'P10',
  );
  await writeOffers(tx, at, policy, offers);
  return offers.length;
}

/** The next of the list is asked about a place that is offered already; with nobody left it is published again. */
export async function reofferPlace(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queueId: string,
  placeId: PlaceId,
  policy: Policy,
  pickOpensAt: Date,
): Promise<void> {
  const [place] = await tx.$queryRaw<(FreePlace & { readonly is_active: boolean })[]>`
    SELECT p.id, p.kindergarten_id, p.language, k.is_active FROM place AS p JOIN kindergarten AS k ON k.id = p.kindergarten_id
     WHERE p.id = ${placeId}::uuid AND p.state = 'OFFERED' FOR UPDATE OF p`;
  if (place === undefined) throw new Error(`the place ${placeId} is not on offer`);
  const offers =
    policy['waitlist.enabled'] && place.is_active ? await match(tx, at, queueId, policy, [place]) : [];
  if (offers.length === 0) await movePlaces(tx, at, actor, [placeId], 'P11', { pickOpensAt });
  else await writeOffers(tx, at, policy, offers);
}

async function match(
  tx: WriteTx,
  at: Date,
  queueId: string,
  policy: Policy,
  places: readonly FreePlace[],
): Promise<Offer[]> {
  const today = localDate(at);
  const asked: ChildId[] = [];
  const offers: Offer[] = [];
  const nobody = new Set<string>();
  for (const place of places) {
    const { kindergarten_id: kindergartenId, language } = place;
    const list = `${kindergartenId} ${language}`;
    if (nobody.has(list)) continue;
    const next = await nextInList(tx, { kindergartenId, queueId, language }, policy, asked, today);
    if (next === undefined) nobody.add(list);
    else {
      asked.push(next.child_id);
      offers.push({ ...next, place });
    }
  }
  return offers;
}

/** Nobody offers: it follows from the order, whoever made the place free. */
async function writeOffers(tx: WriteTx, at: Date, policy: Policy, offers: readonly Offer[]): Promise<void> {
  const calendar = await calendarIn(tx);
  const until = termEnd(calendar, at, policy['waitlist.answer']);
  const rows = JSON.stringify(offers.map(({ id, place }) => ({ id, place: place.id })));
  const moved = await tx.$executeRaw`
    UPDATE waitlist_entry AS w SET state = 'PLACE_AVAILABLE', moved_at = ${at}, place_id = o.place, offered_at = ${at},
           answer_until = ${until}
      FROM jsonb_to_recordset(${rows}::jsonb) AS o (id uuid, place uuid) WHERE w.id = o.id AND w.state = 'WAITING'`;
  if (moved !== offers.length) throw new Error('a chosen child left its list while the queue was locked');
  const deadline = until.toISOString();
  await recordEvents(
    tx,
    at,
    SYSTEM,
    offers.map((offer) => ({
      ...eventOf(offer),
      transition: 'L2',
      before: { state: 'WAITING' },
      after: { state: 'PLACE_AVAILABLE', until: deadline, kindergarten: offer.place.kindergarten_id },
      policyVersion: policy.version,
    })),
  );
  await setTimers(
    tx,
    at,
    offers.map(({ id, application_id }) => ({
      kind: 'WAITLIST_OFFER',
      subjectId: id,
      applicationId: application_id,
      startAt: at,
      deadlineAt: until,
    })),
  );
  await planNotices(
    tx,
    at,
    offers.map(({ id, application_id, applicant_id, place }) => ({
      code: 'N28',
      personId: applicant_id,
      applicationId: application_id,
      aboutKindergartenId: place.kindergarten_id,
      params: { deadline, entry: id },
    })),
  );
}

function eventOf({ id, application_id }: { id: WaitlistEntryId; application_id: ApplicationId }) {
  return { entity: 'WAITLIST_ENTRY', entityId: id, applicationId: application_id } as const;
}

/** An entry as actions see it, locked. */
export interface LockedEntry {
  readonly id: WaitlistEntryId;
  readonly application_id: ApplicationId;
  readonly child_id: ChildId;
  readonly kindergarten_id: KindergartenId;
  readonly queue_id: string;
  readonly state: EntryState;
  readonly place_id: PlaceId | null;
  readonly answer_until: Date | null;
}

/** Locks an entry; its queue and application are locked before. */
export async function lockEntry(tx: WriteTx, id: WaitlistEntryId): Promise<LockedEntry | undefined> {
  const [entry] = await tx.$queryRaw<LockedEntry[]>`
    SELECT id, application_id, child_id, kindergarten_id, queue_id, state, place_id, answer_until
      FROM waitlist_entry WHERE id = ${id}::uuid FOR UPDATE`;
  return entry;
}

/** L3–L6 and L7: every way an entry may end. */
export const entryEnds = {
  L3: 'REFERRAL_ISSUED',
  L4: 'DECLINED',
  L5: 'LAPSED',
  L6: 'CANCELLED',
  L7: 'CANCELLED',
} as const satisfies Record<string, EntryState>;

export type EntryEnd = keyof typeof entryEnds;
export type EndReason =
  | 'PARENT'
  | 'AGE'
  | 'TRANSFERRED'
  | 'ENROLLED_ELSEWHERE'
  | 'LEFT_KINDERGARTEN'
  | 'FAILED';

/** Ends a locked open entry with its deadline. Of a place that was on offer the caller disposes. */
export async function endEntry(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  entry: LockedEntry,
  transition: EntryEnd,
  reason: EndReason | null = null,
): Promise<void> {
  const state = entryEnds[transition];
  await tx.$executeRaw`
    UPDATE waitlist_entry SET state = ${state}, moved_at = ${at}, end_reason = ${state === 'CANCELLED' ? reason : null}
     WHERE id = ${entry.id}::uuid`;
  await cancelTimers(tx, at, { subjectId: entry.id });
  await recordEvents(tx, at, actor, [
    {
      ...eventOf(entry),
      transition,
      before: { state: entry.state },
      after: { state, kindergarten: entry.kindergarten_id },
      reason,
    },
  ]);
}
