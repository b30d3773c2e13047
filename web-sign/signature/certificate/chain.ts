import { type Reason, SignatureRefused } from '../reasons.ts';
import type { Certificate } from './certificate.ts';
import { isSignedBy, maySignCertificates, namesIssuer, sameBytes } from './link.ts';
import type { TrustStore } from './trust.ts';

const MAX_CHAIN = 8;
const MAX_EXTRA = 16;
const MAX_STEPS = 64;

/** From the least telling to the most: of the ways that were tried, the one that came furthest says why there is none. */
const PROBLEMS: readonly Reason[] = [
  'untrusted',
  'not-authority',
  'issuer-signature',
  'unsupported-key',
  'critical-extension',
  'path-length',
  'issuer-expired',
];

/** Authorities between the end certificate and a further issuer; those that only carry over a key do not count (RFC 5280 §6.1). */
function authoritiesIn(path: readonly Certificate[]): number {
  return path.slice(1).filter((one) => !sameBytes(one.subjectDer, one.issuerDer)).length;
}

function isWithin(certificate: Certificate, at: Date): boolean {
  return certificate.notBefore <= at && at <= certificate.notAfter;
}

/** Why `issuer` cannot be the next in the path; null when it can. */
function objection(path: readonly Certificate[], issuer: Certificate, at: Date): Reason | null {
  const certificate = path.at(-1);
  if (!certificate) return 'untrusted';
  if (!maySignCertificates(issuer)) return 'not-authority';
  if (!isSignedBy(certificate, issuer)) return 'issuer-signature';
  if (issuer.hasUnknownCritical) return 'critical-extension';
  if (issuer.pathLength !== null && authoritiesIn(path) > issuer.pathLength) return 'path-length';
  return isWithin(issuer, at) ? null : 'issuer-expired';
}

function isIn(path: readonly Certificate[], certificate: Certificate): boolean {
  return path.some((one) => one.fingerprint === certificate.fingerprint);
}

class Search {
  readonly #anchors: ReadonlySet<string>;
  readonly #pool: readonly Certificate[];
  readonly #at: Date;
  #steps = 0;
  problem: Reason = 'untrusted';

  constructor(trust: TrustStore, extra: readonly Certificate[], at: Date) {
    this.#anchors = new Set(trust.anchors.map((anchor) => anchor.fingerprint));
    this.#pool = [...trust.anchors, ...trust.intermediates, ...extra.slice(0, MAX_EXTRA)];
    this.#at = at;
  }

  isAnchor(certificate: Certificate): boolean {
    return this.#anchors.has(certificate.fingerprint);
  }

  /** Continues the path to an anchor by any way that is free of objections. */
  from(path: readonly Certificate[]): readonly Certificate[] | null {
    const certificate = path.at(-1);
    if (!certificate || path.length >= MAX_CHAIN) return null;
    for (const issuer of this.#pool) {
      if (!namesIssuer(certificate, issuer) || isIn(path, issuer)) continue;
      this.#steps += 1;
      if (this.#steps > MAX_STEPS) return null;
      const reason = objection(path, issuer, this.#at);
      if (reason) {
        this.#note(reason);
        continue;
      }
      const longer = [...path, issuer];
      const chain = this.isAnchor(issuer) ? longer : this.from(longer);
      if (chain) return chain;
    }
    return null;
  }

  #note(reason: Reason): void {
    if (PROBLEMS.indexOf(reason) > PROBLEMS.indexOf(this.problem)) this.problem = reason;
  }
}

function checkDates(leaf: Certificate, at: Date): void {
  if (at < leaf.notBefore) throw new SignatureRefused('not-yet-valid');
  if (at > leaf.notAfter) throw new SignatureRefused('expired');
}

/**
 * The chain from a certificate to an anchor of the trust store: leaf, issuers, anchor. Every link is checked by name, key
 * identifier and signature, every issuer for CA:TRUE, keyCertSign, path length, critical extensions and its dates at `at`;
 * at the end the leaf's own dates. `extra` are certificates that came with the signature: a way through them counts only
 * when it reaches an anchor. Throws SignatureRefused: untrusted, issuer-signature, not-authority, path-length,
 * critical-extension, unsupported-key, issuer-expired, expired, not-yet-valid.
 */
export function buildChain(
  leaf: Certificate,
  trust: TrustStore,
  at: Date,
  extra: readonly Certificate[] = [],
): readonly Certificate[] {
  if (!leaf.publicKey) throw new SignatureRefused('unsupported-key');
  const search = new Search(trust, extra, at);
  const chain = search.isAnchor(leaf) ? [leaf] : search.from([leaf]);
  // Whose own time is over hears that, and not that the issuer's is over too.
  if (chain || search.problem === 'issuer-expired') checkDates(leaf, at);
  if (!chain) throw new SignatureRefused(search.problem, `issuer of ${leaf.fingerprint.slice(0, 16)}`);
  if (leaf.hasUnknownCritical) throw new SignatureRefused('critical-extension');
  return chain;
}
