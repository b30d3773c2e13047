import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digitsOf } from './digits.ts';

it.each([
  [256, 5],
  [256, 7],
  [512, 5],
  [512, 7],
  [512, 8],
])('digits of %i bits, width %i, make the scalar, are odd and stand apart', (bits, width) => {
  const top = 2n ** BigInt(bits);
  const scalar = fc.oneof(
    fc.bigInt({ min: 0n, max: top - 1n }),
    fc.constantFrom(0n, 1n, 2n, 3n, top - 1n, top - 2n, top / 2n, top / 2n - 1n),
  );
  fc.assert(
    fc.property(scalar, (value) => {
      const digits = [...digitsOf(value, bits, width)];
      expect(digits).toHaveLength(bits + 1);
      expect(digits.reduce((sum, digit, i) => sum + (BigInt(digit) << BigInt(i)), 0n)).toBe(value);
      let last = -width;
      for (const [i, digit] of digits.entries()) {
        if (digit === 0) continue;
        expect(Math.abs(digit % 2)).toBe(1);
        expect(Math.abs(digit)).toBeLessThan(2 ** (width - 1));
        expect(i - last).toBeGreaterThanOrEqual(width);
        last = i;
      }
    }),
  );
});
