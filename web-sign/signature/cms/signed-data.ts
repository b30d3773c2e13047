import {
  children,
  contextTag,
  DerError,
  type DerNode,
  fieldsOf,
  parseDer,
  readInteger,
  readOctets,
  readOid,
  Tag,
} from '../der/reader.ts';
import { SignatureRefused } from '../reasons.ts';
import {
  type Attributes,
  type SignedAttributes,
  signedAttributesOf,
  unsignedAttributesOf,
} from './attributes.ts';
import { CmsOid } from './oids.ts';

/** Which certificate a signer names. */
export type SignerIdentifier =
  | { readonly kind: 'ISSUER-SERIAL'; readonly issuerDer: Uint8Array; readonly serial: bigint }
  | { readonly kind: 'KEY-ID'; readonly keyId: Uint8Array };

export interface SignerInfo {
  readonly identifier: SignerIdentifier;
  readonly digestOid: string;
  readonly signatureOid: string;
  /** Null when the signature covers the content itself. */
  readonly signed: SignedAttributes | null;
  readonly signature: Uint8Array;
  readonly unsigned: Attributes;
}

export interface SignedData {
  /** The digests that a reader in one pass should prepare; the signers say which they use. */
  readonly digestOids: readonly string[];
  readonly contentType: string;
  /** Null when the content travels apart. */
  readonly content: Uint8Array | null;
  /** DER of each, as it came, and nothing more is known of them. */
  readonly certificates: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
}

const MAX_SIGNERS = 16;
const MAX_CERTIFICATES = 64;
const VERSIONS: ReadonlySet<bigint> = new Set([1n, 3n, 4n, 5n]);
/** 1 goes with issuer and serial number, 3 with the key identifier; nothing hangs on it, and signers mix them up. */
const SIGNER_VERSIONS: ReadonlySet<bigint> = new Set([1n, 3n]);

/** Runs a reader of DER: what it finds malformed is refused with this reason. */
export function orRefused<T>(
  reason: 'not-der' | 'not-cms' | 'time-stamp' | 'signing-certificate',
  read: () => T,
): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) throw new SignatureRefused(reason, error.message);
    throw error;
  }
}

/**
 * RFC 5652 SignedData inside ContentInfo, strict DER from end to end (EDS.md §6.3). It says what stands there; no
 * signature is checked. Throws SignatureRefused: empty, not-der, not-cms, algorithm, signers, several-certificates.
 */
export function parseSignedData(bytes: Uint8Array): SignedData {
  if (bytes.length === 0) throw new SignatureRefused('empty');
  const root = orRefused('not-der', () => parseDer(bytes));
  return orRefused('not-cms', () => signedDataOf(contentOf(root)));
}

function contentOf(root: DerNode): DerNode {
  const info = fieldsOf(root);
  const type = readOid(info.next());
  if (type !== CmsOid.SIGNED_DATA) throw new DerError(`content of type ${type}`);
  const wrapper = fieldsOf(info.next(), contextTag(0, true));
  info.end();
  const body = wrapper.next();
  wrapper.end();
  return body;
}

function signedDataOf(node: DerNode): SignedData {
  const fields = fieldsOf(node);
  if (!VERSIONS.has(readInteger(fields.next()))) throw new DerError('unknown version');
  const digestOids = children(fields.next(Tag.SET)).map(listedOidOf);
  const encapsulated = encapsulatedOf(fields.next());
  const certificates = certificatesOf(fields.optional(contextTag(0, true)));
  fields.optional(contextTag(1, true));
  const signers = children(fields.next(Tag.SET));
  fields.end();
  if (signers.length === 0 || signers.length > MAX_SIGNERS) {
    throw new SignatureRefused('signers', `${signers.length} of them`);
  }
  return { digestOids, ...encapsulated, certificates, signers: signers.map(signerInfoOf) };
}

function encapsulatedOf(node: DerNode): Pick<SignedData, 'contentType' | 'content'> {
  const fields = fieldsOf(node);
  const contentType = readOid(fields.next());
  const wrapper = fields.optional(contextTag(0, true));
  fields.end();
  if (wrapper === undefined) return { contentType, content: null };
  const inside = fieldsOf(wrapper, contextTag(0, true));
  const content = readOctets(inside.next());
  inside.end();
  return { contentType, content };
}

/** X.509 certificates alone: the other kinds of CertificateChoices serve nobody here and are left out. */
function certificatesOf(node: DerNode | undefined): Uint8Array[] {
  if (node === undefined) return [];
  const all = children(node).filter(({ tag }) => tag === Tag.SEQUENCE);
  if (all.length > MAX_CERTIFICATES) throw new SignatureRefused('several-certificates', `${all.length}`);
  return all.map(({ bytes }) => bytes);
}

function signerInfoOf(node: DerNode): SignerInfo {
  const fields = fieldsOf(node);
  const version = readInteger(fields.next());
  const identifier = identifierOf(fields.next());
  if (!SIGNER_VERSIONS.has(version)) throw new DerError('unknown version of a signer');
  const digestOid = algorithmOidOf(fields.next());
  const signed = fields.optional(contextTag(0, true));
  const signatureOid = algorithmOidOf(fields.next());
  const signature = readOctets(fields.next());
  const unsigned = fields.optional(contextTag(1, true));
  fields.end();
  return {
    identifier,
    digestOid,
    signed: signed === undefined ? null : signedAttributesOf(signed),
    signatureOid,
    signature,
    unsigned: unsigned === undefined ? new Map() : unsignedAttributesOf(unsigned),
  };
}

function identifierOf(node: DerNode): SignerIdentifier {
  if (node.tag === contextTag(0, false)) return { kind: 'KEY-ID', keyId: node.content };
  const fields = fieldsOf(node);
  const issuerDer = fields.next(Tag.SEQUENCE).bytes;
  const serial = readInteger(fields.next());
  fields.end();
  return { kind: 'ISSUER-SERIAL', issuerDer, serial };
}

/** Whatever its parameters are: it is only listed. */
function listedOidOf(algorithm: DerNode): string {
  return readOid(fieldsOf(algorithm).next());
}

/**
 * AlgorithmIdentifier whose parameters are absent or NULL: no algorithm accepted here has any. Throws DerError,
 * SignatureRefused('algorithm').
 */
export function algorithmOidOf(node: DerNode): string {
  const fields = fieldsOf(node);
  const oid = readOid(fields.next());
  fields.optional(Tag.NULL);
  if (fields.more) throw new SignatureRefused('algorithm', `${oid} with parameters`);
  return oid;
}
