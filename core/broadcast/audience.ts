import type { Db, WriteTx } from '../db/db.ts';
import type { BroadcastId, DistrictId, PersonId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { Audience } from './api.ts';

/**
 * Applicants and second parents with a logged-in chat that can be reached, each person once: by the chat verified last. $1 district,
 * $2 birth year of the queue, $3 state of the application, $4 language; null means all.
 */
const PEOPLE = `
  SELECT DISTINCT ON (p.id) m.id AS account_id, coalesce(m.language, p.language) AS language
    FROM (SELECT applicant_id AS person_id, district_id, queue_id, state FROM application
          UNION ALL
          SELECT l.person_id, a.district_id, a.queue_id, a.state
            FROM guardian_link AS l JOIN application AS a ON a.id = l.application_id WHERE l.state = 'LINKED') AS a
    JOIN queue AS q ON q.id = a.queue_id
    JOIN person AS p ON p.id = a.person_id
    JOIN messenger_account AS m ON m.person_id = p.id AND m.channel = 'TELEGRAM' AND m.unreachable_since IS NULL
   WHERE ($1::uuid IS NULL OR a.district_id = $1)
     AND ($2::integer IS NULL OR q.birth_year = $2)
     AND ($3::text IS NULL OR a.state = $3)
     AND ($4::text IS NULL OR coalesce(m.language, p.language) = $4)
   ORDER BY p.id, m.verified_at DESC NULLS LAST, m.id`;

const filters = ({ districtId, birthYear, state, language }: Audience): unknown[] => [
  districtId ?? null,
  birthYear ?? null,
  state ?? null,
  language ?? null,
];

const COUNT = { name: 'count_audience', text: `SELECT count(*)::integer AS people FROM (${PEOPLE}) AS x` };

export async function countAudience(db: Db, audience: Audience): Promise<number> {
  const [row] = await db.rows<{ people: number }>(COUNT, filters(audience));
  return row?.people ?? 0;
}

/** Writes down who will get it, once and for all: whoever comes later is not of this audience. Returns how many. */
export async function freezeAudience(tx: WriteTx, id: BroadcastId, audience: Audience): Promise<number> {
  return tx.$executeRawUnsafe(
    `INSERT INTO broadcast_recipient (broadcast_id, account_id, language) SELECT $5::uuid, account_id, language FROM (${PEOPLE}) AS x`,
    ...filters(audience),
    id,
  );
}

const YEARS = {
  name: 'audience_years',
  text: `SELECT DISTINCT q.birth_year FROM queue AS q
          WHERE ($1::uuid IS NULL OR q.district_id = $1) AND EXISTS (SELECT FROM application AS a WHERE a.queue_id = q.id)
          ORDER BY 1`,
};

export async function yearsOf(db: Db, districtId: DistrictId | undefined): Promise<number[]> {
  const rows = await db.rows<{ birth_year: number }>(YEARS, [districtId ?? null]);
  return rows.map((row) => row.birth_year);
}

const MAY = {
  name: 'may_broadcast',
  text: `SELECT FROM staff_role WHERE person_id = $1 AND revoked_at IS NULL
           AND (role = 'REGION_ADMIN' OR (role = 'OPERATOR' AND district_id = $2)) LIMIT 1`,
};

/** An operator reaches the own district only, the region's administrator everybody. */
export async function requireReach(
  db: Db,
  personId: PersonId,
  districtId: DistrictId | undefined,
): Promise<void> {
  const rows = await db.rows(MAY, [personId, districtId ?? null]);
  if (rows.length === 0) throw new Refusal('staff.forbidden');
}
