import type pg from 'pg';
import { type Db, openDb } from '../../core/db/db.ts';
import { type Child, check, numbers } from './queues/check.ts';
import { benchScale, loadFamilies, type QueueSize, settle, withDatabase } from './queues/dataset.ts';
import { atLeast, atMost, type Benchmark, median, quantile, type Report, rounded } from './report.ts';

type Say = Parameters<Benchmark>[0];

const NOW = new Date('2026-11-23T05:00:00Z');
const SAMPLES = 6_000;
const SAMPLES_BESIDE_WRITER = 3_000;
const WARMING = 500;
const ROW_NUMBER_SAMPLES = 60;
const COUNT_SAMPLES = 400;
const CHECKED = 40;

/**
 * One child's numbers in a queue of 200,000 and in one of 1,000, by turns in the same run, with a million children in the
 * database; the simple ways (`row_number()` over the queue, `count(*)` of those ahead) beside it on the same connection.
 */
export const run: Benchmark = (say) =>
  withDatabase(async (url, client) => {
    const sizes = queueSizes(benchScale());
    const queues = await loadFamilies(client, sizes, { now: NOW, reachable: false, say });
    const [big, small] = queues as [QueueSize, QueueSize];
    await giveTurns(client);
    await settle(client);
    const db = openDb(url, { max: 1 });
    try {
      const children = sizes.reduce((sum, size) => sum + size, 0);
      return await measure(db, client, { children, big, small }, say);
    } finally {
      await db.close();
    }
  });

/** A fifth of all children in the first queue, a thousand in the second, the others in 400 queues. */
function queueSizes(scale: number): number[] {
  const big = Math.round(200_000 * scale);
  const small = 1_000;
  const others = Math.max(4, Math.round(400 * scale));
  const each = Math.ceil((1_000_000 * scale - big - small) / others);
  return [big, small, ...Array.from({ length: others }, () => Math.max(1, each))];
}

/** A queue that lives: some have a turn now, a few keep a turn that was given back. */
async function giveTurns(client: pg.Client): Promise<void> {
  await client.query(`
    UPDATE application SET state = 'NOTIFIED' FROM (
      SELECT id, row_number() OVER (PARTITION BY queue_id ORDER BY registered_at, id) AS n FROM application) AS o
     WHERE o.id = application.id AND o.n <= 60 AND o.n % 3 <> 0`);
  await client.query(`
    UPDATE application SET turn_restored_at = registered_at FROM (
      SELECT id, row_number() OVER (PARTITION BY queue_id ORDER BY registered_at, id) AS n FROM application) AS o
     WHERE o.id = application.id AND o.n <= 60 AND o.n % 15 = 0`);
}

async function measure(
  db: Db,
  client: pg.Client,
  { children, big, small }: { children: number; big: QueueSize; small: QueueSize },
  say: Say,
): Promise<Report> {
  const ofBig = await someChildren(client, big.id, 2_000);
  const ofSmall = await someChildren(client, small.id, 1_000);
  const checked = [
    ...(await check(db, big, ofBig.slice(0, CHECKED))),
    ...(await check(db, small, ofSmall.slice(0, CHECKED))),
  ];
  say(`${checked.length} children: the same numbers as row_number() and a walk through the turns`);
  await sample(db, ofBig, ofSmall, WARMING);
  const quiet = await sample(db, ofBig, ofSmall, SAMPLES);
  say(`quiet: ${told(quiet)}`);
  const rowNumber = await timed(take(ofBig, ROW_NUMBER_SAMPLES), (child) => rowNumberOf(db, big, child));
  const count = await timed(take(ofBig, COUNT_SAMPLES), (child) => countAhead(db, big, child));
  say(`row_number() p50 ${rounded(median(rowNumber))} ms, count(*) p50 ${rounded(median(count))} ms`);
  const writer = await whileWriting(client, db, big, () => sample(db, ofBig, ofSmall, SAMPLES_BESIDE_WRITER));
  const busy = writer.result;
  say(`beside a writer (${writer.changes} changes of the big queue): ${told(busy)}`);
  const after = await check(db, big, ofBig.slice(0, CHECKED));
  const p99 = { big: quantile(quiet.big, 0.99), small: quantile(quiet.small, 0.99) };
  return {
    name: 'position',
    figures: {
      children,
      inBigQueue: big.size,
      inSmallQueue: small.size,
      bigP50Ms: rounded(median(quiet.big)),
      bigP99Ms: rounded(p99.big),
      smallP50Ms: rounded(median(quiet.small)),
      smallP99Ms: rounded(p99.small),
      samples: quiet.big.length,
      besideWriterBigP50Ms: rounded(median(busy.big)),
      besideWriterBigP99Ms: rounded(quantile(busy.big, 0.99)),
      besideWriterSmallP99Ms: rounded(quantile(busy.small, 0.99)),
      writerChanges: writer.changes,
      checkedExact: checked.length + after.length,
    },
    baseline: {
      rowNumberP50Ms: rounded(median(rowNumber)),
      rowNumberP99Ms: rounded(quantile(rowNumber, 0.99)),
      countAheadP50Ms: rounded(median(count)),
      countAheadP99Ms: rounded(quantile(count, 0.99)),
    },
    targets: [
      atMost('ms, p99: one child of 200,000', 3, p99.big),
      atMost('times the p99 of one child of 1,000', 1.5, p99.big / p99.small),
      atMost('ms, p99: one child of 200,000 while the queue changes', 3, quantile(busy.big, 0.99)),
      atLeast(
        'times faster than row_number() over the queue, by median',
        50,
        median(rowNumber) / median(quiet.big),
      ),
      atLeast('times faster than count(*) of those ahead, by median', 3, median(count) / median(quiet.big)),
    ],
  };
}

