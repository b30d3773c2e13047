import { type Bilingual, type Page, pageOf } from '../act.ts';
import { civil } from '../calendar/civil-date.ts';
import type { Db, NamedQuery } from '../db/db.ts';
import { mayRead } from '../guardian/rights.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import type { HistoryEntry } from './api.ts';

/**
 * The events of an application for one of its parents ($2). Who asked to join it is told to the first applicant, and to
 * everybody else of themselves alone; what was said of a benefit's papers is told to the first applicant (§8.8).
 */
const historyQuery: NamedQuery = {
  name: 'application-history',
  text: `SELECT e.at, e.transition, e.actor_kind, e.actor_id = $2 AS mine, e.after->>'by' AS by,
      coalesce(e.after->>'until', e.after->>'interestUntil', e.after->>'copyUntil', e.after->>'comeUntil') AS until,
      e.after->>'validUntil' AS valid_until, k.name_kk, k.name_ru,
      CASE WHEN e.entity <> 'BENEFIT_CLAIM' OR a.applicant_id = $2 THEN e.reason END AS reason,
      CASE WHEN e.transition = 'A4' THEN a.rejection_note
           WHEN e.transition = 'B4' AND a.applicant_id = $2 THEN b.decline_note END AS note,
      count(*) OVER ()::integer AS total
    FROM event e JOIN application a ON a.id = e.application_id
    LEFT JOIN referral r ON e.entity = 'REFERRAL' AND r.id = e.entity_id
    LEFT JOIN referral x ON e.entity = 'TRANSFER' AND x.id = (e.after->>'referral')::uuid
    LEFT JOIN kindergarten k ON k.id = CASE e.entity WHEN 'REFERRAL' THEN r.kindergarten_id
         WHEN 'TRANSFER' THEN x.kindergarten_id WHEN 'WAITLIST_ENTRY' THEN (e.after->>'kindergarten')::uuid END
    LEFT JOIN benefit_claim b ON e.entity = 'BENEFIT_CLAIM' AND b.id = e.entity_id
   WHERE a.id = $1 AND ${mayRead('a', '$2')}
     AND (e.entity <> 'GUARDIAN_LINK' OR a.applicant_id = $2
          OR EXISTS (SELECT FROM guardian_link g WHERE g.id = e.entity_id AND g.person_id = $2))
   ORDER BY e.at DESC, e.id DESC LIMIT $3 OFFSET $4`,
};

interface Row {
  readonly at: Date;
  readonly transition: string;
  readonly actor_kind: 'PERSON' | 'STAFF' | 'SYSTEM';
  readonly mine: boolean | null;
  /** Where both the kindergarten and the department may do the same. */
  readonly by: string | null;
  readonly until: string | null;
  readonly valid_until: string | null;
  readonly name_kk: string | null;
  readonly name_ru: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  readonly total: number;
}

/** What staff do at the kindergarten's desk; everything else is done by the department. */
const AT_KINDERGARTEN: readonly string[] = [
  ...['R4', 'R5', 'R6', 'A10', 'A14', 'A25'],
  ...['T2', 'T3', 'T4', 'T5', 'T8'],
];

function whoOf({ actor_kind, mine, by, transition }: Row): HistoryEntry['by'] {
  if (actor_kind === 'SYSTEM') return 'SYSTEM';
  if (actor_kind === 'STAFF') {
    const atKindergarten = AT_KINDERGARTEN.includes(transition) && by !== 'DEPARTMENT';
    return atKindergarten ? 'KINDERGARTEN' : 'DEPARTMENT';
  }
  return mine === true ? 'ME' : 'OTHER_PARENT';
}

function nameOf({ name_kk: kk, name_ru: ru }: Row): Bilingual | null {
  return kk === null || ru === null ? null : { kk, ru };
}

/** What happened to an application, the last first, for its parents (S1: «Өзгерістер тарихы»). */
export async function applicationHistory(
  db: Db,
  personId: PersonId,
  id: ApplicationId,
  page: number,
  pageSize: number,
): Promise<Page<HistoryEntry>> {
  const rows = await db.rows<Row>(historyQuery, [id, personId, pageSize, page * pageSize]);
  const items = rows.map((row) => ({
    at: row.at,
    transition: row.transition,
    by: whoOf(row),
    // Where the reason is the note itself, it is told once.
    reason: row.reason === row.note ? null : row.reason,
    note: row.note,
    until: row.until === null ? null : new Date(row.until),
    validUntil: row.valid_until === null ? null : civil(row.valid_until),
    kindergarten: nameOf(row),
  }));
  return pageOf(items, page, pageSize, rows[0]?.total ?? 0);
}
