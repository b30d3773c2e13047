import { type CivilDate, civil, localDate, startOfDay } from '../calendar/civil-date.ts';
import { monthsAfter } from '../calendar/working-calendar.ts';
import type { QueueDeps } from '../context.ts';
import type { NamedQuery } from '../db/db.ts';
import { mayRead } from '../guardian/rights.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { MoveCause } from './api.ts';
import type { CycleState, Line, Ratio, Standings } from './order.ts';

/** The journal is read this far back at most. */
export const JOURNAL_MONTHS = 24;

/** Somebody moved from line to line; null: outside the numbers. */
export interface ChildMove {
  readonly at: number;
  readonly cause: MoveCause;
  readonly child: string;
  readonly was: Line | null;
  readonly is: Line | null;
  /** Registered before the child whose journal this is. */
  readonly ahead: boolean;
}

/** The cycle of the classes went on, by so much. */
export interface CycleMove {
  readonly at: number;
  readonly cause: 'CYCLE';
  readonly by: CycleState;
}

export type Move = ChildMove | CycleMove;

/** The queue of one child: as it is now, and every move that led here. */
export interface Journal {
  readonly id: ApplicationId;
  /** Not before the registration, nor before the 24 months. */
  readonly since: Date;
  readonly until: Date;
  readonly number: string;
  readonly childName: string;
  readonly registeredAt: Date;
  readonly line: Line | null;
  readonly standings: Standings;
  /** Those after `since`, the last one first. */
  readonly moves: readonly Move[];
  /** The ratio of the classes from a moment on, the last one first; there is always one for `since`. */
  readonly ratios: readonly { readonly from: number; readonly ratio: Ratio }[];
}

interface Row {
  readonly number: string;
  readonly name: string;
  readonly registered_at: Date;
  readonly district_id: string;
  readonly since: Date;
  readonly line: string;
  readonly cycle_position: number;
  readonly credit_priority: number;
  readonly credit_common: number;
  readonly all_lines: readonly number[];
  readonly ahead_lines: readonly number[];
  readonly rule_days: readonly string[];
  readonly moves: string | null;
}

const letterOf = (stood: string, benefitClass: string): string =>
  `left(CASE ${stood} WHEN 'WAITING' THEN ${benefitClass} ELSE ${stood} END, 1)`;

/**
 * Present numbers and moves in one statement, so that both are of one moment. The moves come as one text: of a hundred
 * thousand of them, rows would take more than twice as long. $1 application, $2 who asks, $3 since, $4 today.
 */
const journalQuery: NamedQuery = {
  name: 'queue-journal',
  text: `SELECT a.number, c.name, a.registered_at, a.district_id, s.since,
      ${letterOf('stood(a.state, a.under_age, a.turn_restored_at)', 'a.benefit_class')} AS line,
      q.cycle_position, q.credit_priority, q.credit_common,
      ARRAY[coalesce(t.wait_extraordinary, 0), coalesce(t.wait_priority, 0), coalesce(t.wait_common, 0),
            coalesce(t.all_extraordinary + t.all_priority + t.all_common
                     - t.wait_extraordinary - t.wait_priority - t.wait_common, 0) - r.total, r.total] AS all_lines,
      ARRAY[h.wait_extraordinary, h.wait_priority, h.wait_common,
            h.all_extraordinary + h.all_priority + h.all_common
            - h.wait_extraordinary - h.wait_priority - h.wait_common - r.ahead, r.ahead] AS ahead_lines,
      ARRAY(SELECT DISTINCT d::text FROM policy p CROSS JOIN LATERAL (VALUES (p.valid_from), (p.valid_to + 1)) AS v (d)
             WHERE p.key LIKE 'ratio.%' AND (p.district_id IS NULL OR p.district_id = a.district_id)
               AND d > (s.since AT TIME ZONE INTERVAL '05:00')::date AND d <= $4::date ORDER BY 1) AS rule_days,
      (SELECT string_agg(x.move, E'\n') FROM (
        SELECT (date_part('epoch', m.at) * 1000)::bigint::text || ' ' || m.cause || ' ' || CASE WHEN m.cause = 'CYCLE'
               THEN m.id || ' ' || m.cycle_was || ' ' || m.credit_priority_was || ' ' || m.credit_common_was
               ELSE ${letterOf('m.stood_was', 'm.class_was')} || ${letterOf('m.stood_is', 'm.class_is')}
                    || CASE WHEN (m.registered_at, m.application_id) < (a.registered_at, a.id) THEN 'A' ELSE 'B' END
                    || ' ' || m.application_id END AS move
          FROM queue_move m WHERE m.queue_id = a.queue_id AND m.at > s.since ORDER BY m.at DESC, m.id DESC) AS x) AS moves
    FROM application a JOIN child c ON c.id = a.child_id JOIN queue q ON q.id = a.queue_id
   CROSS JOIN LATERAL (SELECT greatest($3::timestamptz, a.registered_at) AS since) AS s
    LEFT JOIN queue_tally t ON t.queue_id = a.queue_id AND t.level = 0 AND t.bucket = 0
   CROSS JOIN LATERAL queue_ahead(a.queue_id, a.registered_at, a.id) AS h
   CROSS JOIN LATERAL (SELECT count(*)::integer AS total,
        (count(*) FILTER (WHERE (f.registered_at, f.id) < (a.registered_at, a.id)))::integer AS ahead
      FROM application f WHERE f.queue_id = a.queue_id AND f.turn_restored_at IS NOT NULL AND f.counted) AS r
   WHERE a.id = $1 AND ${mayRead('a', '$2')}`,
};

