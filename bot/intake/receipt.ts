/** What the inbox knows of a message that is being handled. */
export interface MessageReceipt {
  readonly messageId: bigint;
  /** The effect of this message is committed already: show the present state, do nothing. */
  readonly alreadyApplied: boolean;
}

// Beside the update and not in it: the update stays as the messenger sent it, and the note goes when it goes.
const receipts = new WeakMap<object, MessageReceipt>();

/** Notes the receipt of an update for whoever handles this very object (`ctx.update`). */
export function attachReceipt(update: object, receipt: MessageReceipt): void {
  receipts.set(update, receipt);
}

/** Undefined when the update did not come through the inbox. */
export function receiptOf(update: object): MessageReceipt | undefined {
  return receipts.get(update);
}
