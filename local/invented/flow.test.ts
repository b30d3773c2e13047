import { afterAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../core/clock.ts';
import { openDb } from '../../core/db/db.ts';
import { createForecasts } from '../../core/forecast/forecasts.ts';
import type { ApplicationId, PersonId } from '../../core/ids.ts';
import { createPolicies } from '../../core/policy/policy.ts';
import { type CycleState, nextTurn } from '../../core/queue/order.ts';
import { testDatabase } from '../testing/database.ts';
import { memoryScanStore } from '../testing/memory-scans.ts';
import { fillInvented } from './fill.ts';

const NOW = new Date('2026-11-22T05:00:00Z');
const database = await testDatabase();
await fillInvented({
  databaseUrl: database.url,
  dataKey: Buffer.alloc(32, 9),
  publicUrl: 'https://kezek.example',
  supportPhone: '1414',
  now: NOW,
  scanStore: memoryScanStore(),
  log: () => undefined,
  children: 900,
});
const db = openDb(database.url, { max: 4 });
afterAll(() => db.close());

const rows = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> =>
  (await database.pool.query(text, [...values])).rows as Row[];

interface Move {
  readonly queue_id: string;
  readonly at: Date;
  readonly cause: string;
  readonly application_id: string | null;
  readonly registered_at: Date;
  readonly class_was: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly class_is: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly stood_was: string;
  readonly stood_is: string;
  readonly cycle_was: number | null;
}

const journal = await rows<Move>('SELECT * FROM queue_move ORDER BY queue_id, at, id');
const byQueue = Map.groupBy(journal, ({ queue_id }) => queue_id);
/** Queues in which the story gave turns by the rules themselves. */
const played = new Set(
  (await rows<{ id: string }>('SELECT DISTINCT queue_id AS id FROM turn_window')).map(({ id }) => id),
);

interface Standing {
  readonly registeredAt: Date;
  readonly line: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly stood: string;
}

/** Lets a queue stand again from its first move to its last. */
function replay(moves: readonly Move[], before: (move: Move, there: ReadonlyMap<string, Standing>) => void) {
  const there = new Map<string, Standing>();
  for (const move of moves) {
    before(move, there);
    const { application_id: id, registered_at: registeredAt, class_is: line, stood_is: stood } = move;
    if (id === null) continue;
    expect(move.stood_was).toBe(there.get(id)?.stood ?? 'OUT');
    if (there.has(id)) expect(move.class_was).toBe(there.get(id)?.line);
    if (stood === 'OUT') there.delete(id);
    else there.set(id, { registeredAt, line, stood });
  }
  return there;
}

describe('the past of the local world', () => {
  it('leads to the present: who stands at the end of the journal stands in the queue', async () => {
    const now = await rows<{ id: string; queue_id: string; line: string; stood: string }>(
      `SELECT id, queue_id, benefit_class AS line, stood(state, under_age, turn_restored_at) FROM application WHERE counted`,
    );
    const counted = Map.groupBy(now, (row) => row.queue_id);
    for (const [queue, moves] of byQueue) {
      const there = replay(moves, () => undefined);
      const expected = (counted.get(queue) ?? []).map(({ id, line, stood }) => [id, line, stood]);
      expect([...there].map(([id, { line, stood }]) => [id, line, stood]).sort()).toEqual(expected.sort());
    }
    expect(journal.filter(({ at }) => at > NOW)).toEqual([]);
  });

  it('gave every turn to the child whose turn it was', () => {
    let turns = 0;
    for (const [queue, moves] of byQueue) {
      if (played.has(queue)) continue;
      let cycle: CycleState = { position: 0, creditPriority: 0, creditCommon: 0 };
      // The children of one morning were chosen one after another, in the order of the journal.
      const turnsOf = moves.filter(({ stood_is }) => stood_is === 'TURN');
      const mornings = Map.groupBy(turnsOf, ({ at }) => at.getTime());
      replay(moves, (move, there) => {
        if (mornings.get(move.at.getTime())?.[0] !== move) return;
        const morning = mornings.get(move.at.getTime()) ?? [];
        const waiting = [...there].filter(([, { stood }]) => stood === 'WAITING');
        const given = new Set(morning.map(({ application_id }) => application_id));
        for (let n = 0; n < morning.length; n += 1) {
          const of = (line: string) => waiting.filter(([, one]) => one.line === line);
          const next = nextTurn(
            cycle,
            { priority: 1, common: 3 },
            {
              restored: 0,
              extraordinary: of('EXTRAORDINARY').length,
              priority: of('PRIORITY').length,
              common: of('COMMON').length,
            },
          );
          if (next === undefined) throw new Error('a turn was given to nobody');
          const [first] = of(next.slot).sort(
            ([, a], [, b]) => a.registeredAt.getTime() - b.registeredAt.getTime(),
          );
          expect(given.has(first?.[0] ?? '')).toBe(true);
          waiting.splice(
            waiting.findIndex(([id]) => id === first?.[0]),
            1,
          );
          cycle = next.state;
          turns += 1;
        }
      });
      expect(cycle.position).toBe(0);
    }
    expect(turns).toBeGreaterThan(300);
  });

  it('counted the children of the past in the numbers at registration', async () => {
    const papers = await rows<{ id: string; told: number; ahead: number }>(
      `WITH stay AS (
         SELECT m.queue_id, m.application_id AS id, min(m.registered_at) AS came, max(m.at) FILTER (WHERE m.stood_is = 'OUT') AS gone
           FROM queue_move m WHERE m.application_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM application a WHERE a.id = m.application_id) GROUP BY 1, 2)
       SELECT a.id, a.position_at_registration AS told,
              (SELECT count(*)::integer FROM stay s WHERE s.queue_id = a.queue_id AND s.came < a.registered_at AND s.gone > a.registered_at)
              + (SELECT count(*)::integer FROM application b WHERE b.queue_id = a.queue_id
                  AND (b.registered_at, b.id) < (a.registered_at, a.id)) AS ahead
         FROM application a`,
    );
    expect(papers.filter(({ told, ahead }) => told !== ahead + 1)).toEqual([]);
    expect(papers.some(({ told }) => told > 20)).toBe(true);
  });

  it('counts nobody before the age of two, and says when the place last changed', async () => {
    const wrong = await rows(
      `SELECT a.id FROM application a JOIN queue_move m ON m.application_id = a.id
        WHERE m.stood_was = 'OUT' AND m.cause IN ('REGISTERED', 'CAME_OF_AGE')
          AND (m.at < a.eligible_from::timestamp AT TIME ZONE 'Asia/Almaty' OR m.at < a.registered_at
               OR (m.cause = 'CAME_OF_AGE') <> (a.registered_at < a.eligible_from::timestamp AT TIME ZONE 'Asia/Almaty'))`,
    );
    expect(wrong).toEqual([]);
    const late = await rows(
      `SELECT a.id FROM application a JOIN queue_move m ON m.application_id = a.id
        WHERE m.cause IN ('BENEFIT', 'CAME_OF_AGE') AND a.counted GROUP BY a.id
       HAVING max(m.at) IS DISTINCT FROM max(a.standing_since)`,
    );
    expect(late).toEqual([]);
    const claims = await rows(
      `SELECT FROM benefit_claim b JOIN queue_move m ON m.application_id = b.application_id
        WHERE m.cause = 'BENEFIT' AND m.at <> b.decided_at`,
    );
    expect(claims).toEqual([]);
  });

  it('has its seasons', async () => {
    const [seasons] = await rows<{ autumn: number; all: number }>(
      `SELECT count(*) FILTER (WHERE date_part('month', at) IN (8, 9))::integer AS autumn, count(*)::integer AS all
         FROM queue_move WHERE cause = 'TURN' AND at < $1::timestamptz - interval '2 months'`,
      [NOW],
    );
    expect((seasons?.autumn ?? 0) / (seasons?.all ?? 1)).toBeGreaterThan(0.5);
  });

  it('lets forecasts be made', async () => {
    const forecasts = createForecasts({ db, clock: fixedClock(NOW), policies: createPolicies({ db }) });
    const children = await rows<{ id: ApplicationId; applicant_id: PersonId }>(
      `SELECT a.id, a.applicant_id FROM application a JOIN queue q ON q.id = a.queue_id JOIN district d ON d.id = q.district_id
        WHERE a.waiting AND d.code = 'KOK' AND q.birth_year = 2024 ORDER BY a.registered_at LIMIT 5`,
    );
    const told = await Promise.all(children.map(({ id, applicant_id }) => forecasts.of(applicant_id, id)));
    expect(told.filter((one) => 'p50' in one).length).toBeGreaterThan(0);
  });
});
