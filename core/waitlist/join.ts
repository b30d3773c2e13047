import type { Act } from '../act.ts';
import {
  type LockedApplication,
  type LockedQueue,
  lockChildren,
  lockOwnApplication,
} from '../application/move.ts';
import { recordEvents } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type {
  ApplicationId,
  KindergartenId,
  PersonId,
  PlaceId,
  StatementId,
  TransferId,
  WaitlistEntryId,
} from '../ids.ts';
import { planNotices } from '../notice/plan.ts';
import { settlePhase } from '../place/phase.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { lockAttendance, lockQueuesOfMove } from '../transfer/attendance.ts';
import { accept } from './accept.ts';
import { assertUnbound, type Checked } from './bound.ts';
import { offerPlaces } from './offer.ts';
import { type Counts, countColumns, countJoins, nextInList, positionOf } from './order.ts';
import { hasSiblingIn, queuesOfSiblings } from './siblings.ts';

/** «Күту тізіміне тұру»: the kindergartens in order of wish. */
export interface Joining {
  readonly personId: PersonId;
  readonly applicationId: ApplicationId;
  readonly kindergartens: readonly KindergartenId[];
}

export interface Accepting {
  readonly personId: PersonId;
  readonly entryId: WaitlistEntryId;
}

export interface Signed {
  readonly statementId: StatementId;
  readonly channel: Act['channel'];
}

/** What joining has come to: the lists, and the transfer where a place was free at once. */
export interface Joined {
  readonly entryIds: readonly WaitlistEntryId[];
  readonly transferId: TransferId | null;
}

/**
 * Everything that joining wants (S2), under the locks of queue, application and child. Refusals: application.unknown,
 * guardian.onlyOwner, waitlist.off, waitlist.archived, waitlist.notAttending, waitlist.transfer, choice.hasReferral,
 * waitlist.answerFirst, child.tooOld {limit}, waitlist.none, waitlist.twice, waitlist.tooMany {limit}, waitlist.own,
 * waitlist.joined, waitlist.wrongKindergarten.
 */
export async function assertMayJoin(tx: WriteTx, at: Date, wish: Joining): Promise<Checked> {
  const { personId, applicationId, kindergartens } = wish;
  const { queue, application } = await lockOwnApplication(tx, at, personId, applicationId, 'SIGN');
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  if (!policy['waitlist.enabled']) throw new Refusal('waitlist.off');
  if (application.state === 'ARCHIVED') throw new Refusal('waitlist.archived');
  if (application.state !== 'ENROLLED') throw new Refusal('waitlist.notAttending');
  await lockChildren(tx, [application.child_id]);
  const from = await lockAttendance(tx, application.child_id);
  if (from === undefined || from.application_id !== application.id)
    throw new Refusal('waitlist.notAttending');
  await assertUnbound(tx, application);
  if (application.age_limit_on < localDate(at))
    throw new Refusal('child.tooOld', { limit: application.age_limit_on });
  const open = await tx.waitlist_entry.findMany({
    where: { application_id: application.id, state: { in: ['WAITING', 'PLACE_AVAILABLE'] } },
    select: { kindergarten_id: true, state: true },
  });
  if (open.some(({ state }) => state === 'PLACE_AVAILABLE')) throw new Refusal('waitlist.answerFirst');
  if (kindergartens.length === 0) throw new Refusal('waitlist.none');
  if (new Set(kindergartens).size !== kindergartens.length) throw new Refusal('waitlist.twice');
  const limit = policy['waitlist.maxKindergartens'];
  if (open.length + kindergartens.length > limit) throw new Refusal('waitlist.tooMany', { limit });
  if (kindergartens.includes(from.kindergarten_id)) throw new Refusal('waitlist.own');
  if (open.some(({ kindergarten_id }) => kindergartens.includes(kindergarten_id as KindergartenId)))
    throw new Refusal('waitlist.joined');
  await assertWishable(tx, queue, kindergartens);
  return { queue, application, from, policy };
}

