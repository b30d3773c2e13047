import { Prisma } from '../../prisma/generated/client.ts';
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

/**
 * `markApplied` as the first tables of a larger statement, for actions of which there are many: `fresh.yes` is false where
 * the message was applied before. What locks next asks for it, so that the message's row is locked first.
 */
export function freshMessage({ messageId }: Pick<Act, 'messageId'>, at: Date): Prisma.Sql {
  return Prisma.sql`
    message AS (
      UPDATE inbox SET applied_at = ${at} WHERE message_id = ${messageId ?? null}::bigint AND applied_at IS NULL
      RETURNING message_id
    ), fresh AS MATERIALIZED (
      SELECT ${messageId === undefined} OR EXISTS (SELECT FROM message) AS yes
    )`;
}
