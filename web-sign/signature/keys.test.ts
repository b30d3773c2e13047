import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newGostKey, newRsaKey } from './certificate/testing/make.ts';
import { bits, integer, nullValue, octets, oid, sequence } from './der/writer.ts';
import { hashOfOid, KeyOid, publicKeyOf, signatureAlgorithmOf, verifyInSteps } from './keys.ts';
import { SignatureRefused } from './reasons.ts';

const rsa = newRsaKey();
const gost = newGostKey();
const gost256 = newGostKey(256);
const data = Buffer.from('Өтініш № 1');

const ALGORITHMS = [
  'RSA-SHA256',
  'RSA-SHA384',
  'RSA-SHA512',
  'GOST3410-2015-512',
  'GOST3410-2015-256',
] as const;

function rsaSpki(modulus: bigint, exponent: bigint): Uint8Array {
  return sequence(
    sequence(oid(KeyOid.RSA), nullValue()),
    bits(sequence(integer(modulus), integer(exponent))),
  );
}

function gostSpki(key: string, parameters: string, hash: string, length: number): Uint8Array {
  return sequence(
    sequence(oid(key), sequence(oid(parameters), oid(hash))),
    bits(octets(new Uint8Array(length).fill(1))),
  );
}

describe('verification', () => {
  test.each([
    ['RSA', rsa],
    ['GOST-512', gost],
    ['GOST-256', gost256],
  ] as const)('%s: its own signature, and nothing else', (kind, key) => {
    const publicKey = publicKeyOf(key.spki);
    const signature = key.sign(data);
    expect(publicKey.kind).toBe(kind);
    expect(publicKey.verify(key.algorithm, data, signature)).toBe(true);
    expect(publicKey.verify(key.algorithm, Buffer.from('Өтініш № 2'), signature)).toBe(false);
    expect(publicKey.verify(key.algorithm, data, signature.subarray(1))).toBe(false);
    expect(publicKey.verify(key.algorithm, data, new Uint8Array())).toBe(false);
    for (const algorithm of ALGORITHMS) {
      if (algorithm !== key.algorithm) expect(publicKey.verify(algorithm, data, signature)).toBe(false);
    }
  });

  test('any bytes as a signature are false, never an error', () => {
    const keys = [rsa, gost, gost256].map((key) => publicKeyOf(key.spki));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 260 }),
        fc.constantFrom(...ALGORITHMS),
        (signature, algorithm) => {
          for (const key of keys) expect(key.verify(algorithm, data, signature)).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('RSA keys of every length from 2048 to 8192 bits are read', () => {
    for (let size = 2048n; size <= 8192n; size += size < 2600n ? 1n : 64n) {
      for (const exponent of [3n, 65537n]) {
        expect(publicKeyOf(rsaSpki((1n << (size - 1n)) + 1n, exponent)).kind).toBe('RSA');
      }
    }
  });

  test('in steps the answer is the same', async () => {
    const long = new Uint8Array(600_000).fill(3);
    for (const key of [rsa, gost]) {
      const signature = key.sign(long);
      const publicKey = publicKeyOf(key.spki);
      expect(await verifyInSteps(publicKey, key.algorithm, long, signature)).toBe(true);
      expect(await verifyInSteps(publicKey, key.algorithm, long.subarray(1), signature)).toBe(false);
      expect(await verifyInSteps(publicKey, 'GOST3410-2015-256', long, signature)).toBe(false);
    }
  });
});

describe('keys that are not accepted', () => {
  const modulus = (1n << 2047n) + 1n;
  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['RSA of 1024 bits', rsaSpki((1n << 1023n) + 1n, 65537n)],
    ['RSA of 2047 bits', rsaSpki((1n << 2046n) + 1n, 65537n)],
    ['RSA so long that it keeps us busy', rsaSpki((1n << 9000n) + 1n, 65537n)],
    ['RSA with an even modulus', rsaSpki(1n << 2047n, 65537n)],
    ['RSA with the exponent 1', rsaSpki(modulus, 1n)],
    ['RSA with an even exponent', rsaSpki(modulus, 65536n)],
    ['RSA with a huge exponent', rsaSpki(modulus, (1n << 64n) + 1n)],
    ['GOST-2004', gostSpki('1.2.398.3.10.1.1.1.1', '1.2.398.3.10.1.1.1.1.1', '1.2.398.3.10.1.3.1', 64)],
    [
      'GOST with the parameters of another size',
      gostSpki(KeyOid.GOST_512, KeyOid.GOST_256_PARAMETERS, '1.2.398.3.10.1.3.3', 128),
    ],
    [
      'GOST with the hash of another size',
      gostSpki(KeyOid.GOST_512, KeyOid.GOST_512_PARAMETERS, '1.2.398.3.10.1.3.2', 128),
    ],
    [
      'GOST with a short key',
      gostSpki(KeyOid.GOST_512, KeyOid.GOST_512_PARAMETERS, '1.2.398.3.10.1.3.3', 127),
    ],
    [
      'an elliptic key of the usual kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' }),
    ],
    ['no key', Uint8Array.of(5, 0)],
  ];

  test.each(refused)('%s', (_, spki) => {
    expect(() => publicKeyOf(spki)).toThrow(SignatureRefused);
    expect(() => publicKeyOf(spki)).toThrow(/^unsupported-key/);
  });

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (spki) => {
        expect(() => publicKeyOf(spki)).toThrow(SignatureRefused);
      }),
    );
  });
});

test('SHA-1, GOST-2004 and PSS are no algorithms for signatures', () => {
  for (const oidText of [
    '1.2.840.113549.1.1.5',
    '1.2.398.3.10.1.1.1.2',
    '1.2.840.113549.1.1.10',
    '1.2.840.113549.1.1.4',
  ]) {
    expect(signatureAlgorithmOf(oidText)).toBeUndefined();
  }
  expect(signatureAlgorithmOf('1.2.398.3.10.1.1.2.3.2')).toBe('GOST3410-2015-512');
  expect(hashOfOid('1.2.398.3.10.1.3.1')).toBeUndefined();
  expect(hashOfOid('1.2.398.3.10.1.3.3')).toBe('STREEBOG512');
});
