import type { Db } from '../../../core/db/db.ts';
import { nextTurn } from '../../../core/queue/order.ts';
import { numbersOf, type PositionRow, positionQuery } from '../../../core/queue/position.ts';
import type { QueueSize } from './dataset.ts';

export interface Child {
  readonly id: string;
  readonly applicant_id: string;
}

/** The cycle of the districts that the data set makes. */
const RATIO = { 'ratio.priority': 1, 'ratio.common': 3 };

/** What a parent is told, by the statement the product runs. */
export async function numbers(db: Db, child: Child) {
  const [row] = await db.rows<PositionRow>(positionQuery, [child.id, child.applicant_id]);
  return row === undefined ? undefined : numbersOf(row, RATIO);
}

interface Standing {
  readonly id: string;
  readonly common: number;
  readonly in_class: number;
  readonly class_total: number;
  readonly common_total: number;
}

/** Throws when one number differs from what window functions over the whole queue and turn after turn give. */
export async function check(db: Db, queue: QueueSize, children: readonly Child[]): Promise<Child[]> {
  const { rows } = await db.pool.query<Standing>(
    `SELECT * FROM (
       SELECT id, (row_number() OVER w)::integer AS common, count(*) OVER ()::integer AS common_total,
              row_number() OVER (PARTITION BY benefit_class ORDER BY registered_at, id)::integer AS in_class,
              count(*) OVER (PARTITION BY benefit_class)::integer AS class_total
         FROM application WHERE queue_id = $1 AND counted WINDOW w AS (ORDER BY registered_at, id)) AS o
      WHERE id = ANY ($2)`,
    [queue.id, children.map((child) => child.id)],
  );
  const service = await serviceOrder(db, queue);
  const standing = new Map(rows.map((row) => [row.id, row]));
  const compared: Child[] = [];
  for (const child of children) {
    const ours = await numbers(db, child);
    const theirs = standing.get(child.id);
    const same =
      ours?.common === theirs?.common &&
      ours?.inClass === theirs?.in_class &&
      ours?.classTotal === theirs?.class_total &&
      ours?.commonTotal === theirs?.common_total &&
      ours?.service === service.get(child.id);
    if (!same) {
      throw new Error(`numbers differ: ${JSON.stringify({ ours, theirs, service: service.get(child.id) })}`);
    }
    compared.push(child);
  }
  return compared;
}

interface Standby {
  readonly id: string;
  readonly line: 'CHOOSING' | 'RESTORED' | 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly position: number;
}

/** Who is served how many-eth: those who choose now, then one turn after the other until nobody is left. */
async function serviceOrder(db: Db, queue: QueueSize): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<Standby>(
    `SELECT a.id, q.cycle_position AS position, CASE WHEN a.state = 'NOTIFIED' THEN 'CHOOSING'
        WHEN a.turn_restored_at IS NOT NULL THEN 'RESTORED' ELSE a.benefit_class END AS line
       FROM application a JOIN queue q ON q.id = a.queue_id WHERE a.queue_id = $1 AND a.counted
      ORDER BY a.registered_at, a.id`,
    [queue.id],
  );
  const lines = Map.groupBy(rows, (row) => row.line);
  const heads = { RESTORED: 0, EXTRAORDINARY: 0, PRIORITY: 0, COMMON: 0 };
  const left = (line: keyof typeof heads) => (lines.get(line)?.length ?? 0) - heads[line];
  const order = (lines.get('CHOOSING') ?? []).map((row) => row.id);
  let state = { position: rows[0]?.position ?? 0, creditPriority: 0, creditCommon: 0 };
  for (;;) {
    const next = nextTurn(
      state,
      { priority: RATIO['ratio.priority'], common: RATIO['ratio.common'] },
      {
        restored: left('RESTORED'),
        extraordinary: left('EXTRAORDINARY'),
        priority: left('PRIORITY'),
        common: left('COMMON'),
      },
    );
    const child = next === undefined ? undefined : lines.get(next.slot)?.[heads[next.slot]];
    if (next === undefined || child === undefined) break;
    heads[next.slot] += 1;
    order.push(child.id);
    state = next.state;
  }
  return new Map(order.map((id, index) => [id, index + 1]));
}
