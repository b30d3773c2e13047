import { type Certificate, parseCertificate } from '../certificate/certificate.ts';
import { buildChain } from '../certificate/chain.ts';
import { ExtensionOid } from '../certificate/extensions.ts';
import type { TrustStore } from '../certificate/trust.ts';
import {
  contextTag,
  type DerNode,
  fieldsOf,
  parseDer,
  readInteger,
  readOctets,
  readTime,
  Tag,
} from '../der/reader.ts';
import { digestOf, hashOfOid } from '../keys.ts';
import { type Reason, SignatureRefused } from '../reasons.ts';
import { CmsOid } from './oids.ts';
import {
  algorithmOidOf,
  orRefused,
  parseSignedData,
  type SignedData,
  type SignerInfo,
} from './signed-data.ts';
import { Content, checkSigner } from './signer.ts';

/** An RFC 3161 token that is whole and covers this very signature. Who issued it is not yet asked. */
export interface CmsTimeStamp {
  readonly at: Date;
  readonly token: Uint8Array;
  readonly certificate: Certificate;
  readonly extraCertificates: readonly Certificate[];
}

/** No fault of the token: it is made in a way that cannot be followed here (GOST-2004, SHA-1). */
const NOT_FOLLOWED: ReadonlySet<Reason> = new Set(['algorithm', 'unsupported-key']);
const MAX_STAMPS = 4;

/**
 * The time stamps of a signature, the earliest first. One that is made with algorithms not accepted here (the authority of
 * НУЦ stamped with GOST-2004 for years) is left out: it proves nothing and spoils nothing. One that is broken or
 * covers another signature is refused. Throws SignatureRefused('time-stamp').
 */
export function timeStampsOf(signer: SignerInfo): CmsTimeStamp[] {
  const tokens = signer.unsigned.get(CmsOid.TIME_STAMP_TOKEN) ?? [];
  if (tokens.length > MAX_STAMPS) throw new SignatureRefused('time-stamp', `${tokens.length} of them`);
  return tokens
    .map(({ bytes }) => timeStampOf(bytes, signer.signature))
    .filter((stamp) => stamp !== null)
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}

function timeStampOf(token: Uint8Array, signature: Uint8Array): CmsTimeStamp | null {
  try {
    return checkedToken(token, signature);
  } catch (error) {
    if (!(error instanceof SignatureRefused)) throw error;
    if (NOT_FOLLOWED.has(error.reason)) return null;
    throw error.reason === 'time-stamp' ? error : new SignatureRefused('time-stamp', error.message);
  }
}

function checkedToken(token: Uint8Array, signature: Uint8Array): CmsTimeStamp | null {
  const data = parseSignedData(token);
  const { info, at, imprint } = tokenInfoOf(data);
  const hash = hashOfOid(imprint.oid);
  if (hash !== undefined && Buffer.compare(digestOf(hash, signature), imprint.digest) !== 0) {
    throw new SignatureRefused('time-stamp', 'over another signature');
  }
  const [signer] = data.signers;
  if (signer === undefined || data.signers.length !== 1 || signer.signed === null) {
    throw new SignatureRefused('time-stamp', 'not by one signer with signed attributes');
  }
  // An authority that was not asked for its certificate leaves it out (RFC 3161 §2.4.1, certReq).
  if (data.certificates.length === 0) return null;
  const extraCertificates = data.certificates.map(parseCertificate);
  const { certificate } = checkSigner(signer, new Content(CmsOid.TST_INFO, info), extraCertificates);
  if (hash === undefined || hash === 'SHA1') return null;
  return { at, token, certificate, extraCertificates };
}

interface TokenInfo {
  readonly info: Uint8Array;
  readonly at: Date;
  readonly imprint: { readonly oid: string; readonly digest: Uint8Array };
}

/** TSTInfo (RFC 3161 §2.4.2). */
function tokenInfoOf(data: SignedData): TokenInfo {
  const info = data.content;
  if (data.contentType !== CmsOid.TST_INFO || info === null) {
    throw new SignatureRefused('time-stamp', 'not a token');
  }
  return orRefused('time-stamp', () => {
    const fields = fieldsOf(parseDer(info));
    if (readInteger(fields.next()) !== 1n) throw new SignatureRefused('time-stamp', 'unknown version');
    fields.next(Tag.OID);
    const imprint = imprintOf(fields.next());
    fields.next(Tag.INTEGER);
    const at = readTime(fields.next(Tag.GENERALIZED_TIME));
    fields.optional(Tag.SEQUENCE);
    fields.optional(Tag.BOOLEAN);
    fields.optional(Tag.INTEGER);
    fields.optional(contextTag(0, true));
    fields.optional(contextTag(1, true));
    fields.end();
    return { info, at, imprint };
  });
}

function imprintOf(node: DerNode): TokenInfo['imprint'] {
  const fields = fieldsOf(node);
  const oid = algorithmOidOf(fields.next());
  const digest = readOctets(fields.next());
  fields.end();
  return { oid, digest };
}

export interface JudgedTimeStamp extends CmsTimeStamp {
  /** The authority's certificate up to one of our anchors; null when it does not lead there. */
  readonly chain: readonly Certificate[] | null;
}

/**
 * The earliest stamp by an authority of ours, or the earliest of the others; null when there is none. Only a chain that
 * ends at our anchors makes its time count: anybody can set up an authority that says any time (RFC 3161 §2.3: its
 * certificate serves time stamping alone, and says so in a critical extension).
 */
export function judgeTimeStamps(stamps: readonly CmsTimeStamp[], trust: TrustStore): JudgedTimeStamp | null {
  const judged = stamps.map((stamp) => ({ ...stamp, chain: authorityChain(stamp, trust) }));
  return judged.find(({ chain }) => chain !== null) ?? judged[0] ?? null;
}

/** Anybody with a certificate of ours could stamp otherwise. */
function mayStamp({ extendedKeyUsage, criticalExtensions, keyUsage }: Certificate): boolean {
  return (
    extendedKeyUsage.length === 1 &&
    extendedKeyUsage[0] === CmsOid.TIME_STAMPING &&
    criticalExtensions.has(ExtensionOid.EXTENDED_KEY_USAGE) &&
    (keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation'))
  );
}

function authorityChain(stamp: CmsTimeStamp, trust: TrustStore): readonly Certificate[] | null {
  if (!mayStamp(stamp.certificate)) return null;
  try {
    return buildChain(stamp.certificate, trust, stamp.at, stamp.extraCertificates);
  } catch (error) {
    if (error instanceof SignatureRefused) return null;
    throw error;
  }
}
