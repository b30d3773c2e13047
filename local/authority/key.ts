import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign as signNative,
} from 'node:crypto';
import { promisify } from 'node:util';
import { certificateFacts, parseCertificate } from '../../web-sign/signature/certificate/certificate.ts';
import { bits, nullValue, octets, oid, sequence } from '../../web-sign/signature/der/writer.ts';
import { gostPublicKey, newGostPrivateKey, signGost3410 } from '../../web-sign/signature/gost/sign.ts';
import { streebog } from '../../web-sign/signature/gost/streebog.ts';
import { KeyOid, oidOfHash, oidOfSignatureAlgorithm } from '../../web-sign/signature/keys.ts';
import type { KeySource } from './api.ts';

/** A private key with its certificate: what a person keeps in a .p12 file, on a card or in a phone. */
export interface Key {
  readonly algorithm: 'GOST-512' | 'RSA';
  /** DER. */
  readonly certificate: Uint8Array;
  /**
   * The whole signature over `data`, the hash inside: RSA-SHA256 with PKCS#1 v1.5 padding, or GOST 34.310-2015 (512) over
   * Streebog-512 as r‖s, each half little-endian (EDS.md §4).
   */
  sign(data: Uint8Array): Uint8Array;
  readonly holder: Holder;
  /** A GOST key of the new scheme serves both ends; RSA keys come in pairs. */
  readonly purpose: 'SIGN' | 'AUTH' | 'BOTH';
}

/** Whose key it is, as its certificate says. Personal. */
export interface Holder {
  /** Twelve digits; null in certificates of information systems. */
  readonly iin: string | null;
  /** Surname and name (subject CN). */
  readonly name: string;
  /** Twelve digits; null in an individual's own key. */
  readonly bin: string | null;
}

/** A key that has no certificate yet. */
export interface PrivateKey {
  readonly algorithm: 'GOST-512' | 'RSA';
  /** DER of SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** What KeySource gave: PKCS#8 DER, or 64 bytes little-endian. Secret. */
  readonly secret: Uint8Array;
  /** As Key.sign. */
  sign(data: Uint8Array): Uint8Array;
}

/** AlgorithmIdentifiers of each kind of key, DER, with the NULL parameters that НУЦ writes. */
export const algorithms = {
  'GOST-512': {
    signature: sequence(oid(oidOfSignatureAlgorithm('GOST3410-2015-512')), nullValue()),
    digest: sequence(oid(oidOfHash('STREEBOG512')), nullValue()),
    hash: 'STREEBOG512',
  },
  RSA: {
    signature: sequence(oid(oidOfSignatureAlgorithm('RSA-SHA256')), nullValue()),
    digest: sequence(oid(oidOfHash('SHA256')), nullValue()),
    hash: 'SHA256',
  },
} as const;

/** @throws RangeError (at first use) unless `secret` is 64 bytes, a little-endian number inside the group. */
export function gostPrivateKey(secret: Uint8Array): PrivateKey {
  const parameters = sequence(oid(KeyOid.GOST_512_PARAMETERS), oid(oidOfHash('STREEBOG512')));
  const algorithm = sequence(oid(KeyOid.GOST_512), parameters);
  const spki = once(() => sequence(algorithm, bits(octets(gostPublicKey(512, secret)))));
  return {
    algorithm: 'GOST-512',
    get spki() {
      return spki();
    },
    secret,
    sign: (data) => signGost3410(512, secret, streebog(512, data)),
  };
}

/** From PKCS#8 DER. */
export function rsaPrivateKey(secret: Uint8Array): PrivateKey {
  const key = once(() => createPrivateKey({ key: Buffer.from(secret), format: 'der', type: 'pkcs8' }));
  const spki = once(() => createPublicKey(key()).export({ format: 'der', type: 'spki' }));
  return {
    algorithm: 'RSA',
    get spki() {
      return spki();
    },
    secret,
    sign: (data) => signNative('sha256', data, key()),
  };
}

/** A folder may hold many keys of which one is used: each is worked out when it is asked for. */
function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

const generatePair = promisify(generateKeyPair);

/** A new RSA-2048 key off the main thread, PKCS#8 DER: a few hundred milliseconds of another core. */
async function newRsaKey(): Promise<Uint8Array> {
  const { privateKey }: { privateKey: KeyObject } = await generatePair('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

export const freshKeys: KeySource = { rsa: newRsaKey, gost: () => newGostPrivateKey(512) };

/**
 * For tests of one authority: new GOST keys, but only four RSA keys, because those are slow to make: one for the root, one
 * for the issuing authority, two in turn for everyone else.
 */
export function fewRsaKeys(): KeySource {
  const made: Promise<Uint8Array>[] = [];
  let asked = 0;
  return {
    gost: freshKeys.gost,
    rsa: () => {
      const index = asked < 2 ? asked : 2 + (asked % 2);
      asked += 1;
      made[index] ??= newRsaKey();
      return made[index];
    },
  };
}

/** Joins a private key and the certificate that was issued for it. */
export function certifiedKey(key: PrivateKey, certificate: Uint8Array): Key {
  const { iin, name, bin, canSign, canAuthenticate } = certificateFacts(parseCertificate(certificate));
  return {
    algorithm: key.algorithm,
    certificate,
    sign: key.sign,
    holder: { iin, name, bin },
    purpose: canSign ? (canAuthenticate ? 'BOTH' : 'SIGN') : 'AUTH',
  };
}
