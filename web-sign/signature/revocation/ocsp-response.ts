import type { SignatureAlgorithm } from '../api.ts';
import { parseSignatureAlgorithm } from '../certificate/certificate.ts';
import { type Extension, parseExtensions } from '../certificate/extensions.ts';
import {
  children,
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
import { type HashAlgorithm, hashOfOid } from '../keys.ts';
import { OcspOid } from './ocsp-request.ts';

/** What the responder says about one certificate (RFC 6960 §4.2.1). */
export interface SingleResponse {
  /** Undefined when the identifier is hashed with something unknown: then it is about no certificate of ours. */
  readonly hash: HashAlgorithm | undefined;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serialNumber: string;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: Date | null;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  readonly hasUnknownCritical: boolean;
}

export interface BasicResponse {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signature: Uint8Array;
  /** DER of the certificates that came along; nothing says yet that they are any good. */
  readonly certificates: readonly Uint8Array[];
  /** The responder by its name (DER) or by SHA-1 of its key. */
  readonly responder: { readonly name: Uint8Array } | { readonly keyHash: Uint8Array };
  readonly producedAt: Date;
  readonly responses: readonly SingleResponse[];
  readonly nonce: Uint8Array | null;
  readonly hasUnknownCritical: boolean;
}

export type OcspResponse =
  | { readonly status: 0; readonly basic: BasicResponse }
  | { readonly status: number; readonly basic: null };

/** The one value inside [n] EXPLICIT. */
function explicit(wrapper: DerNode): DerNode {
  const fields = fieldsOf(wrapper, wrapper.tag);
  const inner = fields.next();
  fields.end();
  return inner;
}

function optionalExtensions(fields: Fields, n: number): ReadonlyMap<string, Extension> {
  const wrapper = fields.optional(contextTag(n, true));
  return wrapper ? parseExtensions(explicit(wrapper)) : new Map();
}

function hasCriticalBeside(extensions: ReadonlyMap<string, Extension>, known: readonly string[]): boolean {
  return [...extensions.values()].some(({ oid, critical }) => critical && !known.includes(oid));
}

function certStatus(node: DerNode): Pick<SingleResponse, 'status' | 'revokedAt'> {
  if (node.tag === contextTag(0, false)) return { status: 'good', revokedAt: null };
  if (node.tag === contextTag(2, false)) return { status: 'unknown', revokedAt: null };
  if (node.tag !== contextTag(1, true)) throw new DerError('certificate status');
  return { status: 'revoked', revokedAt: readTime(fieldsOf(node, node.tag).next(), Tag.GENERALIZED_TIME) };
}

function singleResponse(node: DerNode): SingleResponse {
  const fields = fieldsOf(node);
  const certId = fieldsOf(fields.next());
  const hash = hashOfOid(readOid(fieldsOf(certId.next()).next(Tag.OID)));
  const issuerNameHash = readOctets(certId.next());
  const issuerKeyHash = readOctets(certId.next());
  const serialNumber = Buffer.from(integerBytes(certId.next())).toString('hex');
  certId.end();
  const status = certStatus(fields.next());
  const thisUpdate = readTime(fields.next(), Tag.GENERALIZED_TIME);
  const next = fields.optional(contextTag(0, true));
  const extensions = optionalExtensions(fields, 1);
  fields.end();
  return {
    hash,
    issuerNameHash,
    issuerKeyHash,
    serialNumber,
    ...status,
    thisUpdate,
    nextUpdate: next ? readTime(explicit(next), Tag.GENERALIZED_TIME) : null,
    hasUnknownCritical: hasCriticalBeside(extensions, []),
  };
}

function responderId(node: DerNode): BasicResponse['responder'] {
  if (node.tag === contextTag(1, true)) return { name: explicit(node).bytes };
  if (node.tag === contextTag(2, true)) return { keyHash: readOctets(explicit(node)) };
  throw new DerError('responder');
}

function responseData(tbs: DerNode) {
  const fields = fieldsOf(tbs);
  const version = fields.optional(contextTag(0, true));
  if (version && readInteger(explicit(version)) !== 0n) throw new DerError('version of the answer');
  const responder = responderId(fields.next());
  const producedAt = readTime(fields.next(), Tag.GENERALIZED_TIME);
  const responses = children(fields.next(Tag.SEQUENCE)).map(singleResponse);
  const extensions = optionalExtensions(fields, 1);
  fields.end();
  return {
    tbs: tbs.bytes,
    responder,
    producedAt,
    responses,
    nonce: extensions.get(OcspOid.NONCE)?.value ?? null,
    hasUnknownCritical: hasCriticalBeside(extensions, [OcspOid.NONCE]),
  };
}

const MAX_CERTIFICATES = 8;

function basicResponse(bytes: Uint8Array): BasicResponse {
  const fields = fieldsOf(parseDer(bytes));
  const data = responseData(fields.next());
  const signatureAlgorithm = parseSignatureAlgorithm(fields.next());
  const signature = readBits(fields.next());
  const wrapper = fields.optional(contextTag(0, true));
  fields.end();
  const list = wrapper && explicit(wrapper);
  if (list && list.tag !== Tag.SEQUENCE) throw new DerError('the certificates are a sequence');
  const certificates = list ? children(list).map((node) => node.bytes) : [];
  if (certificates.length > MAX_CERTIFICATES) throw new DerError('too many certificates');
  return { ...data, signatureAlgorithm, signature, certificates };
}

/** OCSPResponse; `basic` is null when the status (RFC 6960 §4.2.1) is not 0. Throws DerError. */
export function parseOcspResponse(bytes: Uint8Array): OcspResponse {
  const fields = fieldsOf(parseDer(bytes, { maxElements: 5_000 }));
  const status = Number(readInteger(fields.next(), Tag.ENUMERATED));
  const wrapper = fields.optional(contextTag(0, true));
  fields.end();
  if (status !== 0) return { status, basic: null };
  if (!wrapper) throw new DerError('an answer without content');
  const content = fieldsOf(explicit(wrapper));
  const type = readOid(content.next());
  const basic = readOctets(content.next());
  content.end();
  if (type !== OcspOid.BASIC) throw new DerError('an answer of another kind');
  return { status, basic: basicResponse(basic) };
}
