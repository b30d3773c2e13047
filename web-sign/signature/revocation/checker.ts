import { randomBytes } from 'node:crypto';
import type { Revocation } from '../api.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Certificate } from '../certificate/certificate.ts';
import type { TrustStore } from '../certificate/trust.ts';
import { SignatureRefused } from '../reasons.ts';
import { createLists, type Lists } from './lists.ts';
import { concerning, NoAnswer, type Verdict } from './no-answer.ts';
import { ocspRequest } from './ocsp-request.ts';
import { ocspVerdict } from './ocsp-verdict.ts';
import { exchange } from './transport.ts';

export interface RevocationOptions {
  readonly trust: TrustStore;
  readonly clock: { now(): Date };
  readonly fetch?: typeof fetch;
  /** In place of the addresses in the signer's certificate; those of the authorities above are always their own. */
  readonly ocspUrl?: string;
  readonly crlUrl?: string;
  /** How long one is made to wait for OCSP and then for the list; 5 seconds unless told. */
  readonly timeoutMs?: number;
  /** False: only the signer's certificate is asked about, not those of the authorities above it. */
  readonly checkAuthorities?: boolean;
  /** For the log: why an answer was not relied on. Never personal data. */
  readonly onProblem?: (detail: string) => void;
}

export interface RevocationChecker {
  /**
   * Asks about every certificate of a chain that `buildChain` has verified, leaf first: OCSP, and where that gives no
   * answer the list. UNAVAILABLE when any of them stays unanswered. A revocation counts from its time on: what was signed
   * before (`at`) stays; a certificate on hold counts as revoked. Throws SignatureRefused('revoked').
   */
  check(chain: readonly Certificate[], at: Date): Promise<Revocation>;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const MAX_OCSP_BYTES = 64 * 1024;
const MAX_LIST_BYTES = 128 * 1024 * 1024;
/** A long list goes on loading for the next who asks, after the one who asked first has been told that there is no answer. */
const LIST_DOWNLOAD_MS = 120_000;
/** One that has halted is given up, so that the next who asks begins anew. */
const LIST_STALL_MS = 15_000;
const OCSP_CACHE_MS = 5 * 60_000;
/** For this long everybody after the one who waited in vain for a responder is told by the list first. */
const SILENCE_MS = 60_000;
const MAX_CACHED = 10_000;
const MAX_RESPONDERS = 100;
const NONCE_BYTES = 32;

/** The authority itself says that it does not know the certificate: no list outweighs that. */
class Unknown extends NoAnswer {}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer('the list did not come in time')), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

class Checker implements RevocationChecker {
  readonly #options: RevocationOptions;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  readonly #lists: Lists;
  readonly #answers = new BoundedMap<string, Verdict>(MAX_CACHED);
  readonly #asking = new Map<string, Promise<Verdict>>();
  readonly #silentSince = new BoundedMap<string, Date>(MAX_RESPONDERS);

