import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signNative,
} from 'node:crypto';
import type { SignatureAlgorithm } from '../../api.ts';
import { fieldsOf, parseDer, readBits } from '../../der/reader.ts';
import {
  bits,
  bool,
  context,
  integer,
  nullValue,
  octets,
  oid,
  printable,
  sequence,
  setOf,
  time,
  utf8,
} from '../../der/writer.ts';
import { gostPublicKey, newGostPrivateKey, signGost3410 } from '../../gost/sign.ts';
import { streebog } from '../../gost/streebog.ts';
import { KeyOid, oidOfSignatureAlgorithm } from '../../keys.ts';
import { ExtensionOid, type KeyUsage } from '../extensions.ts';
import { UsageOid } from '../facts.ts';
import { NameOid } from '../name.ts';

/** Keys and certificates for tests, with every field open to be made wrong. */

export interface TestKey {
  readonly algorithm: SignatureAlgorithm;
  readonly spki: Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

function rsaKeyOf(privateKey: KeyObject, publicKey: KeyObject): TestKey {
  return {
    algorithm: 'RSA-SHA256',
    spki: Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' })),
    sign: (data) => signNative('sha256', data, privateKey),
  };
}

/** RSA with SHA-256. */
export function newRsaKey(modulusLength = 2048): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return rsaKeyOf(privateKey, publicKey);
}

const GOST_OIDS = {
  512: [KeyOid.GOST_512, KeyOid.GOST_512_PARAMETERS, '1.2.398.3.10.1.3.3'],
  256: [KeyOid.GOST_256, KeyOid.GOST_256_PARAMETERS, '1.2.398.3.10.1.3.2'],
} as const;

/** GOST 34.310-2015. */
export function newGostKey(size: 512 | 256 = 512): TestKey {
  const privateKey = newGostPrivateKey(size);
  const [key, parameters, hash] = GOST_OIDS[size];
  return {
    algorithm: `GOST3410-2015-${size}`,
    spki: sequence(
      sequence(oid(key), sequence(oid(parameters), oid(hash))),
      bits(octets(gostPublicKey(size, privateKey))),
    ),
    sign: (data) => signGost3410(size, privateKey, streebog(size, data)),
  };
}

export type NamePart = readonly [oid: string, value: string];

/** A distinguished name, one attribute a set, as НУЦ writes it: country printable, the rest UTF-8. */
export function makeName(parts: readonly NamePart[]): Uint8Array {
  return sequence(
    ...parts.map(([type, value]) =>
      setOf(sequence(oid(type), type === NameOid.COUNTRY ? printable(value) : utf8(value))),
    ),
  );
}

export function makeExtension(type: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(type), ...(critical ? [bool(true)] : []), octets(value));
}

const KEY_USAGE_BITS: Readonly<Record<KeyUsage, number>> = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
};

