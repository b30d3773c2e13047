import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOST_CURVES } from './curves.ts';
import { createField } from './field.ts';

describe.each([256, 512] as const)('the field of %i bits', (bits) => {
  const { p } = GOST_CURVES[bits];
  const field = createField(p, bits, 8);
  const { code, size } = field;
  const [a, b, c, out] = [0, size, 2 * size, 3 * size];
  const modulo = (value: bigint): bigint => ((value % p) + p) % p;
  const top = 2n ** BigInt(bits);
  const number = fc.oneof(
    fc.bigInt({ min: 0n, max: p - 1n }),
    fc.constantFrom(0n, 1n, 2n, p - 1n, p - 2n, top / 2n, 2n ** 29n - 1n, 2n ** 28n, top / 3n),
    // Runs of the same bit: where a carry travels far.
    fc.tuple(fc.nat(bits), fc.nat(bits)).map(([m, n]) => modulo(2n ** BigInt(m) - 2n ** BigInt(n))),
  );
  const factor = fc.integer({ min: -8, max: 8 });

  function written(...values: bigint[]): void {
    for (const [i, value] of values.entries()) field.write(i * size, value);
  }

  it('reads what was written', () => {
    fc.assert(
      fc.property(number, (value) => {
        written(value);
        expect(field.read(a)).toBe(value);
      }),
    );
  });

  it('multiplies and squares, and adds a multiple of a third', () => {
    fc.assert(
      fc.property(number, number, number, factor, (x, y, z, k) => {
        written(x, y, z);
        code.multiply(out, a, b, c, k);
        expect(field.read(out)).toBe(modulo(x * y + BigInt(k) * z));
        code.square(out, a, c, k);
        expect(field.read(out)).toBe(modulo(x * x + BigInt(k) * z));
      }),
      { numRuns: 500 },
    );
  });

  it('writes over what it read', () => {
    fc.assert(
      fc.property(number, number, (x, y) => {
        written(x, y);
        code.multiply(a, a, b, a, 1);
        expect(field.read(a)).toBe(modulo(x * y + x));
        written(x, y);
        code.square(a, a, a, -1);
        expect(field.read(a)).toBe(modulo(x * x - x));
      }),
    );
  });

  it('combines with small factors, carried or not', () => {
    fc.assert(
      fc.property(number, factor, number, factor, (x, j, y, k) => {
        written(x, y);
        if (Math.abs(j) + Math.abs(k) <= 7) {
          code.combine(out, a, j, b, k);
          expect(field.read(out)).toBe(modulo(BigInt(j) * x + BigInt(k) * y));
        }
        code.combineAndCarry(out, a, j, b, k);
        expect(field.read(out)).toBe(modulo(BigInt(j) * x + BigInt(k) * y));
      }),
    );
  });

  it('bears factors whose product is seven times that of carried numbers', () => {
    fc.assert(
      fc.property(
        number,
        number,
        number,
        fc.constantFrom([7, 1], [1, 7], [3, 2], [-7, 1]),
        (x, y, z, [j, k]) => {
          written(x, y, z);
          code.combine(a, a, j ?? 1, a, 0);
          code.combine(b, b, k ?? 1, b, 0);
          code.multiply(out, a, b, c, -8);
          expect(field.read(out)).toBe(modulo(BigInt(j ?? 1) * x * BigInt(k ?? 1) * y - 8n * z));
        },
      ),
    );
  });

  it('bears the largest limbs there are, of either sign', () => {
    const limbs = new Int32Array(code.memory.buffer);
    const count = size / 4;
    const largest = (2 ** 28 + 1) * 2.64;
    for (const [left, right] of [
      [1, 1],
      [-1, 1],
      [-1, -1],
    ] as const) {
      for (let i = 0; i < count; i += 1) {
        limbs[a / 4 + i] = left * largest;
        limbs[b / 4 + i] = right * largest;
      }
      field.write(c, p - 1n);
      const [x, y] = [field.read(a), field.read(b)];
      code.multiply(out, a, b, c, 8);
      expect(field.read(out)).toBe(modulo(x * y + 8n * (p - 1n)));
      code.square(out, b, c, -8);
      expect(field.read(out)).toBe(modulo(y * y - 8n * (p - 1n)));
      for (let i = 0; i < count; i += 1)
        expect(Math.abs(limbs[out / 4 + i] ?? 0)).toBeLessThanOrEqual(2 ** 28 + 1);
    }
  });
});
