import type pg from 'pg';
import { lockQueues } from '../../core/application/move.ts';
import { SYSTEM } from '../../core/audit/event.ts';
import { sanityChecks } from '../../core/audit/sanity.ts';
import { type Db, openDb } from '../../core/db/db.ts';
import type { KindergartenId } from '../../core/ids.ts';
import { policyOn } from '../../core/policy/policy.ts';
import { presets } from '../../core/policy/presets.ts';
import { offerPlaces } from '../../core/waitlist/offer.ts';
import {
  type Counts,
  countColumns,
  countJoins,
  nextQuery,
  nextValues,
  positionOf,
} from '../../core/waitlist/order.ts';
import { benchScale, settle, withDatabase } from './queues/dataset.ts';
import { atMost, type Benchmark, median, quantile, type Report, rounded } from './report.ts';
import { loadLists, type Sizes } from './waitlist/dataset.ts';
import {
  BY_HAND,
  freePlaces,
  HAND_VALUES,
  held,
  INSERT_THE_SAME,
  keepCopies,
  takeBack,
} from './waitlist/freed.ts';

/** A Monday, 10:00 in Akmola. */
const NOW = new Date('2026-11-23T05:00:00Z');
const TODAY = '2026-11-23';
const POLICY = presets.A_WAITLIST;
const SAMPLES = 6_000;
const BASELINE_SAMPLES = 400;
const FREED = 1_000;
const ROUNDS = 3;

interface List {
  readonly kindergarten_id: KindergartenId;
  readonly queue_id: string;
  readonly language: 'kk' | 'ru' | 'mixed';
}

interface Entry {
  readonly id: string;
}

/**
 * 100,000 entries in the lists of 500 kindergartens, and 50,000 more in one list. A freed place finds its next child, and
 * beside it the plain way: the whole list sorted by the policy's order. A child's place in a short list and in the long
 * one, and beside it a count of those ahead. Then 1,000 places freed at once over all queues, each offered to exactly one
 * child with its deadline and notices, held against an order computed apart; and beside it one statement that inserts the
 * same rows.
 */
export const run: Benchmark = (say) =>
  withDatabase(async (url, client) => {
    const scale = benchScale();
    const sizes: Sizes = {
      kindergartens: Math.max(20, Math.round(500 * scale)),
      entries: Math.round(100_000 * scale),
      longList: Math.round(50_000 * scale),
    };
    await loadLists(client, sizes, NOW);
    await settle(client);
    const { rows } = await client.query<{ entries: number; lists: number; longest: number }>(
      `SELECT sum(n)::integer AS entries, count(*)::integer AS lists, max(n)::integer AS longest
         FROM (SELECT count(*) AS n FROM waitlist_entry GROUP BY kindergarten_id, queue_id) AS l`,
    );
    const loaded = rows[0] ?? { entries: 0, lists: 0, longest: 0 };
    say(`${loaded.entries} entries in ${loaded.lists} lists, ${loaded.longest} in the longest`);
    const db = openDb(url, { max: 4 });
    try {
      const next = await nextChild(db, client, say);
      const place = await placeInList(db, client, say);
      const freed = await freeAtOnce(db, client, Math.round(FREED * scale), say);
      return report({ loaded, next, place, freed });
    } finally {
      await db.close();
    }
  });

