import type { PlaceCause, PlaceExplained, PlaceStep, StepCause } from './api.ts';
import type { Change, Timeline } from './replay.ts';

/** A step while it grows. */
interface Growing {
  readonly cause: StepCause;
  readonly own: boolean;
  readonly from: number | null;
  readonly to: number | null;
  readonly at: number;
  /** Who moved, as often as they did. */
  readonly children: string[];
}

/**
 * Why a number is what it is (DOMAIN §7.1, P3): neighbours of one cause joined, what came to nothing left out. A call of
 * turns moves many children and the cycle at once; as a rule nobody behind them moves at all.
 */
export function explained(timeline: Timeline): PlaceExplained {
  const steps: Growing[] = [];
  for (const moment of momentsOf(timeline.changes)) {
    for (const step of stepsOf(moment)) append(steps, step);
  }
  return {
    since: timeline.since,
    from: timeline.from,
    to: timeline.to,
    steps: steps.map(stepOf),
    causes: causesOf(steps),
  };
}

function momentsOf(changes: readonly Change[]): Change[][] {
  const moments: Change[][] = [];
  for (const change of changes) {
    const last = moments.at(-1);
    if (last?.[0]?.at === change.at) last.push(change);
    else moments.push([change]);
  }
  return moments;
}

/** Where the child itself moved, the moment is its own whatever else happened; one that came to nothing has no steps. */
function stepsOf(moment: readonly Change[]): Growing[] {
  const [first, last] = [moment[0], moment.at(-1)];
  if (first === undefined || last === undefined || first.from === last.to) return [];
  const own = moment.findLast((change) => change.own);
  if (own !== undefined) {
    return [{ cause: own.cause, own: true, from: first.from, to: last.to, at: own.at, children: [] }];
  }
  const steps: Growing[] = [];
  for (const { cause, from, to, at, child } of moment) {
    append(steps, { cause, own: false, from, to, at, children: child === null ? [] : [child] });
  }
  return steps;
}

/** Adds a step to those before it; both change in place, as many thousands may be joined here. */
function append(steps: Growing[], step: Growing): void {
  const last = steps.at(-1);
  if (last === undefined || last.cause !== step.cause || last.own || step.own) {
    steps.push(step);
    return;
  }
  steps.pop();
  if (last.from === step.to) return;
  // Not spread into arguments: there may be a hundred thousand.
  for (const child of step.children) last.children.push(child);
  steps.push({ ...step, from: last.from, children: last.children });
}

function stepOf({ cause, own, from, to, at, children }: Growing): PlaceStep {
  return { from, to, cause, own, children: distinct(children), at: new Date(at) };
}

function distinct(children: readonly string[]): number {
  return children.length < 2 ? children.length : new Set(children).size;
}

function causesOf(steps: readonly Growing[]): PlaceCause[] {
  const found = new Map<string, { cause: StepCause; own: boolean; by: number; children: Set<string> }>();
  for (const { cause, own, from, to, children } of steps) {
    if (from === null || to === null) continue;
    const key = `${cause} ${own}`;
    const sum = found.get(key) ?? { cause, own, by: 0, children: new Set<string>() };
    sum.by += to - from;
    for (const child of children) sum.children.add(child);
    found.set(key, sum);
  }
  return [...found.values()]
    .filter(({ by }) => by !== 0)
    .sort((a, b) => Math.abs(b.by) - Math.abs(a.by))
    .map(({ cause, own, by, children }) => ({ cause, own, by, children: children.size }));
}
