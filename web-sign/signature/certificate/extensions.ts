import {
  children,
  contextTag,
  DerError,
  type DerNode,
  fieldsOf,
  integerBytes,
  parseDer,
  readBits,
  readBoolean,
  readOctets,
  readOid,
  readText,
  Tag,
} from '../der/reader.ts';

/** Extensions of certificates (RFC 5280 §4.2) as far as a decision hangs on them. Every function throws DerError. */

export const ExtensionOid = {
  SUBJECT_KEY_ID: '2.5.29.14',
  KEY_USAGE: '2.5.29.15',
  SUBJECT_ALT_NAME: '2.5.29.17',
  BASIC_CONSTRAINTS: '2.5.29.19',
  NAME_CONSTRAINTS: '2.5.29.30',
  CRL_DISTRIBUTION_POINTS: '2.5.29.31',
  POLICIES: '2.5.29.32',
  AUTHORITY_KEY_ID: '2.5.29.35',
  EXTENDED_KEY_USAGE: '2.5.29.37',
  FRESHEST_CRL: '2.5.29.46',
  AUTHORITY_INFO_ACCESS: '1.3.6.1.5.5.7.1.1',
  OCSP_NO_CHECK: '1.3.6.1.5.5.7.48.1.5',
  /** НУЦ РК: in what the key is kept. It changes nothing for us. */
  KEY_STORAGE: '1.2.398.3.3.5',
} as const;

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Extensions ::= SEQUENCE OF Extension; the same one twice is refused. */
export function parseExtensions(list: DerNode): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  if (list.tag !== Tag.SEQUENCE) throw new DerError('extensions are a sequence');
  for (const node of children(list)) {
    const fields = fieldsOf(node);
    const oid = readOid(fields.next(Tag.OID));
    const flag = fields.optional(Tag.BOOLEAN);
    const value = readOctets(fields.next());
    fields.end();
    if (found.has(oid)) throw new DerError(`extension ${oid} twice`);
    found.set(oid, { oid, critical: flag !== undefined && readBoolean(flag), value });
  }
  return found;
}

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

export function parseKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const bits = readBits(parseDer(value), true);
  return new Set(KEY_USAGES.filter((_, i) => ((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0));
}

export function parseOids(value: Uint8Array): readonly string[] {
  const list = parseDer(value);
  if (list.tag !== Tag.SEQUENCE) throw new DerError('a list of identifiers is a sequence');
  return children(list).map((node) => readOid(node));
}

export interface BasicConstraints {
  readonly isAuthority: boolean;
  /** How many authorities may stand between this one and the end certificate; null: any number. */
  readonly pathLength: number | null;
}

export function parseBasicConstraints(value: Uint8Array): BasicConstraints {
  const fields = fieldsOf(parseDer(value));
  const flag = fields.optional(Tag.BOOLEAN);
  const length = fields.optional(Tag.INTEGER);
  fields.end();
  const isAuthority = flag !== undefined && readBoolean(flag);
  if (!length) return { isAuthority, pathLength: null };
  const bytes = integerBytes(length);
  if (!isAuthority || bytes.length > 1) throw new DerError('path length');
  return { isAuthority, pathLength: bytes[0] ?? 0 };
}

export function parseAuthorityKeyId(value: Uint8Array): Uint8Array | null {
  const keyId = fieldsOf(parseDer(value)).optional(contextTag(0, false));
  return keyId ? keyId.content : null;
}

/** Policies by identifier; their qualifiers are of no consequence here. */
export function parsePolicies(value: Uint8Array): readonly string[] {
  const list = parseDer(value);
  if (list.tag !== Tag.SEQUENCE) throw new DerError('policies are a sequence');
  return children(list).map((policy) => readOid(fieldsOf(policy).next(Tag.OID)));
}

const URI = contextTag(6, false);

/** GeneralName of the kind URI, when it is an address that we would call. */
function webAddress(name: DerNode): string[] {
  if (name.tag !== URI || name.content.length > 2048) return [];
  const text = readText(name, URI);
  const url = URL.parse(text);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? [text] : [];
}

/** DistributionPointName ::= CHOICE { fullName [0], … }: its web addresses. */
export function fullNameAddresses(point: DerNode): readonly string[] {
  return children(point)
    .filter((name) => name.tag === contextTag(0, true))
    .flatMap((names) => children(names).flatMap(webAddress));
}

/**
 * Addresses of complete lists by the certificate's own issuer. A point that names another issuer or only some reasons is
 * left out: such a list alone does not answer whether the certificate is revoked.
 */
export function parseDistributionPoints(value: Uint8Array): readonly string[] {
  const list = parseDer(value);
  if (list.tag !== Tag.SEQUENCE) throw new DerError('distribution points are a sequence');
  return children(list).flatMap((point) => {
    const fields = fieldsOf(point);
    const name = fields.optional(contextTag(0, true));
    return name && !fields.more ? fullNameAddresses(name) : [];
  });
}

const OCSP_METHOD = '1.3.6.1.5.5.7.48.1';

/** Addresses of OCSP responders from AuthorityInfoAccess. What it says about issuers' certificates is never followed. */
export function parseOcspAddresses(value: Uint8Array): readonly string[] {
  const list = parseDer(value);
  if (list.tag !== Tag.SEQUENCE) throw new DerError('access descriptions are a sequence');
  return children(list).flatMap((description) => {
    const fields = fieldsOf(description);
    const method = readOid(fields.next(Tag.OID));
    const location = fields.next();
    fields.end();
    return method === OCSP_METHOD ? webAddress(location) : [];
  });
}
