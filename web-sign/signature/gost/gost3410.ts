import { invert } from '@noble/curves/abstract/modular.js';
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { GOST_CURVES } from './curves.ts';
import { numberOf } from './little-endian.ts';

function pointsOf(bits: 256 | 512) {
  const { p, a, b, q, cofactor, x, y } = GOST_CURVES[bits];
  return weierstrass({ p, a, b, n: q, h: cofactor, Gx: x, Gy: y }, { allowInfinityPoint: true });
}

const POINTS = { 256: pointsOf(256), 512: pointsOf(512) };

/** GOST 34.310-2015 (EDS §4): false for anything malformed; never throws. */
export function verifyGost3410(
  bits: 512 | 256,
  publicKey: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const half = bits / 8;
  if (publicKey.length !== 2 * half || signature.length !== 2 * half || digest.length !== half) return false;
  const Point = POINTS[bits];
  const { q } = GOST_CURVES[bits];
  const r = numberOf(signature.subarray(0, half));
  const s = numberOf(signature.subarray(half));
  if (r === 0n || r >= q || s === 0n || s >= q) return false;
  try {
    const key = Point.fromAffine({
      x: numberOf(publicKey.subarray(0, half)),
      y: numberOf(publicKey.subarray(half)),
    });
    key.assertValidity();
    const e = numberOf(digest) % q || 1n;
    const v = invert(e, q);
    const sum = Point.BASE.multiplyUnsafe((s * v) % q).add(key.multiplyUnsafe(q - ((r * v) % q)));
    return !sum.is0() && sum.toAffine().x % q === r;
  } catch {
    return false;
  }
}
