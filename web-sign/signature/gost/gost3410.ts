import { invert } from '@noble/curves/abstract/modular.js';
import { GOST_CURVES } from './curves.ts';
import { numberOf } from './little-endian.ts';
import { Verifier } from './verifier.ts';

const verifiers: { 256?: Verifier; 512?: Verifier } = {};

/**
 * Verifies a signature of ГОСТ 34.310-2015 with Kazakhstan's parameter set of that length (EDS §4).
 *
 * @param publicKey x‖y, each `bits / 8` bytes, the lowest first.
 * @param digest Streebog of the same length, as `streebog` gives it.
 * @param signature r‖s, each `bits / 8` bytes, the lowest first.
 * @returns false for anything malformed too: another length, a number out of range, a key that is no point of the curve or
 * not of its prime order. Never throws. All of this is public, so none of it takes care to run in constant time.
 */
export function verifyGost3410(
  bits: 512 | 256,
  publicKey: Uint8Array,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const half = bits / 8;
  if (publicKey.length !== 2 * half || signature.length !== 2 * half || digest.length !== half) return false;
  const { q } = GOST_CURVES[bits];
  const r = numberOf(signature.subarray(0, half));
  const s = numberOf(signature.subarray(half));
  if (r === 0n || r >= q || s === 0n || s >= q) return false;
  const e = numberOf(digest) % q;
  const v = e === 0n ? 1n : invert(e, q);
  verifiers[bits] ??= new Verifier(GOST_CURVES[bits]);
  return verifiers[bits].sumHasX({ base: (s * v) % q, key: q - ((r * v) % q) }, publicKey, r);
}