/** Reads a child's queue back to a moment. Refusal: application.unknown. */
export async function readJournal(
  deps: Pick<QueueDeps, 'db' | 'clock' | 'policies'>,
  personId: PersonId,
  id: ApplicationId,
  since: Date,
): Promise<Journal> {
  const until = deps.clock.now();
  const earliest = monthsAfter(until, -JOURNAL_MONTHS);
  const from = since < earliest ? earliest : since > until ? until : since;
  const [row] = await deps.db.rows<Row>(journalQuery, [id, personId, from, localDate(until)]);
  if (row === undefined) throw new Refusal('application.unknown');
  const cycle = {
    position: row.cycle_position,
    creditPriority: row.credit_priority,
    creditCommon: row.credit_common,
  };
  return {
    id,
    since: row.since,
    until,
    number: row.number,
    childName: row.name,
    registeredAt: row.registered_at,
    line: lineOf(row.line),
    standings: { all: countsOf(row.all_lines), ahead: countsOf(row.ahead_lines), cycle },
    moves: movesOf(row.moves ?? '', cycle, until.getTime()),
    ratios: await ratiosOf(deps, row, until),
  };
}

const letters: Readonly<Record<string, Line>> = {
  E: 'EXTRAORDINARY',
  P: 'PRIORITY',
  C: 'COMMON',
  T: 'TURN',
  R: 'RESTORED',
};

function lineOf(letter: string | undefined): Line | null {
  return letters[letter ?? ''] ?? null;
}

function countsOf(counts: readonly number[]): Record<Line, number> {
  const [EXTRAORDINARY = 0, PRIORITY = 0, COMMON = 0, TURN = 0, RESTORED = 0] = counts;
  return { EXTRAORDINARY, PRIORITY, COMMON, TURN, RESTORED };
}

/**
 * The moves of the text. Those of the cycle tell how it stood before, in the order of the queue's lock; by how much each
 * moved it is added and taken away in any order, should two clocks disagree by a moment.
 */
function movesOf(text: string, cycle: CycleState, latest: number): Move[] {
  const moves: (ChildMove | { at: number; cause: 'CYCLE'; by: CycleState })[] = [];
  const cycles: { readonly order: number; readonly was: CycleState; readonly index: number }[] = [];
  for (const line of text === '' ? [] : text.split('\n')) {
    const [ms = '', cause = '', first = '', second = '', third = '', fourth = ''] = line.split(' ');
    const at = Math.min(Number(ms), latest);
    if (cause === 'CYCLE') {
      const was = { position: Number(second), creditPriority: Number(third), creditCommon: Number(fourth) };
      cycles.push({ order: Number(first), was, index: moves.length });
      moves.push({ at, cause, by: was });
    } else {
      moves.push({
        at,
        cause: cause as MoveCause,
        child: second,
        was: lineOf(first[0]),
        is: lineOf(first[1]),
        ahead: first[2] === 'A',
      });
    }
  }
  let after = cycle;
  for (const { was, index } of cycles.sort((a, b) => b.order - a.order)) {
    const by = {
      position: after.position - was.position,
      creditPriority: after.creditPriority - was.creditPriority,
      creditCommon: after.creditCommon - was.creditCommon,
    };
    moves[index] = { at: moves[index]?.at ?? latest, cause: 'CYCLE', by };
    after = was;
  }
  return moves;
}

type Ratios = Journal['ratios'];

/** Which ratio was in force when: places were shown by the policy of their day. */
async function ratiosOf(deps: Pick<QueueDeps, 'db' | 'policies'>, row: Row, until: Date): Promise<Ratios> {
  const ratioOf = (policy: Policy): Ratio => ({
    priority: policy['ratio.priority'],
    common: policy['ratio.common'],
  });
  const start = row.since.getTime();
  if (row.rule_days.length === 0) {
    return [{ from: start, ratio: ratioOf(await deps.policies.shown(row.district_id, localDate(until))) }];
  }
  const on = (day: CivilDate) => deps.db.write((tx) => policyOn(tx, row.district_id, day));
  const found = [{ from: start, ratio: ratioOf(await on(localDate(row.since))) }];
  for (const day of row.rule_days.map(civil)) {
    found.unshift({ from: startOfDay(day).getTime(), ratio: ratioOf(await on(day)) });
  }
  return found;
}
