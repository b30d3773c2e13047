import type { Act } from '../act.ts';
import { lockChildren, lockOwnApplication } from '../application/move.ts';
import { localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, GroupId, PersonId, ReferralId, StatementId } from '../ids.ts';
import { cancelTimers } from '../jobs/timers.ts';
import { settlePhase } from '../place/phase.ts';
import { lockFreePlace, nextRound, openedForRound } from '../place/takeable.ts';
import { policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { refuseUnmet, unmetConditions } from './conditions.ts';
import { choiceFacts } from './facts.ts';
import { issueReferral } from './issue.ts';

export interface Choice {
  readonly personId: PersonId;
  readonly applicationId: ApplicationId;
  readonly groupId: GroupId;
  readonly statementId: StatementId;
  readonly channel: Act['channel'];
}

export interface Wishes {
  readonly personId: PersonId;
  readonly applicationId: ApplicationId;
  readonly groups: readonly GroupId[];
  readonly statementId: StatementId;
  readonly channel: Act['channel'];
}

const MAX_WISHES = 20;

/**
 * A7 and A9 (S3 steps 10–14): the signed choice of a kindergarten, one transaction from the check to the referral.
 * Refusals: choice.tooYoung, choice.notYourTurn, choice.stopListed, choice.interestOverdue, choice.hasReferral,
 * choice.wrongYear, choice.taken (somebody was faster: the turn is kept).
 */
export async function chooseGroup(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  choice: Choice,
): Promise<ReferralId> {
  const { queue, application } = await lockOwnApplication(
    tx,
    at,
    choice.personId,
    choice.applicationId,
    'SIGN',
  );
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  const calendar = await calendarIn(tx);
  await lockChildren(tx, [application.child_id]);
  const { facts, windowId } = await choiceFacts(tx, application, policy);
  refuseUnmet(
    unmetConditions(facts, at).filter(({ code }) => code !== 'NO_FREE_PLACES' && code !== 'NOT_YOUR_TURN'),
  );
  const hasTurn = windowId !== null && facts.turnClosesAt !== null && facts.turnClosesAt >= at;
  const phases = [
    ...(hasTurn ? (['PRIORITY'] as const) : []),
    ...(facts.openMode === 'FCFS' ? (['OPEN'] as const) : []),
  ];
  if (phases.length === 0) throw new Refusal('choice.notYourTurn');
  await assertGroupOfQueue(tx, choice.groupId, queue.id);
  const place = await lockFreePlace(tx, queue.id, choice.groupId, phases, at);
  if (place === undefined) throw new Refusal(await goneOrNeverMine(tx, choice.groupId, hasTurn));
  const actor = { kind: 'PERSON', id: choice.personId, channel: choice.channel } as const;
  const usesWindow = application.state === 'NOTIFIED' ? windowId : null;
  if (usesWindow !== null) {
    await tx.turn_window.update({
      where: { id: usesWindow },
      data: { state: 'USED', closed_at: at },
      select: { id: true },
    });
    await cancelTimers(tx, at, { subjectId: usesWindow });
  }
  const id = await issueReferral(deps, tx, at, actor, {
    application,
    placeId: place.id,
    turnWindowId: usesWindow,
    statementId: choice.statementId,
    policy,
    calendar,
  });
  await tx.wish.updateMany({
    where: { application_id: application.id, outcome: null },
    data: { outcome: 'VOID' },
  });
  // A window used on an open place leaves its own place to the next child, not to the race.
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  return id;
}

/** The read-side check before a statement is written: the same refusals as the choice itself would give now. */
export async function assertMayChoose(
  tx: WriteTx,
  at: Date,
  choice: Omit<Choice, 'statementId' | 'channel'>,
): Promise<void> {
  const { queue, application } = await lockOwnApplication(
    tx,
    at,
    choice.personId,
    choice.applicationId,
    'SIGN',
  );
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  const { facts } = await choiceFacts(tx, application, policy);
  refuseUnmet(unmetConditions(facts, at));
  await assertGroupOfQueue(tx, choice.groupId, queue.id);
  const hasTurn = facts.turnClosesAt !== null && facts.turnClosesAt >= at;
  const phases = [
    ...(hasTurn ? (['PRIORITY'] as const) : []),
    ...(facts.openMode === 'FCFS' ? (['OPEN'] as const) : []),
  ];
  const place = await lockFreePlace(tx, queue.id, choice.groupId, phases, at);
  if (place === undefined) throw new Refusal(await goneOrNeverMine(tx, choice.groupId, hasTurn));
}

/** Somebody was faster, or the place was only for others' turns: the two need different words. */
async function goneOrNeverMine(tx: WriteTx, groupId: GroupId, hasTurn: boolean): Promise<string> {
  const others = await tx.place.count({ where: { group_id: groupId, state: { in: ['PRIORITY', 'OPEN'] } } });
  return others > 0 && !hasTurn ? 'choice.notYourTurn' : 'choice.taken';
}

async function assertGroupOfQueue(tx: WriteTx, groupId: GroupId, queueId: string): Promise<void> {
  const [row] = await tx.$queryRaw<{ fits: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM kindergarten_group g JOIN kindergarten k ON k.id = g.kindergarten_id
                    JOIN queue q ON q.district_id = k.district_id AND q.birth_year = g.birth_year AND q.group_type = g.group_type
                   WHERE g.id = ${groupId}::uuid AND q.id = ${queueId}::uuid) AS fits`;
  if (row?.fits !== true) throw new Refusal('choice.wrongYear');
}

/**
 * The signed wishes of the sealed open phase (§7.5): replace the application's earlier list for the same round.
 * Refusals: wishes.noRound, wishes.tooMany, choice.wrongYear and the conditions of choosing except the turn.
 */
export async function placeWishes(tx: WriteTx, at: Date, wishes: Wishes): Promise<Date> {
  const { queue, application } = await lockOwnApplication(
    tx,
    at,
    wishes.personId,
    wishes.applicationId,
    'SIGN',
  );
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  await checkWishes(tx, at, application, policy, wishes.groups);
  for (const group of wishes.groups) await assertGroupOfQueue(tx, group, queue.id);
  const round = nextRound(policy, at);
  await tx.wish.deleteMany({ where: { application_id: application.id, round_at: round } });
  await tx.wish.createMany({
    data: wishes.groups.map((group, index) => ({
      application_id: application.id,
      queue_id: queue.id,
      group_id: group,
      rank: index + 1,
      round_at: round,
      statement_id: wishes.statementId,
      created_at: at,
    })),
  });
  return round;
}

/** The read-side check of a list of wishes. */
export async function assertMayWish(
  tx: WriteTx,
  at: Date,
  wishes: Omit<Wishes, 'statementId' | 'channel'>,
): Promise<void> {
  const { queue, application } = await lockOwnApplication(
    tx,
    at,
    wishes.personId,
    wishes.applicationId,
    'SIGN',
  );
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  await checkWishes(tx, at, application, policy, wishes.groups);
  for (const group of wishes.groups) await assertGroupOfQueue(tx, group, queue.id);
}

async function checkWishes(
  tx: WriteTx,
  at: Date,
  application: Awaited<ReturnType<typeof lockOwnApplication>>['application'],
  policy: Awaited<ReturnType<typeof policyOn>>,
  groups: readonly GroupId[],
): Promise<void> {
  // Whoever has a turn chooses in it; a draw passes over them.
  if (policy['open.mode'] !== 'SEALED' || application.state === 'NOTIFIED')
    throw new Refusal('wishes.noRound');
  if (groups.length === 0 || groups.length > MAX_WISHES || new Set(groups).size !== groups.length) {
    throw new Refusal('wishes.tooMany', { limit: MAX_WISHES });
  }
  const { facts } = await choiceFacts(tx, application, policy);
  refuseUnmet(
    unmetConditions(facts, at).filter(({ code }) => code !== 'NOT_YOUR_TURN' && code !== 'NO_FREE_PLACES'),
  );
  const open = await tx.place.count({
    where: {
      queue_id: application.queue_id,
      state: 'OPEN',
      opened_at: { lte: openedForRound(policy, nextRound(policy, at)) },
    },
  });
  if (open === 0) throw new Refusal('wishes.noRound');
}
