import { lockApplication } from '../application/move.ts';
import { SYSTEM } from '../audit/event.ts';
import type { QueueDeps } from '../context.ts';
import type { ApplicationId } from '../ids.ts';
import { iinOf } from '../people/persons.ts';
import { nameOf } from '../people/sms.ts';
import type { RegisteredPerson } from '../ports.ts';
import { admit } from './admit.ts';

const AT_ONCE = 50;
/** One record may be broken, and keeps nobody waiting; a registry that is down is not asked fifty times. */
const SILENCES = 5;

/**
 * Applications that were sent while the registry was silent are put to it again; who is named a parent comes into the queue
 * by the time of sending (A3). Of the others the department decides. After some silences it is left to the next sweep.
 * Answers how many were settled.
 */
export async function recheckReviews(deps: QueueDeps): Promise<number> {
  const waiting = await deps.db.prisma.application.findMany({
    where: { state: 'IN_REVIEW', relation: 'UNKNOWN' },
    select: { id: true, applicant_id: true, child: { select: { iin_cipher: true, iin_hash: true } } },
    orderBy: { registered_at: 'asc' },
    take: AT_ONCE,
  });
  let settled = 0;
  let silences = 0;
  for (const { id, child } of waiting) {
    const iin = deps.secrets.openIin(child);
    try {
      const person = await deps.ports.registry.person(iin);
      const parents = await deps.ports.registry.parents(iin);
      await settle(deps, id as ApplicationId, person, new Set<string>(parents));
      settled += 1;
    } catch (error) {
      deps.log.warn({ error: nameOf(error) }, 'review: the registry did not answer');
      silences += 1;
      if (silences === SILENCES) break;
    }
  }
  return settled;
}

function settle(
  deps: QueueDeps,
  id: ApplicationId,
  person: RegisteredPerson | undefined,
  parents: ReadonlySet<string>,
): Promise<void> {
  return deps.db.write(async (tx) => {
    const at = deps.clock.now();
    const locked = await lockApplication(tx, id);
    const { application } = locked;
    if (application.state !== 'IN_REVIEW') return;
    const isParent = parents.has(await iinOf(deps.secrets, tx, application.applicant_id));
    if (person !== undefined) {
      const { surname, name, patronymic } = person;
      await tx.child.update({
        where: { id: application.child_id },
        data: { surname, name, patronymic },
        select: { id: true },
      });
    }
    if (person !== undefined && isParent) return admit(deps, tx, at, SYSTEM, locked, 'PROVEN');
    await tx.application.update({ where: { id }, data: { relation: 'UNPROVEN' }, select: { id: true } });
  });
}
