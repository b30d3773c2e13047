import {
  ADD,
  assemble,
  type Code,
  constant,
  EXTEND,
  get,
  load32,
  MULTIPLY,
  SHIFT_LEFT,
  SHIFT_RIGHT,
  SUB,
  set,
  store32,
  tee,
  type WasmFunction,
} from './wasm.ts';

/** Bits of a limb. */
export const LIMB_BITS = 29;

/** Bytes of a limb in memory: a signed 32-bit number, the lowest byte first. */
export const LIMB_BYTES = 4;

/**
 * Arithmetic modulo p = 2^n − c on numbers in `memory`, each a row of signed limbs of 29 bits, told by its address. In
 * WebAssembly, because there a product of 512 bits takes less than half, and a square a third, of the time of a BigInt's.
 *
 * "Carried" numbers, as `multiply` and `square` write them, have limbs within ±(2^28 + 1). What these take may be the
 * result of `combine`, as long as the product of its two factors is at most seven times what that of carried numbers can
 * be: a column of the product is a sum of up to 18 products of limbs and must fit 64 bits, and 18 · 7 · 2^56 < 2^63.
 */
export interface FieldCode {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** out = a·b + k·c; `out` may be any of the others. */
  multiply(out: number, a: number, b: number, c: number, k: number): void;
  /** out = a² + k·c */
  square(out: number, a: number, c: number, k: number): void;
  /** out = j·a + k·b limb by limb, not carried: of carried numbers at most seven in all. */
  combine(out: number, a: number, j: number, b: number, k: number): void;
  /** The same, carried. */
  combineAndCarry(out: number, a: number, j: number, b: number, k: number): void;
}

