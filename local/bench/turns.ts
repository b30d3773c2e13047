import type pg from 'pg';
import { openDb } from '../../core/db/db.ts';
import { openDueTurns } from '../../core/queue/open.ts';
import { benchScale, loadFamilies, settle, withDatabase } from './queues/dataset.ts';
import { INSERT_THE_SAME, keepCopies, publishPlaces, type Rows, takeBack } from './queues/publication.ts';
import { atLeast, type Benchmark, median, type Report, rounded } from './report.ts';

/** A Monday, 10:00 in Akmola: nobody sleeps, so every delivery is due at once. */
const NOW = new Date('2026-11-23T05:00:00Z');
const ROUNDS = 5;

/**
 * 10,000 places over 500 queues in which a million children wait: core opens the turns; then one SQL statement inserts
 * the very same rows (windows, events, journal, deadlines, notices, deliveries) from copies, into the same tables with the same
 * indexes, references and triggers. That statement chooses nobody, locks nothing, moves no application, place, cycle or
 * tally: it is the least that the database must do for those rows. Both by turns, several times.
 */
export const run: Benchmark = (say) =>
  withDatabase(async (url, client) => {
    const scale = benchScale();
    const sizes = queueSizes(Math.max(5, Math.round(500 * scale)));
    const queues = await loadFamilies(client, sizes, { now: NOW, reachable: true, say });
    await publishPlaces(client, NOW, queues);
    await settle(client);
    const db = openDb(url, { max: 4 });
    try {
      const ours: number[] = [];
      const plain: number[] = [];
      let rows: Rows | undefined;
      for (let round = 1; round <= ROUNDS; round += 1) {
        ours.push(await seconds(client, () => openDueTurns(db, () => NOW, fail)));
        rows = await keepCopies(client);
        await takeBack(client);
        plain.push(await seconds(client, () => client.query(INSERT_THE_SAME)));
        await takeBack(client);
        say(
          `round ${round}: core ${rounded(ours.at(-1) ?? 0)} s, one statement ${rounded(plain.at(-1) ?? 0)} s`,
        );
      }
      return report(sizes, rows, ours, plain);
    } finally {
      await db.close();
    }
  });

/** 2,000 on average; from 500 to 3,500, so that no two queues are alike. */
function queueSizes(count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(500 + (3_000 * i) / (count - 1)));
}

const fail = (_queue: string, error: unknown): never => {
  throw error;
};

/** From a database that has just written everything down, so that neither side pays for the other's checkpoint. */
async function seconds(client: pg.Client, work: () => Promise<unknown>): Promise<number> {
  await settle(client);
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function report(sizes: readonly number[], rows: Rows | undefined, ours: number[], plain: number[]): Report {
  const inserted = Object.values(rows ?? {}).reduce((sum, n) => sum + n, 0);
  const [core, statement] = [median(ours), median(plain)];
  return {
    name: 'turns',
    figures: {
      waiting: sizes.reduce((sum, size) => sum + size, 0),
      queues: sizes.length,
      turns: rows?.turn_window ?? 0,
      rowsInserted: inserted,
      seconds: rounded(core),
      rowsPerSecond: rounded(inserted / core),
      turnsPerSecond: rounded((rows?.turn_window ?? 0) / core),
    },
    baseline: { seconds: rounded(statement), rowsPerSecond: rounded(inserted / statement) },
    targets: [
      // Round by round, because what else the machine does falls on neighbours alike.
      atLeast(
        'of the rate of one statement inserting the same rows (median of the rounds)',
        1 / 3,
        median(ours.map((seconds, round) => (plain[round] ?? Number.NaN) / seconds)),
      ),
    ],
  };
}
