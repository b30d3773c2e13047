import { createHash } from 'node:crypto';
import { type Certificate, parseCertificate } from '../certificate/certificate.ts';
import { UsageOid } from '../certificate/facts.ts';
import { isSignedBy, namesIssuer, sameBytes } from '../certificate/link.ts';
import { octets } from '../der/writer.ts';
import { SignatureRefused } from '../reasons.ts';
import { checkStillRemembered, NoAnswer, SKEW_MS } from './no-answer.ts';
import { issuerHashes } from './ocsp-request.ts';
import { type BasicResponse, parseOcspResponse, type SingleResponse } from './ocsp-response.ts';

/** An answer that does not repeat our nonce may be an old one played back: it counts only when it is this young. */
const MAX_AGE_WITHOUT_NONCE_MS = 10 * 60_000;
/** НУЦ gives no time of the next update: its knowledge itself must not be older than this. */
const MAX_AGE_WITHOUT_NEXT_UPDATE_MS = 24 * 3_600_000;

export interface OcspQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** The random bytes of the request. */
  readonly nonce: Uint8Array;
  readonly now: Date;
}

export interface OcspVerdict {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: Date | null;
  /** The responder's certificate when it must be checked itself: by the list, because its own word is in question. */
  readonly unproven: Certificate | null;
}

function isResponder(basic: BasicResponse, certificate: Certificate): boolean {
  const { responder } = basic;
  if ('name' in responder) return sameBytes(responder.name, certificate.subjectDer);
  const keyBits = certificate.publicKey?.keyBits ?? new Uint8Array();
  return sameBytes(responder.keyHash, createHash('sha1').update(keyBits).digest());
}

function parseOrSkip(bytes: Uint8Array): Certificate[] {
  try {
    return [parseCertificate(bytes)];
  } catch (error) {
    if (error instanceof SignatureRefused) return [];
    throw error;
  }
}

/** Appointed by the very authority that issued the certificate, for exactly this purpose, and not expired (RFC 6960 §4.2.2.2). */
function isDelegate(certificate: Certificate, issuer: Certificate, now: Date): boolean {
  const { keyUsage } = certificate;
  return (
    certificate.extendedKeyUsage.includes(UsageOid.OCSP_SIGNING) &&
    (keyUsage.size === 0 || keyUsage.has('digitalSignature')) &&
    !certificate.hasUnknownCritical &&
    certificate.notBefore <= now &&
    now <= certificate.notAfter &&
    namesIssuer(certificate, issuer) &&
    isSignedBy(certificate, issuer)
  );
}

/** Who signed the answer: the issuer itself or a responder that it appointed. Throws NoAnswer. */
function signerOf(basic: BasicResponse, { issuer, now }: OcspQuestion): Certificate {
  const delegates = basic.certificates.flatMap(parseOrSkip).filter((one) => isDelegate(one, issuer, now));
  const candidates = [issuer, ...delegates].filter((one) => isResponder(basic, one));
  if (candidates.length === 0) throw new NoAnswer('the responder is not one that the issuer appointed');
  const { signatureAlgorithm, tbs, signature } = basic;
  const signer = candidates.find(
    (one) => signatureAlgorithm && one.publicKey?.verify(signatureAlgorithm, tbs, signature),
  );
  if (!signer) throw new NoAnswer('the signature of the answer is wrong');
  return signer;
}

function isAbout(single: SingleResponse, { certificate, issuer }: OcspQuestion): boolean {
  if (single.hash === undefined || single.serialNumber !== certificate.serialNumber) return false;
  const { name, key } = issuerHashes(single.hash, issuer);
  return sameBytes(single.issuerNameHash, name) && sameBytes(single.issuerKeyHash, key);
}

function theResponse(basic: BasicResponse, question: OcspQuestion): SingleResponse {
  const [single, ...others] = basic.responses.filter((one) => isAbout(one, question));
  if (!single) throw new NoAnswer('the answer is about another certificate');
  if (others.length > 0) throw new NoAnswer('the answer says two things about one certificate');
  if (single.hasUnknownCritical) throw new NoAnswer('the answer has a critical extension');
  return single;
}

function checkFreshness(basic: BasicResponse, single: SingleResponse, question: OcspQuestion): void {
  const now = question.now.getTime();
  const { thisUpdate, nextUpdate } = single;
  const age = now - thisUpdate.getTime();
  if (age < -SKEW_MS || basic.producedAt.getTime() > now + SKEW_MS) {
    throw new NoAnswer('the answer comes from the future');
  }
  if (nextUpdate && nextUpdate.getTime() + SKEW_MS < now) throw new NoAnswer('the answer is out of date');
  if (!nextUpdate && age > MAX_AGE_WITHOUT_NEXT_UPDATE_MS) throw new NoAnswer('the answer is out of date');
  if (basic.nonce === null) {
    if (age > MAX_AGE_WITHOUT_NONCE_MS) throw new NoAnswer('the answer has no nonce and is not fresh');
  } else if (!sameBytes(basic.nonce, octets(question.nonce))) {
    throw new NoAnswer('the answer has another nonce');
  }
}

/**
 * What an OCSP answer says about the certificate, after everything about the answer itself has been checked: who signed
 * it, which certificate it is about, that it answers this question and now. Throws NoAnswer, and DerError for bytes that
 * are no answer at all.
 */
export function ocspVerdict(bytes: Uint8Array, question: OcspQuestion): OcspVerdict {
  const { status, basic } = parseOcspResponse(bytes);
  if (!basic) throw new NoAnswer(`the responder answers with status ${status}`);
  const signer = signerOf(basic, question);
  if (basic.hasUnknownCritical) throw new NoAnswer('the answer has a critical extension');
  const single = theResponse(basic, question);
  checkFreshness(basic, single, question);
  if (single.status === 'good') checkStillRemembered(question.certificate.notAfter, single.thisUpdate);
  const needsNoProof = signer === question.issuer || signer.noCheck;
  return {
    status: single.status,
    revokedAt: single.revokedAt,
    unproven: needsNoProof ? null : signer,
  };
}
