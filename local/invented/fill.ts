import pg from 'pg';
import { localDate, partsOf } from '../../core/calendar/civil-date.ts';
import { fixedClock } from '../../core/clock.ts';
import { createSecrets } from '../../core/db/crypto.ts';
import { type Db, openDb } from '../../core/db/db.ts';
import { createCore, type PersonId, type ScanStore } from '../../core/index.ts';
import type { Iin } from '../../core/people/iin.ts';
import { findOrCreatePerson } from '../../core/people/persons.ts';
import { type Policy, policiesOn } from '../../core/policy/policy.ts';
import { openSandboxRegistry, type SandboxRegistry } from '../registry/sandbox.ts';
import type { PersonInput } from '../telegram/types.ts';
import { type Family, inventFamilies } from './families.ts';
import { inventFlow } from './flow.ts';
import { inventKindergartens } from './kindergartens.ts';
import { inventLists, withLists } from './lists.ts';
import { numberAll } from './numbering.ts';
import { pageOf } from './page.ts';
import { createRegistry } from './people.ts';
import { playStory, publishForMorning, type Stage } from './play.ts';
import { inventPlayed } from './played.ts';
import { createRandom } from './random.ts';
import { grantRoles, planStaff } from './staff.ts';
import { inventStory, storyStart } from './story.ts';
import { makeKnown, type Writing, writeFamilies } from './write.ts';
import { writeFlow } from './write-flow.ts';
import { writeCounters, writeRegion } from './write-region.ts';

export interface FillOptions {
  readonly databaseUrl: string;
  readonly dataKey: Buffer;
  readonly scanStore: ScanStore;
  readonly publicUrl: string;
  readonly supportPhone: string;
  /** The moment at which one begins to play. */
  readonly now: Date;
  /** Takes one line for the person who started the program. */
  readonly log: (line: string) => void;
  /** Children in the queue besides those of the story and of the people one plays. */
  readonly children?: number;
}

const CHILDREN = 5_000;
const SEED = 'Kezek';

/**
 * Fills an empty migrated database with the invented region, once: districts, kindergartens, families, what happened to
 * some of them in the last weeks, places for tomorrow morning. A filling that was cut off is begun anew; a database that
 * holds anything else is left alone. Deterministic but for the cipher's nonces: the same moment gives the same world.
 * @returns the people one can play, in the order of the page; none in a database of somebody else.
 */
export async function fillInvented(options: FillOptions): Promise<PersonInput[]> {
  const pool = new pg.Pool({ connectionString: options.databaseUrl, max: 1 });
  try {
    const sandbox = await openSandboxRegistry(pool);
    const state = await stateOf(pool);
    if (state === 'FOREIGN') return [];
    if (state === 'FILLED') return await playedPeople(pool);
    options.log('the local world is being filled with invented families (some seconds, once) …');
    await begin(pool);
    const people = await withDb(options, (db) => fill(db, sandbox, options));
    await finish(pool, people);
    return people;
  } finally {
    await pool.end();
  }
}

