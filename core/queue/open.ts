import { type LockedQueue, lockQueues } from '../application/move.ts';
import { recordEvents, SYSTEM } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { Db, WriteTx } from '../db/db.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import { setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { skipFreeze } from '../place/phase.ts';
import { type Policy, policiesOn } from '../policy/policy.ts';
import { termEnd } from '../policy/term.ts';
import { tellSubscribers } from '../subscription/tell.ts';
import { offerPlaces } from '../waitlist/offer.ts';
import { loadLines, NOBODY } from './lines.ts';
import { type Lines, type PlaceLanguage, placesOfTurns, selectTurns, type Turn } from './select.ts';

const QUEUES_AT_ONCE = 64;
/** Batches under way at a time: while one computes, the other's statements run. They share no queue, so none waits. */
const LANES = 2;

interface DuePlace {
  readonly id: string;
  readonly queue_id: string;
  readonly language: PlaceLanguage;
}

interface OpenedTurn extends Turn {
  readonly queueId: string;
  readonly closesAt: Date;
  readonly policyVersion: string;
}

/**
 * Opens the turns of every published place whose hour has come (DOMAIN §7.4): the first of each queue get a window of
 * 3 working days, and places that nobody waits for open to the whole group year. Works through the queues in batches,
 * each one transaction with the same few statements however many places it holds. Returns the number of windows opened.
 * A queue whose turns cannot be opened is told to `onFailure`, stays due, and does not keep the others.
 */
export async function openDueTurns(db: Db, now: () => Date, onFailure: OnFailure = rethrow): Promise<number> {
  const failed: string[] = [];
  let opened = 0;
  for (;;) {
    const at = now();
    const due = await db.prisma.$queryRaw<{ queue_id: string }[]>`
      SELECT DISTINCT queue_id FROM place WHERE state = 'PUBLISHED' AND pick_opens_at <= ${at}
         AND queue_id <> ALL (${failed}::uuid[]) ORDER BY queue_id LIMIT ${LANES * QUEUES_AT_ONCE}`;
    if (due.length === 0) return opened;
    const ids = due.map((row) => row.queue_id);
    const size = Math.ceil(ids.length / LANES);
    const batches = Array.from({ length: LANES }, (_, lane) => ids.slice(lane * size, (lane + 1) * size));
    const done = await Promise.allSettled(
      batches.map((batch) =>
        openBatch(db, at, batch, (queueId, error) => {
          failed.push(queueId);
          onFailure(queueId, error);
        }),
      ),
    );
    for (const result of done) {
      if (result.status === 'rejected') throw result.reason;
      opened += result.value;
    }
  }
}

type OnFailure = (queueId: string, error: unknown) => void;

const rethrow: OnFailure = (_queueId, error) => {
  throw error;
};

async function openBatch(db: Db, at: Date, ids: readonly string[], onFailure: OnFailure): Promise<number> {
  if (ids.length === 0) return 0;
  try {
    return await db.write((tx) => openTurnsOf(tx, at, ids));
  } catch (error) {
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0) {
      onFailure(only, error);
      return 0;
    }
    let opened = 0;
    for (const id of ids) opened += await openBatch(db, at, [id], onFailure);
    return opened;
  }
}

async function openTurnsOf(tx: WriteTx, at: Date, queueIds: readonly string[]): Promise<number> {
  const queues = await lockQueues(tx, queueIds);
  const policies = await policiesOn(
    tx,
    [...new Set(queues.map((queue) => queue.district_id))],
    localDate(at),
  );
  await postponeFrozen(tx, at, queues, policies);
  const places = await tx.$queryRaw<DuePlace[]>`
    SELECT id, queue_id, language FROM place
     WHERE queue_id = ANY (${[...queueIds]}::uuid[]) AND state = 'PUBLISHED' AND pick_opens_at <= ${at}
     ORDER BY queue_id, published_at, id FOR UPDATE`;
  const calendar = await calendarIn(tx);
  const byQueue = Map.groupBy(places, (place) => place.queue_id);
  const lines = await loadLines(
    tx,
    at,
    [...byQueue].map(([id, due]) => ({ id, n: due.length })),
  );
  const turns: OpenedTurn[] = [];
  const toPriority: { id: string; until: Date }[] = [];
  const toOpen: string[] = [];
  const cycles: { id: string; position: number; priority: number; common: number }[] = [];
  for (const queue of queues) {
    const due = byQueue.get(queue.id) ?? [];
    const policy = policies.get(queue.district_id);
    if (policy === undefined || due.length === 0) continue;
    const selected = await selectFor(tx, at, queue, policy, due, lines.get(queue.id));
    const closesAt = termEnd(calendar, at, policy['turn.window']);
    turns.push(
      ...selected.turns.map((turn) => ({
        ...turn,
        queueId: queue.id,
        closesAt,
        policyVersion: policy.version,
      })),
    );
    const reserved = placesOfTurns(
      selected.turns,
      due.map((place) => place.language),
    );
    due.forEach((place, index) => {
      if (reserved.has(index)) toPriority.push({ id: place.id, until: closesAt });
      else toOpen.push(place.id);
    });
    cycles.push({
      id: queue.id,
      position: selected.state.position,
      priority: selected.state.creditPriority,
      common: selected.state.creditCommon,
    });
  }
  await writePhases(tx, at, toPriority, toOpen, cycles);
  await writeTurns(tx, at, turns, calendar.version);
  for (const queue of queues) {
    const policy = policies.get(queue.district_id);
    if (policy !== undefined) await offerPlaces(tx, at, SYSTEM, queue.id, policy);
  }
  return turns.length;
}

