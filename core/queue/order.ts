/**
 * The order in which turns are given (DOMAIN §7.2, strategy RATIO), as arithmetic over counts: restored turns first,
 * then the extraordinary class, then what the classes are owed, then the cycle of `priority` and `common` slots.
 */

/** What one queue remembers between publications. */
export interface CycleState {
  /** The next slot of the cycle, 0 … priority + common − 1; the first `priority` slots are the priority class's. */
  readonly position: number;
  /** Slots returned by lapsed turns and early cancellations: given back before the cycle goes on. */
  readonly creditPriority: number;
  readonly creditCommon: number;
}

export interface Ratio {
  readonly priority: number;
  readonly common: number;
}

/** How many are waiting of each kind. */
export interface Waiting {
  readonly restored: number;
  readonly extraordinary: number;
  readonly priority: number;
  readonly common: number;
}

export type Slot = 'RESTORED' | 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';

export interface NextTurn {
  readonly slot: Slot;
  readonly fromCredit: boolean;
  readonly state: CycleState;
}

/**
 * Whose turn the next one is; undefined when nobody waits. A slot whose class is empty is served by the other class
 * without moving the pointer: the debt stays, and it can never grow beyond the present cycle.
 */
export function nextTurn(state: CycleState, ratio: Ratio, waiting: Waiting): NextTurn | undefined {
  const take = (slot: Slot, next: Partial<CycleState> = {}, fromCredit = false): NextTurn => ({
    slot,
    fromCredit,
    state: { ...state, ...next },
  });
  if (waiting.restored > 0) return take('RESTORED');
  if (waiting.extraordinary > 0) return take('EXTRAORDINARY');
  if (state.creditPriority > 0 && waiting.priority > 0) {
    return take('PRIORITY', { creditPriority: state.creditPriority - 1 }, true);
  }
  if (state.creditCommon > 0 && waiting.common > 0) {
    return take('COMMON', { creditCommon: state.creditCommon - 1 }, true);
  }
  const length = ratio.priority + ratio.common;
  const position = state.position % length;
  const due: Slot = position < ratio.priority ? 'PRIORITY' : 'COMMON';
  const moved = { position: (position + 1) % length };
  if (due === 'PRIORITY') {
    if (waiting.priority > 0) return take('PRIORITY', moved);
    return waiting.common > 0 ? take('COMMON') : undefined;
  }
  if (waiting.common > 0) return take('COMMON', moved);
  return waiting.priority > 0 ? take('PRIORITY') : undefined;
}

/**
 * The place in the service order of the n-th (1-based) waiting child of a class, counted among all who wait:
 * what `nextTurn` would reach after that many turns, in closed form.
 */
export function servicePlace(
  state: CycleState,
  ratio: Ratio,
  waiting: Waiting,
  child: { readonly slot: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON'; readonly nth: number },
): number {
  const before = waiting.restored;
  if (child.slot === 'EXTRAORDINARY') return before + child.nth;
  const head = before + waiting.extraordinary;
  const owedPriority = Math.min(state.creditPriority, waiting.priority);
  const owedCommon = Math.min(state.creditCommon, waiting.common);
  const position = state.position % (ratio.priority + ratio.common);
  if (child.slot === 'PRIORITY') {
    if (child.nth <= owedPriority) return head + child.nth;
    const common = owedCommon + commonBefore(position, ratio, child.nth - owedPriority);
    return head + child.nth + Math.min(waiting.common, common);
  }
  if (child.nth <= owedCommon) return head + owedPriority + child.nth;
  const priority = owedPriority + priorityBefore(position, ratio, child.nth - owedCommon);
  return head + child.nth + Math.min(waiting.priority, priority);
}

/** Where a counted child stands: waiting in the line of its class, with a turn, or with one that was kept for it. */
export const LINES = ['EXTRAORDINARY', 'PRIORITY', 'COMMON', 'TURN', 'RESTORED'] as const;
export type Line = (typeof LINES)[number];

/** A queue as one child sees it: how many stand in each line, and how many of them ahead of it by time. */
export interface Standings {
  readonly all: Readonly<Record<Line, number>>;
  readonly ahead: Readonly<Record<Line, number>>;
  readonly cycle: CycleState;
}

/** The place in the service order (DOMAIN §7.1): first who has a turn, then whose turn was kept, then who waits. */
export function placeInLine(line: Line, { all, ahead, cycle }: Standings, ratio: Ratio): number {
  if (line === 'TURN') return ahead.TURN + 1;
  if (line === 'RESTORED') return all.TURN + ahead.RESTORED + 1;
  const waiting = {
    restored: all.RESTORED,
    extraordinary: all.EXTRAORDINARY,
    priority: all.PRIORITY,
    common: all.COMMON,
  };
  return all.TURN + servicePlace(cycle, ratio, waiting, { slot: line, nth: ahead[line] + 1 });
}

/** Common slots of the cycle before the k-th priority slot from `position`. */
function commonBefore(position: number, ratio: Ratio, k: number): number {
  if (ratio.priority === 0) return Number.POSITIVE_INFINITY;
  if (position < ratio.priority) {
    const rest = k - (ratio.priority - position);
    return rest <= 0 ? 0 : ratio.common * Math.ceil(rest / ratio.priority);
  }
  const remaining = ratio.priority + ratio.common - position;
  return remaining + ratio.common * Math.floor((k - 1) / ratio.priority);
}

/** Priority slots of the cycle before the j-th common slot from `position`. */
function priorityBefore(position: number, ratio: Ratio, j: number): number {
  if (position < ratio.priority) {
    return ratio.priority - position + ratio.priority * Math.floor((j - 1) / ratio.common);
  }
  const rest = j - (ratio.priority + ratio.common - position);
  return rest <= 0 ? 0 : ratio.priority * Math.ceil(rest / ratio.common);
}
