import { addDays, type CivilDate, civil, daysBetween, weekday } from '../../../core/calendar/civil-date.ts';
import { type CycleState, nextTurn, type Ratio, type Waiting } from '../../../core/queue/order.ts';
import type { Random } from '../../invented/random.ts';

/** Days since 1 January 1970; a child's moment of registration has a fraction. */
export type Day = number;

export const EPOCH = civil('1970-01-01');
export const dayOf = (date: CivilDate): Day => daysBetween(EPOCH, date);
export const dateOf = (day: Day): CivilDate => addDays(EPOCH, Math.floor(day));

export type Line = 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
export type Stood = 'OUT' | 'WAITING' | 'TURN';

/** A row of the journal of places, as the queue wrote it. */
export interface Move {
  readonly at: Day;
  readonly cause: 'REGISTERED' | 'BENEFIT' | 'CAME_OF_AGE' | 'TURN' | 'RECEIVED' | 'LEFT' | 'RETURNED';
  readonly registeredAt: Day;
  readonly classIs: Line;
  readonly classWas: Line;
  readonly stoodWas: Stood;
  readonly stoodIs: Stood;
}

export interface Child {
  readonly registeredAt: Day;
  /** From this day the child is counted. */
  readonly eligibleFrom: Day;
  readonly ageLimitOn: Day;
  line: Line;
  stood: Stood;
  /** Left for good, or has a place. */
  gone: boolean;
  /** The day on which it went. */
  wentOn: Day | undefined;
  /** The days on which turns opened. */
  readonly turns: Day[];
}

/** What is decided by people: what families do, and how many places are published. */
export interface Life {
  readonly children: readonly Child[];
  /** Who goes, and who gets a benefit, on which day: by whatever befalls a family. */
  readonly leaves: ReadonlyMap<Child, Day>;
  readonly benefits: ReadonlyMap<Child, { readonly on: Day; readonly line: Line }>;
  readonly published: ReadonlyMap<Day, number>;
  readonly from: Day;
  readonly until: Day;
}

/** The queue at noon of a day: what a program would know of it. */
export interface Noon {
  readonly day: Day;
  readonly waiting: Waiting;
  readonly cycle: CycleState;
  /** Who waits, in the order of each line. */
  readonly lines: Readonly<Record<Line, readonly Child[]>>;
  readonly underAge: readonly Child[];
}

export const RATIO: Ratio = { priority: 1, common: 3 };
const OPEN_PLACE_TAKEN = 0.8;

/**
 * Lets one queue live from its first child to its last by the rules of the product: the service order of order.ts with
 * its pointer and credits, windows that lapse, places open to all, referrals nobody came with.
 */
export function liveQueue(random: Random, life: Life, onNoon: (noon: Noon) => void): Move[] {
  const queue = createQueue(random, life);
  for (let day = life.from; day <= life.until; day += 1) {
    queue.night(day);
    queue.openTurns(day);
    queue.people(day);
    onNoon(queue.noon(day));
    queue.publish(life.published.get(day) ?? 0);
  }
  return queue.moves;
}

