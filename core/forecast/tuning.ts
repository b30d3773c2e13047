/** How the futures are drawn. The values were chosen by `npm run -s bench -- forecast`, which measures what they are worth. */
export interface Tuning {
  /** How many futures are played through. */
  readonly futures: number;
  /** Weeks that are taken from the past in one piece. */
  readonly block: number;
  /** By how many weeks a piece may be moved within its season. */
  readonly moved: number;
  /** What a piece of the past weighs less for every year by which its children were older or younger; 0: the nearest age only. */
  readonly otherAge: number;
  /** How much the pace of a whole future differs, and that of each of its years (deviation of the logarithm). */
  readonly lasting: number;
  readonly yearly: number;
  /** Fewer known weeks, or fewer turns in them, tell nothing. */
  readonly leastWeeks: number;
  readonly leastTurns: number;
}

export const TUNING: Tuning = {
  futures: 200,
  block: 8,
  moved: 2,
  otherAge: 0.1,
  lasting: 0.25,
  yearly: 0.25,
  leastWeeks: 26,
  leastTurns: 12,
};