async function nextChild(db: Db, client: pg.Client, say: Say) {
  const { rows: lists } = await client.query<List>(
    `SELECT DISTINCT w.kindergarten_id, w.queue_id, g.language FROM waitlist_entry AS w JOIN queue AS q ON q.id = w.queue_id
       JOIN kindergarten_group AS g ON g.kindergarten_id = w.kindergarten_id AND g.birth_year = q.birth_year`,
  );
  const ours: number[] = [];
  const plain: number[] = [];
  for (let n = -500; n < SAMPLES; n += 1) {
    const list = lists[Math.floor(((n + 500) * 7919) % lists.length)] as List;
    const key = { kindergartenId: list.kindergarten_id, queueId: list.queue_id, language: list.language };
    const values = nextValues(key, POLICY, [], TODAY);
    const took = await duration(() => db.rows(nextQuery, values));
    if (n >= 0) ours.push(took);
    if (n >= 0 && n % (SAMPLES / BASELINE_SAMPLES) === 0)
      plain.push(await duration(() => db.rows(BY_HAND, HAND_VALUES(list, TODAY))));
  }
  say(
    `next child: p50 ${rounded(median(ours))} p99 ${rounded(quantile(ours, 0.99))} ms; by sorting the list p50 ${rounded(median(plain))} p99 ${rounded(quantile(plain, 0.99))} ms`,
  );
  return { ours, plain };
}

const placeQuery = {
  name: 'bench-waitlist-place',
  text: `SELECT w.sibling, w.benefit_class, ${countColumns} FROM waitlist_entry AS w ${countJoins('w')} WHERE w.id = $1`,
};

/** The same entry counted by hand: everybody of the list, compared. */
const countQuery = {
  name: 'bench-waitlist-count',
  text: `SELECT count(*) FROM waitlist_entry AS w JOIN waitlist_entry AS o
      ON o.kindergarten_id = w.kindergarten_id AND o.queue_id = w.queue_id AND o.state = 'WAITING'
     AND (array_position(ARRAY['EXTRAORDINARY', 'PRIORITY', 'COMMON'], o.benefit_class), o.joined_at, o.id)
       < (array_position(ARRAY['EXTRAORDINARY', 'PRIORITY', 'COMMON'], w.benefit_class), w.joined_at, w.id)
   WHERE w.id = $1`,
};

async function placeInList(db: Db, client: pg.Client, say: Say) {
  const some = async (isLong: boolean) => {
    const { rows } = await client.query<Entry>(
      `SELECT id FROM waitlist_entry AS w
        WHERE ((w.kindergarten_id, w.queue_id) = (SELECT kindergarten_id, queue_id FROM waitlist_entry
               GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1)) = $1 ORDER BY random() LIMIT 2000`,
      [isLong],
    );
    return rows;
  };
  const [long, short] = [await some(true), await some(false)];
  const times = { long: [] as number[], short: [] as number[], byHand: [] as number[] };
  let wrong = 0;
  for (let n = -300; n < SAMPLES; n += 1) {
    for (const which of ['long', 'short'] as const) {
      const of = which === 'long' ? long : short;
      const entry = of[(n + 300) % of.length] as Entry;
      const took = await duration(() => placeOf(db, entry));
      if (n >= 0) times[which].push(took);
    }
    if (n >= 0 && n % (SAMPLES / BASELINE_SAMPLES) === 0) {
      const entry = long[n % long.length] as Entry;
      let ahead = 0;
      times.byHand.push(
        await duration(async () => {
          const [row] = await db.rows<{ count: string }>(countQuery, [entry.id]);
          ahead = Number(row?.count);
        }),
      );
      if ((await placeOf(db, entry)) !== ahead + 1) wrong += 1;
    }
  }
  say(
    `place in the long list p99 ${rounded(quantile(times.long, 0.99))} ms, in a short one ${rounded(quantile(times.short, 0.99))} ms; counted by hand p50 ${rounded(median(times.byHand))} ms; ${wrong} differ`,
  );
  return { ...times, wrong };
}

async function placeOf(db: Db, { id }: Entry): Promise<number> {
  const [row] = await db.rows<{
    sibling: boolean;
    benefit_class: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
    total: Counts;
    earlier: Counts;
  }>(placeQuery, [id]);
  if (row === undefined) throw new Error(`no entry ${id}`);
  return positionOf(
    { sibling: row.sibling, benefitClass: row.benefit_class },
    row.total,
    row.earlier,
    POLICY,
  );
}

