import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOST_CURVES } from './curves.ts';
import { Points } from './points.ts';
import { curveOf } from './testing/plain.ts';

describe.each([512, 256] as const)('sums of multiples of points, %i bits', (bits) => {
  const curve = GOST_CURVES[bits];
  const { q } = curve;
  const { BASE } = curveOf(curve);
  const points = new Points(curve, 2);
  const other = BASE.multiply(q / 7n);
  const { x, y } = other.toAffine();
  const kept = [points.keep(0, BASE.x, BASE.y), points.keep(1, x, y)] as const;
  const scalar = fc.oneof(
    fc.bigInt({ min: 0n, max: q - 1n }),
    fc.constantFrom(0n, 1n, 2n, q - 1n, q - 2n, 2n ** 64n, 2n ** 64n - 1n, 2n ** 127n),
  );

  it('are those of @noble/curves, with any table', () => {
    fc.assert(
      fc.property(scalar, scalar, fc.boolean(), (ofBase, ofOther, fresh) => {
        const sum = BASE.multiplyUnsafe(ofBase).add(other.multiplyUnsafe(ofOther));
        fc.pre(!sum.is0());
        const terms = [
          { table: points.base(), scalar: ofBase },
          { table: fresh ? points.fresh(x, y) : kept[1], scalar: ofOther },
        ];
        const r = sum.x % q;
        expect(points.sumHasX(terms, r)).toBe(true);
        expect(points.sumHasX(terms, (r + 1n) % q)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('are not told when equal or opposite points meet, or nothing is left', () => {
    const of = (...scalars: [bigint, bigint]) =>
      points.sumHasX(
        scalars.map((s, i) => ({ table: i === 0 ? points.base() : kept[0], scalar: s })),
        curve.x % q,
      );
    expect(of(1n, 1n)).toBeUndefined();
    expect(of(1n, q - 1n)).toBeUndefined();
    expect(of(2n ** 64n, 2n ** 64n)).toBeUndefined();
    expect(of(0n, 0n)).toBeUndefined();
    expect(of(1n, 0n)).toBe(true);
    expect(of(0n, 1n)).toBe(true);
    expect(of(3n, q - 2n)).toBe(true);
  });
});
