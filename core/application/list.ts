import { type Page, pageOf } from '../act.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import { Batcher } from '../db/batcher.ts';
import type { NamedQuery } from '../db/db.ts';
import type { ParentRole } from '../guardian/rights.ts';
import type { ApplicationId, PersonId } from '../ids.ts';
import { numbersOf, type PositionRow, positionColumns, positionJoins } from '../queue/position.ts';
import type { ApplicationSummary } from './api.ts';

/** What a row of the journal and a card have in common. */
export interface SummaryRow extends PositionRow {
  readonly role: ParentRole;
  readonly id: ApplicationId;
  readonly number: string;
  readonly child_name: string;
  readonly district_id: string;
  readonly name_kk: string;
  readonly name_ru: string;
  readonly birth_year: number;
  readonly interest_due_at: Date;
  readonly deadline_kind: 'TURN_WINDOW' | 'SHOW_UP' | 'STOP_LIST' | null;
  readonly deadline_at: Date | null;
}

interface Row extends SummaryRow {
  readonly n: number;
  readonly total: number;
}

/** The state's own deadline: of the open window, of the live referral, of the stop-list. */
export const deadlineJoin = `
  LEFT JOIN LATERAL (
    SELECT CASE x.kind WHEN 'EXTENSION' THEN 'SHOW_UP' ELSE x.kind END AS deadline_kind, x.deadline_at FROM timer x
     WHERE x.application_id = a.id AND x.state = 'PENDING' AND x.kind IN ('TURN_WINDOW', 'SHOW_UP', 'EXTENSION', 'STOP_LIST')
     LIMIT 1) AS d ON true`;

/**
 * The journals of applications, one's own and those one was joined to, with every child's place: one statement for all who
 * ask at the same time (the hot path of the bot). $1 parents, $2 page sizes, $3 rows before the page; `n` says whose the
 * row is, from 1.
 */
const listQuery: NamedQuery = {
  name: 'application-list',
  text: `SELECT w.n::integer, a.id, a.number, c.name AS child_name, a.district_id, i.name_kk, i.name_ru, q.birth_year,
      a.interest_due_at, d.deadline_kind, d.deadline_at, a.total, a.role, ${positionColumns}
    FROM unnest($1::uuid[], $2::integer[], $3::integer[]) WITH ORDINALITY AS w (person, size, skip, n)
   CROSS JOIN LATERAL (SELECT *, count(*) OVER ()::integer AS total
            FROM (SELECT own.*, 'OWNER' AS role FROM application own
                   WHERE own.applicant_id = w.person AND own.state <> 'ARCHIVED'
                  UNION ALL
                  SELECT joined.*, 'GUARDIAN' FROM guardian_link g JOIN application joined ON joined.id = g.application_id
                   WHERE g.person_id = w.person AND g.state = 'LINKED' AND joined.state <> 'ARCHIVED') AS theirs
           ORDER BY registered_at DESC, id LIMIT w.size OFFSET w.skip) AS a
    JOIN child c ON c.id = a.child_id JOIN district i ON i.id = a.district_id ${positionJoins} ${deadlineJoin}
   ORDER BY w.n, a.registered_at DESC, a.id`,
};

const PAGE = 5;

interface Asked {
  readonly personId: PersonId;
  readonly size: number;
  readonly skip: number;
}

export function createList(deps: QueueDeps) {
  const reading = new Batcher<Asked, readonly Row[]>(async (asked) => {
    const rows = await deps.db.rows<Row>(listQuery, [
      asked.map(({ personId }) => personId),
      asked.map(({ size }) => size),
      asked.map(({ skip }) => skip),
    ]);
    const byAsker = Map.groupBy(rows, (row) => row.n);
    return asked.map((_, i) => byAsker.get(i + 1) ?? []);
  });
  const list = async (
    personId: PersonId,
    page: number,
    pageSize = PAGE,
  ): Promise<Page<ApplicationSummary>> => {
    const rows = await reading.add({ personId, size: pageSize, skip: page * pageSize });
    const today = localDate(deps.clock.now());
    const items: ApplicationSummary[] = [];
    for (const row of rows) items.push(summaryOf(row, await deps.policies.shown(row.district_id, today)));
    const total = rows[0]?.total ?? 0;
    if (rows.length === 0 && page > 0) return list(personId, 0, pageSize);
    return pageOf(items, page, pageSize, total);
  };
  return list;
}

export function summaryOf(row: SummaryRow, policy: Parameters<typeof numbersOf>[1]): ApplicationSummary {
  const waits = row.state === 'QUEUED' || row.state === 'NOTIFIED' || row.state === 'STOP_LISTED';
  return {
    id: row.id,
    role: row.role,
    number: row.number,
    childName: row.child_name,
    district: { kk: row.name_kk, ru: row.name_ru },
    birthYear: row.birth_year,
    state: row.state,
    position: row.state === 'QUEUED' ? (numbersOf(row, policy)?.service ?? null) : null,
    deadline:
      row.deadline_kind !== null && row.deadline_at !== null
        ? { kind: row.deadline_kind, at: row.deadline_at }
        : waits
          ? { kind: 'INTEREST', at: row.interest_due_at }
          : null,
  };
}
