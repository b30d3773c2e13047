import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { createSecrets } from '../db/crypto.ts';
import type { Db } from '../db/db.ts';
import type { Log } from '../ports.ts';
import { type HeldMessage, type Inbox, InboxClosed, type InboxWorker, type IncomingMessage } from './api.ts';
import { describeFault, isDatabaseOutage } from './faults.ts';
import { holdIntake } from './intake-hold.ts';
import { Lanes } from './lanes.ts';
import { InboxStore } from './store.ts';

export interface InboxDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** 32 bytes; encrypts what people typed while it waits. */
  readonly dataKey: Buffer;
  readonly options?: InboxOptions;
}

export interface InboxOptions {
  /** How long a lane stays with a process that fell silent. Default 20 s. */
  readonly leaseMs?: number;
  /** How often idle lanes are looked for. Default 1 s. */
  readonly sweepMs?: number;
  /** Lanes handled at the same time. Default 200: a scan that waits for its turn must not hold up those who only tap. */
  readonly concurrency?: number;
  /** Rest of a lane after its message failed once, twice. */
  readonly restMs?: readonly [number, number];
}

// The third failing try is the last (DESIGN §1).
const MAX_TRIES = 3;
// A message that only ever meets outages is in the end taken for what causes them.
const OUTAGE_PATIENCE_MS = 60 * 60_000;
const RETRY_MS = 500;
const UNSEEN_MS = 20;

/** @see Inbox. One per process. */
export function createInbox(deps: InboxDeps): Inbox {
  return new PostgresInbox(deps);
}

class PostgresInbox implements Inbox {
  readonly #deps: InboxDeps;
  readonly #store: InboxStore;
  readonly #lanes: Lanes;
  readonly #leaseMs: number;
  readonly #doubtful = new Set<string>();
  readonly #accepting = new Set<Promise<void>>();
  #worker: InboxWorker | undefined;
  #timers: NodeJS.Timeout[] = [];
  #sweeping: Promise<void> | undefined;
  #backlog = 0;
  #stopping = false;
  #abandoned = false;

  constructor(deps: InboxDeps) {
    this.#deps = deps;
    this.#leaseMs = deps.options?.leaseMs ?? 20_000;
    this.#lanes = new Lanes(deps.options?.concurrency ?? 200);
    const { db, clock, dataKey } = deps;
    const secrets = createSecrets(dataKey);
    this.#store = new InboxStore({ db, clock, secrets, owner: randomUUID(), leaseMs: this.#leaseMs });
  }

