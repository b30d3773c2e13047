import type { Act, Language } from '../act.ts';
import type { Clock } from '../clock.ts';
import type { Db, WriteTx } from '../db/db.ts';
import type { BroadcastId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { wakeDelivery } from '../notice/wake.ts';
import { Refusal } from '../refusal.ts';
import type { Audience, BroadcastProgress, Broadcasts } from './api.ts';
import { countAudience, freezeAudience, requireReach, yearsOf } from './audience.ts';
import { type BroadcastSending, createSending } from './sending.ts';

/** Letters of one text: longer ones meet Telegram's limits sooner (TELEGRAM.md §3), and nobody reads them. */
export const BROADCAST_LIMIT = 1000;

/** What one bot may send in a second, all chats together, with a margin (bot/delivery keeps it). */
const PER_SECOND = 29;

export interface BroadcastsDeps {
  readonly db: Db;
  readonly clock: Clock;
}

type State = BroadcastProgress['state'];

interface Stored {
  readonly id: BroadcastId;
  readonly state: State;
  readonly audience: Audience;
}

export function createBroadcasts(deps: BroadcastsDeps): Broadcasts & { readonly sending: BroadcastSending } {
  const { db, clock } = deps;
  return {
    sending: createSending(db, () => clock.now()),
    birthYears: async (act, districtId) => {
      await requireReach(db, act.personId, districtId);
      return yearsOf(db, districtId);
    },
    draft: (act, text, audience) => draft(deps, act, text, audience),
    text: async (act, id) => {
      const found = await db.prisma.broadcast.findUnique({ where: { id } });
      if (found === null) throw new Refusal('broadcast.unknown');
      await requireReach(db, act.personId, (found.audience as Audience).districtId);
      return { kk: found.text_kk, ru: found.text_ru };
    },
    start: (act, id, progress) => start(deps, act, id, progress),
    pause: (act, id) => move(deps, act, id, ['RUNNING'], 'PAUSED'),
    resume: (act, id) => move(deps, act, id, ['PAUSED'], 'RUNNING'),
    stop: (act, id) => move(deps, act, id, ['RUNNING', 'PAUSED'], 'STOPPED'),
    progress: (id) => progressOf(db, id),
  };
}

async function draft(
  { db, clock }: BroadcastsDeps,
  act: Act,
  text: Readonly<Record<Language, string>>,
  audience: Audience,
) {
  await requireReach(db, act.personId, audience.districtId);
  const kk = text.kk.trim();
  const ru = text.ru.trim();
  if (kk === '' || ru === '') throw new Refusal('broadcast.empty');
  if ([...kk].length > BROADCAST_LIMIT || [...ru].length > BROADCAST_LIMIT) {
    throw new Refusal('broadcast.tooLong', { limit: BROADCAST_LIMIT });
  }
  const at = clock.now();
  const { id } = await db.write(async (tx) => {
    await markApplied(tx, act, at);
    return tx.broadcast.create({
      data: {
        author_id: act.personId,
        text_kk: kk,
        text_ru: ru,
        audience: { ...audience },
        state: 'DRAFT',
        created_at: at,
      },
      select: { id: true },
    });
  });
  const people = await countAudience(db, audience);
  return { id: id as BroadcastId, people, seconds: Math.ceil(people / PER_SECOND) };
}

async function start(
  { db, clock }: BroadcastsDeps,
  act: Act,
  id: BroadcastId,
  progress: { readonly address: string; readonly message: string },
): Promise<void> {
  const at = clock.now();
  await db.write(async (tx) => {
    await markApplied(tx, act, at);
    const { audience } = await lock(db, tx, act, id, ['DRAFT']);
    const total = await freezeAudience(tx, id, audience);
    if (total === 0) throw new Refusal('broadcast.nobody');
    await tx.broadcast.update({
      where: { id },
      data: {
        state: 'RUNNING',
        started_at: at,
        total,
        progress_address: progress.address,
        progress_message: progress.message,
      },
      select: { id: true },
    });
    await wakeDelivery(tx);
  });
}

async function move(
  { db, clock }: BroadcastsDeps,
  act: Act,
  id: BroadcastId,
  from: readonly State[],
  to: State,
): Promise<void> {
  const at = clock.now();
  await db.write(async (tx) => {
    await markApplied(tx, act, at);
    await lock(db, tx, act, id, from);
    const data = to === 'STOPPED' ? { state: to, finished_at: at } : { state: to };
    await tx.broadcast.update({ where: { id }, data, select: { id: true } });
    await wakeDelivery(tx);
  });
}

/** The broadcast in one of these states, by somebody who may reach its people. */
async function lock(
  db: Db,
  tx: WriteTx,
  act: Act,
  id: BroadcastId,
  states: readonly State[],
): Promise<Stored> {
  const [found] = await tx.$queryRaw<Stored[]>`
    SELECT id, state, audience FROM broadcast WHERE id = ${id}::uuid FOR UPDATE`;
  if (found === undefined) throw new Refusal('broadcast.unknown');
  await requireReach(db, act.personId, found.audience.districtId);
  if (!states.includes(found.state)) throw new Refusal('broadcast.wrongState');
  return found;
}

const PROGRESS = {
  name: 'broadcast_progress',
  text: `
    SELECT b.state, b.total, b.started_at,
           (count(r.*) FILTER (WHERE r.state = 'SENT'))::integer AS sent,
           (count(r.*) FILTER (WHERE r.state = 'FAILED'))::integer AS failed,
           (count(r.*) FILTER (WHERE r.state IN ('UNREACHABLE', 'SKIPPED')))::integer AS unreachable,
           (count(r.*) FILTER (WHERE r.state = 'UNKNOWN'))::integer AS unknown,
           (count(r.*) FILTER (WHERE r.state IN ('PENDING', 'CLAIMED')))::integer AS pending
      FROM broadcast AS b LEFT JOIN broadcast_recipient AS r ON r.broadcast_id = b.id
     WHERE b.id = $1 GROUP BY b.id`,
};

interface ProgressRow {
  readonly state: State;
  readonly total: number;
  readonly started_at: Date | null;
  readonly sent: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly unknown: number;
  readonly pending: number;
}

async function progressOf(db: Db, id: BroadcastId): Promise<BroadcastProgress> {
  const [row] = await db.rows<ProgressRow>(PROGRESS, [id]);
  if (row === undefined) throw new Refusal('broadcast.unknown');
  const { started_at: startedAt, ...counts } = row;
  return {
    id,
    ...counts,
    startedAt,
    secondsLeft: row.state === 'RUNNING' ? Math.ceil(row.pending / PER_SECOND) : null,
  };
}
