import type { Db, NamedQuery } from '../db/db.ts';
import { readableIds } from '../guardian/rights.ts';
import type { ApplicationId, DistrictId, KindergartenId, PersonId } from '../ids.ts';
import type { Offer, Origins } from './api.ts';

interface OwnRow {
  readonly id: ApplicationId;
  readonly number: string;
  readonly name: string;
  readonly birth_year: number;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** Both parents' children; where a child lives is told to the first applicant alone: it may not be the other one's home. */
const ownQuery: NamedQuery = {
  name: 'origins-own',
  text: `SELECT a.id, a.number, c.name, q.birth_year,
      CASE WHEN a.applicant_id = $1 THEN a.home_latitude END AS latitude,
      CASE WHEN a.applicant_id = $1 THEN a.home_longitude END AS longitude
    FROM application a JOIN child c ON c.id = a.child_id JOIN queue q ON q.id = a.queue_id
   WHERE a.id IN ${readableIds('$1')} AND a.state IN ('IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED')
   ORDER BY q.birth_year DESC, a.registered_at, a.id LIMIT 20`,
};

interface DistrictRow {
  readonly id: DistrictId;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** The middle one of its kindergartens: in a wide district that is its main settlement, where the mean would be a field. */
const districtsQuery: NamedQuery = {
  name: 'origins-districts',
  text: `SELECT d.id, d.name_kk, d.name_ru, percentile_disc(0.5) WITHIN GROUP (ORDER BY k.latitude) AS latitude,
      percentile_disc(0.5) WITHIN GROUP (ORDER BY k.longitude) AS longitude
    FROM district d JOIN kindergarten k ON k.district_id = d.id AND k.is_active GROUP BY d.id ORDER BY d.kind, d.name_kk, d.id`,
};

/** Where one may look from, and the years of the own children. */
export async function originsOf(db: Db, personId: PersonId): Promise<Origins> {
  const [own, districts] = await Promise.all([
    db.rows<OwnRow>(ownQuery, [personId]),
    db.rows<DistrictRow>(districtsQuery, []),
  ]);
  return {
    years: [...new Set(own.map((row) => row.birth_year))],
    homes: own.flatMap(({ id, number, name, latitude, longitude }) =>
      latitude === null || longitude === null
        ? []
        : [{ applicationId: id, number, childName: name, point: { latitude, longitude } }],
    ),
    districts: districts.map(({ id, name_kk: kk, name_ru: ru, latitude, longitude }) => ({
      id,
      name: { kk, ru },
      centre: { latitude, longitude },
    })),
  };
}

interface OfferRow {
  readonly application_id: ApplicationId;
  readonly number: string;
  readonly child_name: string;
  readonly group_id: Offer['groupId'];
  readonly language: Offer['language'];
  readonly birth_year: number;
}

const offersQuery: NamedQuery = {
  name: 'kindergarten-offers',
  text: `SELECT a.id AS application_id, a.number, c.name AS child_name, g.id AS group_id, g.language, g.birth_year
    FROM application a JOIN child c ON c.id = a.child_id
    JOIN kindergarten_group g ON g.kindergarten_id = $2
   WHERE a.id IN ${readableIds('$1')} AND a.state IN ('QUEUED', 'NOTIFIED')
     AND EXISTS (SELECT FROM place p WHERE p.group_id = g.id AND p.queue_id = a.queue_id AND p.state IN ('PRIORITY', 'OPEN'))
   ORDER BY a.registered_at, a.id, g.language, g.id LIMIT 8`,
};

/** The groups of a kindergarten with free places in the queues of the own children, as either parent sees them. */
export async function offersOf(db: Db, personId: PersonId, id: KindergartenId): Promise<readonly Offer[]> {
  const rows = await db.rows<OfferRow>(offersQuery, [personId, id]);
  return rows.map((row) => ({
    applicationId: row.application_id,
    number: row.number,
    childName: row.child_name,
    groupId: row.group_id,
    language: row.language,
    birthYear: row.birth_year,
  }));
}
