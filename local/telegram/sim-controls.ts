import type { Fault, Faults, LiveFault } from './faults.ts';
import { Limiter, type LimiterOptions } from './limiter.ts';
import type { CallLog } from './log.ts';
import type { Context } from './methods/context.ts';
import type { CallRecord, SimEvent } from './types.ts';

export interface SimParts {
  context: Context;
  faults: Faults;
  log: CallLog;
  monotonic: () => number;
  setLatency(ms: number): void;
}

/** What a test sees and breaks: the calls of the bot, faults, limits, delays. */
export class SimControls {
  protected readonly parts: SimParts;

  constructor(parts: SimParts) {
    this.parts = parts;
  }

  /** Calls of the bot, oldest first; only the newest `keep` are remembered. */
  calls(filter: { method?: string; chatId?: number } = {}): CallRecord[] {
    return this.parts.log.list(filter);
  }

  clearCalls(): void {
    this.parts.log.clear();
  }

  fault(fault: Fault): LiveFault {
    return this.parts.faults.add(fault);
  }

  faults(): LiveFault[] {
    return this.parts.faults.list();
  }

  clearFaults(): void {
    this.parts.faults.clear();
  }

  /** Switches the sending limits on (with these numbers) or off. */
  limiter(options: LimiterOptions | false): void {
    this.parts.context.limiter = options === false ? undefined : new Limiter(options, this.parts.monotonic);
  }

  limits(): LimiterOptions | false {
    return this.parts.context.limiter?.options ?? false;
  }

  /** Every call takes this many milliseconds longer. */
  latency(ms: number): void {
    this.parts.setLatency(ms);
  }

  /** Updates the bot has not taken yet. */
  pending(): number {
    return this.parts.context.updates.size;
  }

  webhook(): Record<string, unknown> {
    return this.parts.context.updates.webhookInfo();
  }

  on(listener: (event: SimEvent) => void): () => void {
    return this.parts.context.store.on(listener);
  }
}
