import { createHash } from 'node:crypto';
import type { SignatureAlgorithm } from '../api.ts';
import { BoundedMap } from '../bounded-map.ts';
import {
  contextTag,
  DerError,
  type DerNode,
  type Fields,
  fieldsOf,
  integerBytes,
  parseDer,
  readBits,
  readInteger,
  readOctets,
  readOid,
  readTime,
  Tag,
} from '../der/reader.ts';
import { type PublicKey, publicKeyOf, signatureAlgorithmOf } from '../keys.ts';
import { SignatureRefused } from '../reasons.ts';
import {
  type Extension,
  ExtensionOid,
  type KeyUsage,
  parseAuthorityKeyId,
  parseBasicConstraints,
  parseDistributionPoints,
  parseExtensions,
  parseKeyUsage,
  parseOcspAddresses,
  parseOids,
  parsePolicies,
} from './extensions.ts';
import { type NameAttribute, NameOid, parseName, valuesOf } from './name.ts';

export { certificateFacts } from './facts.ts';

/** A certificate (RFC 5280) as read, before anybody has said that it is to be trusted. */
export interface Certificate {
  readonly der: Uint8Array;
  /** The bytes that the issuer signed. */
  readonly tbs: Uint8Array;
  /** Hex of the whole octets, lower case, without the sign octet. */
  readonly serialNumber: string;
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  readonly subject: readonly NameAttribute[];
  /** Issuer CN. */
  readonly issuerName: string;
  /** Subject CN; personal unless this is an authority. */
  readonly subjectName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Null when the key is of a kind or size that is not accepted. */
  readonly publicKey: PublicKey | null;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: Uint8Array | null;
  readonly isAuthority: boolean;
  readonly pathLength: number | null;
  /** Empty also when the extension is missing: what is not granted is not allowed. */
  readonly keyUsage: ReadonlySet<KeyUsage>;
  readonly extendedKeyUsage: readonly string[];
  readonly policies: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
  /** Where the delta lists are (freshestCRL). */
  readonly deltaCrlUrls: readonly string[];
  readonly criticalExtensions: ReadonlySet<string>;
  /** An extension that must be understood and is not; limits on names count as such, because they are not applied here. */
  readonly hasUnknownCritical: boolean;
  /** An OCSP responder whose own certificate need not be checked. */
  readonly noCheck: boolean;
  /** SHA-256 of the DER, hex. */
  readonly fingerprint: string;
}

const UNDERSTOOD: ReadonlySet<string> = new Set(
  Object.values(ExtensionOid).filter((oid) => oid !== ExtensionOid.NAME_CONSTRAINTS),
);

const MAX_CERTIFICATE = 64 * 1024;
const MAX_SERIAL = 64;

function extensionFacts(extensions: ReadonlyMap<string, Extension>) {
  function read<T>(oid: string, parse: (value: Uint8Array) => T, missing: T): T {
    const extension = extensions.get(oid);
    return extension ? parse(extension.value) : missing;
  }
  const critical = [...extensions.values()].filter((extension) => extension.critical);
  const none: readonly string[] = [];
  return {
    subjectKeyId: read<Uint8Array | null>(
      ExtensionOid.SUBJECT_KEY_ID,
      (value) => readOctets(parseDer(value)),
      null,
    ),
    authorityKeyId: read(ExtensionOid.AUTHORITY_KEY_ID, parseAuthorityKeyId, null),
    ...read(ExtensionOid.BASIC_CONSTRAINTS, parseBasicConstraints, { isAuthority: false, pathLength: null }),
    keyUsage: read<ReadonlySet<KeyUsage>>(ExtensionOid.KEY_USAGE, parseKeyUsage, new Set<KeyUsage>()),
    extendedKeyUsage: read(ExtensionOid.EXTENDED_KEY_USAGE, parseOids, none),
    policies: read(ExtensionOid.POLICIES, parsePolicies, none),
    ocspUrls: read(ExtensionOid.AUTHORITY_INFO_ACCESS, parseOcspAddresses, none),
    crlUrls: read(ExtensionOid.CRL_DISTRIBUTION_POINTS, parseDistributionPoints, none),
    deltaCrlUrls: read(ExtensionOid.FRESHEST_CRL, parseDistributionPoints, none),
    criticalExtensions: new Set(critical.map(({ oid }) => oid)),
    hasUnknownCritical:
      critical.some(({ oid }) => !UNDERSTOOD.has(oid)) || extensions.has(ExtensionOid.NAME_CONSTRAINTS),
    noCheck: extensions.has(ExtensionOid.OCSP_NO_CHECK),
  };
}

