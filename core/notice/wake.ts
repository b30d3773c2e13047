import type { Db, WriteTx } from '../db/db.ts';
import { listen } from '../db/listen.ts';
import type { Log } from '../ports.ts';

const CHANNEL = 'kezek_delivery';

/**
 * Wakes the workers when the transaction commits. A bare NOTIFY, not a job: the delivery rows are themselves a queue
 * with leases and retries, so a job would be a second queue that could only disagree with the first. A lost wake-up
 * costs a second: the worker looks at the rows every second anyway.
 */
export async function wakeDelivery(tx: WriteTx): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, '')`;
}

/** Calls `listener` whenever something to send was committed, from any process. Returns the way to stop. */
export function onDeliveryWake(db: Db, log: Log, listener: () => void): () => Promise<void> {
  return listen(db, log, CHANNEL, listener);
}
