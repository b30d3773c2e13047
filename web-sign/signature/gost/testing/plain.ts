import { invert } from '@noble/curves/abstract/modular.js';
import { type WeierstrassPointCons, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { GOST_CURVES, type GostCurve } from '../curves.ts';
import { numberOf } from '../little-endian.ts';

/** A curve, whatever its p. */
export type AnyCurve = Omit<GostCurve, 'bits' | 'c'>;

export function curveOf({ p, a, b, q, cofactor, x, y }: AnyCurve): WeierstrassPointCons<bigint> {
  return weierstrass({ p, a, b, n: q, h: cofactor, Gx: x, Gy: y }, { allowInfinityPoint: true });
}

const KNOWN = { 256: curveOf(GOST_CURVES[256]), 512: curveOf(GOST_CURVES[512]) };

/** The same verdict as `verifyGost3410` by the words of the standard, each step as @noble/curves does it. */
export function verifyPlainly(
  bits: 256 | 512,
  publicKey: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const half = bits / 8;
  const key = { x: numberOf(publicKey.subarray(0, half)), y: numberOf(publicKey.subarray(half)) };
  const r = numberOf(signature.subarray(0, half));
  const s = numberOf(signature.subarray(half));
  return holds(KNOWN[bits], key, numberOf(digest), { r, s });
}

/** GOST R 34.10-2012 §6.2 (RFC 7091 §6.2) on numbers. */
export function holds(
  curve: WeierstrassPointCons<bigint>,
  key: { x: bigint; y: bigint },
  digest: bigint,
  { r, s }: { r: bigint; s: bigint },
): boolean {
  const { n: q, p } = curve.CURVE();
  if (r <= 0n || r >= q || s <= 0n || s >= q || key.x >= p || key.y >= p) return false;
  const point = curve.fromAffine(key);
  try {
    point.assertValidity();
  } catch {
    return false;
  }
  const v = invert(digest % q || 1n, q);
  const sum = curve.BASE.multiplyUnsafe((s * v) % q).add(point.multiplyUnsafe(q - ((r * v) % q)));
  return !sum.is0() && sum.x % q === r;
}
