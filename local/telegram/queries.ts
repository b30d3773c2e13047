import { bad } from './errors.ts';

/** What the person saw when the bot answered a tapped button. */
export interface CallbackAnswer {
  text: string;
  alert: boolean;
  url?: string;
}

interface Query {
  chatId: number;
  at: number;
  waiting: ((answer: CallbackAnswer) => void)[];
}

const LIFETIME_MS = 60_000;

/** Taps that wait for answerCallbackQuery. `now` is in milliseconds and only ever grows. */
export class Queries {
  readonly #open = new Map<string, Query>();
  readonly #now: () => number;
  #next: bigint;

  constructor(now: () => number, seed: number) {
    this.#now = now;
    this.#next = BigInt(seed) * 4_294_967_296n;
  }

  open(chatId: number): string {
    const now = this.#now();
    for (const [id, query] of this.#open) {
      if (now - query.at <= LIFETIME_MS) break;
      this.#open.delete(id);
    }
    const id = String(this.#next++);
    this.#open.set(id, { chatId, at: now, waiting: [] });
    return id;
  }

  /** @throws 400 when unknown, answered before or too old */
  answer(id: string, answer: CallbackAnswer): number {
    const query = this.#open.get(id);
    this.#open.delete(id);
    if (!query || this.#now() - query.at > LIFETIME_MS) {
      throw bad('query is too old and response timeout expired or query ID is invalid');
    }
    for (const resolve of query.waiting) resolve(answer);
    return query.chatId;
  }

  /** Resolves with the answer, or with null when none came in `timeoutMs`. */
  wait(id: string, timeoutMs: number): Promise<CallbackAnswer | null> {
    const query = this.#open.get(id);
    if (!query) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs);
      query.waiting.push((answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  clear(): void {
    this.#open.clear();
  }
}