function createQueue(random: Random, life: Life) {
  const moves: Move[] = [];
  const lines: Record<Line, Child[]> = { EXTRAORDINARY: [], PRIORITY: [], COMMON: [] };
  const due = new Map<Day, (() => void)[]>();
  const young = new Set<Child>();
  let cycle: CycleState = { position: 0, creditPriority: 0, creditCommon: 0 };
  let places = 0;
  let today: Day = life.from;

  const later = (day: Day, act: () => void) => {
    const acts = due.get(day) ?? [];
    acts.push(act);
    due.set(day, acts);
  };
  const move = (child: Child, cause: Move['cause'], stoodIs: Stood, classIs: Line = child.line) => {
    moves.push({
      at: today + 0.5,
      cause,
      registeredAt: child.registeredAt,
      classWas: child.line,
      classIs,
      stoodWas: child.stood,
      stoodIs,
    });
    if (child.stood === 'WAITING') lines[child.line].splice(lines[child.line].indexOf(child), 1);
    child.line = classIs;
    child.stood = stoodIs;
    if (stoodIs === 'WAITING') insert(lines[classIs], child);
  };
  const go = (child: Child) => {
    child.gone = true;
    child.wentOn = today;
  };
  const leave = (child: Child) => {
    if (child.gone) return;
    go(child);
    young.delete(child);
    if (child.stood !== 'OUT') move(child, 'LEFT', 'OUT');
  };
  for (const child of life.children) {
    const counted = Math.max(Math.floor(child.registeredAt), child.eligibleFrom);
    if (counted > child.registeredAt) later(Math.floor(child.registeredAt), () => young.add(child));
    later(counted, () => {
      young.delete(child);
      if (!child.gone)
        move(child, child.registeredAt < child.eligibleFrom ? 'CAME_OF_AGE' : 'REGISTERED', 'WAITING');
    });
    later(child.ageLimitOn + 1, () => leave(child));
  }
  for (const [child, day] of life.leaves) later(day, () => child.stood !== 'TURN' && leave(child));
  for (const [child, { on, line }] of life.benefits) {
    later(
      on,
      () => child.stood === 'WAITING' && child.line === 'COMMON' && move(child, 'BENEFIT', 'WAITING', line),
    );
  }

  const openTurn = (child: Child) => {
    const slot = child.line;
    child.turns.push(today);
    move(child, 'TURN', 'TURN');
    const chance = random.next();
    if (chance < 0.87) later(today + random.int(0, 3), () => receive(child));
    else if (chance < 0.96) later(today + 5, () => lapse(child, slot));
    else later(today + random.int(0, 3), () => giveUp(child, slot));
  };
  const owe = (slot: Line) => {
    if (slot === 'PRIORITY') cycle = { ...cycle, creditPriority: cycle.creditPriority + 1 };
    if (slot === 'COMMON') cycle = { ...cycle, creditCommon: cycle.creditCommon + 1 };
  };
  const lapse = (child: Child, slot: Line) => {
    if (child.gone) return;
    move(child, 'TURN', 'WAITING');
    owe(slot);
    // The place is open to the whole group year: whoever is quick.
    const all = [...lines.EXTRAORDINARY, ...lines.PRIORITY, ...lines.COMMON];
    if (all.length > 0 && random.chance(OPEN_PLACE_TAKEN)) {
      const quick = random.pick(all);
      move(quick, 'RECEIVED', 'OUT');
      go(quick);
    }
  };
  const giveUp = (child: Child, slot: Line) => {
    leave(child);
    owe(slot);
    places += 1;
  };
  const receive = (child: Child) => {
    if (child.gone) return;
    move(child, 'RECEIVED', 'OUT');
    if (random.chance(0.94)) go(child);
    else {
      // Nobody came in five working days: ten more on the stop-list, then the old place; the place is published anew.
      later(today + 7, () => {
        places += 1;
      });
      later(today + 21, () => !child.gone && move(child, 'RETURNED', 'WAITING'));
    }
  };
  return {
    moves,
    night: (day: Day) => {
      today = day;
    },
    openTurns: (_day: Day) => {
      for (; places > 0; places -= 1) {
        const next = nextTurn(cycle, RATIO, waitingOf(lines));
        if (next === undefined || next.slot === 'RESTORED') break;
        const [child] = lines[next.slot];
        if (child === undefined) break;
        cycle = next.state;
        openTurn(child);
      }
      // What nobody waits for is taken by the years around.
      places = 0;
    },
    people: (day: Day) => {
      for (const act of due.get(day) ?? []) act();
      due.delete(day);
    },
    publish: (count: number) => {
      places += count;
    },
    noon: (day: Day): Noon => ({
      day,
      waiting: waitingOf(lines),
      cycle,
      lines,
      underAge: [...young],
    }),
  };
}

const waitingOf = (lines: Readonly<Record<Line, readonly Child[]>>): Waiting => ({
  restored: 0,
  extraordinary: lines.EXTRAORDINARY.length,
  priority: lines.PRIORITY.length,
  common: lines.COMMON.length,
});

function insert(line: Child[], child: Child): void {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((line[middle]?.registeredAt ?? 0) < child.registeredAt) low = middle + 1;
    else high = middle;
  }
  line.splice(low, 0, child);
}

export const isWeekend = (day: Day): boolean => weekday(dateOf(day)) > 5;
