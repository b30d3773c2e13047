/** A reproducible stream of chance: the same seed gives the same story. */
export interface Chance {
  /** A whole number from `least` to `most`, both possible. */
  between(least: number, most: number): number;
  /** One of the items; throws on an empty list. */
  of<T>(items: readonly T[]): T;
  /** One of the keys, each as often as its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** True in this share of cases, 0 … 1. */
  happens(share: number): boolean;
}

/** mulberry32: small, and the same on every machine. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    of: <T>(items: readonly T[]): T => {
      if (items.length === 0) throw new RangeError('nothing to choose from');
      return items[between(0, items.length - 1)] as T;
    },
    weighted: <K extends string>(weights: Readonly<Record<K, number>>): K => {
      const entries = Object.entries(weights) as [K, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      throw new RangeError('no weights');
    },
    happens: (share) => next() < share,
  };
}
