import { setTimeout as wait } from 'node:timers/promises';

/** Wakes a loop that has nothing to do. A ring while nobody waits is kept for the next wait. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, after `ms`, or when `signal` aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    wait: async (ms, signal) => {
      if (!rung) {
        const done = new AbortController();
        wake = () => done.abort();
        await pause(ms, AbortSignal.any([signal, done.signal]));
        wake = undefined;
      }
      rung = false;
    },
  };
}

/** Sleeps; an abort ends the sleep and is no error. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal }).catch(() => undefined);
}