function keyOrNull(spki: Uint8Array): PublicKey | null {
  try {
    return publicKeyOf(spki);
  } catch (error) {
    if (error instanceof SignatureRefused) return null;
    throw error;
  }
}

/** AlgorithmIdentifier: what is ours to verify with has NULL parameters or none. */
export function parseSignatureAlgorithm(node: DerNode): SignatureAlgorithm | undefined {
  const fields = fieldsOf(node);
  const algorithm = signatureAlgorithmOf(readOid(fields.next(Tag.OID)));
  if (!algorithm) return undefined;
  fields.optional(Tag.NULL);
  fields.end();
  return algorithm;
}

function serialOf(node: DerNode): string {
  const bytes = integerBytes(node);
  if (bytes.length > MAX_SERIAL) throw new DerError('serial number too long');
  return Buffer.from(bytes).toString('hex');
}

function validityOf(node: DerNode): { notBefore: Date; notAfter: Date } {
  const fields = fieldsOf(node);
  const notBefore = readTime(fields.next());
  const notAfter = readTime(fields.next());
  fields.end();
  return { notBefore, notAfter };
}

/** Version 3 has extensions, the older ones must not. Unique identifiers (obsolete) are passed over. */
function extensionsOf(fields: Fields, version: bigint): ReadonlyMap<string, Extension> {
  if (version > 0n) {
    fields.optional(contextTag(1, false));
    fields.optional(contextTag(2, false));
  }
  const wrapper = fields.optional(contextTag(3, true));
  fields.end();
  if (!wrapper) return new Map();
  const inner = fieldsOf(wrapper, contextTag(3, true));
  const list = inner.next(Tag.SEQUENCE);
  inner.end();
  if (version !== 2n) throw new DerError('extensions outside version 3');
  return parseExtensions(list);
}

function versionOf(fields: Fields): bigint {
  const wrapper = fields.optional(contextTag(0, true));
  if (!wrapper) return 0n;
  const inner = fieldsOf(wrapper, contextTag(0, true));
  const version = readInteger(inner.next());
  inner.end();
  if (version !== 1n && version !== 2n) throw new DerError('version');
  return version;
}

function parseTbs(tbs: DerNode, outerAlgorithm: DerNode) {
  const fields = fieldsOf(tbs);
  const version = versionOf(fields);
  const serialNumber = serialOf(fields.next());
  const innerAlgorithm = fields.next(Tag.SEQUENCE);
  if (Buffer.compare(innerAlgorithm.bytes, outerAlgorithm.bytes) !== 0) {
    throw new DerError('two different signature algorithms');
  }
  const issuer = fields.next(Tag.SEQUENCE);
  const validity = validityOf(fields.next());
  const subjectNode = fields.next(Tag.SEQUENCE);
  const subject = parseName(subjectNode);
  return {
    tbs: tbs.bytes,
    serialNumber,
    issuerDer: issuer.bytes,
    subjectDer: subjectNode.bytes,
    subject,
    issuerName: valuesOf(parseName(issuer), NameOid.COMMON_NAME)[0] ?? '',
    subjectName: valuesOf(subject, NameOid.COMMON_NAME)[0] ?? '',
    ...validity,
    publicKey: keyOrNull(fields.next(Tag.SEQUENCE).bytes),
    ...extensionFacts(extensionsOf(fields, version)),
  };
}

function read(bytes: Uint8Array, fingerprint: string): Certificate {
  const fields = fieldsOf(parseDer(bytes));
  const tbs = fields.next(Tag.SEQUENCE);
  const algorithm = fields.next(Tag.SEQUENCE);
  const signature = readBits(fields.next());
  fields.end();
  return {
    der: bytes,
    ...parseTbs(tbs, algorithm),
    signatureAlgorithm: parseSignatureAlgorithm(algorithm),
    signature,
    fingerprint,
  };
}

const parsed = new BoundedMap<string, Certificate>(2_000);

/**
 * Reads a certificate; the same bytes give the same object as long as it is remembered. Throws
 * SignatureRefused('certificate-malformed'). The bytes are copied: what the caller does to its own later has no effect.
 */
export function parseCertificate(bytes: Uint8Array): Certificate {
  if (bytes.length > MAX_CERTIFICATE) throw new SignatureRefused('certificate-malformed', 'too large');
  const fingerprint = createHash('sha256').update(bytes).digest('hex');
  const known = parsed.get(fingerprint);
  if (known) return known;
  try {
    const certificate = read(Uint8Array.from(bytes), fingerprint);
    parsed.set(fingerprint, certificate);
    return certificate;
  } catch (error) {
    if (error instanceof DerError) throw new SignatureRefused('certificate-malformed', error.message);
    throw error;
  }
}