  constructor(options: RevocationOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#lists = createLists({
      clock: options.clock,
      download: (url) =>
        exchange({
          fetch: this.#fetch,
          url,
          timeoutMs: LIST_DOWNLOAD_MS,
          stallMs: LIST_STALL_MS,
          maxBytes: MAX_LIST_BYTES,
        }),
      onProblem: (detail) => this.#problem(detail),
    });
  }

  async check(chain: readonly Certificate[], at: Date): Promise<Revocation> {
    const asked = this.#options.checkAuthorities === false ? chain.slice(0, 2) : chain;
    const verdicts = await Promise.all(
      asked.slice(0, -1).map((certificate, i) => this.#verdictOrNull(certificate, asked[i + 1], i === 0)),
    );
    for (const verdict of verdicts) {
      const since = verdict?.revokedAt;
      if (since && since <= at) throw new SignatureRefused('revoked', `since ${since.toISOString()}`);
    }
    const [leaf] = verdicts;
    if (!leaf || verdicts.includes(null)) {
      return { state: 'UNAVAILABLE', source: null, checkedAt: this.#options.clock.now(), evidence: null };
    }
    return { state: 'GOOD', source: leaf.source, checkedAt: leaf.obtainedAt, evidence: leaf.evidence };
  }

  #problem(detail: string): void {
    this.#options.onProblem?.(detail);
  }

  async #verdictOrNull(
    certificate: Certificate,
    issuer: Certificate | undefined,
    isLeaf: boolean,
  ): Promise<Verdict | null> {
    if (!issuer) return null;
    const { ocspUrl, crlUrl, clock } = this.#options;
    const ocspUrls = isLeaf && ocspUrl ? [ocspUrl] : certificate.ocspUrls;
    const crlUrls = isLeaf && crlUrl ? [crlUrl] : certificate.crlUrls;
    if (ocspUrls.length + crlUrls.length === 0 && this.#isChosen(certificate)) {
      return { source: 'CRL', revokedAt: null, obtainedAt: clock.now(), evidence: null };
    }
    return this.#ask(certificate, issuer, ocspUrls, crlUrls);
  }

  /** An authority that names nobody to ask, and that the operator put into the folder: taking it out is its revocation. */
  #isChosen({ fingerprint }: Certificate): boolean {
    return this.#options.trust.intermediates.some((one) => one.fingerprint === fingerprint);
  }

  async #ask(
    certificate: Certificate,
    issuer: Certificate,
    ocspUrls: readonly string[],
    crlUrls: readonly string[],
  ): Promise<Verdict | null> {
    const silent = ocspUrls.filter((url) => this.#isSilent(url));
    const others = ocspUrls.filter((url) => !silent.includes(url));
    const ocsp = (url: string) => () => this.#askOcsp(certificate, issuer, url);
    const ways = [
      ...others.map(ocsp),
      ...crlUrls.map((url) => () => this.#askList(certificate, issuer, url)),
      ...silent.map(ocsp),
    ];
    for (const way of ways) {
      try {
        return await way();
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        this.#problem(error.message);
        if (error instanceof Unknown) return null;
      }
    }
    return null;
  }

  #isSilent(url: string): boolean {
    const since = this.#silentSince.get(url);
    const age = since ? this.#options.clock.now().getTime() - since.getTime() : -1;
    return age >= 0 && age < SILENCE_MS;
  }

  #askList(certificate: Certificate, issuer: Certificate, url: string): Promise<Verdict> {
    const verdict = this.#lists.verdict(certificate, issuer, url);
    return concerning(url, () => within(verdict, this.#timeoutMs));
  }

  /** The answer of the last minutes, or the one that is just being asked for, or a new one. */
  async #askOcsp(certificate: Certificate, issuer: Certificate, url: string): Promise<Verdict> {
    const key = certificate.fingerprint + issuer.fingerprint;
    const known = this.#answers.get(key);
    const age = known ? this.#options.clock.now().getTime() - known.obtainedAt.getTime() : -1;
    if (known && age >= 0 && age < OCSP_CACHE_MS) return known;
    const running =
      this.#asking.get(key + url) ?? concerning(url, () => this.#askResponder(certificate, issuer, url));
    this.#asking.set(key + url, running);
    try {
      const verdict = await running;
      this.#answers.set(key, verdict);
      return verdict;
    } finally {
      this.#asking.delete(key + url);
    }
  }

  async #askResponder(certificate: Certificate, issuer: Certificate, url: string): Promise<Verdict> {
    const nonce = randomBytes(NONCE_BYTES);
    const bytes = await exchange({
      fetch: this.#fetch,
      url,
      body: { type: 'application/ocsp-request', bytes: ocspRequest(certificate, issuer, nonce) },
      timeoutMs: this.#timeoutMs,
      maxBytes: MAX_OCSP_BYTES,
    }).catch((error: unknown) => {
      this.#silentSince.set(url, this.#options.clock.now());
      throw error;
    });
    this.#silentSince.delete(url);
    const obtainedAt = this.#options.clock.now();
    const verdict = ocspVerdict(bytes, { certificate, issuer, nonce, now: obtainedAt });
    if (verdict.unproven) await this.#proveResponder(verdict.unproven, issuer, obtainedAt);
    if (verdict.status === 'unknown') throw new Unknown('the certificate is unknown there', url);
    return { source: 'OCSP', revokedAt: verdict.revokedAt, obtainedAt, evidence: bytes };
  }

  /**
   * A responder without ocsp-nocheck must not be revoked itself (RFC 6960 §4.2.2.2.1). Only the list can say so; where its
   * certificate names none, the authority has left it to us, and its short life has to do.
   */
  async #proveResponder(responder: Certificate, issuer: Certificate, now: Date): Promise<void> {
    const [url] = responder.crlUrls;
    if (url === undefined) return;
    const { revokedAt } = await this.#askList(responder, issuer, url);
    if (revokedAt && revokedAt <= now) throw new NoAnswer('the responder itself is revoked', url);
  }
}

export function createRevocationChecker(options: RevocationOptions): RevocationChecker {
  return new Checker(options);
}
