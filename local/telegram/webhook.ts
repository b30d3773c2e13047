import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { isRecord } from './params.ts';
import type { Params, TgUpdate } from './types.ts';

/** Delays of webhook delivery in milliseconds, so that tests need not wait as long as Telegram does. */
export interface WebhookTiming {
  /** Wait after the first failure; doubles with each. Default 1000. */
  firstRetryMs: number;
  /** The wait never grows past this. Default 60 000. */
  maxRetryMs: number;
  /** How long an answer may take. Default 60 000. */
  timeoutMs: number;
  /** One second of a `Retry-After` header. Default 1000. */
  secondMs: number;
}

export interface WebhookOptions {
  url: string;
  secret: string;
  connections: number;
  timing: WebhookTiming;
  done(updateId: number): void;
  call(method: string, params: Params): Promise<unknown>;
}

interface Lane {
  updates: TgUpdate[];
  failures: number;
  timer?: NodeJS.Timeout;
}

interface Answer {
  status: number;
  retryAfter: number | undefined;
  body: string;
}

/** Pushes updates: first in, first out per chat, chats in parallel up to `connections`, each until it is taken. */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #lanes = new Map<number, Lane>();
  readonly #agent: Agent;
  #ready: number[] = [];
  #busy = 0;
  #closed = false;
  #lastError: { last_error_date: number; last_error_message: string } | undefined;

  constructor(options: WebhookOptions) {
    this.#options = options;
    const settings = { keepAlive: true, maxSockets: options.connections };
    this.#agent = options.url.startsWith('https:') ? new TlsAgent(settings) : new Agent(settings);
  }

  offer(update: TgUpdate, chatId: number): void {
    const lane = this.#lanes.get(chatId);
    if (lane) {
      lane.updates.push(update);
      return;
    }
    this.#lanes.set(chatId, { updates: [update], failures: 0 });
    this.#ready.push(chatId);
    this.#pump();
  }

  #pump(): void {
    while (!this.#closed && this.#busy < this.#options.connections) {
      const chatId = this.#ready.shift();
      if (chatId === undefined) return;
      const lane = this.#lanes.get(chatId);
      const update = lane?.updates[0];
      if (!lane || !update) continue;
      this.#busy++;
      void this.#deliver(chatId, lane, update).finally(() => {
        this.#busy--;
        this.#pump();
      });
    }
  }

  async #deliver(chatId: number, lane: Lane, update: TgUpdate): Promise<void> {
    const answer = await this.#post(JSON.stringify(update)).catch((error: Error) => error);
    if (this.#closed || this.#lanes.get(chatId) !== lane) return;
    if (answer instanceof Error || answer.status < 200 || answer.status > 299) {
      this.#failed(chatId, lane, answer);
      return;
    }
    lane.failures = 0;
    lane.updates.shift();
    this.#options.done(update.update_id);
    await this.#replyCall(answer.body);
    if (lane.updates.length > 0) this.#ready.push(chatId);
    else this.#lanes.delete(chatId);
  }

  #failed(chatId: number, lane: Lane, answer: Answer | Error): void {
    const { firstRetryMs, maxRetryMs, secondMs } = this.#options.timing;
    const message =
      answer instanceof Error ? answer.message : `Wrong response from the webhook: ${answer.status}`;
    this.#lastError = { last_error_date: Math.floor(Date.now() / 1000), last_error_message: message };
    const doubled = Math.min(maxRetryMs, firstRetryMs * 2 ** lane.failures++);
    const asked = answer instanceof Error ? undefined : answer.retryAfter;
    const delay = asked === undefined ? doubled : Math.min(3600, asked) * secondMs;
    lane.timer = setTimeout(() => {
      this.#ready.push(chatId);
      this.#pump();
    }, delay);
  }

  /** A webhook may answer with one method call; its result is told to nobody. */
  async #replyCall(body: string): Promise<void> {
    if (!body.startsWith('{')) return;
    try {
      const parsed: unknown = JSON.parse(body);
      if (!isRecord(parsed) || typeof parsed.method !== 'string') return;
      if (!/^get/i.test(parsed.method)) await this.#options.call(parsed.method, parsed);
    } catch {
      // As with Telegram, a bad call in the answer is lost without a word.
    }
  }

  #post(body: string): Promise<Answer> {
    const { url, secret, timing } = this.#options;
    const headers: Record<string, string | number> = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    if (secret !== '') headers['x-telegram-bot-api-secret-token'] = secret;
    const open = url.startsWith('https:') ? tlsRequest : request;
    return new Promise((resolve, reject) => {
      const req = open(url, { method: 'POST', headers, agent: this.#agent }, (res) => {
        readAnswer(res).then(resolve, reject);
      });
      req.setTimeout(timing.timeoutMs, () => req.destroy(new Error('Read timeout expired')));
      req.on('error', reject);
      req.end(body);
    });
  }

  info(): Record<string, unknown> {
    return {
      url: this.#options.url,
      has_custom_certificate: false,
      max_connections: this.#options.connections,
      ...this.#lastError,
    };
  }

  forget(): void {
    for (const lane of this.#lanes.values()) clearTimeout(lane.timer);
    this.#lanes.clear();
    this.#ready = [];
  }

  close(): void {
    this.#closed = true;
    this.forget();
    this.#agent.destroy();
  }
}

async function readAnswer(res: IncomingMessage): Promise<Answer> {
  let body = '';
  res.setEncoding('utf8');
  for await (const chunk of res) if (body.length < 65_536) body += String(chunk);
  const header = Number(res.headers['retry-after']);
  return { status: res.statusCode ?? 0, retryAfter: Number.isFinite(header) ? header : undefined, body };
}
