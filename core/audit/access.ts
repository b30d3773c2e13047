import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, PersonId } from '../ids.ts';

/** One person's look at another one's data. */
export interface Access {
  /** Whose data were seen. */
  readonly personId: PersonId | string;
  readonly viewerId: PersonId;
  readonly role: 'OPERATOR' | 'KINDERGARTEN_HEAD' | 'REGION_ADMIN' | 'GUARDIAN';
  readonly what: 'CLAIM' | 'SCAN' | 'REVIEW' | 'LINK' | 'REFERRAL' | 'APPLICATION' | 'DOCUMENT';
  readonly applicationId: ApplicationId | null;
}

/** Writes down that somebody's data were seen: whom they are about can ask who looked (DOMAIN §6.3). */
export async function logAccess(tx: Pick<WriteTx, 'access_log'>, at: Date, access: Access): Promise<void> {
  await tx.access_log.create({
    data: {
      at,
      person_id: access.personId,
      viewer_id: access.viewerId,
      role: access.role,
      what: access.what,
      application_id: access.applicationId,
    },
    select: { id: true },
  });
}
