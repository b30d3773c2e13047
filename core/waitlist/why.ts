import type { BenefitClass } from '../application/api.ts';
import { addDays, localDate, startOfDay } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery } from '../db/db.ts';
import type { PersonId, WaitlistEntryId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { WaitlistCause, WaitlistEntryView, Waitlists, WaitlistWhy } from './api.ts';
import { isAhead, type Standing } from './order.ts';

const DAYS = 30;

interface MoveRow {
  readonly entry_id: WaitlistEntryId;
  readonly joined_at: Date;
  readonly was_class: BenefitClass | null;
  readonly was_sibling: boolean | null;
  readonly is_class: BenefitClass | null;
  readonly is_sibling: boolean | null;
  readonly cause: string;
}

const movesQuery: NamedQuery = {
  name: 'waitlist-moves',
  text: `SELECT m.entry_id, m.joined_at, m.was_class, m.was_sibling, m.is_class, m.is_sibling, m.cause
    FROM waitlist_entry w JOIN waitlist_move m ON m.kindergarten_id = w.kindergarten_id AND m.queue_id = w.queue_id
   WHERE w.id = $1 AND m.at > $2 ORDER BY m.at DESC, m.id DESC`,
};

interface Tally {
  count: number;
  by: number;
}

/**
 * Goes back from the place of now, move by move, and says what each did to the child (§7.1, P3). The moves are the list's
 * journal, written by the database with every change, so the place of then is exact under the present order of the
 * district.
 */
export function createWhy(
  deps: Pick<QueueDeps, 'db' | 'clock' | 'policies'>,
  entryOf: Waitlists['entry'],
): Waitlists['why'] {
  return async (personId: PersonId, id: WaitlistEntryId): Promise<WaitlistWhy> => {
    const entry = await entryOf(personId, id);
    if (entry.position === null) throw new Refusal('waitlist.notWaiting');
    const now = deps.clock.now();
    const earliest = startOfDay(addDays(localDate(now), -DAYS));
    const since = entry.joinedAt > earliest ? entry.joinedAt : earliest;
    const [moves, application] = await Promise.all([
      deps.db.rows<MoveRow>(movesQuery, [id, since]),
      deps.db.prisma.application.findUniqueOrThrow({
        where: { id: entry.applicationId },
        select: { district_id: true },
      }),
    ]);
    const policy = await deps.policies.shown(application.district_id, localDate(now));
    const changesOwn = moves.some(({ entry_id, was_class }) => entry_id === id && was_class !== null);
    const others = changesOwn ? await othersOf(deps, id) : new Map<WaitlistEntryId, Standing>();
    const causes = replay(moves, standingOf(entry), others, policy);
    const sum = causes.reduce((all, { by }) => all + by, 0);
    return { entry, since, before: entry.position - sum, now: entry.position, causes };
  };
}

/** Takes back move after move, the last one first. `others` are who waits now; needed where the child's own standing changed. */
function replay(
  moves: readonly MoveRow[],
  now: Standing,
  others: Map<WaitlistEntryId, Standing>,
  policy: Policy,
): readonly WaitlistCause[] {
  const causes = new Map<WaitlistCause['cause'], Tally>();
  const add = (cause: WaitlistCause['cause'], by: number): void => {
    if (by === 0) return;
    const tally = causes.get(cause) ?? { count: 0, by: 0 };
    causes.set(cause, { count: tally.count + 1, by: tally.by + by });
  };
  let mine = now;
  for (const move of moves) {
    const was = standing(move, move.was_class, move.was_sibling);
    const is = standing(move, move.is_class, move.is_sibling);
    if (move.entry_id === mine.id) {
      // Joining is where the story begins; back in the list after an offer it stands where it stood.
      if (was === null || is === null) continue;
      add('OWN', ahead(others, is, policy) - ahead(others, was, policy));
      mine = was;
      continue;
    }
    const wasAhead = was !== null && isAhead(was, mine, policy);
    const nowAhead = is !== null && isAhead(is, mine, policy);
    add(causeOf(move), Number(nowAhead) - Number(wasAhead));
    if (was === null) others.delete(move.entry_id);
    else others.set(move.entry_id, was);
  }
  return [...causes].map(([cause, { count, by }]) => ({ cause, count, by }));
}

function ahead(others: ReadonlyMap<WaitlistEntryId, Standing>, mine: Standing, policy: Policy): number {
  return others.values().reduce((n, other) => n + Number(isAhead(other, mine, policy)), 0);
}

function standing(
  { entry_id: id, joined_at: joinedAt }: MoveRow,
  benefitClass: BenefitClass | null,
  sibling: boolean | null,
): Standing | null {
  return benefitClass === null || sibling === null ? null : { id, joinedAt, benefitClass, sibling };
}

function standingOf({ id, joinedAt, benefitClass, sibling }: WaitlistEntryView): Standing {
  return { id, joinedAt, benefitClass, sibling };
}

function causeOf({ was_class, was_sibling, is_class, is_sibling, cause }: MoveRow): WaitlistCause['cause'] {
  if (was_class === null) return cause === 'JOINED' ? 'JOINED_AHEAD' : 'CAME_BACK';
  if (is_class === null) return cause === 'PLACE_AVAILABLE' ? 'OFFERED' : 'LEFT';
  const rank = (benefitClass: string) => ['EXTRAORDINARY', 'PRIORITY', 'COMMON'].indexOf(benefitClass);
  const better = is_sibling === was_sibling ? rank(is_class) < rank(was_class) : is_sibling === true;
  return better ? 'MOVED_AHEAD' : 'MOVED_BEHIND';
}

const othersQuery: NamedQuery = {
  name: 'waitlist-others',
  text: `SELECT o.id, o.joined_at, o.benefit_class, o.sibling FROM waitlist_entry w
    JOIN waitlist_entry o ON o.kindergarten_id = w.kindergarten_id AND o.queue_id = w.queue_id AND o.state = 'WAITING' AND o.id <> w.id
   WHERE w.id = $1`,
};

async function othersOf(
  { db }: Pick<QueueDeps, 'db'>,
  id: WaitlistEntryId,
): Promise<Map<WaitlistEntryId, Standing>> {
  const rows = await db.rows<{
    readonly id: WaitlistEntryId;
    readonly joined_at: Date;
    readonly benefit_class: BenefitClass;
    readonly sibling: boolean;
  }>(othersQuery, [id]);
  return new Map(
    rows.map(({ id: other, joined_at: joinedAt, benefit_class: benefitClass, sibling }) => [
      other,
      { id: other, joinedAt, benefitClass, sibling },
    ]),
  );
}