  async accept(messages: readonly IncomingMessage[]): Promise<void> {
    if (this.#stopping) throw new InboxClosed();
    if (messages.length === 0) return;
    const accepted = this.#accept(messages);
    this.#accepting.add(accepted);
    await accepted.finally(() => this.#accepting.delete(accepted));
  }

  start(worker: InboxWorker): void {
    if (this.#worker) throw new Error('the inbox has been started already');
    this.#worker = worker;
    this.#store.taking = true;
    const { sweepMs = 1_000 } = this.#deps.options ?? {};
    this.#timers = [
      setInterval(() => void this.sweep(), sweepMs),
      setInterval(() => void this.#renew(), this.#leaseMs / 4),
    ];
    void this.sweep();
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#store.taking = false;
    const [sweeping, ...others] = this.#timers;
    clearInterval(sweeping);
    const drained = Promise.allSettled([...this.#accepting, this.#sweeping]).then(() => this.#lanes.idle());
    const enough = new AbortController();
    await Promise.race([drained, wait(graceMs, undefined, { signal: enough.signal }).catch(() => undefined)]);
    enough.abort();
    this.#abandoned = true;
    for (const timer of others) clearInterval(timer);
  }

  backlog(): number {
    return this.#backlog + this.#store.waiting;
  }

  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  takeOver(): Promise<void> {
    return this.#store.takeOver();
  }

  purge(): Promise<number> {
    return this.#store.purge();
  }

  holdIntake() {
    return holdIntake(this.#deps.db);
  }

  async #accept(messages: readonly IncomingMessage[]): Promise<void> {
    try {
      for (const { lane, head } of await this.#store.accept(messages)) this.#run(lane, head);
    } catch (error) {
      // The answer may have been lost after the commit: the lanes could be ours without our knowing.
      for (const { lane } of messages) this.#doubtful.add(lane);
      throw error;
    }
  }

  async #sweep(): Promise<void> {
    const doubtful = [...this.#doubtful];
    const room = this.#worker && !this.#stopping ? this.#lanes.room : 0;
    try {
      const { backlog, lanes } = await this.#store.sweep(room, doubtful);
      this.#backlog = backlog;
      for (const lane of lanes) this.#run(lane);
      if (lanes.length < room) for (const lane of doubtful) this.#doubtful.delete(lane);
    } catch (error) {
      this.#deps.log.warn(describeFault(error), 'inbox: the sweep failed, it is repeated');
    }
  }

  async #renew(): Promise<void> {
    const lanes = this.#lanes.names();
    if (lanes.length === 0) return;
    await this.#store.renew(lanes).catch((error: unknown) => {
      this.#deps.log.warn(describeFault(error), 'inbox: leases could not be renewed, it is repeated');
    });
  }

  #run(lane: string, head?: HeldMessage): void {
    this.#doubtful.delete(lane);
    this.#lanes.run(lane, () =>
      this.#work(lane, head).catch((error: unknown) => {
        this.#deps.log.error(describeFault(error), 'inbox: a lane was left; its lease will end');
      }),
    );
  }

  /** Handles the lane's messages until none waits, one has to rest, or the process stops. */
  async #work(lane: string, head?: HeldMessage): Promise<void> {
    let message = this.#stopping ? undefined : (head ?? (await this.#claim(lane)));
    if (head && !message) await this.#persist(() => this.#store.putBack(head, 0, false, null));
    while (message) {
      if (!(await this.#handle(message))) return;
      message = this.#stopping ? undefined : await this.#claim(lane);
    }
    await this.#persist(() => this.#store.release([lane]));
  }

  async #claim(lane: string): Promise<HeldMessage | undefined> {
    for (;;) {
      const answer = await this.#persist(() => this.#store.claim(lane));
      if (answer === undefined || answer === 'lost' || answer === 'empty') return undefined;
      if (answer !== 'unseen') return answer;
      await wait(UNSEEN_MS);
    }
  }

  /** Resolves to whether the lane has more for this process. */
  async #handle(message: HeldMessage): Promise<boolean> {
    if (message.tries > MAX_TRIES) return this.#setAside(message, 'crashed');
    try {
      await this.#worker?.handle(message);
    } catch (error) {
      return this.#failed(message, error);
    }
    const { id, lane } = message;
    const ended = await this.#persist(() => this.#store.end({ id, lane, state: 'DONE', error: null }));
    return ended?.more ?? false;
  }

  async #failed(message: HeldMessage, error: unknown): Promise<boolean> {
    const fault = describeFault(error);
    const what = [fault.name, fault.code].filter(Boolean).join(' ');
    const counts = !this.#isOutage(error) || this.#isOld(message);
    if (counts && message.tries >= MAX_TRIES) return this.#setAside(message, what, fault);
    const [first, second] = this.#deps.options?.restMs ?? [1_000, 5_000];
    const rest = message.tries < 2 ? first : second;
    this.#deps.log.warn(
      { message: message.id.toString(), tries: message.tries, counts, ...fault },
      'inbox: a message failed',
    );
    await this.#persist(() => this.#store.putBack(message, rest, counts, what));
    return false;
  }

  #isOutage(error: unknown): boolean {
    return isDatabaseOutage(error) || this.#worker?.isOutage(error) === true;
  }

  #isOld(message: HeldMessage): boolean {
    const { receivedAt } = message as { receivedAt?: Date };
    return (
      receivedAt !== undefined && this.#deps.clock.now().getTime() - receivedAt.getTime() > OUTAGE_PATIENCE_MS
    );
  }

  async #setAside(message: HeldMessage, what: string, fault: object = {}): Promise<boolean> {
    const { id, lane } = message;
    this.#deps.log.error(
      { alarm: 'inbox.set-aside', message: id.toString(), ...fault },
      'inbox: a message was set aside',
    );
    const ended = await this.#persist(() => this.#store.end({ id, lane, state: 'SET_ASIDE', error: what }));
    await this.#worker?.onSetAside(lane).catch((error: unknown) => {
      this.#deps.log.warn(describeFault(error), 'inbox: the person could not be told');
    });
    return ended?.more ?? false;
  }

  /** Repeats a statement until the database is back; undefined when this process has given up waiting. */
  async #persist<T>(statement: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await statement();
      } catch (error) {
        if (!isDatabaseOutage(error)) throw error;
        if (this.#abandoned) return undefined;
        await wait(RETRY_MS);
      }
    }
  }
}
