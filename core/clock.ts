/** Where "now" comes from. Every action and job takes one, so that every deadline can be tested and watched. */
export interface Clock {
  now(): Date;
}

/** The machine's own clock: the only place of core that asks it. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands at `at` until it is moved: for tests and the local world. */
export function fixedClock(at: Date | string): Clock & { set(at: Date | string): void } {
  let current = new Date(at);
  return {
    now: () => new Date(current),
    set: (next) => {
      current = new Date(next);
    },
  };
}
