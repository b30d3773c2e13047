import type { Act } from '../act.ts';
import { AlreadyApplied } from '../act.ts';
import type { WriteTx } from '../db/db.ts';

/** Binds the effect of an action to the message that asked for it: a repeated message finds its row marked and stops here. */
export async function markApplied(tx: WriteTx, act: Pick<Act, 'messageId'>, at: Date): Promise<void> {
  if (act.messageId === undefined) return;
  const { count } = await tx.inbox.updateMany({
    where: { message_id: act.messageId, applied_at: null },
    data: { applied_at: at },
  });
  if (count === 0) throw new AlreadyApplied();
}
