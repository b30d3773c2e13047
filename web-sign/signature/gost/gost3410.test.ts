import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOST_CURVES } from './curves.ts';
import { verifyGost3410 } from './gost3410.ts';
import { bytesOf, numberOf } from './little-endian.ts';
import { gostPublicKey, newGostPrivateKey, signGost3410 } from './sign.ts';
import { streebog } from './streebog.ts';
import { curveOf, holds, verifyPlainly } from './testing/plain.ts';
import { RFC_7091, RFC_7836, RFC_9215 } from './testing/vectors.ts';

type Bits = 256 | 512;

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const joined = (bits: Bits, ...values: bigint[]): Uint8Array =>
  new Uint8Array(Buffer.concat(values.map((value) => bytesOf(value, bits / 8))));

/** Bytes that look random and are the same at every run. */
function stream(seed: string): (length: number) => Uint8Array {
  let n = 0;
  return (length) => {
    n += 1;
    return new Uint8Array(createHash('shake256', { outputLength: length }).update(`${seed} ${n}`).digest());
  };
}

describe('published examples', () => {
  it.each(RFC_7091)(
    'the plain way that all is compared with holds for example %# of RFC 7091',
    ({ curve, key, e, r, s }) => {
      expect(holds(curveOf(curve), key, e, { r, s })).toBe(true);
      expect(holds(curveOf(curve), key, e + 1n, { r, s })).toBe(false);
      expect(holds(curveOf(curve), key, e, { r: s, s: r })).toBe(false);
    },
  );

  it.each(RFC_7836)('public key %# of RFC 7836 on the 512-bit curve', ({ privateKey, publicKey }) => {
    expect(gostPublicKey(512, bytes(privateKey))).toEqual(bytes(publicKey));
  });

  it('public key of RFC 9215 on the 256-bit curve', () => {
    // The key there is larger than q; what counts is its remainder.
    const privateKey = BigInt(`0x${RFC_9215.privateKey}`) % GOST_CURVES[256].q;
    expect(gostPublicKey(256, bytesOf(privateKey, 32))).toEqual(bytes(RFC_9215.publicKey));
  });

  it.each(RFC_9215.signatures)(
    'signature %# of RFC 9215, turned round to the order of НУЦ',
    ({ signed, signature }) => {
      const digest = streebog(256, bytes(signed));
      const [key, turned] = [bytes(RFC_9215.publicKey), bytes(signature).reverse()];
      expect(verifyGost3410(256, key, digest, turned)).toBe(true);
      expect(verifyGost3410(256, key, digest, bytes(signature))).toBe(false);
      expect(verifyGost3410(256, key, Uint8Array.from(digest).reverse(), turned)).toBe(false);
    },
  );
});

