import { randomBytes } from 'node:crypto';
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { GOST_CURVES } from '../../../web-sign/signature/gost/curves.ts';
import { verifyGost3410 } from '../../../web-sign/signature/gost/gost3410.ts';
import { numberOf } from '../../../web-sign/signature/gost/little-endian.ts';
import { gostPublicKey, newGostPrivateKey, signGost3410 } from '../../../web-sign/signature/gost/sign.ts';

const NEW_KEYS = 500;
const WARMING = 100;
const SAME_KEY = 300;

/** Milliseconds of each verification; `noble` has as many as there are new keys, taken by turns with them. */
export interface GostTimes {
  readonly newKey: readonly number[];
  /** A key that has come before, as an authority's does. */
  readonly knownKey: readonly number[];
  readonly noble: readonly number[];
}

/** GOST-512 verification; beside it two multiplications and an addition of @noble/curves, which is most of a plain one. */
export function measureGost(): GostTimes {
  const { p, a, b, q, cofactor, x, y } = GOST_CURVES[512];
  const curve = weierstrass({ p, a, b, n: q, h: cofactor, Gx: x, Gy: y }, { allowInfinityPoint: true });
  const newKey: number[] = [];
  const noble: number[] = [];
  for (const [i, { key, digest, signature }] of signed(NEW_KEYS + WARMING, NEW_KEYS + WARMING).entries()) {
    const ours = timed(() => verified(key, digest, signature));
    const scalars = { base: numberOf(signature.subarray(64)), key: numberOf(signature.subarray(0, 64)) };
    const point = curve.fromAffine({ x: numberOf(key.subarray(0, 64)), y: numberOf(key.subarray(64)) });
    const plain = timed(() =>
      curve.BASE.multiplyUnsafe(scalars.base).add(point.multiplyUnsafe(scalars.key)).toAffine(),
    );
    if (i < WARMING) continue;
    newKey.push(ours);
    noble.push(plain);
  }
  const knownKey = signed(1, SAME_KEY + WARMING).map(({ key, digest, signature }) =>
    timed(() => verified(key, digest, signature)),
  );
  return { newKey, knownKey: knownKey.slice(WARMING), noble };
}

/** Signatures of so many keys, one key after the other. */
function signed(keys: number, signatures: number) {
  const owners = Array.from({ length: keys }, () => {
    const secret = newGostPrivateKey(512);
    return { secret, key: gostPublicKey(512, secret) };
  });
  return Array.from({ length: signatures / keys }, () => owners)
    .flat()
    .map(({ secret, key }) => {
      const digest = randomBytes(64);
      return { key, digest, signature: signGost3410(512, secret, digest) };
    });
}

function verified(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): void {
  if (!verifyGost3410(512, key, digest, signature)) throw new Error('a right signature was refused');
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
