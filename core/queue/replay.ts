import type { StepCause } from './api.ts';
import type { ChildMove, Journal } from './journal.ts';
import { type CycleState, LINES, type Line, placeInLine } from './order.ts';

/** One move that changed the child's number. */
export interface Change {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cause: StepCause;
  readonly own: boolean;
  /** Who moved; null: the cycle or the rules. */
  readonly child: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

/** A child's number through a time. The place at a moment is the one after all changes of that moment. */
export interface Timeline {
  readonly since: Date;
  readonly until: Date;
  readonly from: number | null;
  readonly to: number | null;
  /** In the order of time. */
  readonly changes: readonly Change[];
}

/** Goes back from the present, taking back one move after another, so that every number is the one that was shown. */
export function replay(journal: Journal): Timeline {
  const all = { ...journal.standings.all };
  const ahead = { ...journal.standings.ahead };
  const cycle = { ...journal.standings.cycle };
  // Counted like the others, so that two moves of one moment may be taken back in any order.
  const own: Record<Line, number> = { EXTRAORDINARY: 0, PRIORITY: 0, COMMON: 0, TURN: 0, RESTORED: 0 };
  if (journal.line !== null) own[journal.line] = 1;
  const ratios = [...journal.ratios];
  const changes: Change[] = [];

  const placeNow = (): number | null => {
    const line = LINES.find((name) => own[name] > 0);
    const ratio = ratios[0]?.ratio;
    return line === undefined || ratio === undefined ? null : placeInLine(line, { all, ahead, cycle }, ratio);
  };
  const to = placeNow();
  let place = to;
  const takenBack = (at: number, cause: StepCause, child: string | null): void => {
    const from = placeNow();
    if (from !== place) changes.push({ at, cause, child, own: child === journal.id, from, to: place });
    place = from;
  };
  const rulesBack = (until: number): void => {
    for (
      let rule = ratios[0];
      rule !== undefined && ratios.length > 1 && rule.from > until;
      [rule] = ratios
    ) {
      ratios.shift();
      takenBack(rule.from, 'RULES', null);
    }
  };

  for (const move of journal.moves) {
    rulesBack(move.at);
    if (move.cause === 'CYCLE') {
      takeBackCycle(cycle, move.by);
      takenBack(move.at, 'TURN', null);
      continue;
    }
    shift(all, move.is, move.was);
    if (move.ahead) shift(ahead, move.is, move.was);
    if (move.child === journal.id) shift(own, move.is, move.was);
    takenBack(move.at, causeOf(move, move.child === journal.id), move.child);
  }
  rulesBack(journal.since.getTime());
  return { since: journal.since, until: journal.until, from: place, to, changes: changes.reverse() };
}

function shift(counts: Record<Line, number>, out: Line | null, into: Line | null): void {
  if (out !== null) counts[out] -= 1;
  if (into !== null) counts[into] += 1;
}

function takeBackCycle(cycle: { -readonly [K in keyof CycleState]: CycleState[K] }, by: CycleState): void {
  cycle.position -= by.position;
  cycle.creditPriority -= by.creditPriority;
  cycle.creditCommon -= by.creditCommon;
}

function causeOf({ cause, is, ahead }: ChildMove, own: boolean): StepCause {
  if (cause === 'TURN' && own) return is === 'TURN' ? 'TURN_CAME' : 'TURN_ENDED';
  if (cause !== 'REGISTERED' || own) return cause;
  if (is === 'EXTRAORDINARY' || is === 'PRIORITY') return 'BENEFIT_REGISTERED';
  return ahead ? 'EARLIER_REGISTERED' : 'REGISTERED';
}

/** The place after each moment at which it changed. */
export function pointsOf({ since, from, changes }: Timeline): { at: Date; place: number | null }[] {
  const points = [{ at: since, place: from }];
  changes.forEach((change, index) => {
    if (changes[index + 1]?.at === change.at) return;
    if (points.at(-1)?.place !== change.to) points.push({ at: new Date(change.at), place: change.to });
  });
  return points;
}
