/** Numbers that only look like chance: the same seed gives the same row. 32 bits of state (mulberry32). */
export interface Chance {
  /** 0 ≤ x < 1 */
  next(): number;
  /** Mean 0, deviation 1. */
  normal(): number;
}

/** `seed`: any whole number. */
export function createChance(seed: number): Chance {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
