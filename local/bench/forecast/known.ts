import { type Cohort, type FlowWeek, lineOf, SEASON, WINDOW } from '../../../core/forecast/flow.ts';
import type { Day, Move, Stood } from './queue-life.ts';

/** What core/forecast/history.ts asks of the database, over a list: the weeks of one queue before noon of `day`. */
export function cohortOn(moves: readonly Move[], older: number, day: Day): Cohort {
  const now = day + 0.75;
  const from = now - WINDOW * 7;
  const first = moves[0]?.at;
  if (first === undefined || first > now) return { older, weeks: [] };
  const start = firstAfter(moves, from);
  const waits = (stood: Stood) => (stood === 'WAITING' ? 1 : 0);
  let waiting = 0;
  for (let i = 0; i < start; i += 1) {
    const move = moves[i];
    if (move !== undefined) waiting += waits(move.stoodIs) - waits(move.stoodWas);
  }
  const weeks: FlowWeek[] = [];
  let next = start;
  for (let week = 0; week < WINDOW; week += 1) {
    const end = from + (week + 1) * 7;
    const flow = {
      turns: 0,
      left: 0,
      waiting,
      joined: { extraordinary: 0, priority: 0, common: 0 },
      risen: { extraordinary: 0, priority: 0 },
    };
    for (; next < moves.length; next += 1) {
      const move = moves[next];
      if (move === undefined || move.at > end) break;
      count(flow, move, now - older * SEASON * 7);
      waiting += waits(move.stoodIs) - waits(move.stoodWas);
    }
    if (end > first) weeks.push(flow);
  }
  return { older, weeks };
}

interface Growing {
  turns: number;
  left: number;
  waiting: number;
  joined: { extraordinary: number; priority: number; common: number };
  risen: { extraordinary: number; priority: number };
}

function count(flow: Growing, move: Move, sameAge: Day): void {
  const { stoodWas, stoodIs, cause } = move;
  if (stoodWas === 'WAITING' && stoodIs === 'TURN') flow.turns += 1;
  if (stoodIs === 'WAITING' && (stoodWas === 'TURN' || cause === 'RETURNED')) flow.turns -= 1;
  if (stoodWas === 'WAITING' && stoodIs === 'OUT') flow.left += 1;
  if (cause === 'REGISTERED' || (cause === 'CAME_OF_AGE' && move.registeredAt > sameAge)) {
    flow.joined[lineOf[move.classIs]] += 1;
  }
  if (move.classWas !== move.classIs) {
    if (move.classIs !== 'COMMON') flow.risen[lineOf[move.classIs]] += 1;
    if (move.classWas !== 'COMMON') flow.risen[lineOf[move.classWas]] -= 1;
  }
}

function firstAfter(moves: readonly Move[], at: Day): number {
  let [low, high] = [0, moves.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moves[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
