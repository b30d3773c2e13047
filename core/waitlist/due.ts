import { lockQueues } from '../application/move.ts';
import { SYSTEM } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { Db } from '../db/db.ts';
import { policyOn } from '../policy/policy.ts';
import { offerPlaces } from './offer.ts';
import { MAY_BE_ASKED } from './order.ts';

/**
 * Offers what lies free although somebody waits who may have it. Ordinarily nothing does: whoever frees a place or gives
 * an answer offers it in the same step. But a district may have switched its lists on only now, and a child may have been
 * kept from being asked by a referral in another district that has ended there. Answers how many places were offered.
 */
export async function offerDue(db: Db, at: Date): Promise<number> {
  const today = localDate(at);
  const due = await db.prisma.$queryRawUnsafe<{ queue_id: string }[]>(
    `SELECT DISTINCT p.queue_id FROM place AS p JOIN kindergarten AS k ON k.id = p.kindergarten_id AND k.is_active
      WHERE p.state IN ('PUBLISHED', 'OPEN') AND EXISTS (
       SELECT FROM waitlist_entry AS w WHERE w.kindergarten_id = p.kindergarten_id AND w.queue_id = p.queue_id
          AND (p.language = 'mixed' OR w.language IS NULL OR w.language = p.language) AND w.ends_on >= $1::date
          AND ${MAY_BE_ASKED})
      ORDER BY p.queue_id`,
    today,
  );
  let offered = 0;
  for (const { queue_id } of due) {
    offered += await db.write(async (tx) => {
      const [queue] = await lockQueues(tx, [queue_id]);
      if (queue === undefined) return 0;
      return offerPlaces(tx, at, SYSTEM, queue.id, await policyOn(tx, queue.district_id, today));
    });
  }
  return offered;
}
