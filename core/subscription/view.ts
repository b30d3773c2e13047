import type { NamedQuery } from '../db/db.ts';
import type { KindergartenId } from '../ids.ts';
import type { KindergartenView, NearGroup } from './api.ts';
import { metres } from './distance.ts';

export interface ViewRow {
  readonly id: KindergartenId;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly address_kk: string;
  readonly address_ru: string;
  readonly district_kk: string;
  readonly district_ru: string;
  readonly phone: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly distance: number | null;
  readonly groups: readonly NearGroup[] | null;
  readonly total: number;
}

/** Farther down the list nobody looks, and a point on the other side of the world is still answered. */
const NEAREST = 100;

/** The groups that a filter lets through; g is a group. Special groups have queues of their own and are not shown here. */
const matches = (year: string, language: string): string =>
  `g.group_type = 'GENERAL' AND (${year}::integer IS NULL OR g.birth_year = ${year}) AND (${language}::text IS NULL OR g.language = ${language})`;

/** Shows what `picked (id, distance, ord, total)` has: the kindergartens with their groups, the youngest children first. */
const shown = (year: string, language: string): string => `
  SELECT k.id, k.name_kk, k.name_ru, k.address_kk, k.address_ru, d.name_kk AS district_kk, d.name_ru AS district_ru,
         k.phone, k.latitude, k.longitude, picked.distance, picked.total, groups.list AS groups
    FROM picked JOIN kindergarten k ON k.id = picked.id JOIN district d ON d.id = k.district_id
   CROSS JOIN LATERAL (
     SELECT json_agg(json_build_object('birthYear', x.birth_year, 'language', x.language, 'open', x.open,
              'priority', x.priority, 'capacity', x.capacity, 'enrolled', x.enrolled) ORDER BY x.birth_year DESC, x.language) AS list
       FROM (SELECT g.birth_year, g.language, sum(g.capacity) AS capacity, sum(g.enrolled) AS enrolled,
                    sum(free.open) AS open, sum(free.priority) AS priority
               FROM kindergarten_group g
              CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE p.state = 'OPEN') AS open, count(*) FILTER (WHERE p.state = 'PRIORITY') AS priority
                  FROM place p WHERE p.group_id = g.id AND p.state IN ('PRIORITY', 'OPEN')) AS free
              WHERE g.kindergarten_id = k.id AND ${matches(year, language)}
              GROUP BY g.birth_year, g.language) AS x) AS groups
   ORDER BY picked.ord`;

/** $1, $2 the point; $3 birth year and $4 language or null; $5 only with free places; $6 limit, $7 offset. */
export const nearQuery: NamedQuery = {
  name: 'kindergartens-near',
  text: `WITH found AS (
    SELECT k.id, ${metres('k.latitude', 'k.longitude', '$1::float8', '$2::float8')} AS distance
      FROM kindergarten k
     WHERE k.is_active
       AND ($3::integer IS NULL AND $4::text IS NULL
            OR EXISTS (SELECT FROM kindergarten_group g WHERE g.kindergarten_id = k.id AND ${matches('$3', '$4')}))
       AND (NOT $5 OR EXISTS (SELECT FROM place p JOIN kindergarten_group g ON g.id = p.group_id
             WHERE p.kindergarten_id = k.id AND p.state IN ('PRIORITY', 'OPEN') AND ${matches('$3', '$4')}))
     ORDER BY distance, k.id LIMIT ${NEAREST}
  ), picked AS (
    SELECT id, distance, row_number() OVER (ORDER BY distance, id) AS ord, count(*) OVER ()::integer AS total
      FROM found ORDER BY distance, id LIMIT $6 OFFSET $7
  ) ${shown('$3', '$4')}`,
};

/** $1 the ids in the wanted order; $2, $3 the point that distances are counted from, or null. */
export const theseQuery: NamedQuery = {
  name: 'kindergartens-these',
  text: `WITH picked AS (
    SELECT k.id, i.ord, 0 AS total,
           CASE WHEN $2::float8 IS NOT NULL THEN ${metres('k.latitude', 'k.longitude', '$2::float8', '$3::float8')} END AS distance
      FROM unnest($1::uuid[]) WITH ORDINALITY AS i (id, ord) JOIN kindergarten k ON k.id = i.id AND k.is_active
  ) ${shown('NULL', 'NULL')}`,
};

export function viewOf(row: ViewRow): KindergartenView {
  const groups = row.groups ?? [];
  const sum = (of: (group: NearGroup) => number) => groups.reduce((total, group) => total + of(group), 0);
  const capacity = sum((group) => group.capacity);
  return {
    id: row.id,
    name: { kk: row.name_kk, ru: row.name_ru },
    address: { kk: row.address_kk, ru: row.address_ru },
    district: { kk: row.district_kk, ru: row.district_ru },
    phone: row.phone,
    latitude: row.latitude,
    longitude: row.longitude,
    distance: row.distance,
    groups,
    free: sum(({ open, priority }) => open + priority),
    load: capacity === 0 ? 0 : sum((group) => group.enrolled) / capacity,
  };
}
