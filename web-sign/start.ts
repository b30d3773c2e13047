import type { FastifyInstance } from 'fastify';
import type { Clock, Config, Core, Log } from '../core/index.ts';
import { mountWeb } from './mount.ts';
import type { SignSettings } from './sign-settings.ts';
import { openVerifier } from './signature/open.ts';

/** What a machine that pretends the outside world puts in the place of the configuration. */
export interface LocalOutside extends Pick<SignSettings, 'ncalayerUrl' | 'ncalayerWindow'> {
  readonly trustDir: string;
  readonly fetch: typeof fetch;
  readonly egovMobileLink: string;
  readonly egovBusinessLink: string;
}

export interface WebRole {
  readonly config: Pick<Config, 'signature' | 'publicUrl'>;
  readonly core: Pick<Core, 'documents' | 'signPages'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly local: LocalOutside | undefined;
  /** The way back to the chat. */
  readonly botUrl: string | undefined;
}

/**
 * Mounts the pages by the configuration, the signing ones where authorities are trusted. Answers whom it trusts, a line
 * each, and the way to stop. Throws TrustError.
 */
export function startWeb(
  app: FastifyInstance,
  { config, core, clock, log, local, botUrl }: WebRole,
): { readonly trusted: readonly string[]; readonly stop: () => Promise<void> } {
  const { trustDir = local?.trustDir, organisation, ocspUrl, crlUrl, ...links } = config.signature;
  if (trustDir === undefined) {
    return { trusted: [], stop: mountWeb(app, { core, clock, log, signing: undefined }) };
  }
  const asked = { trustDir, clock, log, ocspUrl, crlUrl, fetch: local?.fetch };
  const { verifier, trusted } = openVerifier(asked);
  const { kk: nameKk, ru: nameRu, bin } = organisation;
  const settings: SignSettings = {
    ...links,
    ...local,
    publicUrl: config.publicUrl,
    organisation: { nameKk, nameRu, nameEn: nameRu, bin },
    botUrl,
  };
  return { trusted, stop: mountWeb(app, { core, clock, log, signing: { verifier, settings } }) };
}
