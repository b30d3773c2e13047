import type { Bell } from './bell.ts';
import type { Clock, DeliveryCore, Log } from './core.ts';
import { describeFault } from './core.ts';
import type { DeliverySettings } from './settings.ts';

/** What every lane of delivery works with. */
export interface LaneDeps {
  readonly core: DeliveryCore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: DeliverySettings;
  /** A UUID of this process: claims carry it. */
  readonly worker: string;
  readonly stop: AbortSignal;
}

const TROUBLE_MS = 1000;

/**
 * Repeats `turn` until it is stopped: at once while it has work (true), else at the next ring or poll. A turn that
 * throws (the database is away) is repeated: what it held comes back by its lease.
 */
export async function runLane(
  name: string,
  deps: LaneDeps,
  bell: Bell,
  turn: () => Promise<boolean>,
): Promise<void> {
  const { log, settings, stop } = deps;
  while (!stop.aborted) {
    try {
      if (!(await turn())) await bell.wait(settings.pollMs, stop);
    } catch (error) {
      log.error({ lane: name, ...describeFault(error) }, 'delivery stumbled and goes on');
      await bell.wait(TROUBLE_MS, stop);
    }
  }
}

/** Repeats a write of what has happened outside: without it a message would be sent again. */
export async function insist(write: () => Promise<unknown>, log: Log): Promise<void> {
  for (const ms of [100, 500, 2000, 5000]) {
    try {
      await write();
      return;
    } catch (error) {
      log.warn(describeFault(error), 'an outcome could not be written yet');
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  await write().catch((error: unknown) => log.error(describeFault(error), 'an outcome could not be written'));
}
