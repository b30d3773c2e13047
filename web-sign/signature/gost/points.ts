import { invert } from '@noble/curves/abstract/modular.js';
import type { GostCurve } from './curves.ts';
import { digitsOf } from './digits.ts';
import { createField, type Field } from './field.ts';
import {
  type Accumulator,
  AFFINE_LENGTH,
  createAccumulator,
  type Entry,
  JACOBIAN_LENGTH,
  REGISTERS,
} from './jacobian.ts';

/** Odd multiples 1, 3, … 2^(width − 1) − 1 of a point, in `rows` rows. */
interface Shape {
  readonly width: number;
  /** Each row is of the point of the row before, doubled bits/rows times: the more rows, the fewer doublings a sum needs. */
  readonly rows: number;
  readonly affine: boolean;
}

export interface Table extends Shape {
  readonly address: number;
}

/** A scalar, 0 to q − 1, that multiplies the point of a table. */
export interface Term {
  readonly table: Table;
  readonly scalar: bigint;
}

// Widths and rows by measurement.
const BASE: Shape = { width: 7, rows: 8, affine: true };
const KEPT: Shape = { width: 5, rows: 8, affine: true };
const FRESH: Shape = { width: 5, rows: 1, affine: false };

const rowLength = ({ width }: Shape): number => 2 ** (width - 2);
const entryLength = ({ affine }: Shape): number => (affine ? AFFINE_LENGTH : JACOBIAN_LENGTH);
const numbersIn = (shape: Shape): number => shape.rows * rowLength(shape) * entryLength(shape);

/** Tables of multiples of points, and sums of such multiples. Everything is public, so nothing runs in constant time. */
export class Points {
  readonly #curve: GostCurve;
  readonly #field: Field;
  readonly #sum: Accumulator;
  /** Addresses: a table on its way to affine, a point doubled, the fresh table, the base point's, those that are kept. */
  readonly #work: number;
  readonly #doubled: number;
  readonly #fresh: number;
  readonly #base: number;
  readonly #kept: number;
  #baseTable: Table | undefined;

  /** `kept` is how many tables of `keep` there is room for. */
  constructor(curve: GostCurve, kept: number) {
    this.#curve = curve;
    const lengths = [
      REGISTERS,
      numbersIn({ ...BASE, affine: false }),
      JACOBIAN_LENGTH,
      numbersIn(FRESH),
      numbersIn(BASE),
    ];
    const room = lengths.reduce((sum, length) => sum + length, kept * numbersIn(KEPT));
    this.#field = createField(curve.p, curve.bits, room);
    let end = 0;
    const [work = 0, doubled = 0, fresh = 0, base = 0, rest = 0] = lengths.map((length) => {
      end += length * this.#field.size;
      return end;
    });
    [this.#work, this.#doubled, this.#fresh, this.#base, this.#kept] = [work, doubled, fresh, base, rest];
    this.#sum = createAccumulator(this.#field, curve);
  }

  /** The table of the curve's own point. */
  base(): Table {
    this.#baseTable ??= this.#affineTable(BASE, this.#base, this.#curve.x, this.#curve.y);
    return this.#baseTable;
  }

  /** A table made quickly for one sum; it lasts until the next one is asked for. */
  fresh(x: bigint, y: bigint): Table {
    this.#sum.start(x, y);
    this.#row(FRESH, this.#fresh);
    return { ...FRESH, address: this.#fresh };
  }

  /** A table that takes as long as a sum and makes the next ones three times as fast, at place `n` of those to keep. */
  keep(n: number, x: bigint, y: bigint): Table {
    return this.#affineTable(KEPT, this.#kept + n * numbersIn(KEPT) * this.#field.size, x, y);
  }

  /** Whether the sum of the terms is a point with x = `r` modulo q; undefined when this must be found in another way. */
  sumHasX(terms: readonly Term[], r: bigint): boolean | undefined {
    const plan: Addition[][] = Array.from({ length: this.#curve.bits + 1 }, () => []);
    for (const term of terms) this.#plan(term, plan);
    const sum = this.#sum;
    let begun = false;
    for (const additions of plan.reverse()) {
      if (begun) sum.double();
      for (const addition of additions) {
        if (begun) sum.add(addition, addition.negative);
        else sum.load(addition, addition.negative);
        begun = true;
      }
    }
    return begun ? sum.hasX(r) : undefined;
  }

  /** Puts what a term adds to the places of its digits: the sum is doubled between one place and the one before. */
  #plan({ table, scalar }: Term, plan: Addition[][]): void {
    const spacing = this.#curve.bits / table.rows;
    const length = entryLength(table) * this.#field.size;
    for (const [i, digit] of digitsOf(scalar, this.#curve.bits, table.width).entries()) {
      if (digit === 0) continue;
      const row = Math.min(Math.floor(i / spacing), table.rows - 1);
      const address = table.address + (row * rowLength(table) + (Math.abs(digit) >> 1)) * length;
      plan[i - row * spacing]?.push({ address, affine: table.affine, negative: digit < 0 });
    }
  }

  /** Writes the odd multiples of the sum, which must have been started or doubled. */
  #row(shape: Shape, address: number): void {
    const length = JACOBIAN_LENGTH * this.#field.size;
    const doubled: Entry = { address: this.#doubled, affine: false };
    this.#sum.store(address);
    this.#sum.double();
    this.#sum.store(this.#doubled);
    this.#sum.load({ address, affine: false }, false);
    for (let i = 1; i < rowLength(shape); i += 1) {
      this.#sum.add(doubled, false);
      this.#sum.store(address + i * length);
    }
  }

  #affineTable(shape: Shape, address: number, x: bigint, y: bigint): Table {
    const length = rowLength(shape) * JACOBIAN_LENGTH * this.#field.size;
    this.#sum.start(x, y);
    for (let row = 0; row < shape.rows; row += 1) {
      const first = this.#work + row * length;
      this.#row(shape, first);
      this.#sum.load({ address: first, affine: false }, false);
      for (let i = 0; i < this.#curve.bits / shape.rows; i += 1) this.#sum.double();
    }
    this.#toAffine(shape.rows * rowLength(shape), address);
    return { ...shape, address };
  }

  /**
   * Divides `count` points of the work table by their Z. One division serves all: of the product of all Z; multiplied by the
   * product of those before a point it becomes that point's own. The products take the place of Z².
   */
  #toAffine(count: number, to: number): void {
    const { size, code } = this.#field;
    const [inverse, one, square] = [0, size, 2 * size];
    const entry = (i: number): number => this.#work + i * JACOBIAN_LENGTH * size;
    this.#field.write(inverse, 1n);
    for (let i = 0; i < count; i += 1) {
      this.#field.copy(entry(i) + 3 * size, inverse, 1);
      code.multiply(inverse, inverse, entry(i) + 2 * size, inverse, 0);
    }
    this.#field.write(inverse, invert(this.#field.read(inverse), this.#curve.p));
    for (let i = count - 1; i >= 0; i -= 1) {
      const [x, y, z, before] = [0, 1, 2, 3].map((n) => entry(i) + n * size) as [
        number,
        number,
        number,
        number,
      ];
      code.multiply(one, inverse, before, one, 0);
      code.multiply(inverse, inverse, z, inverse, 0);
      code.square(square, one, one, 0);
      code.multiply(to + i * AFFINE_LENGTH * size, x, square, x, 0);
      code.multiply(one, one, square, one, 0);
      code.multiply(to + (i * AFFINE_LENGTH + 1) * size, y, one, y, 0);
    }
  }
}

interface Addition extends Entry {
  readonly negative: boolean;
}
