import { DerError } from '../der/reader.ts';

/**
 * What came back, or did not, says nothing about the certificate: unreachable, malformed, wrongly signed, about another
 * certificate, stale. It never means "good". The message is for the log and holds no personal data.
 */
export class NoAnswer extends Error {
  /** Whose fault it is; null until somebody knows. */
  readonly url: string | null;
  constructor(message: string, url: string | null = null) {
    super(url === null ? message : `${url}: ${message}`);
    this.name = 'NoAnswer';
    this.url = url;
  }
}

/** Runs what has to do with an address: bytes that are no DER become NoAnswer, and NoAnswer says where it came from. */
export async function concerning<T>(url: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof DerError || (error instanceof NoAnswer && error.url === null)) {
      throw new NoAnswer(error.message, url);
    }
    throw error;
  }
}

/** Clocks of two servers may differ by this much. */
export const SKEW_MS = 5 * 60_000;

/** What an authority said about one certificate. */
export interface Verdict {
  readonly source: 'OCSP' | 'CRL';
  /** Since when it is revoked or on hold; null when it is good. */
  readonly revokedAt: Date | null;
  readonly obtainedAt: Date;
  /** DER of the answer or list; null for a list too large to be kept with every signature. */
  readonly evidence: Uint8Array | null;
}

/**
 * An authority may forget a certificate once it has expired: from then on only "revoked" means something (RFC 5280 §3.3).
 * Throws NoAnswer.
 */
export function checkStillRemembered(notAfter: Date, thisUpdate: Date): void {
  if (notAfter < thisUpdate) throw new NoAnswer('the certificate had expired before this was said');
}