/** All are of the child's district, work, and have groups of the child's year and type. Refusal: waitlist.wrongKindergarten. */
async function assertWishable(
  tx: WriteTx,
  queue: LockedQueue,
  kindergartens: readonly KindergartenId[],
): Promise<void> {
  const [found] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::integer AS n FROM kindergarten AS k
     WHERE k.id = ANY (${[...kindergartens]}::uuid[]) AND k.is_active AND k.district_id = ${queue.district_id}::uuid
       AND EXISTS (SELECT FROM kindergarten_group AS g WHERE g.kindergarten_id = k.id
                      AND g.birth_year = ${queue.birth_year} AND g.group_type = ${queue.group_type})`;
  if (found?.n !== kindergartens.length) throw new Refusal('waitlist.wrongKindergarten');
}

/**
 * L1 (S2): joins the lists; where a wished kindergarten has a place that nobody before waits for, the referral is issued
 * in the same step, of the first such wish. The other lists go on until the transfer is completed. Refusals: those of `assertMayJoin`.
 */
export async function joinLists(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  wish: Joining & Signed,
): Promise<Joined> {
  await lockQueuesOfMove(tx, wish.applicationId, await queuesOfSiblings(tx, wish.applicationId));
  const checked = await assertMayJoin(tx, at, wish);
  const { queue, application, policy } = checked;
  const actor = { kind: 'PERSON', id: wish.personId, channel: wish.channel } as const;
  const entryIds = await writeEntries(tx, at, checked, wish);
  await recordEvents(
    tx,
    at,
    actor,
    wish.kindergartens.map((kindergarten, n) => ({
      entity: 'WAITLIST_ENTRY',
      entityId: entryIds[n] ?? '',
      applicationId: application.id,
      transition: 'L1',
      before: {},
      after: { state: 'WAITING', kindergarten },
      policyVersion: policy.version,
    })),
  );
  for (const [n, kindergartenId] of wish.kindergartens.entries()) {
    const entryId = entryIds[n] as WaitlistEntryId;
    const placeId = await freePlace(tx, at, checked, kindergartenId, entryId);
    if (placeId === undefined) continue;
    const transferId = await accept(deps, tx, at, { ...checked, entryId, placeId }, wish);
    await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
    return { entryIds, transferId };
  }
  await tellJoined(tx, at, application, policy, entryIds, wish.personId);
  await offerPlaces(tx, at, actor, queue.id, policy);
  return { entryIds, transferId: null };
}

async function writeEntries(
  tx: WriteTx,
  at: Date,
  { queue, application }: Checked,
  { kindergartens, statementId }: Joining & Signed,
): Promise<WaitlistEntryId[]> {
  const entryIds: WaitlistEntryId[] = [];
  for (const kindergartenId of kindergartens) {
    const sibling = await hasSiblingIn(tx, kindergartenId, application);
    const [made] = await tx.$queryRaw<{ id: WaitlistEntryId }[]>`
      INSERT INTO waitlist_entry (application_id, child_id, kindergarten_id, queue_id, statement_id, language, ends_on,
        joined_at, benefit_class, sibling, state, moved_at)
      SELECT a.id, a.child_id, ${kindergartenId}::uuid, ${queue.id}::uuid, ${statementId}::uuid, a.preferred_language,
             a.age_limit_on, ${at}, a.benefit_class, ${sibling}, 'WAITING', ${at}
        FROM application AS a WHERE a.id = ${application.id}::uuid
      RETURNING id`;
    if (made === undefined) throw new Error('no entry was written');
    entryIds.push(made.id);
  }
  return entryIds;
}

/**
 * A place of the kindergarten that the child may have at once: one that would be offered to the list (`waitlist.places`),
 * and to this child first. Whoever waited before has mostly been asked already; where not, they are asked now.
 */
async function freePlace(
  tx: WriteTx,
  at: Date,
  { queue, policy }: Checked,
  kindergartenId: KindergartenId,
  entryId: WaitlistEntryId,
): Promise<PlaceId | undefined> {
  const states = policy['waitlist.places'] === 'FREED' ? ['PUBLISHED', 'OPEN'] : ['OPEN'];
  const [place] = await tx.$queryRaw<{ id: PlaceId; language: 'kk' | 'ru' | 'mixed' }[]>`
    SELECT p.id, p.language FROM place AS p JOIN waitlist_entry AS w ON w.id = ${entryId}::uuid
     WHERE p.kindergarten_id = ${kindergartenId}::uuid AND p.queue_id = ${queue.id}::uuid AND p.state = ANY (${states}::text[])
       AND (p.language = 'mixed' OR w.language IS NULL OR p.language = w.language)
     ORDER BY p.published_at, p.id LIMIT 1 FOR UPDATE OF p`;
  if (place === undefined) return undefined;
  const list = { kindergartenId, queueId: queue.id, language: place.language };
  const first = await nextInList(tx, list, policy, [], localDate(at));
  return first?.id === entryId ? place.id : undefined;
}

/** Where the child stands in each list: told to the other parents, as who joins reads it at once. */
async function tellJoined(
  tx: WriteTx,
  at: Date,
  application: LockedApplication,
  policy: Policy,
  entryIds: readonly WaitlistEntryId[],
  joinedBy: PersonId,
): Promise<void> {
  const parents = await tx.$queryRaw<{ id: PersonId }[]>`
    SELECT id FROM application_parents(${application.id}::uuid) AS id WHERE id <> ${joinedBy}::uuid`;
  if (parents.length === 0) return;
  const rows = await tx.$queryRawUnsafe<JoinedRow[]>(
    `SELECT w.kindergarten_id, w.sibling, w.benefit_class, ${countColumns} FROM waitlist_entry AS w ${countJoins('w')}
      WHERE w.id = ANY ($1::uuid[]) ORDER BY w.id`,
    [...entryIds],
  );
  await planNotices(
    tx,
    at,
    parents.flatMap(({ id }) => rows.map((row) => joinedNotice(application, policy, row, id))),
  );
}

function joinedNotice({ id }: LockedApplication, policy: Policy, row: JoinedRow, personId: PersonId) {
  const { sibling, benefit_class: benefitClass } = row;
  return {
    code: 'N44',
    personId,
    applicationId: id,
    aboutKindergartenId: row.kindergarten_id,
    params: { position: positionOf({ sibling, benefitClass }, row.total, row.earlier, policy) },
  };
}

interface JoinedRow {
  readonly kindergarten_id: KindergartenId;
  readonly sibling: boolean;
  readonly benefit_class: LockedApplication['benefit_class'];
  readonly total: Counts;
  readonly earlier: Counts;
}
