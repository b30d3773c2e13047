import { tooMany } from './errors.ts';

/** Telegram's unpublished sending limits, as the FAQ describes them. All may be changed while running. */
export interface LimiterOptions {
  /** Messages a second over all chats. Default 30. */
  perSecond?: number;
  /** How many may go at once before `perSecond` counts. Default 30. */
  burst?: number;
  /** Messages a second to one chat. Default 1. */
  perChatPerSecond?: number;
  /** How many may go to one chat at once. Default 5. */
  perChatBurst?: number;
  /** Seconds the bot is shut out after it broke the global limit. Default 5. */
  penaltySeconds?: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const DEFAULTS: Required<LimiterOptions> = {
  perSecond: 30,
  burst: 30,
  perChatPerSecond: 1,
  perChatBurst: 5,
  penaltySeconds: 5,
};

/** Token buckets, one for the bot and one per chat. `now` is in milliseconds and only ever grows. */
export class Limiter {
  readonly options: Required<LimiterOptions>;
  readonly #now: () => number;
  readonly #chats = new Map<number, Bucket>();
  readonly #global: Bucket;
  #shutUntil = 0;

  constructor(options: LimiterOptions, now: () => number) {
    this.options = { ...DEFAULTS, ...options };
    this.#now = now;
    this.#global = { tokens: this.options.burst, at: now() };
  }

  /** Lets one message to `chatId` pass. @throws 429 with retry_after in whole seconds */
  take(chatId: number): void {
    const { perSecond, burst, perChatPerSecond, perChatBurst, penaltySeconds } = this.options;
    const now = this.#now();
    if (now < this.#shutUntil) throw tooMany(Math.ceil((this.#shutUntil - now) / 1000));
    refill(this.#global, now, perSecond, burst);
    if (this.#global.tokens < 1) {
      this.#shutUntil = now + penaltySeconds * 1000;
      throw tooMany(Math.max(1, Math.ceil(penaltySeconds)));
    }
    const chat = this.#chats.get(chatId) ?? { tokens: perChatBurst, at: now };
    refill(chat, now, perChatPerSecond, perChatBurst);
    this.#chats.set(chatId, chat);
    if (chat.tokens < 1) throw tooMany(Math.max(1, Math.ceil((1 - chat.tokens) / perChatPerSecond)));
    chat.tokens--;
    this.#global.tokens--;
    if (this.#chats.size > 10_000) this.#forgetFull(now);
  }

  #forgetFull(now: number): void {
    const { perChatPerSecond, perChatBurst } = this.options;
    for (const [id, bucket] of this.#chats) {
      refill(bucket, now, perChatPerSecond, perChatBurst);
      if (bucket.tokens >= perChatBurst) this.#chats.delete(id);
    }
  }
}

function refill(bucket: Bucket, now: number, rate: number, burst: number): void {
  bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate);
  bucket.at = now;
}
