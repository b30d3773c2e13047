import type { BenefitClass } from '../application/api.ts';
import type { NamedQuery } from '../db/db.ts';
import { mayRead, type ParentRole, readableIds, roleOf } from '../guardian/rights.ts';
import type { ApplicationId, KindergartenId, WaitlistEntryId } from '../ids.ts';
import { metres } from '../subscription/distance.ts';
import { transferColumns } from '../transfer/views.ts';
import type { EntryState } from './api.ts';
import { type Counts, countColumns, countJoins } from './order.ts';

export interface SummaryRow {
  readonly id: ApplicationId;
  readonly role: ParentRole;
  readonly number: string;
  readonly child_name: string;
  readonly district_id: string;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly birth_year: number;
  readonly state: string;
  readonly attends_kk: string | null;
  readonly attends_ru: string | null;
  /** By this very application. */
  readonly attends_here: boolean;
  readonly lists: number;
  readonly offer_until: Date | null;
  readonly transfer_open: boolean;
  readonly admit_until: Date | null;
  readonly has_referral: boolean;
}

/** Applications by which a child goes to a kindergarten, and those that a transfer has ended. $1 who asks, $2 one of them or null. */
export const summaryQuery: NamedQuery = {
  name: 'waitlist-applications',
  text: `SELECT a.id, ${roleOf('a', '$1')} AS role, a.number, c.name AS child_name, a.district_id, i.name_kk, i.name_ru,
      q.birth_year, a.state, k.name_kk AS attends_kk, k.name_ru AS attends_ru,
      coalesce(f.application_id = a.id, false) AS attends_here,
      (SELECT count(*)::integer FROM waitlist_entry w
        WHERE w.application_id = a.id AND w.state IN ('WAITING', 'PLACE_AVAILABLE')) AS lists,
      (SELECT w.answer_until FROM waitlist_entry w
        WHERE w.application_id = a.id AND w.state = 'PLACE_AVAILABLE') AS offer_until,
      t.id IS NOT NULL AS transfer_open, CASE WHEN t.filed_at IS NULL THEN t.admit_until END AS admit_until,
      EXISTS (SELECT FROM referral r WHERE r.child_id = a.child_id AND r.closed_at IS NULL) AS has_referral
    FROM application a JOIN child c ON c.id = a.child_id JOIN district i ON i.id = a.district_id
    JOIN queue q ON q.id = a.queue_id
    LEFT JOIN referral f ON f.child_id = a.child_id AND f.state = 'ACCEPTED' AND f.left_at IS NULL
    LEFT JOIN kindergarten k ON k.id = f.kindergarten_id
    LEFT JOIN transfer t ON t.application_id = a.id AND t.state = 'OPEN'
   WHERE a.id IN ${readableIds('$1')} AND ($2::uuid IS NULL OR a.id = $2)
     AND (a.state = 'ENROLLED'
          OR (a.state = 'ARCHIVED' AND EXISTS (SELECT FROM waitlist_entry w WHERE w.application_id = a.id)))
   ORDER BY a.state <> 'ENROLLED', a.registered_at DESC, a.id`,
};

export interface EntryRow {
  readonly id: WaitlistEntryId;
  readonly application_id: ApplicationId;
  readonly district_id: string;
  readonly kindergarten_id: KindergartenId;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly address_kk: string;
  readonly address_ru: string;
  readonly phone: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly state: EntryState;
  readonly joined_at: Date;
  readonly benefit_class: BenefitClass;
  readonly sibling: boolean;
  readonly offered_at: Date | null;
  readonly answer_until: Date | null;
  readonly group_name: string | null;
  readonly language: 'kk' | 'ru' | 'mixed' | null;
  readonly birth_year: number | null;
  readonly total: Counts;
  readonly earlier: Counts;
}

const entryColumns = `SELECT w.id, w.application_id, a.district_id, w.kindergarten_id, k.name_kk, k.name_ru, k.address_kk, k.address_ru,
      k.phone, k.latitude, k.longitude, w.state, w.joined_at, w.benefit_class, w.sibling, w.offered_at, w.answer_until,
      g.name AS group_name, p.language, g.birth_year, ${countColumns}
    FROM waitlist_entry w JOIN application a ON a.id = w.application_id JOIN kindergarten k ON k.id = w.kindergarten_id
    LEFT JOIN place p ON p.id = w.place_id LEFT JOIN kindergarten_group g ON g.id = p.group_id ${countJoins('w')}`;

