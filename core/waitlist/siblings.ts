import { ALIVE_FOR_PARENTS } from '../application/transitions.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, PersonId } from '../ids.ts';

/**
 * The queues in which brothers and sisters of a child wait: whoever changes where the child goes, or joins `parent` to its
 * parents or takes them out, changes the order of their lists, and locks their queues first.
 */
export async function queuesOfFamily(
  tx: WriteTx,
  id: ApplicationId,
  parent: PersonId | null = null,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ queue_id: string }[]>`
    SELECT DISTINCT w.queue_id FROM waitlist_entry AS w
     WHERE w.state = 'WAITING' AND w.application_id = ANY (${await familyOf(tx, id, parent)}::uuid[])`;
  return rows.map((row) => row.queue_id);
}

/**
 * The queues of the children of the same parents who wait, or go to a kindergarten. Whoever joins a list locks them too:
 * a brother who is taken or leaves in the same moment is then seen here, or finds this entry.
 */
export async function queuesOfSiblings(tx: WriteTx, id: ApplicationId): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ queue_id: string }[]>`
    SELECT DISTINCT a.queue_id FROM application AS a
     WHERE a.id = ANY (${await familyOf(tx, id, null)}::uuid[]) AND a.state = ANY (${[...ALIVE_FOR_PARENTS]}::text[])`;
  return rows.map((row) => row.queue_id);
}

/** All applications of the child's parents, and of `parent`. */
async function familyOf(tx: WriteTx, id: ApplicationId, parent: PersonId | null): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT application_family(${id}::uuid) AS id
    UNION SELECT a.id FROM application AS a WHERE a.applicant_id = ${parent}::uuid
    UNION SELECT g.application_id FROM guardian_link AS g WHERE g.person_id = ${parent}::uuid AND g.state = 'LINKED'`;
  return rows.map((row) => row.id);
}

/** Brings the entries of the child's family to what is true now. The queues of `queuesOfFamily` are locked. */
export async function settleSiblings(
  tx: WriteTx,
  at: Date,
  id: ApplicationId,
  parent: PersonId | null = null,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE waitlist_entry AS w SET sibling = NOT w.sibling, moved_at = ${at}
     WHERE w.state IN ('WAITING', 'PLACE_AVAILABLE')
       AND w.application_id = ANY (${await familyOf(tx, id, parent)}::uuid[])
       AND w.sibling <> has_sibling_in(w.kindergarten_id, w.application_id, w.child_id)`;
}

/** Whether another child of the same parents goes to this kindergarten. */
export async function hasSiblingIn(
  tx: WriteTx,
  kindergartenId: string,
  application: { readonly id: ApplicationId; readonly child_id: ChildId },
): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ has: boolean }[]>`
    SELECT has_sibling_in(${kindergartenId}::uuid, ${application.id}::uuid, ${application.child_id}::uuid) AS has`;
  return row?.has ?? false;
}
