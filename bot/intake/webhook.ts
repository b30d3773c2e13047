import { createHash, timingSafeEqual } from 'node:crypto';
import type { Log } from '../../core/index.ts';
import { describeFault, type Inbox, InboxClosed } from '../../core/index.ts';
import { toMessage } from './message.ts';
import type { Passing } from './passing.ts';

export interface WebhookDeps {
  readonly inbox: Pick<Inbox, 'accept' | 'backlog'>;
  /** What setWebhook was given as secret_token. */
  readonly secret: string;
  readonly log: Log;
  readonly passing: Pick<Passing, 'take'>;
  /** With more than this waiting, Telegram is asked to keep its updates for a while. */
  readonly maxBacklog: number;
}

/** What to answer; `retryAfter` in seconds, to be sent as the header of that name, which Telegram honours. */
export interface WebhookAnswer {
  readonly status: 200 | 400 | 401 | 503;
  readonly retryAfter?: number;
}

/** Takes the header X-Telegram-Bot-Api-Secret-Token and the parsed body of one call. Never rejects. */
export type WebhookHandler = (secret: string | undefined, body: unknown) => Promise<WebhookAnswer>;

const RETRY_SECONDS = 2;

/** The handler of Telegram's calls: 200 only after the update is committed, 503 with a wait while it cannot be. */
export function createWebhookHandler({
  inbox,
  secret,
  log,
  passing,
  maxBacklog,
}: WebhookDeps): WebhookHandler {
  const expected = digest(secret);
  return async (given, body) => {
    if (given === undefined || !timingSafeEqual(digest(given), expected)) return { status: 401 };
    if (passing.take(body)) return { status: 200 };
    const message = toMessage(body);
    if (!message) return { status: 400 };
    if (inbox.backlog() > maxBacklog) return { status: 503, retryAfter: RETRY_SECONDS };
    try {
      await inbox.accept([message]);
      return { status: 200 };
    } catch (error) {
      if (!(error instanceof InboxClosed))
        log.warn(describeFault(error), 'webhook: an update could not be taken');
      return { status: 503, retryAfter: RETRY_SECONDS };
    }
  };
}

/** Of one length whatever was given, so that the comparison tells nothing about it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
