import type pg from 'pg';
import { type CycleState, nextTurn, type Ratio, type Slot } from '../../core/queue/order.ts';
import { numbersOf, type PositionRow, positionColumns, positionJoins } from '../../core/queue/position.ts';

interface Plain {
  readonly id: string;
  readonly queue_id: string;
  readonly state: string;
  readonly benefit_class: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly registered_at: Date;
  readonly under_age: boolean;
  readonly restored: boolean;
}

interface QueueState {
  readonly id: string;
  readonly cycle_position: number;
  readonly credit_priority: number;
  readonly credit_common: number;
}

/** Where the questions go: the whole database, or one connection whose transaction sees one moment. */
export interface Asked {
  readonly pool: Pick<pg.ClientBase, 'query'>;
}

export type Numbers = NonNullable<ReturnType<typeof numbersOf>>;

/** The numbers of every child as the product computes them, by application; undefined for who is not counted. */
export async function shownNumbers(db: Asked, ratio: Ratio): Promise<Map<string, Numbers | undefined>> {
  const { rows } = await db.pool.query<PositionRow & { id: string }>(
    `SELECT a.id, ${positionColumns} FROM application a ${positionJoins}`,
  );
  const policy = { 'ratio.priority': ratio.priority, 'ratio.common': ratio.common };
  return new Map(rows.map((row) => [row.id, numbersOf(row, policy)]));
}

/** The same numbers found the slow way: plain rows, sorted, and one turn after another given by `nextTurn`. */
export async function countedNumbers(db: Asked, ratio: Ratio): Promise<Map<string, Numbers | undefined>> {
  const [applications, queues] = await Promise.all([
    db.pool.query<Plain>(`SELECT id, queue_id, state, benefit_class, registered_at, under_age,
       turn_restored_at IS NOT NULL AS restored FROM application`),
    db.pool.query<QueueState>('SELECT id, cycle_position, credit_priority, credit_common FROM queue'),
  ]);
  const numbers = new Map<string, Numbers | undefined>(applications.rows.map(({ id }) => [id, undefined]));
  for (const queue of queues.rows) {
    const members = applications.rows.filter((row) => row.queue_id === queue.id);
    for (const [id, found] of ofQueue(queue, members, ratio)) numbers.set(id, found);
  }
  return numbers;
}

const byTime = (a: Plain, b: Plain): number =>
  a.registered_at.getTime() - b.registered_at.getTime() || (a.id < b.id ? -1 : 1);

function ofQueue(queue: QueueState, members: readonly Plain[], ratio: Ratio): Map<string, Numbers> {
  const counted = members
    .filter((row) => (row.state === 'QUEUED' || row.state === 'NOTIFIED') && !row.under_age)
    .sort(byTime);
  const choosing = counted.filter((row) => row.state === 'NOTIFIED');
  const order = [...choosing, ...serveAll(queue, counted, ratio)];
  return new Map(
    counted.map((row, index) => {
      const peers = counted.filter((other) => other.benefit_class === row.benefit_class);
      return [
        row.id,
        {
          common: index + 1,
          commonTotal: counted.length,
          inClass: peers.indexOf(row) + 1,
          classTotal: peers.length,
          service: order.indexOf(row) + 1,
          choosingNow: choosing.length,
        },
      ];
    }),
  );
}

function serveAll(queue: QueueState, counted: readonly Plain[], ratio: Ratio): Plain[] {
  const waiting = counted.filter((row) => row.state === 'QUEUED');
  const lineOf = (name: string) => waiting.filter((row) => !row.restored && row.benefit_class === name);
  const lines: Record<Slot, Plain[]> = {
    RESTORED: waiting.filter((row) => row.restored),
    EXTRAORDINARY: lineOf('EXTRAORDINARY'),
    PRIORITY: lineOf('PRIORITY'),
    COMMON: lineOf('COMMON'),
  };
  const served: Plain[] = [];
  let state: CycleState = {
    position: queue.cycle_position,
    creditPriority: queue.credit_priority,
    creditCommon: queue.credit_common,
  };
  for (;;) {
    const next = nextTurn(state, ratio, {
      restored: lines.RESTORED.length,
      extraordinary: lines.EXTRAORDINARY.length,
      priority: lines.PRIORITY.length,
      common: lines.COMMON.length,
    });
    const child = next === undefined ? undefined : lines[next.slot].shift();
    if (next === undefined || child === undefined) return served;
    served.push(child);
    state = next.state;
  }
}

/** What the shown and the counted numbers differ in; empty when every child is told the truth. */
export async function wrongNumbers(db: Asked, ratio: Ratio = { priority: 1, common: 3 }): Promise<string[]> {
  const [shown, counted] = [await shownNumbers(db, ratio), await countedNumbers(db, ratio)];
  return [...counted].flatMap(([id, truth]) => {
    const told = shown.get(id);
    return JSON.stringify(told) === JSON.stringify(truth)
      ? []
      : [`${id}: told ${JSON.stringify(told)}, is ${JSON.stringify(truth)}`];
  });
}