describe.each([512, 256] as const)('GOST 34.310-2015, %i bits', (bits) => {
  const { p, q, x, y } = GOST_CURVES[bits];
  const half = bits / 8;
  const random = stream(`${bits}`);
  const privateKey = newGostPrivateKey(bits, random);
  const publicKey = gostPublicKey(bits, privateKey);
  const digest = random(half);
  const signature = signGost3410(bits, privateKey, digest, random);
  const [r, s] = [numberOf(signature.subarray(0, half)), numberOf(signature.subarray(half))];

  const scalar = fc.oneof(
    fc.bigInt({ min: 1n, max: q - 1n }),
    fc.constantFrom(1n, 2n, 3n, q - 1n, q - 2n, q / 2n, 2n ** BigInt(bits / 8), 2n ** BigInt(bits / 2)),
  );
  const digests = fc.oneof(
    fc.uint8Array({ minLength: half, maxLength: half }),
    fc.constantFrom(0n, 1n, q - 1n, q, q + 1n, 2n ** BigInt(bits) - 1n).map((e) => bytesOf(e, half)),
  );

  it('accepts what was signed and refuses every other byte', () => {
    expect(verifyGost3410(bits, publicKey, digest, signature)).toBe(true);
    for (let i = 0; i < 2 * half; i += 7) {
      const changed = Uint8Array.from(signature);
      changed[i] = (changed[i] ?? 0) ^ 0x10;
      expect(verifyGost3410(bits, publicKey, digest, changed)).toBe(false);
      const key = Uint8Array.from(publicKey);
      key[i] = (key[i] ?? 0) ^ 0x10;
      expect(verifyGost3410(bits, key, digest, signature)).toBe(false);
    }
    for (let i = 0; i < half; i += 7) {
      const other = Uint8Array.from(digest);
      other[i] = (other[i] ?? 0) ^ 0x10;
      expect(verifyGost3410(bits, publicKey, other, signature)).toBe(false);
    }
  });

  it('agrees with the plain way on whatever key and digest, and on a signature with one number changed', () => {
    fc.assert(
      fc.property(scalar, digests, fc.bigInt({ min: 1n, max: q - 1n }), (d, e, other) => {
        const key = gostPublicKey(bits, bytesOf(d, half));
        const good = signGost3410(bits, bytesOf(d, half), e, random);
        expect(verifyGost3410(bits, key, e, good)).toBe(true);
        expect(verifyPlainly(bits, key, e, good)).toBe(true);
        for (const wrong of [
          joined(bits, other, numberOf(good.subarray(half))),
          joined(bits, numberOf(good.subarray(0, half)), other),
        ]) {
          expect(verifyGost3410(bits, key, e, wrong)).toBe(verifyPlainly(bits, key, e, wrong));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('stays right when a key comes again and gets a table, and when more keys come than there are tables', () => {
    const keys = Array.from({ length: 34 }, () => newGostPrivateKey(bits, random));
    for (let round = 0; round < 4; round += 1) {
      for (const key of keys) {
        const e = random(half);
        const signed = signGost3410(bits, key, e, random);
        expect(verifyGost3410(bits, gostPublicKey(bits, key), e, signed)).toBe(true);
        expect(verifyGost3410(bits, gostPublicKey(bits, key), digest, signed)).toBe(false);
      }
    }
  });

  it('knows the way round points that meet: keys that are small multiples of the base point, or their opposites', () => {
    const { BASE } = curveOf(GOST_CURVES[bits]);
    const one = bytesOf(1n, half);
    for (const d of [1n, 2n, 3n, 16n, 2n ** BigInt(bits / 8), q - 1n, q - 2n]) {
      const secret = bytesOf(d, half);
      const key = gostPublicKey(bits, secret);
      expect(verifyGost3410(bits, key, digest, signGost3410(bits, secret, digest, random))).toBe(true);
      // With e = 1 the sum is k·G: small enough to meet the tables' own points on the way.
      for (const k of [1n, 2n, 31n, q - 1n]) {
        const met = BASE.multiply(k).x % q;
        const signed = joined(bits, met, (met * d + k) % q);
        expect(verifyGost3410(bits, key, one, signed)).toBe((met * d + k) % q !== 0n);
        expect(verifyGost3410(bits, key, digest, signed)).toBe(false);
      }
    }
  });

  it('refuses a sum that is the point at infinity, whatever r', () => {
    const d = numberOf(privateKey);
    for (const some of [1n, r, q - 1n, x]) {
      const infinite = joined(bits, some % q, ((some % q) * d) % q);
      expect(verifyGost3410(bits, publicKey, digest, infinite)).toBe(false);
      expect(verifyPlainly(bits, publicKey, digest, infinite)).toBe(false);
    }
  });

  it('refuses r and s out of their range, also where the number modulo q would do', () => {
    const most = 2n ** BigInt(bits) - 1n;
    for (const wrong of [0n, q, most]) {
      expect(verifyGost3410(bits, publicKey, digest, joined(bits, wrong, s))).toBe(false);
      expect(verifyGost3410(bits, publicKey, digest, joined(bits, r, wrong))).toBe(false);
    }
    if (r + q <= most) expect(verifyGost3410(bits, publicKey, digest, joined(bits, r + q, s))).toBe(false);
    if (s + q <= most) expect(verifyGost3410(bits, publicKey, digest, joined(bits, r, s + q))).toBe(false);
  });

  it('refuses keys that are no points of the curve, and coordinates beyond p', () => {
    const beyond = 2n ** BigInt(bits) - 1n - p;
    for (const key of [
      joined(bits, 0n, 0n),
      joined(bits, x, (y + 1n) % p),
      joined(bits, y, x),
      joined(bits, p, y),
      joined(bits, x, p),
      ...(x <= beyond ? [joined(bits, x + p, y)] : []),
    ]) {
      expect(verifyGost3410(bits, key, digest, signature)).toBe(false);
    }
  });

  it('refuses what has another length, and throws at nothing', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2 * half + 2 }),
        fc.uint8Array({ maxLength: half + 2 }),
        fc.uint8Array({ maxLength: 2 * half + 2 }),
        (key, e, signed) => {
          expect(verifyGost3410(bits, key, e, signed)).toBe(false);
          expect(verifyGost3410(bits, publicKey, digest, signed)).toBe(false);
          expect(verifyGost3410(bits, key, digest, signature)).toBe(false);
          expect(verifyGost3410(bits, publicKey, e, signature)).toBe(false);
        },
      ),
    );
    const other = bits === 512 ? 256 : 512;
    expect(verifyGost3410(other, publicKey, digest, signature)).toBe(false);
  });

  it('signs the same with the same nonce, and otherwise not', () => {
    const signed = (seed: string) => signGost3410(bits, privateKey, digest, stream(seed));
    expect(signed('one')).toEqual(signed('one'));
    expect(signed('one')).not.toEqual(signed('two'));
    expect(() => signGost3410(bits, bytesOf(0n, half), digest)).toThrow(RangeError);
    expect(() => signGost3410(bits, bytesOf(q, half), digest)).toThrow(RangeError);
    expect(() => signGost3410(bits, privateKey, digest.subarray(1))).toThrow(RangeError);
    expect(() => gostPublicKey(bits, privateKey.subarray(1))).toThrow(RangeError);
  });
});

it('refuses a point of the 256-bit curve that is outside the group of prime order, four times smaller than the curve', () => {
  const curve = curveOf(GOST_CURVES[256]);
  const { a, b, p } = GOST_CURVES[256];
  const outside = Array.from({ length: 40 }, (_, i) => BigInt(i)).flatMap((x) => {
    try {
      const point = curve.fromAffine({ x, y: curve.Fp.sqrt((x ** 3n + a * x + b) % p) });
      return point.isTorsionFree() ? [] : [point];
    } catch {
      return []; // No point has this x.
    }
  });
  expect(outside.length).toBeGreaterThan(0);
  for (const { x, y } of outside) {
    expect(verifyGost3410(256, joined(256, x, y), bytesOf(1n, 32), joined(256, 1n, 1n))).toBe(false);
    expect(verifyPlainly(256, joined(256, x, y), bytesOf(1n, 32), joined(256, 1n, 1n))).toBe(false);
  }
});
