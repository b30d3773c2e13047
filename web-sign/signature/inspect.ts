import type { SignatureAlgorithm } from './api.ts';
import { type Certificate, certificateFacts } from './certificate/certificate.ts';
import { buildChain } from './certificate/chain.ts';
import type { TrustStore } from './certificate/trust.ts';
import { cmsBytes } from './cms/armour.ts';
import { type JudgedTimeStamp, judgeTimeStamps } from './cms/time-stamp.ts';
import { verifyCms } from './cms/verify-cms.ts';
import { coversWhole } from './coverage.ts';
import { type Reason, SignatureRefused } from './reasons.ts';
import { verifySignedXml, verifyStatementXml } from './xml/verify-xml.ts';

/** How somebody else's file is looked at. */
export interface Question {
  readonly trust: TrustStore;
  /** For when the chain is judged. Undefined: a trusted stamp's time, otherwise `now`. */
  readonly at: Date | undefined;
  readonly now: Date;
  /** What must have been signed: the document of a detached signature, and of any other too. */
  readonly document: Uint8Array | undefined;
}

export interface SignerReport {
  /** Personal, as are `bin` and `name`. */
  readonly iin: string | null;
  readonly bin: string | null;
  readonly name: string | null;
  readonly algorithm: SignatureAlgorithm | null;
  readonly chain: 'valid' | Reason;
  /** ISO: a trusted stamp's time, else a whole stamp's, else the signer's own clock; null where nothing says it. */
  readonly signedAt: string | null;
}

/** `signers` is empty when some signature is not right over what it should be over. */
export interface Report {
  readonly valid: boolean;
  readonly reason: Reason | null;
  readonly signers: readonly SignerReport[];
}

interface Found {
  readonly algorithm: SignatureAlgorithm;
  readonly certificate: Certificate;
  readonly coversWhole: boolean;
  readonly extraCertificates: readonly Certificate[];
  readonly signingTime: Date | null;
  readonly stamp: JudgedTimeStamp | null;
}

/** Bytes. Large enough for a scanned contract inside a CMS, small enough to hash. */
export const MAX_FILE = 64 * 1024 * 1024;

/**
 * XML or CMS (DER, PEM, base64), told apart by content; any number of signers; no network and so no word on revocation.
 * What the key is for is not asked beyond this: it must be one to sign with. Never throws for what is in the file.
 */
export function inspect(file: Uint8Array, question: Question): Report {
  try {
    const found = signaturesIn(file, question);
    const signers = found.map((signature) => reportOn(signature, question));
    const reason = signers.map(({ chain }) => chain).find((chain) => chain !== 'valid') ?? objectionTo(found);
    return { valid: reason === null, reason, signers };
  } catch (error) {
    if (error instanceof SignatureRefused) return { valid: false, reason: error.reason, signers: [] };
    throw error;
  }
}

function signaturesIn(file: Uint8Array, { trust, document }: Question): Found[] {
  if (file.length > MAX_FILE) throw new SignatureRefused('too-large', `${file.length} bytes`);
  if (!isMarkup(file)) {
    return verifyCms(cmsBytes(file), document).map((signature) => ({
      ...signature,
      coversWhole: true,
      stamp: judgeTimeStamps(signature.timeStamps, trust),
    }));
  }
  // As verifySignedXml reads it: files begin with a byte order mark or an empty line.
  const text = textOf(file).trimStart();
  const signatures =
    document === undefined ? verifySignedXml(text) : [verifyStatementXml(text, textOf(document))];
  return signatures.map(({ algorithm, certificate, covers, reference }) => ({
    algorithm,
    certificate,
    coversWhole: covers === 'DOCUMENT' || coversWhole(text, reference),
    extraCertificates: [],
    signingTime: null,
    stamp: null,
  }));
}

/** The first thing after a byte order mark and blanks is `<`. */
function isMarkup(file: Uint8Array): boolean {
  const start = Buffer.from(file.subarray(0, 1024)).toString('latin1');
  return /^(?:ï»¿)?\s*</.test(start);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOf(file: Uint8Array): string {
  try {
    return UTF8.decode(file);
  } catch {
    throw new SignatureRefused('not-text');
  }
}

function reportOn(found: Found, question: Question): SignerReport {
  const { iin, bin, name } = certificateFacts(found.certificate);
  const stampedAt = found.stamp?.at ?? null;
  return {
    iin,
    bin,
    name,
    algorithm: found.algorithm,
    chain: chainVerdict(found, question),
    signedAt: (stampedAt ?? found.signingTime)?.toISOString() ?? null,
  };
}

function chainVerdict(
  { certificate, extraCertificates, stamp }: Found,
  question: Question,
): 'valid' | Reason {
  const trustedAt = stamp === null || stamp.chain === null ? undefined : stamp.at;
  try {
    buildChain(certificate, question.trust, question.at ?? trustedAt ?? question.now, extraCertificates);
    return 'valid';
  } catch (error) {
    if (error instanceof SignatureRefused) return error.reason;
    throw error;
  }
}

/** What is wrong with signatures that are right and chains that are valid. */
function objectionTo(found: readonly Found[]): Reason | null {
  if (!found.every(({ coversWhole }) => coversWhole)) return 'reference';
  // A key for encryption alone, or an authority's, signs no documents (RFC 5280 §4.2.1.3).
  const forDocuments = found.every(
    ({ certificate: { keyUsage } }) => keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation'),
  );
  return forDocuments ? null : 'need-signing-key';
}
