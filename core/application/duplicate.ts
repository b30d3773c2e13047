import type { WriteTx } from '../db/db.ts';
import type { DistrictId, PersonId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { ACTIVE } from './transitions.ts';

/**
 * One active application of a child in a district (§8.1). Refusals: application.duplicate {number} where it is the
 * person's own; application.others where somebody else's, whose number is nobody's business.
 */
export async function refuseDuplicate(
  tx: WriteTx,
  personId: PersonId,
  districtId: DistrictId,
  iinHash: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const known = await tx.application.findFirst({
    where: { district_id: districtId, state: { in: [...ACTIVE] }, child: { iin_hash: iinHash } },
    select: { number: true, applicant_id: true },
  });
  if (known === null) return;
  throw known.applicant_id === personId
    ? new Refusal('application.duplicate', { number: known.number })
    : new Refusal('application.others');
}
