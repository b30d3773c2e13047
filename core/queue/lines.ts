import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { Candidate, Lines } from './select.ts';

export const NOBODY: Lines = { restored: [], extraordinary: [], priority: [], common: [], more: [] };

const LINES = ['RESTORED', 'EXTRAORDINARY', 'PRIORITY', 'COMMON'] as const;

type LineRow = {
  queue_id: string;
  line: 'RESTORED' | 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  id: string;
  preferred: 'kk' | 'ru' | null;
};

/**
 * The heads of many queues' lines in one statement, n of each line. Passed over: whose interest is overdue and whose
 * child has a live referral from another district (A6's guard), who keep their place; and who is past the age limit.
 */
export async function loadLines(
  tx: WriteTx,
  at: Date,
  wanted: readonly { id: string; n: number }[],
): Promise<Map<string, Lines>> {
  const rows = await tx.$queryRaw<LineRow[]>`
    SELECT w.id AS queue_id, c.line, c.id, c.preferred
      FROM unnest(${wanted.map(({ id }) => id)}::uuid[], ${wanted.map(({ n }) => n)}::integer[]) AS w (id, n)
     CROSS JOIN LATERAL (
       (SELECT 'RESTORED' AS line, a.id, a.preferred_language AS preferred FROM application a
         WHERE a.queue_id = w.id AND a.turn_restored_at IS NOT NULL AND a.state = 'QUEUED' AND NOT a.under_age
           AND a.interest_due_at >= ${at} AND a.age_limit_on >= ${localDate(at)}::date
           AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.child_id = a.child_id AND r.closed_at IS NULL)
         ORDER BY a.registered_at, a.id LIMIT w.n)
       UNION ALL
       (SELECT l.class, a.id, a.preferred FROM (VALUES ('EXTRAORDINARY'), ('PRIORITY'), ('COMMON')) AS l (class)
         CROSS JOIN LATERAL (
           SELECT a.id, a.preferred_language AS preferred FROM application a
            WHERE a.queue_id = w.id AND a.waiting AND a.benefit_class = l.class AND a.interest_due_at >= ${at}
              AND a.age_limit_on >= ${localDate(at)}::date
              AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.child_id = a.child_id AND r.closed_at IS NULL)
            ORDER BY a.registered_at, a.id LIMIT w.n) AS a)
     ) AS c`;
  const byQueue = Map.groupBy(rows, (row) => row.queue_id);
  return new Map(
    wanted.map(({ id, n }) => {
      const mine = byQueue.get(id) ?? [];
      const of = (line: LineRow['line']): Candidate[] =>
        mine.filter((row) => row.line === line).map((row) => ({ id: row.id, preferred: row.preferred }));
      const lines = {
        restored: of('RESTORED'),
        extraordinary: of('EXTRAORDINARY'),
        priority: of('PRIORITY'),
        common: of('COMMON'),
      };
      const more = LINES.filter((line) => of(line).length >= n);
      return [id, { ...lines, more }];
    }),
  );
}
