import { lockQueues } from '../application/move.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import { sweepDrafts } from '../draft/expire.ts';
import type { ApplicationId } from '../ids.ts';
import { drawDueRounds } from '../queue/draw.ts';
import { openDueTurns } from '../queue/open.ts';
import { recheckReviews } from '../review/recheck.ts';
import { endTooOld } from '../waitlist/close.ts';
import { offerDue } from '../waitlist/due.ts';
import { fireTimer } from './fire.ts';

const TIMERS_AT_ONCE = 200;
const PARALLEL = 4;

/** What one sweep did. All zero: nothing was due. */
export interface Swept {
  readonly timers: number;
  readonly cameOfAge: number;
  readonly turns: number;
  readonly drawn: number;
  /** Applications whose review the registry has settled. */
  readonly reviews: number;
  /** Forms forgotten, or about to be. */
  readonly drafts: number;
  /** Places offered to waiting lists. */
  readonly offers: number;
  /** Children too old for the lists they waited in. */
  readonly lists: number;
}

/**
 * Everything whose time has come, in the order of the day: children who came of age, deadlines in the order in which
 * they were due, draws, waiting lists, new turns. Safe to run in any number of workers at once and as often as one likes.
 */
export async function sweep(deps: QueueDeps): Promise<Swept> {
  const cameOfAge = await sweepAges(deps);
  const timers = await sweepTimers(deps);
  const drawn = await drawDueRounds(deps);
  const offers = await offerDue(deps.db, deps.clock.now());
  const turns = await openDueTurns(
    deps.db,
    () => deps.clock.now(),
    (queue, error) => deps.log.error({ err: error, queue }, 'the turns of a queue could not be opened'),
  );
  const reviews = await recheckReviews(deps);
  const drafts = await sweepDrafts(deps);
  const lists = await endTooOld(deps.db, deps.clock.now());
  return { timers, cameOfAge, turns, drawn, reviews, drafts, offers, lists };
}

/** Under-age children keep their place and are counted from the day they reach `age.minMonths` (§7.1). */
async function sweepAges(deps: QueueDeps): Promise<number> {
  const at = deps.clock.now();
  const today = localDate(at);
  const queues = await deps.db.prisma.$queryRaw<{ queue_id: string }[]>`
    SELECT DISTINCT queue_id FROM application WHERE under_age AND eligible_from <= ${today}::date`;
  let count = 0;
  for (const { queue_id } of queues) {
    count += await deps.db.write(async (tx) => {
      await lockQueues(tx, [queue_id]);
      return tx.$executeRaw`
        UPDATE application SET under_age = false, standing_since = ${at}
         WHERE queue_id = ${queue_id}::uuid AND under_age AND eligible_from <= ${today}::date`;
    });
  }
  return count;
}

async function sweepTimers(deps: QueueDeps): Promise<number> {
  const failed: string[] = [];
  let fired = 0;
  for (;;) {
    const at = deps.clock.now();
    const due = await deps.db.prisma.$queryRaw<DueTimer[]>`
      SELECT id, application_id FROM timer
       WHERE state = 'PENDING' AND due_at <= ${at} AND (due_at < deadline_at OR deadline_at < ${at})
         AND id <> ALL (${failed}::uuid[])
       ORDER BY due_at, id LIMIT ${TIMERS_AT_ONCE}`;
    if (due.length === 0) return fired;
    fired += await inOrder(deps, at, due, failed);
  }
}

type DueTimer = { id: string; application_id: ApplicationId };

/** Timers of one application fire one after another; different applications do not wait for each other. */
async function inOrder(
  deps: QueueDeps,
  at: Date,
  due: readonly DueTimer[],
  failed: string[],
): Promise<number> {
  const lanes = [...Map.groupBy(due, (timer) => timer.application_id).values()];
  let fired = 0;
  const worker = async () => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
      for (const timer of lane) {
        try {
          if (await fireTimer(deps.db, at, timer)) fired += 1;
        } catch (error) {
          // One deadline that cannot be carried out must not keep the others; it stays due and is tried at every sweep.
          failed.push(timer.id);
          deps.log.error({ err: error, timer: timer.id }, 'a deadline could not be carried out');
        }
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return fired;
}
