import { BoundedMap } from '../bounded-map.ts';
import type { Certificate } from './certificate.ts';

/** Links that verified once verify always: both fingerprints cover every byte, the signature included. */
const verified = new BoundedMap<string, true>(4_000);

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Whether `issuer` may be the one that `certificate` names: same name, and no key identifiers that contradict it. */
export function namesIssuer(certificate: Certificate, issuer: Certificate): boolean {
  return sameBytes(certificate.issuerDer, issuer.subjectDer) && !contradicts(certificate, issuer);
}

function contradicts(certificate: Certificate, issuer: Certificate): boolean {
  const { authorityKeyId } = certificate;
  const { subjectKeyId } = issuer;
  return authorityKeyId !== null && subjectKeyId !== null && !sameBytes(authorityKeyId, subjectKeyId);
}

/** Whether the key of `issuer` made the signature under `certificate`. Says nothing about its right to. */
export function isSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  const { signatureAlgorithm, tbs, signature } = certificate;
  if (!issuer.publicKey || !signatureAlgorithm) return false;
  const link = certificate.fingerprint + issuer.fingerprint;
  if (verified.get(link)) return true;
  const good = issuer.publicKey.verify(signatureAlgorithm, tbs, signature);
  if (good) verified.set(link, true);
  return good;
}

/** basicConstraints CA:TRUE and keyCertSign. */
export function maySignCertificates(certificate: Certificate): boolean {
  return certificate.isAuthority && certificate.keyUsage.has('keyCertSign');
}
