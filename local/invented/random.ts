import { createHash } from 'node:crypto';

/** Numbers that only look like chance: the same seed gives the same world on every machine. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  /** Throws RangeError when the list is empty. */
  pick<T>(list: readonly T[]): T;
  /** One of the entries, each as often as its `weight` says. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T;
  /** A UUIDv7 of the instant `ms` since the epoch. */
  uuid(ms: number): string;
  /** Another source, which does not move when more is drawn from this one. */
  fork(name: string): Random;
}

/** `seed`: any text. */
export function createRandom(seed: string): Random {
  const next = sfc32(createHash('sha256').update(seed).digest());
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => one(list, Math.floor(next() * list.length)),
    weighted: (list) => {
      let left = next() * list.reduce((sum, { weight }) => sum + weight, 0);
      for (const entry of list) {
        left -= entry.weight;
        if (left < 0) return entry;
      }
      return one(list, list.length - 1);
    },
    uuid: (ms) => uuid(ms, () => int(0, 0xffff)),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

function one<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError('nothing to choose from');
  return found;
}

function uuid(ms: number, part: () => number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const time = hex(ms, 12);
  const version = hex(0x7000 | (part() & 0xfff), 4);
  const variant = hex(0x8000 | (part() & 0x3fff), 4);
  const tail = `${hex(part(), 4)}${hex(part(), 4)}${hex(part(), 4)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${tail}`;
}

/** Chris Doty-Humphrey's small fast counter, 128 bits of state. */
function sfc32(seed: Buffer): () => number {
  let [a, b, c, d] = [seed.readInt32LE(0), seed.readInt32LE(4), seed.readInt32LE(8), seed.readInt32LE(12)];
  return () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
}
