import type { SignatureAlgorithm } from '../api.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { DerError, parseDer, readOctets, readOid, readTime, Tag } from '../der/reader.ts';
import {
  digestOf,
  HASH_OF_ALGORITHM,
  type HashAlgorithm,
  hashOfOid,
  KeyOid,
  signatureAlgorithmOf,
} from '../keys.ts';
import { SignatureRefused } from '../reasons.ts';
import { type Attributes, onlyValue, signedAttributesOf } from './attributes.ts';
import { CmsOid } from './oids.ts';
import { orRefused, type SignerIdentifier, type SignerInfo } from './signed-data.ts';
import { checkSigningCertificate, serialOf } from './signing-certificate.ts';

/** What was signed, with its digests kept: several signers of a large document hash it once. */
export class Content {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly #digests = new Map<HashAlgorithm, Uint8Array>();

  constructor(type: string, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }

  digest(hash: HashAlgorithm): Uint8Array {
    const known = this.#digests.get(hash);
    if (known !== undefined) return known;
    const digest = digestOf(hash, this.bytes);
    this.#digests.set(hash, digest);
    return digest;
  }
}

export interface CheckedSigner {
  readonly algorithm: SignatureAlgorithm;
  readonly certificate: Certificate;
  /** What the signer's own clock said: a claim, no evidence. */
  readonly signingTime: Date | null;
}

/**
 * One SignerInfo over `content` (RFC 5652 §5.4–5.6, EDS.md §6.3): allowed algorithms, exactly one certificate, signed
 * attributes that name the content's type and digest, the signature itself. The certificate is the one that the upload
 * brought: whether anybody trusts it is asked elsewhere. Throws SignatureRefused.
 */
export function checkSigner(
  signer: SignerInfo,
  content: Content,
  certificates: readonly Certificate[],
): CheckedSigner {
  const algorithm = algorithmOf(signer);
  const certificate = certificateOf(signer.identifier, certificates);
  const key = certificate.publicKey;
  if (key === null) throw new SignatureRefused('unsupported-key');
  if (signer.signed === null) {
    if (content.type !== CmsOid.DATA || looksLikeAttributes(content.bytes)) {
      throw new SignatureRefused('message-digest', 'no signed attributes');
    }
    if (!key.verify(algorithm, content.bytes, signer.signature)) {
      throw new SignatureRefused('signature-mismatch');
    }
    return { algorithm, certificate, signingTime: null };
  }
  const { attributes, der } = signer.signed;
  checkContentType(attributes, content.type);
  const digest = messageDigestOf(attributes);
  checkSigningCertificate(attributes, certificate);
  if (!key.verify(algorithm, der, signer.signature)) throw new SignatureRefused('signature-mismatch');
  if (Buffer.compare(digest, content.digest(HASH_OF_ALGORITHM[algorithm])) !== 0) {
    throw new SignatureRefused('digest-mismatch');
  }
  return { algorithm, certificate, signingTime: signingTimeOf(attributes) };
}

/** The signature's algorithm, or that of the key beside the digest's: RFC 3370 §3.2 writes RSA so. */
function algorithmOf({ digestOid, signatureOid }: SignerInfo): SignatureAlgorithm {
  const hash = hashOfOid(digestOid);
  const algorithm = signatureAlgorithmOf(signatureOid) ?? byKey(signatureOid, hash);
  if (algorithm === undefined || HASH_OF_ALGORITHM[algorithm] !== hash) {
    throw new SignatureRefused('algorithm', `${signatureOid} over ${digestOid}`);
  }
  return algorithm;
}

function byKey(keyOid: string, hash: HashAlgorithm | undefined): SignatureAlgorithm | undefined {
  switch (keyOid) {
    case KeyOid.RSA:
      return hash === 'SHA256' || hash === 'SHA384' || hash === 'SHA512' ? `RSA-${hash}` : undefined;
    case KeyOid.GOST_512:
      return 'GOST3410-2015-512';
    case KeyOid.GOST_256:
      return 'GOST3410-2015-256';
    default:
      return undefined;
  }
}

function certificateOf(identifier: SignerIdentifier, certificates: readonly Certificate[]): Certificate {
  const matching = certificates.filter((certificate) => isNamed(identifier, certificate));
  const [first] = matching;
  if (first === undefined) throw new SignatureRefused('certificate-missing');
  if (matching.some(({ fingerprint }) => fingerprint !== first.fingerprint)) {
    throw new SignatureRefused('several-certificates');
  }
  return first;
}

function isNamed(identifier: SignerIdentifier, certificate: Certificate): boolean {
  if (identifier.kind === 'KEY-ID') {
    const { subjectKeyId } = certificate;
    return subjectKeyId !== null && Buffer.compare(subjectKeyId, identifier.keyId) === 0;
  }
  return (
    identifier.serial === serialOf(certificate) &&
    Buffer.compare(identifier.issuerDer, certificate.issuerDer) === 0
  );
}

function checkContentType(attributes: Attributes, expected: string): void {
  const value = orRefused('not-cms', () => onlyValue(attributes, CmsOid.CONTENT_TYPE));
  if (value === undefined) throw new SignatureRefused('content-type', 'not signed');
  const named = orRefused('not-cms', () => readOid(value));
  if (named !== expected) throw new SignatureRefused('content-type', `${named} signed, ${expected} sent`);
}

function messageDigestOf(attributes: Attributes): Uint8Array {
  const value = orRefused('not-cms', () => onlyValue(attributes, CmsOid.MESSAGE_DIGEST));
  if (value === undefined) throw new SignatureRefused('message-digest', 'not signed');
  return orRefused('not-cms', () => readOctets(value));
}

function signingTimeOf(attributes: Attributes): Date | null {
  const value = orRefused('not-cms', () => onlyValue(attributes, CmsOid.SIGNING_TIME));
  return value === undefined ? null : orRefused('not-cms', () => readTime(value));
}

/**
 * A signature over signed attributes is also a signature over a document whose bytes are those attributes. Whoever leaves
 * the attributes out and shows them as the document is refused by their shape.
 */
function looksLikeAttributes(content: Uint8Array): boolean {
  if (content[0] !== Tag.SET) return false;
  try {
    return signedAttributesOf(parseDer(content)).attributes.has(CmsOid.MESSAGE_DIGEST);
  } catch (error) {
    if (error instanceof DerError) return false;
    if (error instanceof SignatureRefused) return true;
    throw error;
  }
}
