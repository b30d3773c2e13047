import type { SignatureAlgorithm } from '../api.ts';
import { type Certificate, parseSignatureAlgorithm } from '../certificate/certificate.ts';
import {
  type Extension,
  ExtensionOid,
  fullNameAddresses,
  parseAuthorityKeyId,
  parseDistributionPoints,
  parseExtensions,
} from '../certificate/extensions.ts';
import { sameBytes } from '../certificate/link.ts';
import {
  contextTag,
  DerError,
  type DerNode,
  type Fields,
  fieldsOf,
  parseDer,
  readBits,
  readBoolean,
  readInteger,
  readTime,
  Tag,
} from '../der/reader.ts';
import { verifyInSteps } from '../keys.ts';
import { NoAnswer, SKEW_MS } from './no-answer.ts';

const ListOid = {
  NUMBER: '2.5.29.20',
  DELTA: '2.5.29.27',
  SCOPE: '2.5.29.28',
} as const;

const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...Object.values(ListOid),
  ExtensionOid.AUTHORITY_KEY_ID,
  ExtensionOid.FRESHEST_CRL,
]);

/** Which certificates a list is about (IssuingDistributionPoint); null fields leave nothing out. */
interface Scope {
  /** Where this part of the whole is published; null when the list is not a part. */
  readonly addresses: readonly string[] | null;
  readonly only: 'people' | 'authorities' | null;
}

/** A certificate revocation list of version 2 (RFC 5280 §5) as read. */
export interface RevocationList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly number: bigint | null;
  /** For a delta: the number of the oldest complete list it may be laid on. */
  readonly deltaBase: bigint | null;
  readonly authorityKeyId: Uint8Array | null;
  readonly scope: Scope;
  readonly deltaUrls: readonly string[];
  readonly entries: DerNode | null;
}

function flag(fields: Fields, n: number): boolean {
  const tag = contextTag(n, false);
  const node = fields.optional(tag);
  return node !== undefined && readBoolean(node, tag);
}

/** Lists by reasons, for others' certificates or for attributes do not say whether a certificate is revoked: NoAnswer. */
function parseScope(value: Uint8Array): Scope {
  const fields = fieldsOf(parseDer(value));
  const point = fields.optional(contextTag(0, true));
  const people = flag(fields, 1);
  const authorities = flag(fields, 2);
  const someReasons = fields.optional(contextTag(3, false));
  const indirect = flag(fields, 4);
  const attributes = flag(fields, 5);
  fields.end();
  if (someReasons || indirect || attributes) throw new NoAnswer('the list covers only a part');
  return {
    addresses: point ? fullNameAddresses(point) : null,
    only: people ? 'people' : authorities ? 'authorities' : null,
  };
}

function listExtensions(wrapper: DerNode | undefined) {
  const inner = wrapper && fieldsOf(wrapper, contextTag(0, true));
  const extensions: ReadonlyMap<string, Extension> = inner ? parseExtensions(inner.next()) : new Map();
  inner?.end();
  for (const { oid, critical } of extensions.values()) {
    if (critical && !UNDERSTOOD.has(oid)) throw new NoAnswer(`the list has the critical extension ${oid}`);
  }
  function read<T, M>(oid: string, parse: (value: Uint8Array) => T, missing: M): T | M {
    const extension = extensions.get(oid);
    return extension ? parse(extension.value) : missing;
  }
  const none: readonly string[] = [];
  const whole: Scope = { addresses: null, only: null };
  return {
    number: read(ListOid.NUMBER, (value) => readInteger(parseDer(value)), null),
    deltaBase: read(ListOid.DELTA, (value) => readInteger(parseDer(value)), null),
    authorityKeyId: read(ExtensionOid.AUTHORITY_KEY_ID, parseAuthorityKeyId, null),
    scope: read(ListOid.SCOPE, parseScope, whole),
    deltaUrls: read(ExtensionOid.FRESHEST_CRL, parseDistributionPoints, none),
  };
}

