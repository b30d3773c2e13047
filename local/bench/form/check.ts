import { sanityChecks } from '../../../core/audit/sanity.ts';
import type { Db } from '../../../core/db/db.ts';
import type { Parent } from './families.ts';
import { SCANS } from './papers.ts';

/** What the database holds afterwards, beside what it must hold. */
export interface Outcome {
  readonly applications: number;
  readonly scans: number;
  readonly blobs: number;
  readonly claimed: number;
  readonly drafts: number;
  /** Updates that were taken and are done; those that were not, or that failed on the way. */
  readonly updatesDone: number;
  readonly updatesOther: number;
  /** Children with more or less than one application. */
  readonly childrenNotOnce: number;
  /** Checks that found something, with how much. */
  readonly violations: readonly string[];
}

export async function outcome(
  db: Db,
  parents: readonly Parent[],
  updates: readonly number[],
): Promise<Outcome> {
  const chats = parents.map(({ chat }) => String(chat));
  const mine = `(SELECT person_id FROM messenger_account WHERE address = ANY ($1::text[]))`;
  const count = async (sql: string, values: readonly unknown[] = [chats]): Promise<number> => {
    const { rows } = await db.pool.query<{ n: number }>(`SELECT count(*)::int AS n ${sql}`, [...values]);
    return rows[0]?.n ?? 0;
  };
  const ids = [updates];
  const scans = `FROM scan s JOIN benefit_claim c ON c.id = s.claim_id WHERE c.person_id IN ${mine}`;
  const blobs = `FROM scan_blob b WHERE stored_at IS NOT NULL
    AND hash IN (SELECT s.hash ${scans})`;
  return {
    applications: await count(`FROM application WHERE state = 'QUEUED' AND applicant_id IN ${mine}`),
    scans: await count(scans),
    blobs: await count(blobs),
    claimed: await count(
      `FROM benefit_claim c JOIN application a ON a.id = c.application_id AND a.applicant_id = c.person_id
        WHERE c.state = 'CLAIMED' AND c.person_id IN ${mine}
          AND (SELECT count(*) FROM scan s WHERE s.claim_id = c.id) = ${SCANS}`,
    ),
    drafts: await count(`FROM draft WHERE person_id IN ${mine}`),
    updatesDone: await count(
      `FROM inbox WHERE message_id = ANY ($1::bigint[]) AND state = 'DONE' AND tries = 1`,
      ids,
    ),
    updatesOther: await count(
      `FROM inbox WHERE message_id <> ALL ($1::bigint[]) OR state <> 'DONE' OR tries <> 1`,
      ids,
    ),
    childrenNotOnce: await count(
      `FROM unnest($1::text[]) AS chat WHERE 1 <> (SELECT count(DISTINCT a.child_id) FROM application a
         JOIN messenger_account m ON m.person_id = a.applicant_id WHERE m.address = chat)
        OR 1 <> (SELECT count(*) FROM application a JOIN messenger_account m ON m.person_id = a.applicant_id
                  WHERE m.address = chat)`,
    ),
    violations: (await sanityChecks(db)).map(({ check, ids: found }) => `${check}: ${found.length}`),
  };
}
