import { localDate, startOfDay } from '../calendar/civil-date.ts';
import type { Db, NamedQuery, WriteTx } from '../db/db.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import type { Look } from '../privacy/api.ts';

/** One person's look at another one's data. */
export interface Access {
  /** Whose data were seen. */
  readonly personId: PersonId | string;
  readonly viewerId: PersonId;
  readonly role: Look['role'];
  readonly what: Look['what'];
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

const ONCE_A_DAY: NamedQuery = {
  name: 'access-once-a-day',
  text: `INSERT INTO access_log (at, person_id, viewer_id, role, what, application_id)
    SELECT $1, a.applicant_id, $2, $3, $4, a.id FROM application a
     WHERE a.id = ANY ($5::uuid[]) AND a.applicant_id <> $2
       AND NOT EXISTS (SELECT FROM access_log l WHERE l.person_id = a.applicant_id AND l.at >= $6
                          AND l.viewer_id = $2 AND l.what = $4 AND l.application_id = a.id)`,
};

/** For what is opened again and again, a list or a card: one line for each application and day. The own ones are no look. */
export async function logDailyLook(
  db: Pick<Db, 'rows'>,
  at: Date,
  { viewerId, role, what }: Pick<Access, 'viewerId' | 'role' | 'what'>,
  applicationIds: readonly ApplicationId[],
): Promise<void> {
  if (applicationIds.length === 0) return;
  await db.rows(ONCE_A_DAY, [at, viewerId, role, what, [...applicationIds], startOfDay(localDate(at))]);
}
