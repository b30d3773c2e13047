import type { GostCurve } from './curves.ts';
import type { Field } from './field.ts';

/** A point in the memory: x, y when it is affine, otherwise X, Y, Z, Z², Z³ with x = X/Z² and y = Y/Z³. */
export interface Entry {
  readonly address: number;
  readonly affine: boolean;
}

/** How many numbers an entry takes. */
export const AFFINE_LENGTH = 2;
export const JACOBIAN_LENGTH = 5;

/** How many numbers at the start of the memory belong to the accumulator. */
export const REGISTERS = 10;

/** A point that is doubled and added to. `x` and `y` of `start` are 0 to p − 1 and lie on the curve. */
export interface Accumulator {
  start(x: bigint, y: bigint): void;
  /** Takes an entry as it is, or its opposite. */
  load(entry: Entry, negative: boolean): void;
  store(address: number): void;
  double(): void;
  add(entry: Entry, negative: boolean): void;
  /** Whether the point is x = `r` modulo q; undefined when it is not known (see `createAccumulator`). */
  hasX(r: bigint): boolean | undefined;
}

/**
 * The addition knows neither two equal or opposite points nor the point at infinity: these leave Z = 0, and from then on it
 * stays 0. A sum that ends with Z = 0 is therefore unknown, and whoever wants it must compute it in another way.
 *
 * Numbers in brackets say how many times what carried numbers give a product may be: `FieldCode` bears seven.
 */
export function createAccumulator(field: Field, curve: GostCurve): Accumulator {
  const { multiply, square, combine, combineAndCarry } = field.code;
  const { size } = field;
  const register = (n: number): number => n * size;
  const [x, y, z, a, b, c] = [0, 1, 2, 3, 4, 5].map(register) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [d, e, f, coefficient] = [6, 7, 8, 9].map(register) as [number, number, number, number];
  field.write(coefficient, curve.a);
  const minusThree = curve.a === curve.p - 3n;

  /** d = 3x² + a·z⁴, where a = z². */
  function slope(): void {
    if (minusThree) {
      combine(d, x, 1, a, -1);
      combine(e, x, 1, a, 1);
      multiply(d, d, e, d, 0); // (4)
      combineAndCarry(d, d, 3, d, 0);
      return;
    }
    square(e, a, a, 0);
    multiply(e, e, coefficient, e, 0);
    combine(d, x, 3, x, 0);
    multiply(d, d, x, e, 1); // (3)
  }

  return {
    start(affineX, affineY) {
      field.write(x, affineX);
      field.write(y, affineY);
      field.write(z, 1n);
    },

    load(entry, negative) {
      field.copy(x, entry.address, entry.affine ? 2 : 3);
      if (entry.affine) field.write(z, 1n);
      if (negative) combine(y, y, -1, y, 0);
    },

    store(address) {
      field.copy(address, x, 3);
      square(address + 3 * size, z, z, 0);
      multiply(address + 4 * size, address + 3 * size, z, z, 0);
    },

    double() {
      square(a, z, z, 0);
      square(b, y, y, 0);
      multiply(c, x, b, x, 0);
      slope();
      combine(e, y, 1, z, 1);
      combine(f, a, 1, b, 1);
      square(z, e, f, -1); // (4)
      square(x, d, c, -8);
      combine(e, c, 4, x, -1);
      square(b, b, b, 0);
      multiply(y, d, e, b, -8); // (5)
    },

    add({ address, affine }, negative) {
      if (!affine) {
        multiply(x, x, address + 3 * size, x, 0);
        multiply(y, y, address + 4 * size, y, 0);
      }
      square(a, z, z, 0);
      multiply(e, z, a, z, 0);
      multiply(a, address, a, x, -1);
      multiply(b, address + size, e, y, negative ? 1 : -1);
      multiply(z, z, a, z, 0);
      if (!affine) multiply(z, z, address + 2 * size, z, 0);
      square(d, a, a, 0);
      multiply(e, a, d, a, 0);
      multiply(d, x, d, x, 0);
      combine(f, e, 1, d, 2);
      square(x, b, f, -1);
      multiply(y, y, e, y, 0);
      if (negative) combine(d, x, 1, d, -1);
      else combine(d, d, 1, x, -1);
      multiply(y, b, d, y, -1); // (2)
    },

    hasX(r) {
      if (field.read(z) === 0n) return undefined;
      square(a, z, z, 0);
      for (let candidate = r; candidate < curve.p; candidate += curve.q) {
        field.write(b, candidate);
        multiply(b, a, b, x, -1);
        if (field.read(b) === 0n) return true;
      }
      return false;
    },
  };
}
