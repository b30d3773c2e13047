import type { KeyKind } from '../authority/api.ts';
import type { KeyState, Offer } from './keyring.ts';

export type SignFormat = 'xml' | 'cms' | 'raw';

/** Which keys may answer. */
export interface KeyFilter {
  /** All of them must be in the certificate. */
  readonly usages: readonly string[];
  readonly iin: string | null;
  readonly bin: string | null;
  readonly serialNumber: string | null;
  /** Files and not a card or token that is not there. */
  readonly files: boolean;
  readonly expired: boolean;
  readonly revoked: boolean;
  readonly foreign: boolean;
}

/** What a site asks of the person. */
export interface Question {
  /** Null: only to tell about a key. */
  readonly format: SignFormat | null;
  /** What will be signed, each as it will be. */
  readonly items: readonly Uint8Array[];
  /** The items are hashes of what will be signed. */
  readonly digested: boolean;
  /** Of the page that asks, as the browser tells. */
  readonly origin: string | null;
  readonly locale: string | null;
  readonly filter: KeyFilter;
}

export interface Pending extends Question {
  readonly id: number;
}

export type Answer = { readonly key: Offer } | 'CANCELLED';

/** Answers by itself: with this key, or by cancelling. Without a fitting key the window waits for a person. */
export type AutoAnswer =
  | { readonly cancel: true; readonly once: boolean }
  | {
      readonly iin: string;
      readonly kind: KeyKind;
      readonly state: KeyState;
      readonly bin: string | undefined;
      readonly once: boolean;
    };

/** How the last request ended, for whoever looks at the window. */
export interface Outcome {
  readonly id: number;
  readonly answer: 'SIGNED' | 'TOLD' | 'CANCELLED' | 'GONE' | 'FAILED';
  readonly key: Offer | null;
}

export class WindowBusy extends Error {
  constructor() {
    super('too many requests wait for the window');
    this.name = 'WindowBusy';
  }
}

/** Whether the key may answer under this filter. */
export function fits(offer: Offer, filter: KeyFilter): boolean {
  return (
    filter.files &&
    filter.usages.every((usage) => offer.usages.includes(usage)) &&
    (filter.iin === null || offer.iin === filter.iin) &&
    (filter.bin === null || offer.bin === filter.bin) &&
    (filter.serialNumber === null || offer.serialNumber === filter.serialNumber) &&
    (filter.expired || offer.state !== 'EXPIRED') &&
    (filter.revoked || offer.state !== 'REVOKED') &&
    (filter.foreign || !offer.foreign)
  );
}

const WAITING_LIMIT = 20;

interface Waiting {
  readonly question: Pending;
  readonly resolve: (answer: Answer) => void;
}

/** The one window: a request at a time, the others wait behind it in the order in which they came. */
export class SignWindow {
  readonly #findAuto: (auto: Exclude<AutoAnswer, { cancel: true }>) => Promise<Offer | undefined>;
  readonly #queue: Waiting[] = [];
  readonly #listeners = new Set<() => void>();
  #next = 1;
  #auto: AutoAnswer | null = null;
  #outcome: Outcome | null = null;

  constructor(findAuto: (auto: Exclude<AutoAnswer, { cancel: true }>) => Promise<Offer | undefined>) {
    this.#findAuto = findAuto;
  }

  get current(): Pending | null {
    return this.#queue[0]?.question ?? null;
  }

  /** How many wait behind the current one. */
  get waiting(): number {
    return Math.max(0, this.#queue.length - 1);
  }

  get outcome(): Outcome | null {
    return this.#outcome;
  }

  get auto(): AutoAnswer | null {
    return this.#auto;
  }

  /** Null: a person answers. What is open now is answered too. */
  setAuto(auto: AutoAnswer | null): void {
    this.#auto = auto;
    this.#changed();
    void this.#tryAuto();
  }

  /** Resolves when the window has been answered; rejects when `gone` is aborted before. @throws WindowBusy */
  ask(question: Question, gone: AbortSignal): Promise<Answer> {
    if (this.#queue.length > WAITING_LIMIT) throw new WindowBusy();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { question: { ...question, id: this.#next++ }, resolve };
      gone.addEventListener('abort', () => {
        if (this.#take(waiting.question.id)) {
          this.#ended(waiting.question.id, 'GONE', null);
          reject(new Error('the site has gone'));
        }
      });
      this.#queue.push(waiting);
      this.#changed();
      void this.#tryAuto();
    });
  }

  /** False when that request is not open any more. */
  choose(id: number, key: Offer): boolean {
    const waiting = this.#queue[0];
    if (waiting?.question.id !== id || !fits(key, waiting.question.filter)) return false;
    this.#take(id);
    this.#ended(id, waiting.question.format === null ? 'TOLD' : 'SIGNED', key);
    waiting.resolve({ key });
    return true;
  }

  cancel(id: number): boolean {
    const waiting = this.#queue[0];
    if (waiting?.question.id !== id) return false;
    this.#take(id);
    this.#ended(id, 'CANCELLED', null);
    waiting.resolve('CANCELLED');
    return true;
  }

  /** What was chosen could not be signed after all. */
  failed(): void {
    if (this.#outcome) this.#outcome = { ...this.#outcome, answer: 'FAILED' };
    this.#changed();
  }

  /** Called back at every change; returns the way to stop. */
  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(id: number): boolean {
    const at = this.#queue.findIndex(({ question }) => question.id === id);
    if (at >= 0) this.#queue.splice(at, 1);
    return at >= 0;
  }

  #ended(id: number, answer: Outcome['answer'], key: Offer | null): void {
    this.#outcome = { id, answer, key };
    this.#changed();
    void this.#tryAuto();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #tryAuto(): Promise<void> {
    const auto = this.#auto;
    const id = this.current?.id;
    if (auto === null || id === undefined) return;
    const key = 'cancel' in auto ? 'CANCELLED' : await this.#findAuto(auto);
    if (this.#auto !== auto || key === undefined || this.current?.id !== id) return;
    // Used up before the next request can meet it.
    if (auto.once) this.#auto = null;
    const answered = key === 'CANCELLED' ? this.cancel(id) : this.choose(id, key);
    if (!answered && auto.once) this.#auto = auto;
  }
}
