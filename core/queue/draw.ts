import { type LockedApplication, lockChildren, lockQueues } from '../application/move.ts';
import { recordEvents, SYSTEM } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, GroupId, PersonId, QueueId, StatementId } from '../ids.ts';
import { planNotices } from '../notice/plan.ts';
import { settlePhase } from '../place/phase.ts';
import { lockFreePlace, openedForRound } from '../place/takeable.ts';
import { policyOn } from '../policy/policy.ts';
import { unmetConditions } from '../referral/conditions.ts';
import { choiceFacts } from '../referral/facts.ts';
import { issueReferral } from '../referral/issue.ts';
import { waitingInOrder } from './waiting.ts';

interface WishRow {
  readonly application_id: ApplicationId;
  readonly applicant_id: PersonId;
  readonly child_id: ChildId;
  readonly group_id: GroupId;
  readonly statement_id: StatementId;
}

/**
 * Draws every sealed round whose hour has come (DOMAIN §7.5): the wished places go to the wishers highest in the
 * service order, each child taking the best of its wishes that is left. Returns the number of referrals issued. A round
 * that cannot be drawn is logged, stays due, and does not keep the others.
 */
export async function drawDueRounds(deps: QueueDeps): Promise<number> {
  let issued = 0;
  const failed: string[] = [];
  for (;;) {
    const at = deps.clock.now();
    const [due] = await deps.db.prisma.$queryRaw<{ queue_id: QueueId; round_at: Date }[]>`
      SELECT queue_id, round_at FROM wish WHERE outcome IS NULL AND round_at <= ${at}
         AND queue_id <> ALL (${failed}::uuid[]) ORDER BY round_at, queue_id LIMIT 1`;
    if (due === undefined) return issued;
    try {
      issued += await deps.db.write((tx) => drawRound(deps, tx, at, due.queue_id, due.round_at));
    } catch (error) {
      failed.push(due.queue_id);
      deps.log.error({ err: error, queue: due.queue_id }, 'a round could not be drawn');
    }
  }
}

async function drawRound(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  queueId: QueueId,
  round: Date,
): Promise<number> {
  const [queue] = await lockQueues(tx, [queueId]);
  if (queue === undefined) throw new Error(`no queue ${queueId}`);
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  const calendar = await calendarIn(tx);
  const wishes = await tx.$queryRaw<WishRow[]>`
    SELECT w.application_id, a.applicant_id, a.child_id, w.group_id, w.statement_id FROM wish w JOIN application a ON a.id = w.application_id
     WHERE w.queue_id = ${queueId}::uuid AND w.round_at = ${round} AND w.outcome IS NULL ORDER BY w.application_id, w.rank`;
  const lists = Map.groupBy(wishes, (wish) => wish.application_id);
  await lockChildren(
    tx,
    wishes.map((wish) => wish.child_id),
  );
  const order = await waitingInOrder(tx, queue, policy, [...lists.keys()]);
  const won = new Map<ApplicationId, GroupId>();
  for (const id of order) {
    const group = await giveFirst(id, lists.get(id) ?? []);
    if (group !== undefined) won.set(id, group);
  }
  await tx.wish.updateMany({
    where: { queue_id: queueId, round_at: round, outcome: null },
    data: { outcome: 'LOST' },
  });
  for (const [id, group] of won) {
    await tx.wish.updateMany({
      where: { application_id: id, round_at: round, group_id: group },
      data: { outcome: 'WON' },
    });
  }
  // Where the draw comes late, its winners may have wished for the next round already.
  await tx.wish.updateMany({
    where: { application_id: { in: [...won.keys()] }, outcome: null },
    data: { outcome: 'VOID' },
  });
  await settlePhase(tx, at, SYSTEM, queueId, policy, 'NEXT_TURN');
  // Who has a turn or a referral by now has no need of being told of a lost wish.
  await tellTheRest(
    tx,
    at,
    order.filter((id) => !won.has(id)),
    lists,
  );
  return won.size;

  async function giveFirst(id: ApplicationId, list: readonly WishRow[]): Promise<GroupId | undefined> {
    const [application] = await tx.$queryRaw<LockedApplication[]>`
      SELECT *, eligible_from::text, age_limit_on::text FROM application WHERE id = ${id}::uuid FOR UPDATE`;
    if (application === undefined || application.state !== 'QUEUED') return undefined;
    const { facts } = await choiceFacts(tx, application, policy);
    const unmet = unmetConditions(facts, at).filter(
      ({ code }) => code !== 'NOT_YOUR_TURN' && code !== 'NO_FREE_PLACES',
    );
    if (unmet.length > 0) return undefined;
    for (const wish of list) {
      const place = await lockFreePlace(tx, queueId, wish.group_id, ['OPEN'], openedForRound(policy, round));
      if (place === undefined) continue;
      await issueReferral(deps, tx, at, SYSTEM, {
        application,
        placeId: place.id,
        turnWindowId: null,
        statementId: wish.statement_id,
        policy,
        calendar,
      });
      return wish.group_id;
    }
    return undefined;
  }
}

/** Whoever wished and got nothing learns it, and that the wishes can be given again. */
async function tellTheRest(
  tx: WriteTx,
  at: Date,
  ids: readonly ApplicationId[],
  lists: ReadonlyMap<ApplicationId, readonly WishRow[]>,
): Promise<void> {
  const lost = ids.flatMap((id) => (lists.get(id) ?? []).slice(0, 1).map((wish) => ({ id, wish })));
  await recordEvents(
    tx,
    at,
    SYSTEM,
    lost.map(({ id }) => ({
      entity: 'WISH',
      entityId: id,
      applicationId: id,
      transition: 'W2',
      before: {},
      after: {},
    })),
  );
  await planNotices(
    tx,
    at,
    lost.map(({ id, wish }) => ({
      code: 'N27l',
      personId: wish.applicant_id,
      applicationId: id,
      params: {},
    })),
  );
}
