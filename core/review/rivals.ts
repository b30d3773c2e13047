import { lockApplication } from '../application/move.ts';
import { SYSTEM } from '../audit/event.ts';
import type { QueueDeps } from '../context.ts';
import type { ApplicationId } from '../ids.ts';
import type { Iin } from '../people/iin.ts';
import { iinOf } from '../people/persons.ts';
import { Refusal } from '../refusal.ts';
import { admit, turnDown } from './admit.ts';

/**
 * Applications for a child that wait for a review, now that the registry has named its parents: those of a parent come
 * into the queue by their own time, the others are refused. Whoever only knew the number of a child keeps no parent out.
 */
export async function settleRivals(
  deps: QueueDeps,
  childHash: Uint8Array<ArrayBuffer>,
  parents: readonly Iin[],
): Promise<void> {
  const { db, clock, secrets } = deps;
  const waiting = await db.prisma.application.findMany({
    where: { state: 'IN_REVIEW', child: { iin_hash: childHash } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  for (const { id } of waiting) {
    await db.write(async (tx) => {
      const at = clock.now();
      const locked = await lockApplication(tx, id as ApplicationId);
      if (locked.application.state !== 'IN_REVIEW') return;
      const isParent = parents.includes(await iinOf(secrets, tx, locked.application.applicant_id));
      if (!isParent) return turnDown(tx, at, SYSTEM, locked, 'NOT_A_PARENT', null);
      try {
        await admit(deps, tx, at, SYSTEM, locked, 'PROVEN');
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'child.tooOld') throw error;
      }
    });
  }
}
