import { BoundedMap } from '../bounded-map.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { Entries } from './entries.ts';
import {
  checkListDates,
  checkListScope,
  checkListSignature,
  parseRevocationList,
  type RevocationList,
} from './list.ts';
import { checkStillRemembered, concerning, NoAnswer, type Verdict } from './no-answer.ts';

/** An authority may publish a new list before the old one ends: we look again after this time at the latest. */
const COMPLETE_REFRESH_MS = 3_600_000;
const DELTA_REFRESH_MS = 10 * 60_000;
/** A longer list is not kept with every signature that relied on it. */
const MAX_EVIDENCE = 1024 * 1024;
const MAX_LISTS = 16;

interface Loaded {
  readonly list: RevocationList;
  readonly entries: Entries;
  readonly loadedAt: Date;
}

export interface ListsOptions {
  readonly clock: { now(): Date };
  /** The bytes behind an address; throws NoAnswer. */
  readonly download: (url: string) => Promise<Uint8Array>;
  readonly onProblem: (detail: string) => void;
}

export interface Lists {
  /**
   * What the complete list, and the delta on top of it, say about the certificate. Where the certificate or the list
   * names a delta, a good answer needs it. Throws NoAnswer.
   */
  verdict(certificate: Certificate, issuer: Certificate, url: string): Promise<Verdict>;
}

type Kind = 'complete' | 'delta';

function isFresh({ list, loadedAt }: Loaded, kind: Kind, now: Date): boolean {
  const refresh = kind === 'delta' ? DELTA_REFRESH_MS : COMPLETE_REFRESH_MS;
  const age = now.getTime() - loadedAt.getTime();
  return now <= list.nextUpdate && age >= 0 && age < refresh;
}

function checkKind(list: RevocationList, kind: Kind): void {
  if ((list.deltaBase !== null) !== (kind === 'delta')) throw new NoAnswer(`the list is not a ${kind} one`);
}

/** A delta speaks about the changes since `deltaBase`: laid on an older list it would leave some out (RFC 5280 §5.2.4). */
function fits(complete: RevocationList, delta: RevocationList): boolean {
  return complete.number !== null && delta.deltaBase !== null && complete.number >= delta.deltaBase;
}

class ListStore implements Lists {
  readonly #options: ListsOptions;
  readonly #loaded = new BoundedMap<string, Loaded>(MAX_LISTS);
  readonly #loading = new Map<string, Promise<Loaded>>();

  constructor(options: ListsOptions) {
    this.#options = options;
  }

  async #load(url: string, issuer: Certificate, kind: Kind): Promise<Loaded> {
    const list = parseRevocationList(await this.#options.download(url));
    checkKind(list, kind);
    await checkListSignature(list, issuer);
    const loadedAt = this.#options.clock.now();
    checkListDates(list, loadedAt);
    return { list, entries: await Entries.of(list.entries), loadedAt };
  }

  /** From memory while it is fresh; several who ask at once share one download. */
  async #get(url: string, issuer: Certificate, kind: Kind, again = false): Promise<Loaded> {
    const key = `${kind} ${issuer.fingerprint} ${url}`;
    const known = this.#loaded.get(key);
    const now = this.#options.clock.now();
    if (known && !again && isFresh(known, kind, now)) return known;
    const running = this.#loading.get(key) ?? concerning(url, () => this.#load(url, issuer, kind));
    this.#loading.set(key, running);
    try {
      const fresh = await running;
      this.#loaded.set(key, fresh);
      return fresh;
    } catch (error) {
      if (!known || again || now > known.list.nextUpdate) throw error;
      if (!(error instanceof NoAnswer)) throw error;
      this.#options.onProblem(`${error.message}; an older list is used`);
      return known;
    } finally {
      this.#loading.delete(key);
    }
  }

  async #delta(
    urls: readonly string[],
    issuer: Certificate,
    certificate: Certificate,
  ): Promise<Loaded | null> {
    let problem: unknown = null;
    for (const url of urls) {
      try {
        const delta = await this.#get(url, issuer, 'delta');
        checkListScope(delta.list, certificate);
        return delta;
      } catch (error) {
        problem = error;
      }
    }
    if (problem) throw problem;
    return null;
  }

  verdict(certificate: Certificate, issuer: Certificate, url: string): Promise<Verdict> {
    return concerning(url, () => this.#verdict(certificate, issuer, url));
  }

  async #verdict(certificate: Certificate, issuer: Certificate, url: string): Promise<Verdict> {
    let complete = await this.#get(url, issuer, 'complete');
    checkListScope(complete.list, certificate);
    const listed = complete.entries.find(certificate.serialNumber);
    const revoked = listed ? verdictOf(complete, listed.revokedAt) : null;
    if (revoked && !listed?.isHold) return revoked;
    const deltaUrls =
      certificate.deltaCrlUrls.length > 0 ? certificate.deltaCrlUrls : complete.list.deltaUrls;
    let delta: Loaded | null;
    try {
      delta = await this.#delta(deltaUrls, issuer, certificate);
      if (delta && !fits(complete.list, delta.list)) {
        complete = await this.#get(url, issuer, 'complete', true);
        if (!fits(complete.list, delta.list)) throw new NoAnswer('the delta does not fit the complete list');
      }
    } catch (error) {
      if (revoked) return revoked;
      throw error;
    }
    return together(certificate, complete, delta);
  }
}

function verdictOf({ list, loadedAt }: Loaded, revokedAt: Date | null): Verdict {
  const evidence = list.der.length <= MAX_EVIDENCE ? list.der : null;
  return { source: 'CRL', revokedAt, obtainedAt: loadedAt, evidence };
}

/** A delta takes a certificate off the list only when it was on hold there; everything else that is revoked stays so. */
function together(certificate: Certificate, complete: Loaded, delta: Loaded | null): Verdict {
  const base = complete.entries.find(certificate.serialNumber);
  const change = delta?.entries.find(certificate.serialNumber) ?? null;
  if (base && !(base.isHold && change?.isRemoval)) return verdictOf(complete, base.revokedAt);
  if (delta && change && !change.isRemoval) return verdictOf(delta, change.revokedAt);
  checkStillRemembered(certificate.notAfter, (delta ?? complete).list.thisUpdate);
  return verdictOf(complete, null);
}

export function createLists(options: ListsOptions): Lists {
  return new ListStore(options);
}