/** `fold` is 2^(29·limbs) mod p, which must be below 2^24. */
export function fieldCode(limbs: number, fold: number, pages: number): FieldCode {
  const bytes = assemble(pages, [
    multiplyCode(limbs, fold),
    squareCode(limbs, fold),
    combineCode(limbs),
    combineAndCarryCode(limbs, fold),
  ]);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

/** As much of the global as is used here: the types of Node leave it to those of browsers. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { readonly exports: FieldCode };
};

function multiplyCode(limbs: number, fold: number): WasmFunction {
  const [out, a, b, c, k] = [0, 1, 2, 3, 4];
  const as = localsFrom(5, limbs);
  const bs = localsFrom(5 + limbs, limbs);
  const column = (n: number): Code =>
    sumOf(pairs(n, limbs).map(([i, j]) => [...get(at(as, i)), ...get(at(bs, j)), ...MULTIPLY]));
  return {
    name: 'multiply',
    parameters: 5,
    locals: 4 * limbs + 2,
    body: [
      ...loadAll(a, as),
      ...loadAll(b, bs),
      ...reduced({ limbs, fold, out, c, k, column, free: 5 + 2 * limbs }),
    ],
  };
}

/** Products of two different limbs stand in a column twice. */
function squareCode(limbs: number, fold: number): WasmFunction {
  const [out, a, c, k] = [0, 1, 2, 3];
  const as = localsFrom(4, limbs);
  const column = (n: number): Code => {
    const twice = pairs(n, limbs).filter(([i, j]) => i < j);
    const products = twice.map(([i, j]) => [...get(at(as, i)), ...get(at(as, j)), ...MULTIPLY]);
    const terms = products.length === 0 ? [] : [[...sumOf(products), ...constant(1), ...SHIFT_LEFT]];
    if (n % 2 === 0) terms.push([...get(at(as, n / 2)), ...get(at(as, n / 2)), ...MULTIPLY]);
    return sumOf(terms);
  };
  return {
    name: 'square',
    parameters: 4,
    locals: 3 * limbs + 2,
    body: [...loadAll(a, as), ...reduced({ limbs, fold, out, c, k, column, free: 4 + limbs })],
  };
}

function combineCode(limbs: number): WasmFunction {
  const body: number[] = [];
  for (let i = 0; i < limbs; i += 1) body.push(...get(0), ...combinedLimb(i), ...store32(LIMB_BYTES * i));
  return { name: 'combine', parameters: 5, locals: 0, body };
}

function combineAndCarryCode(limbs: number, fold: number): WasmFunction {
  const lower = localsFrom(5, limbs);
  const carry = 5 + limbs;
  const body: number[] = [...constant(0), ...set(carry)];
  for (const [i, limb] of lower.entries()) {
    body.push(...combinedLimb(i), ...get(carry), ...ADD, ...split(limb, carry));
  }
  body.push(...folded({ fold, out: 0, lower, carry }));
  return { name: 'combineAndCarry', parameters: 5, locals: limbs + 1, body };
}

/** Pushes limb i of j·a + k·b. */
function combinedLimb(i: number): Code {
  const [a, j, b, k] = [1, 2, 3, 4];
  return [
    ...[...get(a), ...load32(LIMB_BYTES * i), ...get(j), ...EXTEND, ...MULTIPLY],
    ...[...get(b), ...load32(LIMB_BYTES * i), ...get(k), ...EXTEND, ...MULTIPLY, ...ADD],
  ];
}

interface Reduction {
  limbs: number;
  fold: number;
  /** Parameters: where to write, what to add, how many times. */
  out: number;
  c: number;
  k: number;
  /** Pushes the sum of products that belongs to 2^(29·n). */
  column(n: number): Code;
  /** From here on locals are free: 2·limbs + 2 of them. */
  free: number;
}

/**
 * The upper columns are carried first, as what they hold must be small before it is multiplied by `fold` and added to the
 * lower ones. Then the lower columns are carried; what they leave above themselves comes back once more at the bottom and
 * changes the three lowest limbs alone.
 */
function reduced({ limbs, fold, out, c, k, column, free }: Reduction): Code {
  const upper = localsFrom(free, limbs);
  const lower = localsFrom(free + limbs, limbs);
  const carry = free + 2 * limbs;
  const factor = carry + 1;
  const code: number[] = [...get(k), ...EXTEND, ...set(factor), ...constant(0), ...set(carry)];
  for (let n = limbs; n < 2 * limbs - 1; n += 1) {
    code.push(...column(n), ...get(carry), ...ADD, ...split(at(upper, n - limbs), carry));
  }
  code.push(...get(carry), ...set(at(upper, limbs - 1)), ...constant(0), ...set(carry));
  for (let n = 0; n < limbs; n += 1) {
    code.push(...column(n), ...get(carry), ...ADD);
    code.push(...get(at(upper, n)), ...constant(fold), ...MULTIPLY, ...ADD);
    code.push(...get(c), ...load32(LIMB_BYTES * n), ...get(factor), ...MULTIPLY, ...ADD);
    code.push(...split(at(lower, n), carry));
  }
  code.push(...folded({ fold, out, lower, carry }));
  return code;
}

function folded({
  fold,
  out,
  lower,
  carry,
}: {
  fold: number;
  out: number;
  lower: number[];
  carry: number;
}): Code {
  return [
    ...[
      ...get(carry),
      ...constant(fold),
      ...MULTIPLY,
      ...get(at(lower, 0)),
      ...ADD,
      ...split(at(lower, 0), carry),
    ],
    ...[...get(at(lower, 1)), ...get(carry), ...ADD, ...split(at(lower, 1), carry)],
    ...[...get(at(lower, 2)), ...get(carry), ...ADD, ...set(at(lower, 2))],
    ...lower.flatMap((limb, i) => [...get(out), ...get(limb), ...store32(LIMB_BYTES * i)]),
  ];
}

/** Pops a number into `limb`, its lowest 29 bits with their sign, and `carry`, what is above: number = limb + carry·2^29. */
function split(limb: number, carry: number): Code {
  const above = 64 - LIMB_BITS;
  return [
    ...tee(carry),
    ...[...get(carry), ...constant(above), ...SHIFT_LEFT, ...constant(above), ...SHIFT_RIGHT, ...tee(limb)],
    ...[...SUB, ...constant(LIMB_BITS), ...SHIFT_RIGHT, ...set(carry)],
  ];
}

const loadAll = (address: number, locals: readonly number[]): Code =>
  locals.flatMap((local, i) => [...get(address), ...load32(LIMB_BYTES * i), ...set(local)]);

const sumOf = (terms: readonly Code[]): Code =>
  terms.flatMap((term, i) => (i === 0 ? term : [...term, ...ADD]));

const localsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

/** Which limbs' products belong to column n. */
const pairs = (n: number, limbs: number): [number, number][] =>
  localsFrom(0, limbs)
    .filter((i) => n - i >= 0 && n - i < limbs)
    .map((i) => [i, n - i]);

function at(locals: readonly number[], i: number): number {
  const local = locals[i];
  if (local === undefined) throw new RangeError(`no limb ${i}`);
  return local;
}
