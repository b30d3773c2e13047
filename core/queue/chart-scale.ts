import type { PlacePoint } from './api.ts';

/** A place that did not change for a while; milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly place: number | null;
}

/** Points as stretches that follow one another to the end. */
export function stretchesOf(points: readonly PlacePoint[], until: Date): Stretch[] {
  return points.map(({ at, place }, n) => ({
    from: at.getTime(),
    to: (points[n + 1]?.at ?? until).getTime(),
    place,
  }));
}

/** The places of an axis: a little more than there were, never below 1. */
export function rangeOf(places: readonly number[]): { readonly best: number; readonly worst: number } {
  // Not spread into arguments: there may be a hundred thousand.
  const best = places.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const worst = places.reduce((a, b) => Math.max(a, b), 1);
  const room = Math.max(1.5, (worst - best) * 0.12);
  return { best: Math.max(1, best - room), worst: worst + room };
}

/** About `count` round numbers inside a range; the first place instead of a zero. */
export function ticksOf({ best, worst }: { best: number; worst: number }, count: number): number[] {
  const rough = (worst - best) / count;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let tick = Math.ceil(best / step) * step; tick <= worst; tick += step) ticks.push(tick);
  if (best <= 1 && ticks[0] !== 1 && (ticks[0] ?? step) >= step * 0.7) ticks.unshift(1);
  return ticks;
}

/** How many pictures of one column a path keeps: where it came in, the best, the worst, and where it went out. */
export function thinned(
  stretches: readonly { readonly x: number; readonly y: number }[],
): { x: number; y: number }[] {
  const kept: { x: number; y: number }[] = [];
  for (const column of Map.groupBy(stretches, ({ x }) => Math.round(x)).values()) {
    const ys = column.map(({ y }) => y);
    const best = ys.reduce((a, b) => Math.min(a, b));
    const worst = ys.reduce((a, b) => Math.max(a, b));
    const wanted = column.length <= 4 ? ys : [ys[0], best, worst, ys.at(-1)];
    for (const y of wanted) if (y !== undefined) kept.push({ x: column[0]?.x ?? 0, y });
  }
  return kept;
}
