import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import type { GostCurve } from './curves.ts';
import { numberOf } from './little-endian.ts';
import { Points, type Table } from './points.ts';

/** Keys whose tables are kept: those of authorities, their responders and time stamps, of which there are few. */
const KEPT_TABLES = 32;
/** Keys whose uses are counted. */
const COUNTED_KEYS = 1_000;
/** A table is made when a key comes for the third time: a person's key rarely comes so often, an issuer's always does. */
const USES_BEFORE_TABLE = 3;

interface KnownKey {
  readonly x: bigint;
  readonly y: bigint;
  uses: number;
  /** A table of its own, and at which place. */
  kept: { readonly table: Table; readonly place: number } | null;
}

/** The arithmetic of one parameter set, and what is known of the keys that were used last: a cache, bounded, of no secret. */
export class Verifier {
  readonly #curve: GostCurve;
  readonly #points: Points;
  readonly #reference: ReturnType<typeof referenceOf>;
  /** The key that was used longest ago comes first. */
  readonly #known = new Map<string, KnownKey>();
  readonly #free = Array.from({ length: KEPT_TABLES }, (_, place) => place);

  constructor(curve: GostCurve) {
    this.#curve = curve;
    this.#points = new Points(curve, KEPT_TABLES);
    this.#reference = referenceOf(curve);
  }

  /** Whether base·G + key·Q, Q being the public key x‖y, is a point with x = `r` modulo q. False when there is no such Q. */
  sumHasX(scalars: { base: bigint; key: bigint }, publicKey: Uint8Array, r: bigint): boolean {
    const key = this.#keyOf(publicKey);
    if (key === null) return false;
    const terms = [
      { table: this.#points.base(), scalar: scalars.base },
      { table: this.#tableOf(key), scalar: scalars.key },
    ];
    return this.#points.sumHasX(terms, r) ?? this.#slowly(scalars, key, r);
  }

  /** Two equal or opposite points met on the way, or the sum is the point at infinity. */
  #slowly(scalars: { base: bigint; key: bigint }, { x, y }: KnownKey, r: bigint): boolean {
    const point = this.#reference.fromAffine({ x, y });
    const sum = this.#reference.BASE.multiplyUnsafe(scalars.base).add(point.multiplyUnsafe(scalars.key));
    return !sum.is0() && sum.x % this.#curve.q === r;
  }

  #keyOf(publicKey: Uint8Array): KnownKey | null {
    const name = Buffer.from(publicKey).toString('latin1');
    const known = this.#known.get(name) ?? this.#newKey(publicKey);
    if (known === null) return null;
    known.uses += 1;
    this.#known.delete(name);
    this.#known.set(name, known);
    return known;
  }

  #newKey(publicKey: Uint8Array): KnownKey | null {
    const half = publicKey.length / 2;
    const x = numberOf(publicKey.subarray(0, half));
    const y = numberOf(publicKey.subarray(half));
    if (!this.#isKey(x, y)) return null;
    if (this.#known.size >= COUNTED_KEYS) this.#forgetOldest();
    return { x, y, uses: 0, kept: null };
  }

  /** Coordinates below p, on the curve, of order q. */
  #isKey(x: bigint, y: bigint): boolean {
    try {
      this.#reference.fromAffine({ x, y }).assertValidity();
      return true;
    } catch {
      return false;
    }
  }

  #forgetOldest(): void {
    for (const [name, { kept }] of this.#known) {
      if (kept !== null) this.#free.push(kept.place);
      this.#known.delete(name);
      return;
    }
  }

  #tableOf(key: KnownKey): Table {
    if (key.kept !== null) return key.kept.table;
    if (key.uses < USES_BEFORE_TABLE) return this.#points.fresh(key.x, key.y);
    const place = this.#free.pop() ?? this.#takeOldestPlace();
    const table = this.#points.keep(place, key.x, key.y);
    key.kept = { table, place };
    return table;
  }

  #takeOldestPlace(): number {
    for (const key of this.#known.values()) {
      if (key.kept === null) continue;
      const { place } = key.kept;
      key.kept = null;
      // Anew: with more busy keys than places a table would otherwise be made at every use.
      key.uses = 0;
      return place;
    }
    throw new Error('no table is kept and no place is free');
  }
}

/** The curve as @noble/curves has it, which knows every case: slower, and asked for what `Points` leaves open. */
function referenceOf({ p, a, b, q, cofactor, x, y }: GostCurve) {
  return weierstrass({ p, a, b, n: q, h: cofactor, Gx: x, Gy: y }, { allowInfinityPoint: true });
}
