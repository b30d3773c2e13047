import { createDecipheriv, createHash } from 'node:crypto';
import { decryptRc2 } from './rc2.ts';

/** Password-based encryption of PKCS#12 (RFC 7292, appendices B and C). */

const HASH = 'sha1';
const HASH_LENGTH = 20;
const HASH_BLOCK = 64;

/** What the derived bytes are for (appendix B.3). */
export const Purpose = { KEY: 1, IV: 2, MAC: 3 } as const;

export interface Derivation {
  readonly password: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** Appendix B.2 with SHA-1. */
export function derive(
  { password, salt, iterations }: Derivation,
  purpose: (typeof Purpose)[keyof typeof Purpose],
  length: number,
): Buffer {
  const diversifier = Buffer.alloc(HASH_BLOCK, purpose);
  const input = Buffer.concat([stretched(salt), stretched(bmp(password))]);
  const blocks: Buffer[] = [];
  for (let made = 0; made < length; made += HASH_LENGTH) {
    let block = createHash(HASH).update(diversifier).update(input).digest();
    for (let i = 1; i < iterations; i++) block = createHash(HASH).update(block).digest();
    blocks.push(block);
    const step = bigint(repeated(block, HASH_BLOCK)) + 1n;
    for (let at = 0; at < input.length; at += HASH_BLOCK) {
      const part = input.subarray(at, at + HASH_BLOCK);
      part.set(Buffer.from(sum(bigint(part), step), 'hex'));
    }
  }
  return Buffer.concat(blocks).subarray(0, length);
}

const bigint = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

const sum = (one: bigint, other: bigint) =>
  BigInt.asUintN(HASH_BLOCK * 8, one + other)
    .toString(16)
    .padStart(HASH_BLOCK * 2, '0');

function repeated(bytes: Uint8Array, length: number): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes);
}

/** Repeated to whole hash blocks. */
const stretched = (bytes: Uint8Array) => repeated(bytes, Math.ceil(bytes.length / HASH_BLOCK) * HASH_BLOCK);

/** UTF-16, big-endian, with two zero octets at the end. */
function bmp(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

/** Effective bits of the key. */
const RC2: ReadonlyMap<string, number> = new Map([
  ['1.2.840.113549.1.12.1.5', 128],
  ['1.2.840.113549.1.12.1.6', 40],
]);
const TRIPLE_DES = '1.2.840.113549.1.12.1.3';

/** @throws RangeError for another cipher, or when length or padding is wrong. */
export function decryptPbe(scheme: string, derivation: Derivation, data: Uint8Array): Uint8Array {
  const iv = derive(derivation, Purpose.IV, 8);
  if (scheme === TRIPLE_DES) {
    const decipher = createDecipheriv('des-ede3-cbc', derive(derivation, Purpose.KEY, 24), iv);
    try {
      return Buffer.concat([decipher.update(data), decipher.final()]);
    } catch (error) {
      throw new RangeError('wrong padding', { cause: error });
    }
  }
  const bits = RC2.get(scheme);
  if (bits === undefined) throw new RangeError(scheme);
  return decryptRc2(data, derive(derivation, Purpose.KEY, bits / 8), iv, bits);
}
