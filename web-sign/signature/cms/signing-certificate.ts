import type { Certificate } from '../certificate/certificate.ts';
import { contextTag, type DerNode, fieldsOf, readInteger, readOctets, Tag } from '../der/reader.ts';
import { digestOf, type HashAlgorithm, hashOfOid } from '../keys.ts';
import { SignatureRefused } from '../reasons.ts';
import { type Attributes, onlyValue } from './attributes.ts';
import { CmsOid } from './oids.ts';
import { algorithmOidOf, orRefused } from './signed-data.ts';

/**
 * CAdES (RFC 5035): the signer says under the signature which certificate is his, so that nobody can put another one of
 * the same key in its place. Whatever of signingCertificate and signingCertificateV2 is there must name this certificate
 * first. Throws SignatureRefused('signing-certificate').
 */
export function checkSigningCertificate(attributes: Attributes, certificate: Certificate): void {
  orRefused('signing-certificate', () => {
    for (const oid of [CmsOid.SIGNING_CERTIFICATE, CmsOid.SIGNING_CERTIFICATE_V2]) {
      const value = onlyValue(attributes, oid);
      if (value !== undefined)
        checkFirst(value, certificate, oid === CmsOid.SIGNING_CERTIFICATE ? 'SHA1' : 'SHA256');
    }
  });
}

/** `SEQUENCE { certs SEQUENCE OF ESSCertID, policies OPTIONAL }`; only the first of `certs` speaks of the signer. */
function checkFirst(value: DerNode, certificate: Certificate, unnamed: HashAlgorithm): void {
  const fields = fieldsOf(value);
  const first = fieldsOf(fieldsOf(fields.next()).next());
  fields.optional(Tag.SEQUENCE);
  fields.end();

  const named = unnamed === 'SHA1' ? undefined : first.optional(Tag.SEQUENCE);
  const hash = named === undefined ? unnamed : hashOfOid(algorithmOidOf(named));
  if (hash === undefined || (named !== undefined && hash === 'SHA1')) {
    throw new SignatureRefused('signing-certificate', 'hash');
  }
  const digest = readOctets(first.next());
  const issuerSerial = first.optional(Tag.SEQUENCE);
  first.end();

  if (Buffer.compare(digest, digestOf(hash, certificate.der)) !== 0) {
    throw new SignatureRefused('signing-certificate', 'digest');
  }
  if (issuerSerial !== undefined && !namesThis(issuerSerial, certificate)) {
    throw new SignatureRefused('signing-certificate', 'issuer and serial');
  }
}

/** `IssuerSerial`: the issuer as GeneralNames with one directoryName, then the serial number. */
function namesThis(issuerSerial: DerNode, certificate: Certificate): boolean {
  const fields = fieldsOf(issuerSerial);
  const names = fieldsOf(fields.next());
  const directory = fieldsOf(names.next(contextTag(4, true)), contextTag(4, true));
  names.end();
  const issuer = directory.next();
  directory.end();
  const serial = readInteger(fields.next());
  fields.end();
  return Buffer.compare(issuer.bytes, certificate.issuerDer) === 0 && serial === serialOf(certificate);
}

export function serialOf(certificate: Certificate): bigint {
  return BigInt(`0x${certificate.serialNumber}`);
}
