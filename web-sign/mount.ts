import type { FastifyInstance } from 'fastify';
import type { Clock, Core, Log } from '../core/index.ts';
import { mountCheck } from './check.ts';
import { startRecheck } from './recheck.ts';
import { mountSigning } from './sign-routes.ts';
import type { SignSettings } from './sign-settings.ts';
import type { Verifier } from './signature/api.ts';

const RECHECK_EVERY_MS = 60_000;

export interface WebDeps {
  readonly core: Pick<Core, 'documents' | 'signPages'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined: no authority is trusted, so there is no signing page. */
  readonly signing: { readonly verifier: Verifier; readonly settings: SignSettings } | undefined;
}

/** Everything of the web role. Answers the way to stop what goes on beside the requests. */
export function mountWeb(app: FastifyInstance, { core, clock, log, signing }: WebDeps): () => Promise<void> {
  mountCheck(app, core);
  if (signing === undefined) return async () => undefined;
  mountSigning(app, { core, clock, log, ...signing });
  const { verifier } = signing;
  return startRecheck({ signPages: core.signPages, verifier, log, everyMs: RECHECK_EVERY_MS });
}
