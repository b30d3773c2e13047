import { setTimeout as wait } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { Update } from 'grammy/types';
import type { Inbox, IntakeHold, Log } from '../../core/index.ts';
import { describeFault } from '../../core/index.ts';
import { ALLOWED_UPDATES, toMessage } from './message.ts';
import type { Passing } from './passing.ts';

export interface PollingDeps {
  readonly api: Api;
  readonly inbox: Inbox;
  readonly log: Log;
  readonly passing: Pick<Passing, 'take'>;
  readonly maxBacklog: number;
  /** Ends the polling. */
  readonly signal: AbortSignal;
}

// Below the client's timeout of 30 s, so that an empty answer is never taken for a dead server.
const LONG_POLL_SECONDS = 20;
const LIMIT = 100;
const TURN_MS = 1_000;
const REST_MS = 1_000;
const CONFLICT_MS = 3_000;
const BACKLOG_MS = 200;

/** Fetches updates for as long as this process has the right to; resolves after `signal`, and never rejects. */
export async function poll(deps: PollingDeps): Promise<void> {
  while (!deps.signal.aborted) {
    const hold = await deps.inbox.holdIntake().catch((error: unknown) => {
      deps.log.warn(describeFault(error), 'polling: the database cannot be reached, it is tried again');
      return undefined;
    });
    if (hold) await pollWhileHeld(deps, hold).finally(() => hold.release());
    await pause(TURN_MS, deps.signal);
  }
}

async function pollWhileHeld(deps: PollingDeps, hold: IntakeHold): Promise<void> {
  const signal = AbortSignal.any([deps.signal, hold.lost]);
  let offset = 0;
  let webhookGone = false;
  while (!signal.aborted) {
    try {
      if (!webhookGone) await deps.api.deleteWebhook();
      webhookGone = true;
      const updates = await fetchUpdates(deps.api, offset, signal);
      if (await take(deps, updates, signal))
        offset = Math.max(offset, ...updates.map((one) => one.update_id + 1));
    } catch (error) {
      if (signal.aborted) return;
      const conflict = error instanceof GrammyError && error.error_code === 409;
      deps.log.warn(
        { ...describeFault(error), conflict },
        'polling: updates could not be fetched, it is tried again',
      );
      await pause(conflict ? CONFLICT_MS : REST_MS, signal);
    }
  }
}

/**
 * The offset of the next call tells Telegram "received". It is this loop that waits: a lost right or a stop ends it at
 * once, and what it may have fetched comes again.
 */
async function fetchUpdates(api: Api, offset: number, signal: AbortSignal): Promise<Update[]> {
  return api.getUpdates(
    { offset, limit: LIMIT, timeout: LONG_POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
    signal as Parameters<Api['getUpdates']>[1],
  );
}

/** Whether all are committed; tries until they are, while the right to is ours. */
async function take(deps: PollingDeps, updates: Update[], signal: AbortSignal): Promise<boolean> {
  if (updates.length === 0) return false;
  const messages = updates
    .filter((update) => !deps.passing.take(update))
    .map(toMessage)
    .filter((message) => message !== undefined);
  while (!signal.aborted) {
    try {
      await deps.inbox.accept(messages);
      while (deps.inbox.backlog() > deps.maxBacklog && !signal.aborted) await pause(BACKLOG_MS, signal);
      return true;
    } catch (error) {
      deps.log.warn(describeFault(error), 'polling: updates could not be written, it is tried again');
      await pause(REST_MS, signal);
    }
  }
  return false;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