export const entriesQuery: NamedQuery = {
  name: 'waitlist-entries',
  text: `${entryColumns} WHERE w.application_id = $1 AND ${mayRead('a', '$2')}
   ORDER BY w.state NOT IN ('WAITING', 'PLACE_AVAILABLE'), w.state <> 'PLACE_AVAILABLE',
            CASE WHEN w.state = 'WAITING' THEN w.id END, w.moved_at DESC LIMIT 30`,
};
export const entryQuery: NamedQuery = {
  name: 'waitlist-entry',
  text: `${entryColumns} WHERE w.id = $1 AND ${mayRead('a', '$2')}`,
};
export const joinedQuery: NamedQuery = {
  name: 'waitlist-joined',
  text: `${entryColumns} WHERE w.id = ANY ($1::uuid[]) AND ${mayRead('a', '$2')} ORDER BY w.id`,
};

export const lastTransferQuery: NamedQuery = {
  name: 'transfer-of-application',
  text: `${transferColumns} WHERE t.application_id = $1 ORDER BY t.state <> 'OPEN', t.issued_at DESC LIMIT 1`,
};
export const transferQuery: NamedQuery = {
  name: 'transfer-own',
  text: `${transferColumns} JOIN application a ON a.id = t.application_id WHERE t.id = $1 AND ${mayRead('a', '$2')}`,
};

export interface HouseRow {
  readonly id: KindergartenId;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly address_kk: string;
  readonly address_ru: string;
  readonly languages: readonly ('kk' | 'ru' | 'mixed')[];
  readonly waiting: number;
  readonly free: number;
  readonly distance: number | null;
  readonly joined: boolean;
  readonly rows: number;
}

/** $1 application, $2 states of places that would be given at once, $3 size, $4 rows before. */
export const housesQuery: NamedQuery = {
  name: 'waitlist-kindergartens',
  text: `SELECT k.id, k.name_kk, k.name_ru, k.address_kk, k.address_ru, g.languages,
      coalesce((SELECT t.extraordinary + t.priority + t.common + t.own_extraordinary + t.own_priority + t.own_common
                  FROM waitlist_tally t WHERE t.kindergarten_id = k.id AND t.queue_id = a.queue_id AND t.level = 0), 0) AS waiting,
      (SELECT count(*)::integer FROM place p WHERE p.kindergarten_id = k.id AND p.queue_id = a.queue_id
          AND p.state = ANY ($2::text[])
          AND (p.language = 'mixed' OR a.preferred_language IS NULL OR p.language = a.preferred_language)) AS free,
      d.distance,
      EXISTS (SELECT FROM waitlist_entry w WHERE w.application_id = a.id AND w.kindergarten_id = k.id
                 AND w.state IN ('WAITING', 'PLACE_AVAILABLE')) AS joined, count(*) OVER ()::integer AS rows
    FROM application a JOIN queue q ON q.id = a.queue_id JOIN kindergarten k ON k.district_id = a.district_id AND k.is_active
   CROSS JOIN LATERAL (SELECT array_agg(DISTINCT x.language ORDER BY x.language) AS languages FROM kindergarten_group x
      WHERE x.kindergarten_id = k.id AND x.birth_year = q.birth_year AND x.group_type = q.group_type) AS g
   CROSS JOIN LATERAL (SELECT CASE WHEN a.home_latitude IS NOT NULL
      THEN ${metres('k.latitude', 'k.longitude', 'a.home_latitude', 'a.home_longitude')} END AS distance) AS d
   WHERE a.id = $1 AND g.languages IS NOT NULL
     AND NOT EXISTS (SELECT FROM referral r WHERE r.child_id = a.child_id AND r.kindergarten_id = k.id
                        AND r.state = 'ACCEPTED' AND r.left_at IS NULL)
   ORDER BY d.distance NULLS LAST, k.name_kk COLLATE kazakh, k.id LIMIT $3 OFFSET $4`,
};
