import { GrammyError, HttpError } from 'grammy';

/**
 * How a channel failed, decided once, by type (STYLE 16):
 * WAIT – it asked to wait `ms`, nothing was handed over · RETRY – surely not handed over · AMBIGUOUS – it may have arrived ·
 * UNREACHABLE – nobody is there · BUG – it refuses what we sent, and will again.
 */
export type Failure =
  | { readonly kind: 'WAIT'; readonly ms: number; readonly error: string }
  | { readonly kind: 'RETRY' | 'AMBIGUOUS' | 'UNREACHABLE' | 'BUG'; readonly error: string };

/** What a channel throws when it has classified the failure itself. The message names neither text nor address nor token. */
export class ChannelError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.error, options);
    this.name = 'ChannelError';
    this.failure = failure;
  }
}

/** The connection never came about, so nothing can have been handed over. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EDNS',
]);

/** Words of the Bot API for a chat that is not there (tdlib/telegram-bot-api, Client.cpp). */
const NOBODY =
  /chat not found|user not found|user is deactivated|PEER_ID_INVALID|bot was kicked|have no rights to send/i;

export function classify(error: unknown): Failure {
  if (error instanceof ChannelError) return error.failure;
  if (error instanceof GrammyError) return ofBotApi(error);
  if (error instanceof HttpError) return ofConnection(error.error, 'telegram');
  return { kind: 'BUG', error: error instanceof Error ? error.name : 'unknown' };
}

function ofBotApi({ error_code: code, description, parameters }: GrammyError): Failure {
  const error = `telegram ${code}`;
  if (code === 429) return { kind: 'WAIT', ms: (parameters.retry_after ?? 1) * 1000, error };
  if (code === 403 || NOBODY.test(description)) return { kind: 'UNREACHABLE', error };
  if (code === 502 || code === 504) return { kind: 'AMBIGUOUS', error };
  // A wrong token is a fault of the configuration: it must not burn notices that are owed.
  if (code >= 500 || code === 401 || code === 404 || code === 409) return { kind: 'RETRY', error };
  return { kind: 'BUG', error };
}

/** An error below HTTP. `channel` names the channel in the record. */
export function ofConnection(error: unknown, channel: string): Failure {
  const code = codeOf(error);
  const sure = code !== undefined && NEVER_CONNECTED.has(code);
  return { kind: sure ? 'RETRY' : 'AMBIGUOUS', error: `${channel} ${code ?? 'connection lost'}` };
}

/** Node's code of a failed connection, however deep libraries have wrapped it. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== 'object' || error === null || depth > 4) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0], depth + 1);
  return 'cause' in error ? codeOf(error.cause, depth + 1) : undefined;
}
