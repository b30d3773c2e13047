import type { SignatureAlgorithm } from '../api.ts';
import { type Certificate, parseCertificate } from '../certificate/certificate.ts';
import { SignatureRefused } from '../reasons.ts';
import { CmsOid } from './oids.ts';
import { parseSignedData, type SignedData, type SignerInfo } from './signed-data.ts';
import { type CheckedSigner, Content, checkSigner } from './signer.ts';
import { type CmsTimeStamp, timeStampsOf } from './time-stamp.ts';

/** A signature that is right over its content. Nothing is said yet of whom the certificate belongs to and who issued it. */
export interface CmsSignature {
  readonly algorithm: SignatureAlgorithm;
  readonly certificate: Certificate;
  /** What else came with it: candidates for the chain, never trusted by themselves. */
  readonly extraCertificates: readonly Certificate[];
  /** What the signer's own clock said: a claim, no evidence. */
  readonly signingTime: Date | null;
  /** Whole tokens over this signature, the earliest first; `judgeTimeStamps` says which may be believed. */
  readonly timeStamps: readonly CmsTimeStamp[];
}

/**
 * Every signature of a CMS SignedData over data (RFC 5652), as anybody may have made it: several signers, signed
 * attributes in any order, or none where the content is plain data. `content` is the document of a detached signature;
 * of an attached one it must be what is inside. All signatures must be right.
 *
 * Throws SignatureRefused: empty, not-der, not-cms, signers, content-type, content-missing, algorithm,
 * certificate-missing, several-certificates, certificate-malformed, unsupported-key, message-digest,
 * signing-certificate, signature-mismatch, digest-mismatch, other-document, time-stamp.
 */
export function verifyCms(bytes: Uint8Array, content?: Uint8Array): CmsSignature[] {
  return verifySigners(parseSignedData(bytes), content);
}

/**
 * The same for a statement that was issued here: exactly one signer, signed attributes in DER order, over `content` and
 * nothing else. A signature without signed attributes is refused ('message-digest'): nothing in it says that a document
 * was signed, and no program we serve makes one.
 */
export function verifyStatementCms(bytes: Uint8Array, content: Uint8Array): CmsSignature {
  const data = parseSignedData(bytes);
  const [signer] = data.signers;
  if (data.signers.length !== 1 || signer === undefined) {
    throw new SignatureRefused('signers', `${data.signers.length} of them`);
  }
  if (signer.signed === null) throw new SignatureRefused('message-digest', 'no signed attributes');
  if (!signer.signed.inOrder) throw new SignatureRefused('not-der', 'signed attributes out of order');
  if (!data.digestOids.includes(signer.digestOid))
    throw new SignatureRefused('not-cms', 'a digest not listed');
  const [signature] = verifySigners(data, content);
  if (signature === undefined) throw new SignatureRefused('signers');
  return signature;
}

function verifySigners(data: SignedData, expected: Uint8Array | undefined): CmsSignature[] {
  if (data.contentType !== CmsOid.DATA) throw new SignatureRefused('content-type', data.contentType);
  const bytes = data.content ?? expected;
  if (bytes === undefined) throw new SignatureRefused('content-missing');
  const content = new Content(data.contentType, bytes);
  const certificates = data.certificates.map(parseCertificate);
  const signatures = data.signers.map((signer) => {
    const checked = checkedOver(signer, content, certificates, data.content === null);
    return {
      ...checked,
      extraCertificates: certificates.filter((other) => other !== checked.certificate),
      timeStamps: timeStampsOf(signer),
    };
  });
  if (expected !== undefined && Buffer.compare(bytes, expected) !== 0) {
    throw new SignatureRefused('other-document');
  }
  return signatures;
}

/** A detached signature that is right, but over another digest, was made for another document. */
function checkedOver(
  signer: SignerInfo,
  content: Content,
  certificates: readonly Certificate[],
  detached: boolean,
): CheckedSigner {
  try {
    return checkSigner(signer, content, certificates);
  } catch (error) {
    if (detached && error instanceof SignatureRefused && error.reason === 'digest-mismatch') {
      throw new SignatureRefused('other-document');
    }
    throw error;
  }
}