const told = ({ big, small }: { big: number[]; small: number[] }): string =>
  `big p50 ${rounded(median(big))} p99 ${rounded(quantile(big, 0.99))} ms, ` +
  `small p50 ${rounded(median(small))} p99 ${rounded(quantile(small, 0.99))} ms`;

async function someChildren(client: pg.Client, queueId: string, n: number): Promise<Child[]> {
  const { rows } = await client.query<Child>(
    'SELECT id, applicant_id FROM application WHERE queue_id = $1 ORDER BY random() LIMIT $2',
    [queueId, n],
  );
  return rows;
}

/** Both queues by turns, so that whatever else the machine does falls on both alike. Milliseconds, n of each. */
async function sample(db: Db, ofBig: readonly Child[], ofSmall: readonly Child[], n: number) {
  const big: number[] = [];
  const small: number[] = [];
  for (let i = 0; i < n; i += 1) {
    const [fromBig, fromSmall] = [ofBig[i % ofBig.length], ofSmall[i % ofSmall.length]];
    if (fromBig === undefined || fromSmall === undefined) break;
    big.push(await duration(() => numbers(db, fromBig)));
    small.push(await duration(() => numbers(db, fromSmall)));
  }
  return { big, small };
}

async function timed(
  children: readonly Child[],
  work: (child: Child) => Promise<unknown>,
): Promise<number[]> {
  const durations: number[] = [];
  for (const child of children) durations.push(await duration(() => work(child)));
  return durations;
}

async function duration(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const take = (children: readonly Child[], n: number): Child[] => children.slice(0, n);

function rowNumberOf(db: Db, queue: QueueSize, child: Child): Promise<unknown> {
  return db.rows(
    {
      name: 'bench-row-number',
      text: `SELECT place FROM (
          SELECT id, row_number() OVER (ORDER BY registered_at, id) AS place
            FROM application WHERE queue_id = $1 AND counted) AS o WHERE id = $2`,
    },
    [queue.id, child.id],
  );
}

/** The moment is read in the database: a Date of the client would cut its microseconds. */
function countAhead(db: Db, queue: QueueSize, child: Child): Promise<unknown> {
  return db.rows(
    {
      name: 'bench-count',
      text: `SELECT count(*) FROM application
        WHERE queue_id = $1 AND counted
          AND (registered_at, id) < ((SELECT registered_at FROM application WHERE id = $2), $2)`,
    },
    [queue.id, child.id],
  );
}

/** Children of the queue leave it and come back, one short transaction after the other, while `work` goes on. */
async function whileWriting<T>(client: pg.Client, db: Db, queue: QueueSize, work: () => Promise<T>) {
  await client.query('CREATE TABLE bench_stop (n integer)');
  await client.query("SELECT set_config('bench.queue', $1, false)", [queue.id]);
  const writing = client.query(WRITER);
  const result = await work();
  await db.pool.query('INSERT INTO bench_stop VALUES (0)');
  await writing;
  const { rows } = await client.query<{ n: number }>('SELECT max(n) AS n FROM bench_stop');
  return { result, changes: rows[0]?.n ?? 0 };
}

const WRITER = `
  DO $$
  DECLARE
    mine uuid := current_setting('bench.queue');
    changes integer := 0;
    children uuid[];
  BEGIN
    SELECT array_agg(id) INTO children FROM (
      SELECT id FROM application WHERE queue_id = mine AND waiting ORDER BY random() LIMIT 1000) AS o;
    WHILE NOT EXISTS (SELECT FROM bench_stop) LOOP
      PERFORM 1 FROM queue WHERE id = mine FOR NO KEY UPDATE;
      UPDATE application SET state = CASE state WHEN 'QUEUED' THEN 'INACTIVE' ELSE 'QUEUED' END
       WHERE id = children[1 + changes / 2 % array_length(children, 1)];
      changes := changes + 1;
      COMMIT;
    END LOOP;
    INSERT INTO bench_stop VALUES (changes);
  END $$`;
