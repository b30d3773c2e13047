import { bad } from './errors.ts';
import type { InlineAnswer, InlineResult, TgMessage } from './types.ts';

interface Asked {
  readonly personId: number;
  readonly query: string;
  readonly offset: string;
  /** By the clock that only grows, in milliseconds. */
  readonly at: number;
  answer: InlineAnswer | undefined;
  readonly waiting: ((answer: InlineAnswer) => void)[];
}

interface Cached {
  readonly answer: InlineAnswer;
  /** By the clock of the chats, in seconds. */
  readonly at: number;
}

/** Telegram keeps an inline query for the bot no longer. */
const LIFETIME_MS = 30_000;
const KEEP = 200;

/**
 * Inline queries: asked, answered, and the answers the server keeps. As with Telegram, an answer that is not personal is
 * shown to everybody who asks the same within `cache_time`, and the bot never hears of it.
 */
export class InlineQueries {
  readonly #asked = new Map<string, Asked>();
  readonly #cache = new Map<string, Cached>();
  readonly #now: () => number;
  readonly #seconds: () => number;
  #next: bigint;

  /** `now` in milliseconds, only ever grows; `seconds` is the clock of the chats; ids begin above `seed`. */
  constructor(now: () => number, seconds: () => number, seed: number) {
    this.#now = now;
    this.#seconds = seconds;
    this.#next = BigInt(seed) * 4_294_967_296n;
  }

  /** Notes a query. The answer is there at once when the server still keeps one. */
  open(personId: number, query: string, offset: string): { id: string; answer: InlineAnswer | undefined } {
    const id = String(this.#next++);
    const answer = this.#kept(personId, query, offset);
    this.#asked.set(id, { personId, query, offset, at: this.#now(), answer, waiting: [] });
    if (this.#asked.size > KEEP) this.#asked.delete(this.#asked.keys().next().value ?? '');
    return { id, answer };
  }

  #kept(personId: number, query: string, offset: string): InlineAnswer | undefined {
    for (const owner of [String(personId), '']) {
      const cached = this.#cache.get(keyOf(owner, query, offset));
      if (!cached) continue;
      const age = this.#seconds() - cached.at;
      if (age >= 0 && age < cached.answer.cacheTime) return cached.answer;
    }
    return undefined;
  }

  /** @throws 400 when the query is unknown, was answered or is too old */
  answer(id: string, answer: InlineAnswer): void {
    const asked = this.#asked.get(id);
    if (!asked || asked.answer || this.#now() - asked.at > LIFETIME_MS) {
      throw bad('query is too old and response timeout expired or query ID is invalid');
    }
    asked.answer = answer;
    const owner = answer.isPersonal ? String(asked.personId) : '';
    const key = keyOf(owner, asked.query, asked.offset);
    this.#cache.delete(key);
    if (answer.cacheTime > 0) this.#cache.set(key, { answer, at: this.#seconds() });
    if (this.#cache.size > KEEP) this.#cache.delete(this.#cache.keys().next().value ?? '');
    for (const resolve of asked.waiting) resolve(answer);
  }

  /** Resolves with the answer, or with null when none came in `timeoutMs`. */
  wait(id: string, timeoutMs: number): Promise<InlineAnswer | null> {
    const asked = this.#asked.get(id);
    if (!asked) return Promise.resolve(null);
    if (asked.answer) return Promise.resolve(asked.answer);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs);
      asked.waiting.push((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  /** What this person was shown under this id; undefined when nothing was. */
  shown(personId: number, id: string, resultId: string): { query: string; result: InlineResult } | undefined {
    const asked = this.#asked.get(id);
    const result = asked?.answer?.results.find((one) => one.id === resultId);
    return asked && result && asked.personId === personId ? { query: asked.query, result } : undefined;
  }

  clear(): void {
    this.#asked.clear();
    this.#cache.clear();
  }
}

const keyOf = (owner: string, query: string, offset: string) => JSON.stringify([owner, query, offset]);

/** How the bot names a message sent by an inline result: it knows no chat of it. */
export const inlineMessageId = ({ chat, message_id }: TgMessage) =>
  `AQ${Buffer.from(`${chat.id}:${message_id}`).toString('base64url')}`;

/** The chat and message of such a name; undefined when it is none. */
export function inlineMessageOf(id: string): { chatId: number; messageId: number } | undefined {
  if (!id.startsWith('AQ')) return undefined;
  const found = /^(-?\d+):(\d+)$/.exec(Buffer.from(id.slice(2), 'base64url').toString());
  return found ? { chatId: Number(found[1]), messageId: Number(found[2]) } : undefined;
}
