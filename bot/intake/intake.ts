import { setTimeout as wait } from 'node:timers/promises';
import { type Bot, BotError, type Context, GrammyError, HttpError } from 'grammy';
import type { HeldMessage, Inbox, InboxWorker, Log } from '../../core/index.ts';
import { describeFault } from '../../core/index.ts';
import { type TextLanguage, texts } from '../../locales/index.ts';
import { ALLOWED_UPDATES, toUpdate } from './message.ts';
import { createPassing } from './passing.ts';
import { poll } from './polling.ts';
import { attachReceipt } from './receipt.ts';
import { createWebhookHandler, type WebhookHandler } from './webhook.ts';

export interface IntakeDeps<C extends Context> {
  readonly bot: Bot<C>;
  readonly inbox: Inbox;
  readonly log: Log;
  readonly mode:
    | { readonly kind: 'polling' }
    | { readonly kind: 'webhook'; readonly url: string; readonly secret: string };
  /** The language of a chat, for the one sentence said when its message was set aside. */
  readonly language: (address: string) => Promise<TextLanguage | null>;
  /** Messages that may wait before Telegram is asked to hold back. Default 5000. */
  readonly maxBacklog?: number;
}

export interface Intake {
  /** To be mounted where Telegram calls; undefined when polling. Works from the first moment. */
  readonly webhook: WebhookHandler | undefined;
  /** Resolves when the bot answers people; rejects when Telegram does not accept the token. */
  readonly ready: Promise<void>;
  /** Takes no more, lets what is under way end for up to `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const WEBHOOK_RETRY_MS = 5_000;

/**
 * Lets updates in: from Telegram into the inbox, and from the inbox to the bot. With polling, one of all processes
 * fetches and all handle; with a webhook every process takes what it is sent.
 */
export function startIntake<C extends Context>(deps: IntakeDeps<C>): Intake {
  const { bot, inbox, log, mode, maxBacklog = 5_000 } = deps;
  const stopping = new AbortController();
  const passing = createPassing(bot, log);
  const webhook =
    mode.kind === 'webhook'
      ? createWebhookHandler({ inbox, secret: mode.secret, log, passing, maxBacklog })
      : undefined;
  let polling: Promise<void> | undefined;
  const begin = async () => {
    await bot.init(stopping.signal as Parameters<typeof bot.init>[0]);
    if (stopping.signal.aborted) return;
    inbox.start(workerOf(deps));
    if (mode.kind === 'polling')
      polling = poll({ api: bot.api, inbox, log, passing, maxBacklog, signal: stopping.signal });
    else await tellWebhook(deps, mode, stopping.signal);
  };
  const ready = begin();
  return {
    webhook,
    ready,
    stop: async (graceMs) => {
      stopping.abort();
      const ended = inbox.stop(graceMs);
      await ready.catch(() => undefined);
      await polling;
      await passing.settled();
      await ended;
    },
  };
}

function workerOf<C extends Context>({ bot, log, language }: IntakeDeps<C>): InboxWorker {
  return {
    handle: (message) => handle(bot, message),
    isOutage: isMessengerOutage,
    onSetAside: async (lane) => {
      const t = texts(await language(lane));
      await bot.api.sendMessage(lane, t.plain('common.fault'));
      log.info({}, 'a person was told that a message was set aside');
    },
  };
}

async function handle<C extends Context>(bot: Bot<C>, message: HeldMessage): Promise<void> {
  const update = toUpdate(message.payload);
  attachReceipt(update, { messageId: message.id, alreadyApplied: message.alreadyApplied });
  try {
    await bot.handleUpdate(update);
  } catch (error) {
    throw error instanceof BotError ? error.error : error;
  }
}

/** Telegram cannot be reached, is broken, or asks to wait: the message is not to blame. */
export function isMessengerOutage(error: unknown): boolean {
  if (error instanceof GrammyError) return error.error_code >= 500 || error.error_code === 429;
  return error instanceof HttpError;
}

/** Tries until Telegram knows where to call, or says that it never will. */
async function tellWebhook<C extends Context>(
  { bot, log }: IntakeDeps<C>,
  mode: { readonly url: string; readonly secret: string },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { url, secret } = mode;
      await bot.api.setWebhook(url, {
        secret_token: secret,
        max_connections: 40,
        allowed_updates: ALLOWED_UPDATES,
      });
      return;
    } catch (error) {
      if (!isMessengerOutage(error)) throw error;
      log.error(
        { alarm: 'webhook.not-set', ...describeFault(error) },
        'the webhook could not be set, it is tried again',
      );
      await wait(WEBHOOK_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
