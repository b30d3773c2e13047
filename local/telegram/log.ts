import type { CallRecord } from './types.ts';

/** The newest calls of the bot, in a ring so that a long run costs no memory. */
export class CallLog {
  readonly #keep: number;
  #ring: CallRecord[] = [];
  #count = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  add(call: Omit<CallRecord, 'n'>): CallRecord {
    const record = { n: this.#count + 1, ...call };
    this.#ring[this.#count % this.#keep] = record;
    this.#count++;
    return record;
  }

  list(filter: { method?: string; chatId?: number } = {}): CallRecord[] {
    const split = this.#count > this.#keep ? this.#count % this.#keep : 0;
    const ordered = [...this.#ring.slice(split), ...this.#ring.slice(0, split)];
    const method = filter.method?.toLowerCase();
    return ordered.filter(
      (call) =>
        (method === undefined || call.method.toLowerCase() === method) &&
        (filter.chatId === undefined || call.chatId === filter.chatId),
    );
  }

  clear(): void {
    this.#ring = [];
    this.#count = 0;
  }
}