/** A Db of its own, opened only where there is something to fill: it takes time and memory. */
async function withDb<T>({ databaseUrl }: FillOptions, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDb(unhurried(databaseUrl), { max: 6 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Commits that do not wait for the disk: what a power cut takes is invented anew. */
function unhurried(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c synchronous_commit=off');
  return url.href;
}

async function fill(
  db: Db,
  sandbox: SandboxRegistry,
  { dataKey, scanStore, publicUrl, supportPhone, now, log, children = CHILDREN }: FillOptions,
): Promise<PersonInput[]> {
  const today = localDate(now);
  const random = createRandom(SEED);
  const start = storyStart(now);
  const registry = createRegistry(random.fork('people'));
  const kindergartens = inventKindergartens(random.fork('kindergartens'), today);
  const groups = kindergartens.flatMap((one) => one.groups);
  const played = inventPlayed(registry, start, now);
  const lists = inventLists(registry.drawingFrom(random.fork('lists')), groups, now);
  const story = withLists(inventStory(registry, now), lists);
  const staffPlan = planStaff(registry, { story, played, lists, groups }, partsOf(today).year);
  const crowd = inventFamilies(registry, now, children);
  const own: Family[] = [played.aigul, played.sergey, played.dana, played.olga, ...story.families];
  const flow = inventFlow(random.fork('flow'), {
    groups,
    families: [...own, ...crowd],
    story,
    played,
    now,
    storyStart: start,
    share: Math.min(1, children / CHILDREN),
  });
  const { numbered, counters } = numberAll([...own, ...crowd], flow.queues);

  await writeRegion(db.pool, kindergartens);
  await writeFlow(db.pool, flow);
  await writeCounters(db.pool, counters);
  await makeKnown(sandbox, [...own, ...crowd], staffOf(played, staffPlan));
  const writing: Writing = {
    pool: db.pool,
    dataKey,
    publicUrl,
    policies: await policiesByCode(db, now),
    risenAt: flow.risenAt,
  };
  await writeFamilies(writing, own, numbered, start);

  const clock = fixedClock(start);
  const codes = new Map<string, string>();
  const core = createCore({
    db,
    clock,
    log: { info: () => undefined, warn: () => undefined, error: (_, message) => log(message) },
    config: { dataKey, publicUrl, supportPhone, digitalSignature: true },
    ports: { registry: sandbox.registry, mobileBase: sandbox.mobileBase, sms: rememberCodes(codes) },
    scanStore,
  });
  const stage: Stage = {
    core,
    groups,
    now,
    moveTo: clock.set,
    lastCode: (phone) => codes.get(phone) ?? '',
    personOf: (iin) => personOf(db, dataKey, sandbox, iin, start),
  };
  const staff = await grantRoles(core, played, staffPlan);
  await playStory(stage, { story, lists, played }, staff);
  await writeFamilies(writing, crowd, numbered, now);
  await publishForMorning(stage, lists, staff);
  await deliver(db.pool);
  return pageOf({ played, lists, kindergartens, plan: staffPlan });
}

async function personOf(
  db: Db,
  dataKey: Buffer,
  { registry }: SandboxRegistry,
  iin: Iin,
  at: Date,
): Promise<PersonId> {
  const found = await findOrCreatePerson({ db, secrets: createSecrets(dataKey), registry }, iin, at);
  if (found === undefined) throw new Error('the state base does not know somebody of the story');
  return found;
}

function rememberCodes(codes: Map<string, string>) {
  return {
    send: async (phone: string, text: string) => {
      codes.set(phone, /\d{6}/.exec(text)?.[0] ?? '');
      return 'story';
    },
  };
}

async function policiesByCode(db: Db, now: Date): Promise<Map<string, Policy>> {
  const rows = await db.prisma.district.findMany({ select: { id: true, code: true } });
  const policies = await db.write((tx) =>
    policiesOn(
      tx,
      rows.map(({ id }) => id),
      localDate(now),
    ),
  );
  return new Map(
    rows.flatMap(({ id, code }) => {
      const policy = policies.get(id);
      return policy ? [[code, policy] as const] : [];
    }),
  );
}

function staffOf(played: ReturnType<typeof inventPlayed>, plan: ReturnType<typeof planStaff>) {
  const { tselinogradOperator, kokshetauOperator, administrator } = played;
  return [tselinogradOperator, kokshetauOperator, administrator, ...plan.heads.map(({ person }) => person)];
}

/** The notices of the story left at their time. */
async function deliver(pool: pg.Pool): Promise<void> {
  await pool.query(
    `UPDATE delivery SET state = 'SENT', attempts = 1, ended_at = run_at, provider_ref = 'story' WHERE state = 'PENDING'`,
  );
}

/* The filling itself is written down beside the state's bases: `finished_at` is null while it goes on. */

type State = 'EMPTY' | 'CUT_OFF' | 'FILLED' | 'FOREIGN';

const TABLES = `
  CREATE TABLE IF NOT EXISTS sandbox.filling (started_at timestamptz NOT NULL, finished_at timestamptz);
  CREATE TABLE IF NOT EXISTS sandbox.played (place integer PRIMARY KEY, person jsonb NOT NULL)`;

async function stateOf(pool: pg.Pool): Promise<State> {
  await pool.query(TABLES);
  const { rows } = await pool.query<{ finished: boolean }>(
    'SELECT finished_at IS NOT NULL AS finished FROM sandbox.filling',
  );
  if (rows[0] !== undefined) return rows[0].finished ? 'FILLED' : 'CUT_OFF';
  const { rowCount } = await pool.query('SELECT FROM district LIMIT 1');
  return rowCount === 0 ? 'EMPTY' : 'FOREIGN';
}

/** Takes away what a filling that was cut off has left. Nobody else has been in this database: it was empty when we began. */
async function begin(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname IN ('public', 'sandbox') AND tablename NOT IN ('_prisma_migrations', 'benefit_category')`,
  );
  await pool.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
  await pool.query('INSERT INTO sandbox.filling (started_at) VALUES (now())');
}

async function finish(pool: pg.Pool, people: readonly PersonInput[]): Promise<void> {
  await pool.query(
    `INSERT INTO sandbox.played SELECT place, person FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS p (person, place)`,
    [JSON.stringify(people)],
  );
  await pool.query('UPDATE sandbox.filling SET finished_at = now()');
  await pool.query('ANALYZE');
}

async function playedPeople(pool: pg.Pool): Promise<PersonInput[]> {
  const { rows } = await pool.query<{ person: PersonInput }>(
    'SELECT person FROM sandbox.played ORDER BY place',
  );
  return rows.map(({ person }) => person);
}
