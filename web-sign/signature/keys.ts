import { createHash, createPublicKey, type KeyObject, verify as verifyNative } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import type { SignatureAlgorithm } from './api.ts';
import {
  fieldsOf,
  integerBytes,
  parseDer,
  readBits,
  readNull,
  readOctets,
  readOid,
  Tag,
} from './der/reader.ts';
import { verifyGost3410 } from './gost/gost3410.ts';
import { createStreebog, streebog } from './gost/streebog.ts';
import { SignatureRefused } from './reasons.ts';

export type HashAlgorithm = 'SHA1' | 'SHA256' | 'SHA384' | 'SHA512' | 'STREEBOG256' | 'STREEBOG512';

/** Object identifiers of keys (EDS.md §2.3, RFC 8017). */
export const KeyOid = {
  RSA: '1.2.840.113549.1.1.1',
  GOST_512: '1.2.398.3.10.1.1.2.2',
  GOST_512_PARAMETERS: '1.2.398.3.10.1.1.2.2.1',
  GOST_256: '1.2.398.3.10.1.1.2.1',
  GOST_256_PARAMETERS: '1.2.398.3.10.1.1.2.1.1',
} as const;

const HASH_BY_OID: ReadonlyMap<string, HashAlgorithm> = new Map([
  ['1.3.14.3.2.26', 'SHA1'],
  ['2.16.840.1.101.3.4.2.1', 'SHA256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA512'],
  ['1.2.398.3.10.1.3.2', 'STREEBOG256'],
  ['1.2.398.3.10.1.3.3', 'STREEBOG512'],
]);

const ALGORITHM_BY_OID: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['1.2.840.113549.1.1.11', 'RSA-SHA256'],
  ['1.2.840.113549.1.1.12', 'RSA-SHA384'],
  ['1.2.840.113549.1.1.13', 'RSA-SHA512'],
  ['1.2.398.3.10.1.1.2.3.2', 'GOST3410-2015-512'],
  ['1.2.398.3.10.1.1.2.3.1', 'GOST3410-2015-256'],
]);

/** The hash inside each signature algorithm. */
export const HASH_OF_ALGORITHM: Readonly<Record<SignatureAlgorithm, HashAlgorithm>> = {
  'RSA-SHA256': 'SHA256',
  'RSA-SHA384': 'SHA384',
  'RSA-SHA512': 'SHA512',
  'GOST3410-2015-512': 'STREEBOG512',
  'GOST3410-2015-256': 'STREEBOG256',
};

function oidOf(known: ReadonlyMap<string, string>, name: string): string {
  for (const [oid, value] of known) if (value === name) return oid;
  throw new RangeError(`no object identifier for ${name}`);
}

export function hashOfOid(oid: string): HashAlgorithm | undefined {
  return HASH_BY_OID.get(oid);
}

export function oidOfHash(hash: HashAlgorithm): string {
  return oidOf(HASH_BY_OID, hash);
}

/** Undefined for everything that is not on the list: SHA-1, GOST-2004, PSS and the rest are not signatures to us. */
export function signatureAlgorithmOf(oid: string): SignatureAlgorithm | undefined {
  return ALGORITHM_BY_OID.get(oid);
}

export function oidOfSignatureAlgorithm(algorithm: SignatureAlgorithm): string {
  return oidOf(ALGORITHM_BY_OID, algorithm);
}

/** Streebog comes in the byte order of gost/streebog.ts, in which НУЦ writes its digests. */
export function digestOf(hash: HashAlgorithm, data: Uint8Array): Uint8Array {
  if (hash === 'STREEBOG512') return streebog(512, data);
  if (hash === 'STREEBOG256') return streebog(256, data);
  return createHash(hash).update(data).digest();
}

export interface PublicKey {
  readonly kind: 'RSA' | 'GOST-512' | 'GOST-256';
  /** DER of SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Content of the key's BIT STRING: what key identifiers and OCSP key hashes are made of. */
  readonly keyBits: Uint8Array;
  /** False for a wrong signature and also when the algorithm is not for this key; never throws. */
  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean;
}

const NATIVE_HASH = { 'RSA-SHA256': 'sha256', 'RSA-SHA384': 'sha384', 'RSA-SHA512': 'sha512' } as const;

class RsaKey implements PublicKey {
  readonly kind = 'RSA';
  readonly spki: Uint8Array;
  readonly keyBits: Uint8Array;
  readonly #key: KeyObject;

  constructor(spki: Uint8Array, keyBits: Uint8Array, key: KeyObject) {
    this.spki = spki;
    this.keyBits = keyBits;
    this.#key = key;
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
    if (algorithm === 'GOST3410-2015-512' || algorithm === 'GOST3410-2015-256') return false;
    try {
      return verifyNative(NATIVE_HASH[algorithm], data, this.#key, signature);
    } catch {
      return false;
    }
  }
}

class GostKey implements PublicKey {
  readonly kind: 'GOST-512' | 'GOST-256';
  readonly spki: Uint8Array;
  readonly keyBits: Uint8Array;
  readonly #size: 512 | 256;
  readonly #point: Uint8Array;

