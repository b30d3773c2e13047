import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../core/clock.ts';
import { parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import {
  context,
  der,
  integer,
  nullValue,
  octets,
  oid,
  sequence,
  setOf,
} from '../../web-sign/signature/der/writer.ts';
import { KeyOid } from '../../web-sign/signature/keys.ts';
import { createAuthority } from './authority.ts';
import { fewRsaKeys, freshKeys, type Key } from './key.ts';
import { P12Error, readP12 } from './p12.ts';
import { derive, Purpose } from './p12-cipher.ts';
import { decryptRc2 } from './rc2.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const PASSWORD = 'Құпия12';
const ITERATIONS = 16;
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Indefinite length, as НУЦ writes the outer layers. */
const open = (tag: number, ...parts: Uint8Array[]) =>
  Buffer.concat([Uint8Array.of(tag, 0x80), ...parts, Uint8Array.of(0, 0)]);
const sealed = (data: Uint8Array, salt: Uint8Array) => {
  const derivation = { password: PASSWORD, salt, iterations: ITERATIONS };
  const cipher = createCipheriv(
    'des-ede3-cbc',
    derive(derivation, Purpose.KEY, 24),
    derive(derivation, Purpose.IV, 8),
  );
  return Buffer.concat([cipher.update(data), cipher.final()]);
};
const scheme = (salt: Uint8Array) =>
  sequence(oid('1.2.840.113549.1.12.1.3'), sequence(octets(salt), integer(ITERATIONS)));

/** A .p12 file in the shape of НУЦ's: the key in one part, the encrypted certificates in another, strings in pieces. */
function p12(pkcs8: Uint8Array, certificates: readonly Uint8Array[]): Uint8Array {
  const [keySalt, certificateSalt, macSalt] = [randomBytes(20), randomBytes(20), randomBytes(20)];
  const keyBag = sequence(
    oid('1.2.840.113549.1.12.10.1.2'),
    context(0, true, sequence(scheme(keySalt), octets(sealed(pkcs8, keySalt)))),
    setOf(),
  );
  const bags = certificates.map((one) =>
    sequence(
      oid('1.2.840.113549.1.12.10.1.3'),
      context(0, true, sequence(oid('1.2.840.113549.1.9.22.1'), context(0, true, octets(one)))),
    ),
  );
  const secret = sealed(sequence(...bags), certificateSalt);
  const pieces = open(0xa0, octets(secret.subarray(0, 100)), octets(secret.subarray(100)));
  const encrypted = open(
    0x30,
    integer(0),
    open(0x30, oid('1.2.840.113549.1.7.1'), scheme(certificateSalt), pieces),
  );
  const data = (content: Uint8Array) =>
    open(
      0x30,
      oid('1.2.840.113549.1.7.1'),
      open(0xa0, open(0x24, octets(content.subarray(0, 7)), octets(content.subarray(7)))),
    );
  const safe = open(
    0x30,
    data(sequence(keyBag)),
    open(0x30, oid('1.2.840.113549.1.7.6'), open(0xa0, encrypted)),
  );
  const macKey = derive({ password: PASSWORD, salt: macSalt, iterations: ITERATIONS }, Purpose.MAC, 20);
  const mac = sequence(
    sequence(
      sequence(oid('1.3.14.3.2.26'), nullValue()),
      octets(createHmac('sha1', macKey).update(safe).digest()),
    ),
    octets(macSalt),
    integer(ITERATIONS),
  );
  return der(0x30, integer(3), data(safe), mac);
}

describe('a .p12 file', () => {
  const files: { gost: Uint8Array; rsa: Uint8Array; keys: Key[] } = {
    gost: new Uint8Array(),
    rsa: new Uint8Array(),
    keys: [],
  };

  beforeAll(async () => {
    const source = fewRsaKeys();
    const made: { gost?: Uint8Array; rsa?: Uint8Array } = {};
    const keys = {
      gost: () => {
        made.gost = freshKeys.gost();
        return made.gost;
      },
      rsa: async () => {
        made.rsa = await source.rsa();
        return made.rsa;
      },
    };
    const authority = await createAuthority({
      clock: fixedClock(NOW),
      baseUrl: 'http://authority.test',
      keys,
    });
    const person = { iin: '900101300017', surname: 'Сынақов', name: 'Айдос' };
    const gost = await authority.issue({ ...person, kind: 'GOST' });
    const rsa = await authority.issue({ ...person, kind: 'RSA-SIGN' });
    const pkcs8 = sequence(
      integer(0),
      sequence(oid(KeyOid.GOST_512), sequence(oid(KeyOid.GOST_512_PARAMETERS))),
      octets(octets(made.gost ?? new Uint8Array())),
    );
    const above = authority.trust().map((one) => one.der);
    files.gost = p12(pkcs8, [...above, gost.certificate]);
    files.rsa = p12(made.rsa ?? new Uint8Array(), [rsa.certificate]);
    files.keys = [gost, rsa];
  });

  it('gives the key and its certificate', () => {
    const read = [readP12(files.gost, PASSWORD), readP12(files.rsa, PASSWORD)];
    for (const [index, key] of read.entries()) {
      expect(key.certificate).toEqual(files.keys[index]?.certificate);
      expect(key.holder.iin).toBe('900101300017');
      const data = Buffer.from('сынақ');
      const algorithm = key.algorithm === 'RSA' ? 'RSA-SHA256' : 'GOST3410-2015-512';
      expect(parseCertificate(key.certificate).publicKey?.verify(algorithm, data, key.sign(data))).toBe(true);
    }
  });

  it('tells a wrong password from another file', () => {
    expect(() => readP12(files.gost, 'басқа')).toThrow(new P12Error('password'));
    expect(() => readP12(Buffer.from('not a key'), PASSWORD)).toThrow(/^malformed/);
  });

  it('is refused, and nothing else happens, however it is damaged', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000_000 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, flip, cut) => {
          const bytes = Uint8Array.from(files.gost);
          const index = at % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ flip;
          try {
            readP12(cut ? bytes.subarray(0, index) : bytes, PASSWORD);
          } catch (error) {
            expect(error).toBeInstanceOf(P12Error);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('RC2', () => {
  // RFC 2268 §5: effective bits, key, plaintext, ciphertext.
  const vectors: readonly [number, string, string, string][] = [
    [63, '00000000 00000000', '00000000 00000000', 'ebb773f9 93278eff'],
    [64, 'ffffffff ffffffff', 'ffffffff ffffffff', '278b27e4 2e2f0d49'],
    [64, '30000000 00000000', '10000000 00000001', '30649edf 9be7d2c2'],
    [64, '88', '00000000 00000000', '61a8a244 adacccf0'],
    [64, '88bca90e 90875a', '00000000 00000000', '6ccf4308 974c267f'],
    [64, '88bca90e 90875a7f 0f79c384 627bafb2', '00000000 00000000', '1a807d27 2bbe5db1'],
    [128, '88bca90e 90875a7f 0f79c384 627bafb2', '00000000 00000000', '2269552a b0f85ca6'],
  ];

  it.each(vectors)('decrypts the examples of RFC 2268: %i bits', (bits, key, plain, cipher) => {
    // In CBC the block is added to the vector: chosen so that what comes out is text with right padding.
    const wanted = Buffer.from([1, 2, 3, 4, 5, 6, 7, 1]);
    const iv = hex(plain).map((octet, index) => octet ^ (wanted[index] ?? 0));
    expect(Buffer.from(decryptRc2(hex(cipher), hex(key), iv, bits))).toEqual(wanted.subarray(0, 7));
  });

  it('takes no part of a block and no wrong padding', () => {
    const [key, iv] = [Buffer.alloc(5), Buffer.alloc(8)];
    expect(() => decryptRc2(Buffer.alloc(7), key, iv, 40)).toThrow(RangeError);
    expect(() => decryptRc2(Buffer.alloc(0), key, iv, 40)).toThrow(RangeError);
    expect(() => decryptRc2(hex('61a8a244 adacccf0'), hex('88'), Buffer.alloc(8), 64)).toThrow(RangeError);
  });
});
