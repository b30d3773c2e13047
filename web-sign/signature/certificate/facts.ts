import type { CertificateFacts } from '../api.ts';
import { SignatureRefused } from '../reasons.ts';
import type { Certificate } from './certificate.ts';
import { NameOid, valuesOf } from './name.ts';

/** Extended key usages of НУЦ РК (EDS.md §2.3). */
export const UsageOid = {
  CLIENT_AUTH: '1.3.6.1.5.5.7.3.2',
  EMAIL_PROTECTION: '1.3.6.1.5.5.7.3.4',
  TIME_STAMPING: '1.3.6.1.5.5.7.3.8',
  OCSP_SIGNING: '1.3.6.1.5.5.7.3.9',
  INDIVIDUAL: '1.2.398.3.3.4.1.1',
  ORGANISATION: '1.2.398.3.3.4.1.2',
} as const;

/**
 * The one number that the name gives: twelve digits after the prefix, and nothing else. Two different ones are none: a
 * certificate that names two people names nobody.
 */
function theNumber(values: readonly string[], prefix: 'IIN' | 'BIN'): string | null {
  const numbers = new Set(values.flatMap((value) => (value.startsWith(prefix) ? [value.slice(3)] : [])));
  const [number] = numbers;
  return numbers.size === 1 && number !== undefined && /^\d{12}$/.test(number) ? number : null;
}

function holderOf(certificate: Certificate): CertificateFacts['holder'] {
  const units = valuesOf(certificate.subject, NameOid.UNIT);
  const usages = certificate.extendedKeyUsage;
  const forOrganisation = usages.some(
    (oid) => oid === UsageOid.ORGANISATION || oid.startsWith(`${UsageOid.ORGANISATION}.`),
  );
  if (forOrganisation || units.some((unit) => unit.startsWith('BIN'))) return 'ORGANISATION';
  return usages.includes(UsageOid.INDIVIDUAL) ? 'INDIVIDUAL' : 'OTHER';
}

/**
 * Whose certificate it is and what its key is for, in the words of НУЦ РК. The IIN is taken from `serialNumber=IIN…`
 * alone, the BIN from `OU=BIN…` alone. Throws SignatureRefused('unsupported-key').
 */
export function certificateFacts(certificate: Certificate): CertificateFacts {
  const { publicKey, subject, keyUsage } = certificate;
  if (!publicKey) throw new SignatureRefused('unsupported-key');
  const usages = new Set(certificate.extendedKeyUsage);
  const forSigning = usages.has(UsageOid.EMAIL_PROTECTION);
  const isPersonal = !certificate.isAuthority;
  // The new scheme gives a person one GOST key for both ends; the old one gives two RSA keys, each for its own (EDS.md §2.4).
  const forLogin = usages.has(UsageOid.CLIENT_AUTH) || (publicKey.kind !== 'RSA' && forSigning);
  return {
    name: certificate.subjectName,
    iin: theNumber(valuesOf(subject, NameOid.SERIAL_NUMBER), 'IIN'),
    bin: theNumber(valuesOf(subject, NameOid.UNIT), 'BIN'),
    serialNumber: certificate.serialNumber,
    issuer: certificate.issuerName,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    keyAlgorithm: publicKey.kind,
    holder: holderOf(certificate),
    canSign: isPersonal && keyUsage.has('nonRepudiation') && forSigning,
    canAuthenticate: isPersonal && keyUsage.has('digitalSignature') && forLogin,
  };
}
