import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIin } from '../people/iin.ts';
import { createSecrets, sameBytes } from './crypto.ts';

const iin = (text: string) => {
  const parsed = parseIin(text);
  if (!parsed.ok) throw new Error(parsed.code);
  return parsed.iin;
};
const boy = iin('230514590109');
const girl = iin('240229690009');
const secrets = createSecrets(Buffer.alloc(32, 7));

describe('an IIN at rest', () => {
  test('opens again and is not in the stored bytes', () => {
    const columns = secrets.sealIin(boy);
    expect(secrets.openIin(columns)).toBe(boy);
    expect(Buffer.from(columns.iin_cipher).toString('latin1')).not.toContain(boy);
  });

  test('is never encrypted to the same bytes twice, but always has the same lookup hash', () => {
    const [first, second] = [secrets.sealIin(boy), secrets.sealIin(boy)];
    expect(sameBytes(first.iin_cipher, second.iin_cipher)).toBe(false);
    expect(sameBytes(first.iin_hash, second.iin_hash)).toBe(true);
    expect(sameBytes(first.iin_hash, secrets.iinHash(girl))).toBe(false);
  });

  test('does not open in the row of another', () => {
    const swapped = { iin_cipher: secrets.sealIin(boy).iin_cipher, iin_hash: secrets.iinHash(girl) };
    expect(() => secrets.openIin(swapped)).toThrow();
  });

  test('neither opens nor is found under another key', () => {
    const other = createSecrets(Buffer.alloc(32, 8));
    expect(() => other.openIin(secrets.sealIin(boy))).toThrow();
    expect(sameBytes(other.iinHash(boy), secrets.iinHash(boy))).toBe(false);
  });

  test('one changed bit anywhere is noticed', () => {
    const columns = secrets.sealIin(boy);
    for (let byte = 0; byte < columns.iin_cipher.length; byte += 1) {
      const changed = Uint8Array.from(columns.iin_cipher);
      changed[byte] = (changed[byte] ?? 0) ^ 1;
      expect(() => secrets.openIin({ ...columns, iin_cipher: changed })).toThrow();
    }
  });
});

test('a message opens only under its own id, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.bigInt({ min: 0n, max: 2n ** 62n }), (payload, id) => {
      const sealed = secrets.sealPayload(id, payload);
      expect(secrets.openPayload(id, sealed)).toBe(payload);
      expect(() => secrets.openPayload(id + 1n, sealed)).toThrow();
    }),
  );
});

test('what this program did not encrypt is refused', () => {
  expect(() => secrets.openPayload(1n, new Uint8Array(0))).toThrow('not data');
  expect(() => secrets.openPayload(1n, randomBytes(28))).toThrow();
});

test('the hash of a code belongs to its row', () => {
  expect(sameBytes(secrets.codeHash('a', '123456'), secrets.codeHash('a', '123456'))).toBe(true);
  expect(sameBytes(secrets.codeHash('a', '123456'), secrets.codeHash('b', '123456'))).toBe(false);
  expect(sameBytes(secrets.codeHash('a', '123456'), secrets.codeHash('a', '123457'))).toBe(false);
});

describe('a scan', () => {
  const hashOf = (keys: typeof secrets, ...pieces: string[]) => {
    const hash = keys.scanHash();
    for (const piece of pieces) hash.update(Buffer.from(piece));
    return hash.digest();
  };

  test('is found by its content however it came, and by nobody without the key', () => {
    expect(sameBytes(hashOf(secrets, 'one', 'two'), hashOf(secrets, 'onetwo'))).toBe(true);
    expect(sameBytes(hashOf(secrets, 'one'), hashOf(secrets, 'two'))).toBe(false);
    const other = createSecrets(Buffer.alloc(32, 8));
    expect(sameBytes(hashOf(secrets, 'one'), hashOf(other, 'one'))).toBe(false);
  });

  test('has a key of its own for each file', () => {
    const hash = hashOf(secrets, 'one');
    const keyOf = (of: Uint8Array, salt: number) => secrets.scanFileKey(of, Buffer.alloc(16, salt)).export();
    expect(keyOf(hash, 1).equals(keyOf(hash, 1))).toBe(true);
    expect(keyOf(hash, 1).equals(keyOf(hash, 2))).toBe(false);
    expect(keyOf(hash, 1).equals(keyOf(hashOf(secrets, 'two'), 1))).toBe(false);
  });
});

test('a data key of another length is refused', () => {
  expect(() => createSecrets(Buffer.alloc(16))).toThrow(RangeError);
  expect(sameBytes(Buffer.alloc(1), Buffer.alloc(2))).toBe(false);
});
