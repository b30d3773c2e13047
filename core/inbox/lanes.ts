/** Runs the work of each lane one after another, lanes side by side, at most `limit` at a time. */
export class Lanes {
  readonly #limit: number;
  readonly #last = new Map<string, Promise<void>>();
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Lanes being worked or waiting to be. */
  names(): string[] {
    return [...this.#last.keys()];
  }

  get size(): number {
    return this.#last.size;
  }

  /** Room for more lanes before they have to wait. */
  get room(): number {
    return Math.max(0, this.#limit - this.#last.size);
  }

  /** `work` must not reject. It begins after what the lane was given before has ended. */
  run(lane: string, work: () => Promise<void>): void {
    const before = this.#last.get(lane);
    const mine = (before ? before.then(() => this.#slot()) : this.#slot()).then(async () => {
      await work();
      this.#busy -= 1;
      this.#queue.shift()?.();
      if (this.#last.get(lane) === mine) this.#last.delete(lane);
    });
    this.#last.set(lane, mine);
  }

  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }

  #slot(): Promise<void> {
    if (this.#busy < this.#limit) {
      this.#busy += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#queue.push(() => {
        this.#busy += 1;
        resolve();
      });
    });
  }
}
