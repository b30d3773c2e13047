/**
 * How fast this process may go. Telegram's limits are not published and change, so the rate gives way: a fifth less at
 * every 429, one message a second more for every quiet minute (TELEGRAM.md §4.4).
 */
export interface AdaptiveRate {
  readonly perSecond: number;
  /** Somebody was told to wait, here or in another process. */
  lower(): void;
}

const QUIET_MS = 60_000;
const SLOWEST = 1;

/** `now` is in milliseconds that only grow. */
export function adaptiveRate(max: number, now: () => number = () => performance.now()): AdaptiveRate {
  let rate = max;
  let since = now();
  const settle = () => {
    const minutes = Math.floor((now() - since) / QUIET_MS);
    if (minutes <= 0) return;
    rate = Math.min(max, rate + minutes);
    since += minutes * QUIET_MS;
  };
  return {
    get perSecond() {
      settle();
      return rate;
    },
    lower: () => {
      settle();
      rate = Math.max(SLOWEST, rate * 0.8);
      since = now();
    },
  };
}
