import { Buffer } from 'node:buffer';
import type { Certificate } from '../certificate/certificate.ts';
import { context, integer, nullValue, octets, oid, sequence } from '../der/writer.ts';
import { digestOf, type HashAlgorithm, oidOfHash } from '../keys.ts';

export const OcspOid = {
  BASIC: '1.3.6.1.5.5.7.48.1.1',
  NONCE: '1.3.6.1.5.5.7.48.1.2',
} as const;

/** What of CertID does not depend on the certificate in question (RFC 6960 §4.1.1). */
export function issuerHashes(
  hash: HashAlgorithm,
  issuer: Certificate,
): { name: Uint8Array; key: Uint8Array } {
  return {
    name: digestOf(hash, issuer.subjectDer),
    key: digestOf(hash, issuer.publicKey?.keyBits ?? new Uint8Array()),
  };
}

/**
 * OCSPRequest about one certificate: CertID with SHA-256, as НУЦ expects it (EDS.md §3.2), and a nonce. DER.
 * `nonce` are the random bytes themselves, 32 of them at most (RFC 8954).
 */
export function ocspRequest(certificate: Certificate, issuer: Certificate, nonce: Uint8Array): Uint8Array {
  const { name, key } = issuerHashes('SHA256', issuer);
  const certId = sequence(
    sequence(oid(oidOfHash('SHA256')), nullValue()),
    octets(name),
    octets(key),
    integer(Buffer.from(certificate.serialNumber, 'hex')),
  );
  const nonceExtension = sequence(oid(OcspOid.NONCE), octets(octets(nonce)));
  return sequence(sequence(sequence(sequence(certId)), context(2, true, sequence(nonceExtension))));
}