/** A list of named bits ends with its last bit that is set (X.690 §11.2.2). */
export function keyUsageBits(usages: readonly KeyUsage[]): Uint8Array {
  const octetsOfBits = [0, 0];
  for (const usage of usages) {
    const bit = KEY_USAGE_BITS[usage];
    octetsOfBits[bit >> 3] = (octetsOfBits[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  while (octetsOfBits.at(-1) === 0) octetsOfBits.pop();
  const last = octetsOfBits.at(-1) ?? 0;
  return bits(Uint8Array.from(octetsOfBits), last === 0 ? 0 : 31 - Math.clz32(last & -last));
}

function distributionPoints(urls: readonly string[]): Uint8Array {
  return sequence(...urls.map((url) => sequence(context(0, true, context(0, true, webAddress(url))))));
}

/** GeneralName of the kind URI. */
export function webAddress(url: string): Uint8Array {
  return context(6, false, Buffer.from(url, 'latin1'));
}

function access(urls: readonly string[]): Uint8Array {
  return sequence(...urls.map((url) => sequence(oid('1.3.6.1.5.5.7.48.1'), webAddress(url))));
}

/** SHA-1 of the key, as НУЦ makes its key identifiers. */
export function keyIdOf(spki: Uint8Array): Uint8Array {
  const fields = fieldsOf(parseDer(spki));
  fields.next();
  return createHash('sha1').update(readBits(fields.next())).digest();
}

export interface CertificateOptions {
  readonly key: TestKey;
  readonly subject: Uint8Array;
  /** Left out: signed with its own key. */
  readonly issuer?: { readonly key: TestKey; readonly subject: Uint8Array };
  readonly serialNumber?: Uint8Array;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly authority?: boolean;
  readonly pathLength?: number;
  readonly keyUsage?: readonly KeyUsage[];
  readonly extendedKeyUsage?: readonly string[];
  readonly policies?: readonly string[];
  readonly ocspUrls?: readonly string[];
  readonly crlUrls?: readonly string[];
  readonly deltaCrlUrls?: readonly string[];
  readonly noCheck?: boolean;
  /** False leaves both key identifiers out; bytes replace the issuer's. */
  readonly keyIds?: boolean | { readonly authority: Uint8Array };
  /** Further extensions, each made by `makeExtension`. */
  readonly extensions?: readonly Uint8Array[];
  /** In place of a proper signature over the certificate. */
  readonly signature?: Uint8Array;
}

export const DEFAULT_NOT_BEFORE = new Date('2026-01-01T00:00:00Z');
export const DEFAULT_NOT_AFTER = new Date('2027-12-31T23:59:59Z');

function keyIdExtensions(options: CertificateOptions): Uint8Array[] {
  const { keyIds = true, key, issuer } = options;
  if (keyIds === false) return [];
  const authority = keyIds === true ? keyIdOf((issuer?.key ?? key).spki) : keyIds.authority;
  return [
    makeExtension(ExtensionOid.SUBJECT_KEY_ID, octets(keyIdOf(key.spki))),
    makeExtension(ExtensionOid.AUTHORITY_KEY_ID, sequence(context(0, false, authority))),
  ];
}

function usageExtensions(options: CertificateOptions): Uint8Array[] {
  const { authority, pathLength, keyUsage, extendedKeyUsage } = options;
  const made: Uint8Array[] = [];
  if (authority) {
    const length = pathLength === undefined ? [] : [integer(pathLength)];
    made.push(makeExtension(ExtensionOid.BASIC_CONSTRAINTS, sequence(bool(true), ...length), true));
  }
  if (keyUsage) made.push(makeExtension(ExtensionOid.KEY_USAGE, keyUsageBits(keyUsage), true));
  if (extendedKeyUsage) {
    made.push(makeExtension(ExtensionOid.EXTENDED_KEY_USAGE, sequence(...extendedKeyUsage.map(oid))));
  }
  return made;
}

function addressExtensions(options: CertificateOptions): Uint8Array[] {
  const { policies, ocspUrls, crlUrls, deltaCrlUrls, noCheck } = options;
  const made: Uint8Array[] = [];
  if (policies) {
    made.push(
      makeExtension(ExtensionOid.POLICIES, sequence(...policies.map((policy) => sequence(oid(policy))))),
    );
  }
  if (ocspUrls) made.push(makeExtension(ExtensionOid.AUTHORITY_INFO_ACCESS, access(ocspUrls)));
  if (crlUrls) made.push(makeExtension(ExtensionOid.CRL_DISTRIBUTION_POINTS, distributionPoints(crlUrls)));
  if (deltaCrlUrls) made.push(makeExtension(ExtensionOid.FRESHEST_CRL, distributionPoints(deltaCrlUrls)));
  if (noCheck) made.push(makeExtension(ExtensionOid.OCSP_NO_CHECK, nullValue()));
  return made;
}

/** AlgorithmIdentifier with NULL parameters, as НУЦ writes it for RSA and GOST alike. */
export function algorithmIdentifier(algorithm: SignatureAlgorithm): Uint8Array {
  return sequence(oid(oidOfSignatureAlgorithm(algorithm)), nullValue());
}

function randomSerial(): Uint8Array {
  const bytes = randomBytes(20);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** DER of a certificate. */
export function makeCertificate(options: CertificateOptions): Uint8Array {
  const { key, subject, notBefore = DEFAULT_NOT_BEFORE, notAfter = DEFAULT_NOT_AFTER } = options;
  const issuer = options.issuer ?? { key, subject };
  const extensions = [
    ...keyIdExtensions(options),
    ...usageExtensions(options),
    ...addressExtensions(options),
    ...(options.extensions ?? []),
  ];
  const tbs = sequence(
    context(0, true, integer(2)),
    integer(options.serialNumber ?? randomSerial()),
    algorithmIdentifier(issuer.key.algorithm),
    issuer.subject,
    sequence(time(notBefore), time(notAfter)),
    subject,
    key.spki,
    ...(extensions.length > 0 ? [context(3, true, sequence(...extensions))] : []),
  );
  const signature = options.signature ?? issuer.key.sign(tbs);
  return sequence(tbs, algorithmIdentifier(issuer.key.algorithm), bits(signature));
}

/** What makes a certificate one of an authority of НУЦ. */
export const AUTHORITY = {
  authority: true,
  keyUsage: ['keyCertSign', 'cRLSign'],
} as const satisfies Partial<CertificateOptions>;

/** A person's GOST key of the new scheme, or the RSA key for signing of the old one. */
export const SIGNING = {
  keyUsage: ['digitalSignature', 'nonRepudiation'],
  extendedKeyUsage: [UsageOid.EMAIL_PROTECTION, UsageOid.INDIVIDUAL],
} as const satisfies Partial<CertificateOptions>;

/** A person's RSA key for logging in, of the old scheme. */
export const AUTHENTICATION = {
  keyUsage: ['digitalSignature', 'keyEncipherment'],
  extendedKeyUsage: [UsageOid.CLIENT_AUTH, UsageOid.INDIVIDUAL],
} as const satisfies Partial<CertificateOptions>;

/** The name of an invented person as НУЦ writes names. */
export function personName(iin: string, more: readonly NamePart[] = []): Uint8Array {
  return makeName([
    [NameOid.COMMON_NAME, 'ТЕСТОВ ТЕСТ'],
    [NameOid.SURNAME, 'ТЕСТОВ'],
    [NameOid.SERIAL_NUMBER, `IIN${iin}`],
    [NameOid.COUNTRY, 'KZ'],
    [NameOid.GIVEN_NAME, 'ТЕСТОВИЧ'],
    ...more,
  ]);
}

export function authorityName(name: string): Uint8Array {
  return makeName([
    [NameOid.COMMON_NAME, name],
    [NameOid.COUNTRY, 'KZ'],
  ]);
}
