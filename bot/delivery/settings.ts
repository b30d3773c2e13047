/** Numbers of delivery, each with its reason. Tests and the bench change some. */
export interface DeliverySettings {
  /**
   * Messages a second over all chats. Telegram's documented limit is about 30; one in a hundred is left for clocks that
   * differ. What comes after a pause is `adaptiveRate`'s affair.
   */
  readonly perSecond: number;
  /** Slots that may be caught up after a hold-up of ours: the tenth of a second that a slow statement takes. */
  readonly burst: number;
  /** Messages taken at once. Small: a legal notice waits for no more than these, and a crash leaves no more in doubt. */
  readonly batch: number;
  /** Calls of the Bot API under way at once: 30 a second at half a second each. */
  readonly inFlight: number;
  /** Telegram allows one message a second to one chat. */
  readonly perChatMs: number;
  /** How long a claim holds: longer than the longest try. */
  readonly leaseMs: number;
  /** Rows are looked at this often even when nobody woke us. */
  readonly pollMs: number;
  /** How often a live message about a broadcast changes. */
  readonly progressMs: number;
  /** SMS a second, and e-mails and SMS under way at once. */
  readonly smsPerSecond: number;
  readonly slowInFlight: number;
}

export const defaultSettings: DeliverySettings = {
  perSecond: 29.7,
  burst: 3,
  batch: 6,
  inFlight: 16,
  perChatMs: 1000,
  leaseMs: 45_000,
  pollMs: 1000,
  progressMs: 3000,
  smsPerSecond: 5,
  slowInFlight: 4,
};
