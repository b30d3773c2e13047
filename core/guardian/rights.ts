import type { LockedApplication } from '../application/move.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';

/** Who a person is to an application that they may see: its first applicant, or the second parent. */
export type ParentRole = 'OWNER' | 'GUARDIAN';

/**
 * What an action asks of a parent. OWN: the first applicant alone. SIGN: choosing, wishes, referrals, the turn, withdrawing:
 * the second parent where the district lets them (`coguardian.canSign`). INTEREST: either (DOMAIN §8.8).
 */
export type Right = 'OWN' | 'SIGN' | 'INTEREST';

/** SQL: whether the person of the parameter may see the application of the alias. For a row that is found otherwise. */
export function mayRead(application: string, person: string): string {
  return `(${application}.applicant_id = ${person} OR EXISTS (SELECT FROM guardian_link x
     WHERE x.application_id = ${application}.id AND x.person_id = ${person} AND x.state = 'LINKED'))`;
}

/** SQL: the ids of all applications that the person of the parameter may see, found by index. */
export function readableIds(person: string): string {
  return `(SELECT own.id FROM application own WHERE own.applicant_id = ${person}
     UNION ALL
     SELECT joined.application_id FROM guardian_link joined WHERE joined.person_id = ${person} AND joined.state = 'LINKED')`;
}

/** SQL: the role of somebody who may see the application. */
export function roleOf(application: string, person: string): string {
  return `CASE WHEN ${application}.applicant_id = ${person} THEN 'OWNER' ELSE 'GUARDIAN' END`;
}

/** The same for Prisma: a `where` of application. */
export function readableBy(personId: PersonId) {
  return {
    OR: [{ applicant_id: personId }, { guardian_links: { some: { person_id: personId, state: 'LINKED' } } }],
  };
}

/** Whether somebody of this role may choose, sign, cancel and withdraw in a district of this policy. */
export function canSign(role: ParentRole, policy: Pick<Policy, 'coguardian.canSign'>): boolean {
  return role === 'OWNER' || policy['coguardian.canSign'];
}

/** Refusal: guardian.onlyOwner. */
export function assertCanSign(role: ParentRole, policy: Pick<Policy, 'coguardian.canSign'>): void {
  if (!canSign(role, policy)) throw new Refusal('guardian.onlyOwner');
}

/** Who the person is to this application; undefined for a stranger. */
export async function roleIn(
  tx: WriteTx,
  personId: PersonId,
  application: { readonly id: ApplicationId; readonly applicant_id: PersonId },
): Promise<ParentRole | undefined> {
  if (application.applicant_id === personId) return 'OWNER';
  const link = await tx.guardian_link.findFirst({
    where: { application_id: application.id, person_id: personId, state: 'LINKED' },
    select: { id: true },
  });
  return link === null ? undefined : 'GUARDIAN';
}

/** Whether a person may do this with a locked application. Refusals: application.unknown, guardian.onlyOwner. */
export async function assertRight(
  tx: WriteTx,
  at: Date,
  personId: PersonId,
  application: Pick<LockedApplication, 'id' | 'applicant_id' | 'district_id'>,
  right: Right,
): Promise<void> {
  const role = await roleIn(tx, personId, application);
  if (role === undefined) throw new Refusal('application.unknown');
  if (role === 'OWNER' || right === 'INTEREST') return;
  if (right === 'OWN') throw new Refusal('guardian.onlyOwner');
  assertCanSign(role, await policyOn(tx, application.district_id, localDate(at)));
}
