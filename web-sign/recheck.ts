import { describeFault, type Log, type SignPages } from '../core/index.ts';
import type { Verifier } from './signature/api.ts';
import { SignatureRefused } from './signature/reasons.ts';

const AT_ONCE = 20;

export interface RecheckDeps {
  readonly signPages: Pick<SignPages, 'claimRechecks' | 'rechecked'>;
  readonly verifier: Pick<Verifier, 'recheck'>;
  readonly log: Log;
  readonly everyMs: number;
}

type Claimed = Awaited<ReturnType<SignPages['claimRechecks']>>[number];

/**
 * Asks the authority again about certificates that could not be checked when their signatures were accepted. What fails
 * on our side stays claimed, and another round or another process takes it after the claim's end. Returns the way to
 * stop, which waits for the round that is going on.
 */
export function startRecheck(deps: RecheckDeps): () => Promise<void> {
  let stopped = false;
  let round = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    round = recheckAll(deps, () => stopped)
      .catch((error: unknown) => deps.log.error(describeFault(error), 'rechecking signatures failed'))
      .then(() => {
        if (!stopped) timer = setTimeout(next, deps.everyMs);
      });
  };
  next();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await round;
  };
}

async function recheckAll(deps: RecheckDeps, stopped: () => boolean): Promise<void> {
  for (const claimed of await deps.signPages.claimRechecks(AT_ONCE)) {
    if (stopped()) return;
    try {
      await deps.signPages.rechecked(claimed.id, await answerOf(deps, claimed));
    } catch (error) {
      deps.log.error(
        { signature: claimed.id, ...describeFault(error) },
        'a signature could not be rechecked',
      );
    }
  }
}

async function answerOf({ verifier, log }: RecheckDeps, { id, chain, validAt }: Claimed) {
  try {
    return await verifier.recheck(chain, validAt);
  } catch (error) {
    if (!(error instanceof SignatureRefused) || error.reason !== 'revoked') throw error;
    log.warn({ signature: id }, 'the key of an accepted signature is revoked');
    return 'REVOKED' as const;
  }
}
