import type { Verifier } from './api.ts';
import { loadTrust, type TrustStore } from './certificate/trust.ts';
import { createRevocationChecker } from './revocation/checker.ts';
import { createVerifier } from './verify.ts';

export interface VerifierOptions {
  /** The operator's folder of trusted certificates. */
  readonly trustDir: string;
  readonly clock: { now(): Date };
  readonly log: { warn(fields: object, message: string): void };
  /** In place of the addresses that the certificates name. */
  readonly ocspUrl?: string | undefined;
  readonly crlUrl?: string | undefined;
  /** How OCSP and lists are asked; the machine's own network unless told. */
  readonly fetch?: typeof fetch | undefined;
}

/** The trust folder holds nobody to trust. The message is one line for the operator. */
export class TrustError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrustError';
  }
}

/**
 * The verifier over the operator's trust folder, and what stands in it, a line each, to be compared with the authority's
 * published fingerprints. Throws TrustError when the folder cannot be read or has no anchor.
 */
export function openVerifier(options: VerifierOptions): { verifier: Verifier; trusted: readonly string[] } {
  const { clock, log, ocspUrl, crlUrl, fetch } = options;
  const trust = trustIn(options.trustDir);
  for (const { file, why } of trust.skipped) log.warn({ file, why }, 'a file of TRUST_DIR is not trusted');
  const revocation = createRevocationChecker({
    trust,
    clock,
    ...(fetch === undefined ? {} : { fetch }),
    ...(ocspUrl === undefined ? {} : { ocspUrl }),
    ...(crlUrl === undefined ? {} : { crlUrl }),
    onProblem: (detail) => log.warn({ detail }, 'an answer about revocation was not relied on'),
  });
  return { verifier: createVerifier({ trust, revocation, log }), trusted: trust.describe() };
}

function trustIn(folder: string): TrustStore {
  let trust: TrustStore;
  try {
    trust = loadTrust(folder);
  } catch (cause) {
    throw new TrustError('TRUST_DIR cannot be read.', { cause });
  }
  if (trust.anchors.length === 0) {
    const why = trust.skipped.map(({ file, why }) => `${file}: ${why}`).join('; ');
    throw new TrustError(
      `TRUST_DIR holds no root certificate that can be trusted${why === '' ? '' : ` (${why})`}.`,
    );
  }
  return trust;
}