/** A list may hold millions of values; its size in bytes has been bounded when it was fetched. */
const MAX_ELEMENTS = 30_000_000;

function optionalTime(fields: Fields): Date | null {
  const node = fields.optional(Tag.UTC_TIME) ?? fields.optional(Tag.GENERALIZED_TIME);
  return node ? readTime(node) : null;
}

/**
 * Reads a list without unfolding its entries. Throws DerError for bytes that are none, NoAnswer for one that cannot be
 * relied on: not of version 2, no next update, a part of the whole, a critical extension that is not understood.
 */
export function parseRevocationList(bytes: Uint8Array): RevocationList {
  const outer = fieldsOf(parseDer(bytes, { maxElements: MAX_ELEMENTS }));
  const tbs = outer.next(Tag.SEQUENCE);
  const algorithm = outer.next(Tag.SEQUENCE);
  const signature = readBits(outer.next());
  outer.end();
  const fields = fieldsOf(tbs);
  const version = fields.optional(Tag.INTEGER);
  if (!version || readInteger(version) !== 1n) throw new NoAnswer('the list is not of version 2');
  if (!sameBytes(fields.next().bytes, algorithm.bytes))
    throw new DerError('two different signature algorithms');
  const issuer = fields.next(Tag.SEQUENCE);
  const thisUpdate = readTime(fields.next());
  const nextUpdate = optionalTime(fields);
  if (!nextUpdate) throw new NoAnswer('the list does not say until when it holds');
  const entries = fields.optional(Tag.SEQUENCE) ?? null;
  const extensions = listExtensions(fields.optional(contextTag(0, true)));
  fields.end();
  return {
    der: bytes,
    tbs: tbs.bytes,
    issuerDer: issuer.bytes,
    signatureAlgorithm: parseSignatureAlgorithm(algorithm),
    signature,
    thisUpdate,
    nextUpdate,
    ...extensions,
    entries,
  };
}

/** Whether the list is the issuer's own: name, key identifier, the right to sign lists, signature. Throws NoAnswer. */
export async function checkListSignature(list: RevocationList, issuer: Certificate): Promise<void> {
  if (!sameBytes(list.issuerDer, issuer.subjectDer)) throw new NoAnswer('the list is by another issuer');
  const { authorityKeyId, signatureAlgorithm } = list;
  if (authorityKeyId && issuer.subjectKeyId && !sameBytes(authorityKeyId, issuer.subjectKeyId)) {
    throw new NoAnswer('the list names another key');
  }
  if (!issuer.keyUsage.has('cRLSign') || !issuer.publicKey || !signatureAlgorithm) {
    throw new NoAnswer('the issuer does not sign lists');
  }
  const good = await verifyInSteps(issuer.publicKey, signatureAlgorithm, list.tbs, list.signature);
  if (!good) throw new NoAnswer('the signature of the list is wrong');
}

/** Whether the list speaks now. Throws NoAnswer. */
export function checkListDates(list: RevocationList, now: Date): void {
  if (list.thisUpdate.getTime() > now.getTime() + SKEW_MS)
    throw new NoAnswer('the list comes from the future');
  if (list.nextUpdate.getTime() + SKEW_MS < now.getTime()) throw new NoAnswer('the list is out of date');
}

/** Whether this certificate would stand in the list if it were revoked. Throws NoAnswer. */
export function checkListScope(list: RevocationList, certificate: Certificate): void {
  const { addresses, only } = list.scope;
  if (only === (certificate.isAuthority ? 'people' : 'authorities')) {
    throw new NoAnswer('the list is about another kind of certificate');
  }
  const urls = [...certificate.crlUrls, ...certificate.deltaCrlUrls];
  if (addresses && !addresses.some((address) => urls.includes(address))) {
    throw new NoAnswer('the list is another part of the whole');
  }
}