async function freeAtOnce(db: Db, client: pg.Client, count: number, say: Say) {
  const ours: number[] = [];
  const plain: number[] = [];
  let found = { offered: 0, twice: 0, children: 0, wrong: 0, untold: 0 };
  let violations = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const queues = await freePlaces(client, NOW, count);
    await settle(client);
    ours.push(await seconds(() => offerAll(db, queues)));
    found = await held(client);
    violations += (await sanityChecks(db)).filter(({ check }) => LIST_CHECKS.test(check)).length;
    await keepCopies(client);
    await takeBack(client);
    await settle(client);
    plain.push(await seconds(() => client.query(INSERT_THE_SAME)));
    await takeBack(client);
    say(
      `round ${round}: ${found.offered} places offered in ${rounded(ours.at(-1) ?? 0)} s, one statement ${rounded(plain.at(-1) ?? 0)} s`,
    );
  }
  return { ours, plain, count, ...found, violations };
}

/** Of the data set's making is only what lists are made of: it has no history and no codes. */
const LIST_CHECKS =
  /waiting list|list lacks|OFFERED|offer|entry is of another|waits in a list|two live referrals/;

/** As the product does it: whoever frees places offers them in the same transaction, queue by queue. */
async function offerAll(db: Db, queues: readonly string[]): Promise<void> {
  for (const id of queues) {
    await db.write(async (tx) => {
      const [queue] = await lockQueues(tx, [id]);
      if (queue === undefined) throw new Error(`no queue ${id}`);
      await offerPlaces(tx, NOW, SYSTEM, id, await policyOn(tx, queue.district_id, TODAY as never));
    });
  }
}

type Say = Parameters<Benchmark>[0];

async function duration(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => (await duration(work)) / 1000;

interface Measured {
  readonly loaded: { readonly entries: number; readonly lists: number; readonly longest: number };
  readonly next: Awaited<ReturnType<typeof nextChild>>;
  readonly place: Awaited<ReturnType<typeof placeInList>>;
  readonly freed: Awaited<ReturnType<typeof freeAtOnce>>;
}

function report({ loaded, next, place, freed }: Measured): Report {
  const p99 = (values: readonly number[]) => rounded(quantile(values, 0.99));
  return {
    name: 'waitlist',
    figures: {
      ...loaded,
      nextP50Ms: rounded(median(next.ours)),
      nextP99Ms: p99(next.ours),
      samples: next.ours.length,
      placeLongP50Ms: rounded(median(place.long)),
      placeLongP99Ms: p99(place.long),
      placeShortP50Ms: rounded(median(place.short)),
      placeShortP99Ms: p99(place.short),
      placeLongTimesShort: rounded(quantile(place.long, 0.99) / quantile(place.short, 0.99)),
      freed: freed.count,
      offered: freed.offered,
      seconds: rounded(median(freed.ours)),
      secondsAtMost: rounded(Math.max(...freed.ours)),
    },
    baseline: {
      sortingP50Ms: rounded(median(next.plain)),
      sortingP99Ms: p99(next.plain),
      countingLongP50Ms: rounded(median(place.byHand)),
      sameRowsSeconds: rounded(median(freed.plain)),
    },
    targets: [
      atMost('p99 of finding the next child, ms', 3, quantile(next.ours, 0.99)),
      atMost('1,000 places freed at once, s', 5, Math.max(...freed.ours)),
      atMost('places offered to nobody although somebody waits', 0, freed.count - freed.offered),
      atMost('places offered to two children', 0, freed.twice),
      atMost('children offered two places', 0, freed.children),
      atMost('places offered to another child than the first in order', 0, freed.wrong),
      atMost('offers without deadline or notice', 0, freed.untold),
      atMost('places in a list that differ from a count', 0, place.wrong),
      atMost('broken promises of the data', 0, freed.violations),
    ],
  };
}
