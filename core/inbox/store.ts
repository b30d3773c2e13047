import type { Clock } from '../clock.ts';
import { Batcher } from '../db/batcher.ts';
import type { Secrets } from '../db/crypto.ts';
import type { Db } from '../db/db.ts';
import type { HeldMessage, IncomingMessage } from './api.ts';
import {
  ACCEPT,
  type AcceptedRow,
  CLAIM,
  type ClaimedRow,
  END,
  type EndedRow,
  PURGE,
  PUT_BACK,
  RELEASE,
  RENEW,
  SWEEP,
  type SweptRow,
  TAKE_OVER,
} from './statements.ts';

export interface StoreDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'sealPayload' | 'openPayload'>;
  /** This process, as the owner of lanes. */
  readonly owner: string;
  readonly leaseMs: number;
}

/** A lane that acceptance gave to this process; `head` is its first message when it need not be read. */
export interface TakenLane {
  readonly lane: string;
  readonly head?: HeldMessage;
}

export interface Ending {
  readonly id: bigint;
  readonly lane: string;
  readonly state: 'DONE' | 'SET_ASIDE';
  readonly error: string | null;
}

/** Claimed: handle it. `empty`: nothing waits. `lost`: another process has the lane. */
export type Claim = HeldMessage & { readonly receivedAt: Date };
export type ClaimAnswer = Claim | 'empty' | 'unseen' | 'lost';

// Nobody feels it, and under load it saves a write to disk for every few messages.
const GATHER_MS = 2;

/** The inbox's statements, each gathering what several lanes ask for at the same time. */
export class InboxStore {
  readonly #deps: StoreDeps;
  readonly #accepting: Batcher<readonly IncomingMessage[], readonly TakenLane[]>;
  readonly #claiming: Batcher<string, ClaimAnswer>;
  readonly #ending: Batcher<Ending, { readonly more: boolean }>;
  /** Whether accepted lanes are to be taken by this process. */
  taking = false;

  constructor(deps: StoreDeps) {
    this.#deps = deps;
    this.#accepting = new Batcher((calls) => this.#accept(calls), { gatherMs: GATHER_MS });
    this.#claiming = new Batcher((lanes) => this.#claim(lanes));
    this.#ending = new Batcher((endings) => this.#end(endings), { gatherMs: GATHER_MS });
  }

  /** Calls waiting for the database. */
  get waiting(): number {
    return this.#accepting.waiting;
  }

  accept(messages: readonly IncomingMessage[]): Promise<readonly TakenLane[]> {
    return this.#accepting.add(messages);
  }

  claim(lane: string): Promise<ClaimAnswer> {
    return this.#claiming.add(lane);
  }

  end(ending: Ending): Promise<{ readonly more: boolean }> {
    return this.#ending.add(ending);
  }

  async putBack(message: HeldMessage, restMs: number, counts: boolean, error: string | null): Promise<void> {
    const { db, owner } = this.#deps;
    await db.rows(PUT_BACK, [message.id.toString(), message.lane, owner, restMs, counts, error]);
  }

  async release(lanes: readonly string[]): Promise<void> {
    await this.#deps.db.rows(RELEASE, [lanes, this.#deps.owner]);
  }

  async renew(lanes: readonly string[]): Promise<void> {
    await this.#deps.db.rows(RENEW, [lanes, this.#deps.owner, this.#deps.leaseMs]);
  }

  async sweep(
    limit: number,
    doubtful: readonly string[],
  ): Promise<{ backlog: number; lanes: readonly string[] }> {
    const { db, owner, leaseMs } = this.#deps;
    const [row] = await db.rows<SweptRow>(SWEEP, [owner, leaseMs, limit, doubtful]);
    return { backlog: Number(row?.backlog ?? 0), lanes: row?.lanes ?? [] };
  }

  async takeOver(): Promise<void> {
    await this.#deps.db.rows(TAKE_OVER, []);
  }

  async purge(): Promise<number> {
    const [row] = await this.#deps.db.rows<{ n: number }>(PURGE, [this.#deps.clock.now()]);
    return row?.n ?? 0;
  }

  async #accept(calls: readonly (readonly IncomingMessage[])[]): Promise<readonly (readonly TakenLane[])[]> {
    const { db, clock, secrets, owner, leaseMs } = this.#deps;
    const messages = calls.flat();
    const rows = await db.rows<AcceptedRow>(ACCEPT, [
      messages.map((message) => message.id.toString()),
      messages.map((message) => message.lane),
      messages.map((message) => secrets.sealPayload(message.id, JSON.stringify(message.payload))),
      clock.now(),
      this.taking ? owner : null,
      leaseMs,
    ]);
    const byId = new Map(messages.map((message) => [message.id.toString(), message]));
    const taken = rows.filter((row) => row.taken).map(({ lane, head }) => takenLane(lane, head, byId));
    // Whose call it was does not matter: the first answer carries the lanes of all.
    return calls.map((_, i) => (i === 0 ? taken : []));
  }

  async #claim(lanes: readonly string[]): Promise<readonly ClaimAnswer[]> {
    const { db, owner, leaseMs, secrets } = this.#deps;
    const rows = await db.rows<ClaimedRow>(CLAIM, [lanes, owner, leaseMs]);
    const byLane = new Map(rows.map((row) => [row.lane, row]));
    return lanes.map((lane) => claimOf(byLane.get(lane), secrets));
  }

  async #end(endings: readonly Ending[]): Promise<readonly { readonly more: boolean }[]> {
    const { db, clock, owner } = this.#deps;
    const rows = await db.rows<EndedRow>(END, [
      endings.map((ending) => ending.id.toString()),
      endings.map((ending) => ending.lane),
      endings.map((ending) => ending.state),
      endings.map((ending) => ending.error),
      clock.now(),
      owner,
    ]);
    const more = new Map(rows.map((row) => [row.lane, row.more]));
    return endings.map((ending) => ({ more: more.get(ending.lane) ?? false }));
  }
}

function takenLane(lane: string, head: string | null, byId: Map<string, IncomingMessage>): TakenLane {
  const message = head === null ? undefined : byId.get(head);
  return message ? { lane, head: { ...message, alreadyApplied: false, tries: 1 } } : { lane };
}

function claimOf(row: ClaimedRow | undefined, secrets: Pick<Secrets, 'openPayload'>): ClaimAnswer {
  if (!row) return 'lost';
  const { message_id, payload, tries, applied_at, received_at } = row;
  if (message_id === null || payload === null || tries === null || received_at === null) {
    return row.pending > 0 ? 'unseen' : 'empty';
  }
  const id = BigInt(message_id);
  return {
    id,
    lane: row.lane,
    payload: JSON.parse(secrets.openPayload(id, payload)),
    alreadyApplied: applied_at !== null,
    tries,
    receivedAt: received_at,
  };
}