  constructor(size: 512 | 256, spki: Uint8Array, keyBits: Uint8Array, point: Uint8Array) {
    this.kind = `GOST-${size}`;
    this.spki = spki;
    this.keyBits = keyBits;
    this.#size = size;
    this.#point = point;
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
    if (algorithm !== `GOST3410-2015-${this.#size}`) return false;
    return this.verifyDigest(algorithm, streebog(this.#size, data), signature);
  }

  verifyDigest(algorithm: SignatureAlgorithm, digest: Uint8Array, signature: Uint8Array): boolean {
    if (algorithm !== `GOST3410-2015-${this.#size}`) return false;
    return verifyGost3410(this.#size, this.#point, digest, signature);
  }
}

const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 8192;

function bitLength(magnitude: Uint8Array): number {
  return magnitude.length * 8 - (Math.clz32(magnitude[0] ?? 0) - 24);
}

function isOdd(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}

/** A short modulus or a weak exponent lets a stranger sign; a huge one would let him keep us busy. */
function rsaKey(spki: Uint8Array, keyBits: Uint8Array): PublicKey {
  const fields = fieldsOf(parseDer(keyBits));
  const modulus = integerBytes(fields.next());
  const exponent = integerBytes(fields.next());
  fields.end();
  const size = bitLength(modulus);
  if (size < RSA_MIN_BITS || size > RSA_MAX_BITS || !isOdd(modulus)) {
    throw new SignatureRefused('unsupported-key', `RSA modulus of ${size} bits`);
  }
  const smallest = exponent.length === 1 && (exponent[0] ?? 0) < 3;
  if (smallest || !isOdd(exponent) || bitLength(exponent) > 64) {
    throw new SignatureRefused('unsupported-key', 'RSA exponent');
  }
  return new RsaKey(spki, keyBits, createPublicKey(pemOf(keyBits)));
}

/** RSAPublicKey of RFC 8017 as text, which Node reads several times as fast as the same in bytes. */
function pemOf(rsaPublicKey: Uint8Array): string {
  const lines =
    Buffer.from(rsaPublicKey)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN RSA PUBLIC KEY-----', ...lines, '-----END RSA PUBLIC KEY-----', ''].join('\n');
}

const GOST_KEYS = {
  [KeyOid.GOST_512]: { size: 512, parameters: KeyOid.GOST_512_PARAMETERS, hash: 'STREEBOG512' },
  [KeyOid.GOST_256]: { size: 256, parameters: KeyOid.GOST_256_PARAMETERS, hash: 'STREEBOG256' },
} as const;

function isGost(oid: string): oid is keyof typeof GOST_KEYS {
  return Object.hasOwn(GOST_KEYS, oid);
}

function parseSpki(spki: Uint8Array): PublicKey {
  const fields = fieldsOf(parseDer(spki));
  const algorithm = fieldsOf(fields.next());
  const keyBits = readBits(fields.next());
  fields.end();
  const oid = readOid(algorithm.next());
  if (oid === KeyOid.RSA) {
    if (algorithm.more) readNull(algorithm.next());
    algorithm.end();
    return rsaKey(spki, keyBits);
  }
  if (!isGost(oid)) throw new SignatureRefused('unsupported-key', oid);
  const expected = GOST_KEYS[oid];
  const parameters = fieldsOf(algorithm.next());
  algorithm.end();
  const curve = readOid(parameters.next());
  const hash = parameters.optional(Tag.OID);
  parameters.end();
  if (curve !== expected.parameters || (hash && hashOfOid(readOid(hash)) !== expected.hash)) {
    throw new SignatureRefused('unsupported-key', `parameters ${curve}`);
  }
  const point = readOctets(parseDer(keyBits));
  if (point.length !== expected.size / 4) throw new SignatureRefused('unsupported-key', 'length of the key');
  return new GostKey(expected.size, spki, keyBits, point);
}

/**
 * From SubjectPublicKeyInfo: RSA of 2048–8192 bits, or GOST 34.310-2015 with the parameter sets of НУЦ РК.
 * Throws SignatureRefused('unsupported-key') for any other key and for bytes that are no key at all.
 */
export function publicKeyOf(spki: Uint8Array): PublicKey {
  try {
    return parseSpki(spki);
  } catch (error) {
    if (error instanceof SignatureRefused) throw error;
    throw new SignatureRefused('unsupported-key', error instanceof Error ? error.message : undefined);
  }
}

const STEP = 512 * 1024;

/**
 * As `key.verify`, for data of many megabytes: Streebog is hashed piece by piece, so that others are served in between.
 */
export async function verifyInSteps(
  key: PublicKey,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const hash = HASH_OF_ALGORITHM[algorithm];
  if (!(key instanceof GostKey) || (hash !== 'STREEBOG512' && hash !== 'STREEBOG256')) {
    return key.verify(algorithm, data, signature);
  }
  const running = createStreebog(hash === 'STREEBOG512' ? 512 : 256);
  for (let at = 0; at < data.length; at += STEP) {
    running.update(data.subarray(at, at + STEP));
    if (at + STEP < data.length) await pause();
  }
  return key.verifyDigest(algorithm, running.digest(), signature);
}
