import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStreebog, streebog } from './streebog.ts';
import { RFC_6986 } from './testing/vectors.ts';

const BITS = [256, 512] as const;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const repeated = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (7 * i + 3) & 255);

/** An implementation of other people, without types. */
function peer(bits: 256 | 512, data: Uint8Array): string {
  const GostDigest = createRequire(import.meta.url)('gost-crypto/lib/gostDigest.js') as new (settings: {
    version: number;
    length: number;
  }) => { digest(data: Uint8Array): ArrayBuffer };
  return hex(new Uint8Array(new GostDigest({ version: 2012, length: bits }).digest(data)));
}

describe.each(BITS)('Streebog-%i', (bits) => {
  it.each(RFC_6986)('hashes message %# of RFC 6986', (example) => {
    expect(hex(streebog(bits, Buffer.from(example.message, 'hex')))).toBe(example[bits]);
  });

  it.each([0, 1, 31, 32, 55, 62, 63, 64, 65, 127, 128, 129, 191, 192, 193, 1000])(
    'hashes %i bytes as gost-crypto does',
    (length) => {
      expect(hex(streebog(bits, repeated(length)))).toBe(peer(bits, repeated(length)));
    },
  );

  it('carries through the whole sum of blocks', () => {
    for (const block of [
      new Uint8Array(256).fill(255),
      Uint8Array.from({ length: 192 }, (_, i) => (i % 64 ? 255 : 1)),
    ]) {
      expect(hex(streebog(bits, block))).toBe(peer(bits, block));
    }
  });

  it('gives the same however the data are cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.nat(300), { maxLength: 5 }),
        (data, cuts) => {
          const hash = createStreebog(bits);
          let from = 0;
          for (const to of [...cuts, data.length].sort((a, b) => a - b)) {
            hash.update(data.subarray(from, to));
            from = Math.max(from, Math.min(to, data.length));
          }
          expect(hex(hash.digest())).toBe(hex(streebog(bits, data)));
        },
      ),
    );
  });

  it('agrees with gost-crypto on whatever is hashed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (data) => {
        expect(hex(streebog(bits, data))).toBe(peer(bits, data));
      }),
    );
  });

  it('leaves its data as they were, and keeps nothing of another hash that goes on beside it', () => {
    const data = repeated(200);
    const first = createStreebog(bits).update(data.subarray(0, 100));
    const second = createStreebog(bits).update(data);
    first.update(data.subarray(100));
    expect(hex(first.digest())).toBe(hex(second.digest()));
    expect(data).toEqual(repeated(200));
  });

  it('is asked for its digest once', () => {
    const hash = createStreebog(bits);
    hash.digest();
    expect(() => hash.digest()).toThrow();
    expect(() => hash.update(repeated(1))).toThrow();
  });
});

it('gives the shorter digest no part of the longer one', () => {
  expect(hex(streebog(512, repeated(10)))).not.toContain(hex(streebog(256, repeated(10))));
});
