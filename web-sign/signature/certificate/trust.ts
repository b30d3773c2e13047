import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { SignatureRefused } from '../reasons.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { isSignedBy, maySignCertificates, namesIssuer, sameBytes } from './link.ts';

/** A file, or one of its certificates, that is not used, and why; for the operator. */
export interface Skipped {
  readonly file: string;
  readonly why: string;
}

/** The authorities that the operator chose. Nothing else is ever trusted, and nothing is fetched from the network. */
export interface TrustStore {
  /** Self-signed authorities: where every chain must end. */
  readonly anchors: readonly Certificate[];
  /** Authorities below them; each one's own chain to an anchor has been verified. */
  readonly intermediates: readonly Certificate[];
  readonly skipped: readonly Skipped[];
  /** One line for each authority: name, key, dates, SHA-256 fingerprint; to be compared by a person with what pki.gov.kz says. */
  describe(): string[];
}

interface Candidate {
  readonly file: string;
  readonly certificate: Certificate;
}

function whyUnusable(certificate: Certificate): string | null {
  if (!certificate.publicKey) return 'its key is not supported (GOST-2004, short RSA or another kind)';
  if (!certificate.signatureAlgorithm) return 'its signature algorithm is not supported';
  if (!maySignCertificates(certificate)) return 'it is not a certificate authority';
  if (certificate.hasUnknownCritical) return 'it has a critical extension that is not understood';
  return null;
}

function isSelfSigned(certificate: Certificate): boolean {
  return sameBytes(certificate.subjectDer, certificate.issuerDer) && isSignedBy(certificate, certificate);
}

/** Those among `others` from which signatures lead to one of the anchors. */
function connected(anchors: readonly Certificate[], others: readonly Candidate[]): ReadonlySet<Certificate> {
  const reached = new Set<Certificate>(anchors);
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const { certificate } of others) {
      const issuers = [...reached].filter((issuer) => namesIssuer(certificate, issuer));
      if (issuers.some((issuer) => isSignedBy(certificate, issuer))) reached.add(certificate);
    }
  }
  return reached;
}

function fingerprintText(certificate: Certificate): string {
  return (certificate.fingerprint.match(/../g) ?? []).join(':').toUpperCase();
}

function line(kind: string, certificate: Certificate): string {
  const [from, to] = [certificate.notBefore, certificate.notAfter].map((date) =>
    date.toISOString().slice(0, 10),
  );
  const key = certificate.publicKey?.kind ?? '';
  return `${kind}: ${certificate.subjectName}, ${key}, ${from} to ${to}, SHA-256 ${fingerprintText(certificate)}`;
}

function storeOf(candidates: readonly Candidate[], broken: readonly Skipped[]): TrustStore {
  const skipped = [...broken];
  const usable = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const why = whyUnusable(candidate.certificate);
    if (why) skipped.push({ file: candidate.file, why });
    else usable.set(candidate.certificate.fingerprint, candidate);
  }
  const all = [...usable.values()];
  const anchors = all.map(({ certificate }) => certificate).filter(isSelfSigned);
  const others = all.filter(({ certificate }) => !anchors.includes(certificate));
  const reached = connected(anchors, others);
  for (const { file, certificate } of others) {
    if (!reached.has(certificate)) skipped.push({ file, why: 'no self-signed authority here has signed it' });
  }
  const intermediates = others.map(({ certificate }) => certificate).filter((one) => reached.has(one));
  return {
    anchors,
    intermediates,
    skipped,
    describe: () => [
      ...anchors.map((certificate) => line('root', certificate)),
      ...intermediates.map((certificate) => line('issuing', certificate)),
    ],
  };
}

function read(file: string, ders: readonly Uint8Array[]): { found: Candidate[]; broken: Skipped[] } {
  const found: Candidate[] = [];
  const broken: Skipped[] = [];
  for (const bytes of ders) {
    try {
      found.push({ file, certificate: parseCertificate(bytes) });
    } catch (error) {
      if (!(error instanceof SignatureRefused)) throw error;
      broken.push({ file, why: error.message });
    }
  }
  return { found, broken };
}

/** From DER of certificates. What cannot be an authority is skipped with its position as the file name. */
export function createTrust(ders: readonly Uint8Array[]): TrustStore {
  const parts = ders.map((bytes, i) => read(`#${i + 1}`, [bytes]));
  return storeOf(
    parts.flatMap(({ found }) => found),
    parts.flatMap(({ broken }) => broken),
  );
}

const ARMOUR = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([\sA-Za-z0-9+/=]*)-----END/g;
const BARE_BASE64 = /^[\sA-Za-z0-9+/=]+$/;
const EXTENSIONS: ReadonlySet<string> = new Set(['.cer', '.crt', '.pem', '.der']);
const SEQUENCE = 0x30;

/** DER, PEM with one certificate or several, or base64 without armour, in which НУЦ hands out some of its files. */
function certificatesIn(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] === SEQUENCE) return [bytes];
  const text = Buffer.from(bytes).toString('latin1');
  const armoured = [...text.matchAll(ARMOUR)].map((match) => match[1] ?? '');
  if (armoured.length === 0 && !BARE_BASE64.test(text)) return [];
  return (armoured.length > 0 ? armoured : [text]).map((base64) => Buffer.from(base64, 'base64'));
}

/**
 * Reads *.cer, *.crt, *.pem and *.der of a folder. Files that hold no usable authority are skipped with a reason. Throws
 * only when the folder or a file in it cannot be read.
 */
export function loadTrust(folder: string): TrustStore {
  const found: Candidate[] = [];
  const skipped: Skipped[] = [];
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .toSorted();
  for (const file of files) {
    const isOurs = EXTENSIONS.has(extname(file).toLowerCase());
    const ders = isOurs ? certificatesIn(readFileSync(join(folder, file))) : [];
    if (ders.length === 0) skipped.push({ file, why: 'it holds no certificate' });
    const result = read(file, ders);
    found.push(...result.found);
    skipped.push(...result.broken);
  }
  return storeOf(found, skipped);
}
