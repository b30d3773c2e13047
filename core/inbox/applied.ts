import type { Act } from '../act.ts';
import { AlreadyApplied } from '../act.ts';
import type { WriteTx } from '../db/db.ts';

/** Binds the effect of an action to the message that asked for it: a repeated message finds its row marked and stops here. */
export async function markApplied(tx: WriteTx, act: Pick<Act, 'messageId'>, at: Date): Promise<void> {
  if (act.messageId === undefined) return;
  const count = await tx.$executeRaw`
    UPDATE inbox SET applied_at = ${at} WHERE message_id = ${act.messageId} AND applied_at IS NULL`;
  if (count === 0) throw new AlreadyApplied();
}
