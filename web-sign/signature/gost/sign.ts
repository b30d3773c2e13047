import { randomBytes } from 'node:crypto';
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { GOST_CURVES } from './curves.ts';
import { bytesOf, numberOf } from './little-endian.ts';

// Keys of the local world and of tests alone: nothing here runs in constant time, so a real key must never come near it.

function pointsOf(bits: 256 | 512) {
  const { p, a, b, q, cofactor, x, y } = GOST_CURVES[bits];
  return weierstrass({ p, a, b, n: q, h: cofactor, Gx: x, Gy: y });
}

const POINTS = { 256: pointsOf(256), 512: pointsOf(512) };

/** A private key for tests: a number from 1 to q − 1, the lowest byte first. `random` gives as many bytes as asked. */
export function newGostPrivateKey(
  bits: 512 | 256,
  random: (length: number) => Uint8Array = randomBytes,
): Uint8Array {
  return bytesOf(someScalar(bits, random), bits / 8);
}

/** x‖y, each the lowest byte first. Not in constant time: test keys alone. Throws RangeError for no private key. */
export function gostPublicKey(bits: 512 | 256, privateKey: Uint8Array): Uint8Array {
  const { x, y } = POINTS[bits].BASE.multiply(scalarOf(bits, privateKey)).toAffine();
  return new Uint8Array(Buffer.concat([bytesOf(x, bits / 8), bytesOf(y, bits / 8)]));
}

/**
 * r‖s, each the lowest byte first, over a Streebog digest of the same length. Not in constant time: test keys alone.
 * `random` gives the bytes of the nonce; with the same bytes comes the same signature, which tells the key of whoever uses
 * them for two digests. Throws RangeError for no private key or a digest of another length.
 */
export function signGost3410(
  bits: 512 | 256,
  privateKey: Uint8Array,
  digest: Uint8Array,
  random: (length: number) => Uint8Array = randomBytes,
): Uint8Array {
  if (digest.length !== bits / 8) throw new RangeError(`a digest of ${bits / 8} bytes is signed`);
  const { q } = GOST_CURVES[bits];
  const d = scalarOf(bits, privateKey);
  const e = numberOf(digest) % q || 1n;
  for (;;) {
    const k = someScalar(bits, random);
    const r = POINTS[bits].BASE.multiply(k).toAffine().x % q;
    const s = (r * d + k * e) % q;
    if (r !== 0n && s !== 0n) {
      return new Uint8Array(Buffer.concat([bytesOf(r, bits / 8), bytesOf(s, bits / 8)]));
    }
  }
}

function scalarOf(bits: 512 | 256, privateKey: Uint8Array): bigint {
  const d = numberOf(privateKey);
  if (privateKey.length !== bits / 8 || d === 0n || d >= GOST_CURVES[bits].q) {
    throw new RangeError('not a private key of this length');
  }
  return d;
}

/** 1 to q − 1; eight bytes more than q has leave no number visibly likelier than another. */
function someScalar(bits: 512 | 256, random: (length: number) => Uint8Array): bigint {
  return (numberOf(random(bits / 8 + 8)) % (GOST_CURVES[bits].q - 1n)) + 1n;
}
