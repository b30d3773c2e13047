import { type CycleState, nextTurn, type Ratio, type Waiting } from '../queue/order.ts';

/** How many of each line were given a turn, and how the cycle stands afterwards. */
export interface Served {
  readonly taken: Waiting;
  readonly state: CycleState;
}

const LINE = {
  RESTORED: 'restored',
  EXTRAORDINARY: 'extraordinary',
  PRIORITY: 'priority',
  COMMON: 'common',
} as const;

/**
 * Gives `turns` turns by the order of §7.2: what `nextTurn` does one by one, with whole cycles taken at once. A line may
 * be `Infinity` long; the other numbers are whole and not negative.
 */
export function serve(start: CycleState, ratio: Ratio, waiting: Waiting, turns: number): Served {
  const left = { ...waiting };
  const taken = { restored: 0, extraordinary: 0, priority: 0, common: 0 };
  let state = start;
  let rest = turns;
  const take = (line: keyof Waiting, count: number) => {
    left[line] -= count;
    taken[line] += count;
    rest -= count;
  };
  take('restored', Math.min(rest, left.restored));
  take('extraordinary', Math.min(rest, left.extraordinary));
  while (rest > 0) {
    const cycles = wholeCycles(state, ratio, left, rest);
    take('priority', cycles * ratio.priority);
    take('common', cycles * ratio.common);
    const next = rest > 0 ? nextTurn(state, ratio, left) : undefined;
    if (next === undefined) break;
    take(LINE[next.slot], 1);
    state = next.state;
  }
  return { taken, state };
}

/** How many times the whole cycle can go round from where it stands: nobody is owed a slot, nobody's line ends. */
function wholeCycles(state: CycleState, ratio: Ratio, left: Waiting, turns: number): number {
  const owed = (state.creditPriority > 0 && left.priority > 0) || (state.creditCommon > 0 && left.common > 0);
  if (owed) return 0;
  const of = (line: number, slots: number) =>
    slots === 0 ? Number.POSITIVE_INFINITY : Math.floor(line / slots);
  return Math.min(
    Math.floor(turns / (ratio.priority + ratio.common)),
    of(left.priority, ratio.priority),
    of(left.common, ratio.common),
  );
}
