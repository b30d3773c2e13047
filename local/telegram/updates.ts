import { bad, conflict } from './errors.ts';
import { bool, int, json, str } from './params.ts';
import type { Params, TgUpdate } from './types.ts';
import { Webhook, type WebhookTiming } from './webhook.ts';

const MAX_WAIT_SECONDS = 50;
/** Kinds a bot gets only when it asks for them by name. */
const SHY = new Set([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
  // Telegram sends these only to bots whose owner has asked for feedback; here the bot itself has to.
  'chosen_inline_result',
]);
/** Inline queries stand in a row of their own, beside the messages of the same person. */
const LANES: Partial<Record<keyof TgUpdate, number>> = {
  inline_query: 2 ** 33,
  chosen_inline_result: 2 ** 34,
};

interface Pending {
  update: TgUpdate;
  chatId: number;
}

interface Waiter {
  finish(updates: TgUpdate[]): void;
  fail(error: Error): void;
  limit: number;
}

type Call = (method: string, params: Params) => Promise<unknown>;

/** Updates on their way to the bot: waiting for getUpdates, or pushed to the webhook. */
export class Updates {
  #next: number;
  #pending = new Map<number, Pending>();
  #allowed: string[] = [];
  #waiter: Waiter | undefined;
  #webhook: Webhook | undefined;
  readonly #timing: WebhookTiming;
  readonly #call: Call;

  constructor(first: number, timing: WebhookTiming, call: Call) {
    this.#next = first;
    this.#timing = timing;
    this.#call = call;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Does the bot take this kind? */
  wants(kind: Exclude<keyof TgUpdate, 'update_id'>): boolean {
    return this.#allowed.length > 0 ? this.#allowed.includes(kind) : !SHY.has(kind);
  }

  /** Hands an update to the bot unless it did not ask for this kind. */
  push(
    kind: Exclude<keyof TgUpdate, 'update_id'>,
    personId: number,
    body: Partial<TgUpdate>,
  ): number | undefined {
    if (!this.wants(kind)) return undefined;
    const chatId = personId + (LANES[kind] ?? 0);
    const update: TgUpdate = { update_id: this.#next++, ...body };
    this.#pending.set(update.update_id, { update, chatId });
    if (this.#webhook) this.#webhook.offer(update, chatId);
    else this.#flush();
    return update.update_id;
  }

  #flush(): void {
    const waiter = this.#waiter;
    if (!waiter || this.#pending.size === 0) return;
    this.#waiter = undefined;
    waiter.finish(this.#take(waiter.limit));
  }

  #take(limit: number): TgUpdate[] {
    return this.#pending
      .values()
      .take(limit)
      .map((pending) => pending.update)
      .toArray();
  }

  #confirm(offset: number): void {
    const keep = offset < 0 ? [...this.#pending.keys()].at(offset) : offset;
    if (keep === undefined) return;
    for (const id of this.#pending.keys()) {
      if (id >= keep) return;
      this.#pending.delete(id);
    }
  }

  #allow(params: Params): void {
    const list = json(params, 'allowed_updates');
    if (Array.isArray(list)) this.#allowed = list.map(String);
  }

  /** getUpdates: really waits up to `timeout` seconds; `gone` tells that the caller hung up. */
  poll(params: Params, gone: AbortSignal): Promise<TgUpdate[]> {
    if (this.#webhook) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    this.#waiter?.fail(
      conflict('terminated by other getUpdates request; make sure that only one bot instance is running'),
    );
    this.#allow(params);
    this.#confirm(int(params, 'offset') ?? 0);
    const limit = Math.min(100, Math.max(1, int(params, 'limit') ?? 100));
    const seconds = Math.min(MAX_WAIT_SECONDS, Math.max(0, int(params, 'timeout') ?? 0));
    if (this.#pending.size > 0 || seconds === 0) return Promise.resolve(this.#take(limit));
    return this.#wait(limit, seconds, gone);
  }

  #wait(limit: number, seconds: number, gone: AbortSignal): Promise<TgUpdate[]> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        gone.removeEventListener('abort', onGone);
        if (this.#waiter === waiter) this.#waiter = undefined;
      };
      const waiter: Waiter = {
        limit,
        finish: (updates) => {
          end();
          resolve(updates);
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      const onGone = () => waiter.finish([]);
      const timer = setTimeout(() => waiter.finish([]), seconds * 1000);
      gone.addEventListener('abort', onGone);
      this.#waiter = waiter;
    });
  }

  setWebhook(params: Params): true {
    const url = str(params, 'url') ?? '';
    if (url === '') return this.deleteWebhook(params);
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      throw bad('bad webhook: An HTTPS URL must be provided for webhook');
    const secret = str(params, 'secret_token') ?? '';
    if (!/^[A-Za-z0-9_-]{0,256}$/.test(secret)) throw bad('secret token contains unallowed characters');
    const connections = Math.min(100, Math.max(1, int(params, 'max_connections') ?? 40));
    this.#waiter?.fail(conflict('terminated by setWebhook request'));
    this.#allow(params);
    if (bool(params, 'drop_pending_updates')) this.#pending.clear();
    this.#webhook?.close();
    this.#webhook = new Webhook({
      url,
      secret,
      connections,
      timing: this.#timing,
      done: (id) => this.#pending.delete(id),
      call: this.#call,
    });
    for (const { update, chatId } of this.#pending.values()) this.#webhook.offer(update, chatId);
    return true;
  }

  deleteWebhook(params: Params): true {
    this.#webhook?.close();
    this.#webhook = undefined;
    if (bool(params, 'drop_pending_updates')) this.#pending.clear();
    return true;
  }

  webhookInfo(): Record<string, unknown> {
    const info = this.#webhook?.info() ?? { url: '', has_custom_certificate: false };
    const allowed = this.#allowed.length > 0 ? { allowed_updates: this.#allowed } : {};
    return { ...info, pending_update_count: this.#pending.size, ...allowed };
  }

  /** Drops what waits; the counter goes on, so that no update_id is ever used twice. */
  clear(): void {
    this.#pending.clear();
    this.#webhook?.forget();
  }

  close(): void {
    this.#webhook?.close();
    this.#waiter?.finish([]);
  }

  save(): { next: number; pending: Pending[]; allowed: string[] } {
    return { next: this.#next, pending: [...this.#pending.values()], allowed: this.#allowed };
  }

  restore(saved: { next: number; pending: Pending[]; allowed: string[] }): void {
    // A gap, in case the last save was lost: a bot that remembers update_ids must never meet an old one on a new update.
    this.#next = Math.max(this.#next, saved.next + 1000);
    this.#allowed = saved.allowed;
    for (const item of saved.pending) this.#pending.set(item.update.update_id, item);
  }
}
