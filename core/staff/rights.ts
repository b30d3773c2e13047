import type { WriteTx } from '../db/db.ts';
import type { DistrictId, KindergartenId, PersonId } from '../ids.ts';
import { Refusal } from '../refusal.ts';

/** Only a head of this kindergarten goes on. Refusal: staff.forbidden. */
export async function assertHeadOf(
  tx: WriteTx,
  personId: PersonId,
  kindergartenId: KindergartenId,
): Promise<void> {
  const role = await tx.staff_role.findFirst({
    where: {
      person_id: personId,
      role: 'KINDERGARTEN_HEAD',
      kindergarten_id: kindergartenId,
      revoked_at: null,
    },
    select: { id: true },
  });
  if (role === null) throw new Refusal('staff.forbidden');
}

/**
 * Only an operator of this district, or an administrator of the region, goes on. Answers as whom, the nearer role first.
 * Refusal: staff.forbidden.
 */
export async function assertOperatorOf(
  tx: Pick<WriteTx, 'staff_role'>,
  personId: PersonId,
  districtId: DistrictId,
): Promise<'OPERATOR' | 'REGION_ADMIN'> {
  const role = await operatorRoleOf(tx, personId, districtId);
  if (role === undefined) throw new Refusal('staff.forbidden');
  return role;
}

/** As whom this person works for a district's department, the nearer role first; undefined: not at all. */
export async function operatorRoleOf(
  tx: Pick<WriteTx, 'staff_role'>,
  personId: PersonId,
  districtId: DistrictId,
): Promise<'OPERATOR' | 'REGION_ADMIN' | undefined> {
  const role = await tx.staff_role.findFirst({
    where: {
      person_id: personId,
      revoked_at: null,
      OR: [{ role: 'OPERATOR', district_id: districtId }, { role: 'REGION_ADMIN' }],
    },
    orderBy: { role: 'asc' },
    select: { role: true },
  });
  if (role === null) return undefined;
  return role.role === 'OPERATOR' ? 'OPERATOR' : 'REGION_ADMIN';
}
