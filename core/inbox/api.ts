/** A message as it came in. `lane` is one chat: what arrives on it is handled in order of arrival, one at a time. */
export interface IncomingMessage {
  readonly id: bigint;
  readonly lane: string;
  readonly payload: unknown;
}

/** A message that this process has claimed; the claim itself has counted as a try. */
export interface HeldMessage extends IncomingMessage {
  /** The effect of this message is in the database already: only its answer may be missing. */
  readonly alreadyApplied: boolean;
  /** 1 the first time. */
  readonly tries: number;
}

/** What handles messages. The bot gives one. */
export interface InboxWorker {
  /** Resolves when the message is done; whatever it throws means: again later. */
  handle(message: HeldMessage): Promise<void>;
  /** Is this the fault of something outside (the messenger cannot be reached), and not of the message? */
  isOutage(error: unknown): boolean;
  /** Tells the people of this lane that their message was set aside. Its failure is logged and changes nothing. */
  onSetAside(lane: string): Promise<void>;
}

/** The exclusive right to fetch messages for this program. */
export interface IntakeHold {
  /** Aborted when the right was lost, with the connection that held it. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** This process no longer takes messages; another will. */
export class InboxClosed extends Error {
  constructor() {
    super('the inbox takes no more messages');
    this.name = 'InboxClosed';
  }
}

/**
 * Messages on their way from a messenger to their effect: at least once, with the effect bound to the message
 * (`Act.messageId`), in order per lane whichever process works, lanes side by side.
 */
export interface Inbox {
  /**
   * Resolves when all of them are committed, and not before; a message that came before counts as committed. Only then
   * may the messenger be told "received". Rejects when the database cannot be reached, or with InboxClosed.
   */
  accept(messages: readonly IncomingMessage[]): Promise<void>;
  /** Begins to handle what is accepted here, and what other processes left lying. Once. */
  start(worker: InboxWorker): void;
  /** Takes nothing more, lets what is being handled end for up to `graceMs`, gives its lanes back. */
  stop(graceMs: number): Promise<void>;
  /** Messages waiting or being handled in all processes, as last counted, with those on their way into the database here. */
  backlog(): number;
  /** Frees every lane, whoever has it: for a program that knows it is the only one, after the last one was killed. */
  takeOver(): Promise<void>;
  /** Takes lanes that nobody works. Runs every second by itself. */
  sweep(): Promise<void>;
  /** Deletes messages done 48 hours ago (Telegram repeats for 24) and those set aside 30 days ago; how many. */
  purge(): Promise<number>;
  /** The right to poll, or undefined while another process has it. */
  holdIntake(): Promise<IntakeHold | undefined>;
}
