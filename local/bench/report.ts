/** One figure held against what was promised. */
export interface Target {
  readonly what: string;
  readonly target: number;
  readonly measured: number;
  readonly met: boolean;
}

/** The last line of a benchmark (DESIGN §4): what was measured, what was measured beside it, and the promises. */
export interface Report {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
  readonly baseline: Readonly<Record<string, number>>;
  readonly targets: readonly Target[];
}

/** Every `local/bench/<name>.ts` exports one of these as `run`. `say` writes a line for the person who waits. */
export type Benchmark = (say: (line: string) => void) => Promise<Report>;

export function atLeast(what: string, target: number, measured: number): Target {
  return { what, target, measured: rounded(measured), met: measured >= target };
}

export function atMost(what: string, target: number, measured: number): Target {
  return { what, target, measured: rounded(measured), met: measured <= target };
}

/** Three significant digits below 100, whole numbers above: more would pretend to an exactness that is not there. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** The value below which the share `q` (0 to 1) of `values` lies; 0 of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
