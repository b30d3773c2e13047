import { setTimeout as wait } from 'node:timers/promises';

interface Waiting<In, Out> {
  readonly item: In;
  resolve(value: Out): void;
  reject(error: unknown): void;
}

export interface BatcherOptions {
  /** Items of one statement at most. Default 500. */
  readonly limit?: number;
  /** A moment more of gathering, in milliseconds, when callers come thick: for statements that write to disk. Default 0. */
  readonly gatherMs?: number;
}

/**
 * Gathers what arrives while a statement is under way and gives it to the next one: under load many callers share one
 * round trip and one write to disk, and a lone caller waits for nobody. `work` answers in the order it was asked; when
 * it rejects, all who shared it are rejected.
 */
export class Batcher<In, Out> {
  readonly #work: (items: readonly In[]) => Promise<readonly Out[]>;
  readonly #limit: number;
  readonly #gatherMs: number;
  #waiting: Waiting<In, Out>[] = [];
  #running = false;

  constructor(work: (items: readonly In[]) => Promise<readonly Out[]>, options: BatcherOptions = {}) {
    this.#work = work;
    this.#limit = options.limit ?? 500;
    this.#gatherMs = options.gatherMs ?? 0;
  }

  /** Those not yet answered or rejected, without the batch under way. */
  get waiting(): number {
    return this.#waiting.length;
  }

  add(item: In): Promise<Out> {
    return new Promise<Out>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#running) return;
      this.#running = true;
      // After the callbacks of this turn of the loop: requests that arrived together go together.
      setImmediate(() => void this.#drain());
    });
  }

  async #drain(): Promise<void> {
    let thick = false;
    while (this.#waiting.length > 0) {
      if (thick && this.#gatherMs > 0) await wait(this.#gatherMs);
      const batch = this.#waiting.splice(0, this.#limit);
      try {
        const answers = await this.#work(batch.map((waiting) => waiting.item));
        batch.forEach((waiting, i) => {
          const answer = answers[i];
          if (answer === undefined) waiting.reject(new Error('a batch was answered short'));
          else waiting.resolve(answer);
        });
      } catch (error) {
        for (const waiting of batch) waiting.reject(error);
      }
      thick = batch.length > 1;
    }
    this.#running = false;
  }
}