/** A freeze may be decreed after places were published: their turns wait for the day after it all the same (T14). */
async function postponeFrozen(
  tx: WriteTx,
  at: Date,
  queues: readonly LockedQueue[],
  policies: ReadonlyMap<string, Policy>,
): Promise<void> {
  for (const queue of queues) {
    const policy = policies.get(queue.district_id);
    const opens = policy === undefined ? at : skipFreeze(policy, at);
    if (opens <= at) continue;
    await tx.place.updateMany({
      where: { queue_id: queue.id, state: 'PUBLISHED', pick_opens_at: { lte: at } },
      data: { pick_opens_at: opens },
    });
  }
}

/** The queue's choice; loads longer lines in the rare case that wishes for a language passed over all that were loaded. */
async function selectFor(
  tx: WriteTx,
  at: Date,
  queue: LockedQueue,
  policy: Policy,
  due: readonly DuePlace[],
  loaded: Lines | undefined,
) {
  const count = Math.max(1, Math.floor(due.length * policy['turn.factor']));
  const places = due.slice(0, count).map((place) => place.language);
  const state = {
    position: queue.cycle_position,
    creditPriority: queue.credit_priority,
    creditCommon: queue.credit_common,
  };
  const ratio = { priority: policy['ratio.priority'], common: policy['ratio.common'] };
  let lines = loaded;
  for (let depth = due.length * 4 + 64; ; depth *= 8) {
    const selected = selectTurns(state, ratio, lines ?? NOBODY, places);
    if (!selected.short) return selected;
    lines = (await loadLines(tx, at, [{ id: queue.id, n: depth }])).get(queue.id);
  }
}

async function writePhases(
  tx: WriteTx,
  at: Date,
  toPriority: readonly { id: string; until: Date }[],
  toOpen: readonly string[],
  cycles: readonly { id: string; position: number; priority: number; common: number }[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE place SET state = 'PRIORITY', state_since = ${at}, priority_until = t.until
      FROM jsonb_to_recordset(${JSON.stringify(toPriority)}::jsonb) AS t (id uuid, until timestamptz) WHERE place.id = t.id`;
  await tx.$executeRaw`
    UPDATE place SET state = 'OPEN', state_since = ${at}, opened_at = ${at} WHERE id = ANY (${[...toOpen]}::uuid[])`;
  await tx.$executeRaw`
    UPDATE queue SET cycle_position = t.position, credit_priority = t.priority, credit_common = t.common,
           moved_at = ${at}
      FROM jsonb_to_recordset(${JSON.stringify(cycles)}::jsonb) AS t (id uuid, position integer, priority integer, common integer)
     WHERE queue.id = t.id`;
  const events = [
    ...toPriority.map(({ id }) => ({ id, transition: 'P2', to: 'PRIORITY' })),
    ...toOpen.map((id) => ({ id, transition: 'P3', to: 'OPEN' })),
  ];
  await recordEvents(
    tx,
    at,
    SYSTEM,
    events.map(({ id, transition, to }) => ({
      entity: 'PLACE',
      entityId: id,
      applicationId: null,
      transition,
      before: { state: 'PUBLISHED' },
      after: { state: to },
    })),
  );
  await tellSubscribers(tx, at, toOpen);
}

type WindowRow = { id: string; application_id: ApplicationId; applicant_id: PersonId };

async function writeTurns(
  tx: WriteTx,
  at: Date,
  turns: readonly OpenedTurn[],
  calendarVersion: string,
): Promise<void> {
  if (turns.length === 0) return;
  const windows = await tx.$queryRaw<WindowRow[]>`
    WITH turn AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(turns)}::jsonb) AS t ("applicationId" uuid, "queueId" uuid,
             slot text, "fromCredit" boolean, "closesAt" timestamptz)
    ), moved AS (
      UPDATE application a SET state = 'NOTIFIED', state_since = ${at}, turn_restored_at = NULL
        FROM turn WHERE a.id = turn."applicationId" AND a.state = 'QUEUED'
      RETURNING a.id, a.applicant_id
    ), opened AS (
      INSERT INTO turn_window (application_id, queue_id, state, slot, from_credit, opened_at, closes_at, calendar_version)
      SELECT turn."applicationId", turn."queueId", 'OPEN', turn.slot, turn."fromCredit", ${at}, turn."closesAt", ${calendarVersion}
        FROM turn
      RETURNING id, application_id
    )
    SELECT opened.id, opened.application_id, moved.applicant_id
      FROM opened JOIN moved ON moved.id = opened.application_id`;
  const turnOf = new Map(turns.map((turn) => [turn.applicationId, turn]));
  const opened = windows.flatMap((window) => {
    const turn = turnOf.get(window.application_id);
    return turn === undefined ? [] : [{ ...window, turn }];
  });
  if (opened.length !== turns.length)
    throw new Error('a chosen application left the queue while it was locked');
  await recordEvents(
    tx,
    at,
    SYSTEM,
    opened.map(({ turn, ...window }) => ({
      entity: 'APPLICATION',
      entityId: window.application_id,
      applicationId: window.application_id,
      transition: 'A6',
      before: { state: 'QUEUED' },
      after: {
        state: 'NOTIFIED',
        slot: turn.slot,
        until: turn.closesAt.toISOString(),
      },
      policyVersion: turn.policyVersion,
    })),
  );
  await setTimers(
    tx,
    at,
    opened.map(({ turn, ...window }) => ({
      kind: 'TURN_WINDOW',
      subjectId: window.id,
      applicationId: window.application_id,
      startAt: at,
      deadlineAt: turn.closesAt,
    })),
  );
  await planNotices(
    tx,
    at,
    opened.map(({ turn, ...window }) => ({
      code: 'N10',
      personId: window.applicant_id,
      applicationId: window.application_id,
      params: { deadline: turn.closesAt.toISOString() },
    })),
  );
}
