/** Lets at most `places` works go on at once; the others wait in the order in which they came. */
export class Room {
  readonly #places: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(places: number, maxWaiting: number) {
    this.#places = places;
    this.#maxWaiting = maxWaiting;
  }

  /** Works that go on now. */
  get taken(): number {
    return this.#taken;
  }

  /** What `work` gives. Throws, without beginning it, when too many wait already. */
  async inside<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#places) this.#taken += 1;
    else {
      if (this.#waiting.length >= this.#maxWaiting) throw new Error('too many scans wait to be checked');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The place passes from hand to hand, so that nobody who comes just now slips in before those who wait.
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}
