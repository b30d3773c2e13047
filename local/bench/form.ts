import { type Db, openDb } from '../../core/db/db.ts';
import { migrate } from '../../core/db/migrate.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { type Outcome, outcome } from './form/check.ts';
import { type Crowd, type Filled, fillIn, NO_PAUSE, type Pace } from './form/crowd.ts';
import { inventParents, type Parent } from './form/families.ts';
import { type Memory, watchMemory } from './form/memory.ts';
import { makePapers, type Papers, SCANS } from './form/papers.ts';
import { type FormStub, startFormStub } from './form/stub.ts';
import { atLeast, atMost, type Benchmark, quantile, rounded } from './report.ts';
import { type Child, START_FLAGS, startChild } from './updates/child.ts';

const scale = Number(process.env.BENCH_SCALE ?? '1');
const PARENTS = Math.max(20, Math.round(1000 * scale));
const WITHOUT_PAUSE = 50;
const SECRET = 'benchmark-secret-token';
const DATA_KEY = Buffer.alloc(32, 9);

/**
 * A quick family: the twenty answers of a form in six minutes, papers found within half a minute. All begin within a
 * minute and a half, so that everybody is in the form when the first have come to their papers.
 */
const slower = Number(process.env.BENCH_PACE ?? '1');
const PACE: Pace = {
  arriving: 90_000,
  thinking: [8_000 * slower, 24_000 * slower],
  lookingForPaper: [15_000 * slower, 45_000 * slower],
};

function paceInWords({ arriving, thinking, lookingForPaper }: Pace): string {
  const seconds = (span: readonly number[]) => span.map((ms) => rounded(ms / 1000)).join(' to ');
  return `begin within ${seconds([arriving])} s, think ${seconds(thinking)} s before each answer, look ${seconds(lookingForPaper)} s for the paper, evenly spread`;
}

interface Setting {
  readonly stub: FormStub;
  readonly papers: Papers;
  readonly databaseUrl: string;
  readonly folder: string;
  readonly db: Db;
}

/** One run: what the generator saw, and the processor time of the bot's process for an update, in milliseconds. */
interface Run extends Filled {
  readonly cpuMs: number;
}

/**
 * 1,000 parents fill in the whole form through the webhook, from the menu to the number in the queue, with three scans
 * each, and all are in it at the same time: they begin within 90 seconds, think 8 to 24 seconds before each answer and look
 * 15 to 45 seconds for the paper, evenly spread. The registry has the address of three in four, every second one sends an
 * album, every 25th update comes twice. An answer is the time from the sending of the update to the first message that
 * says what must follow. Beside it, 50 parents who do not think at all, with us and with a bare grammY bot that answers
 * the same updates and writes the same files. BENCH_SCALE makes the crowd smaller, BENCH_PACE everybody slower or quicker.
 */
export const run: Benchmark = async (say) => {
  const folder = makeTemporaryFolder();
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: say });
  const papers = await makePapers();
  const stub = await startFormStub(papers);
  await migrate(postgres.url);
  const db = openDb(postgres.url, { max: 4 });
  try {
    return await measure({ stub, papers, databaseUrl: postgres.url, folder, db }, say);
  } finally {
    await db.close();
    await stub.close();
    await postgres.stop();
    removeTemporaryFolder(folder);
  }
};

async function measure(setting: Setting, say: (line: string) => void) {
  const everybody = await inventParents(setting.db, DATA_KEY, PARENTS + WITHOUT_PAUSE);
  const few = everybody.slice(0, WITHOUT_PAUSE);
  const echo = await startBare(setting);
  const bare = await drive(setting, echo, few, NO_PAUSE, false);
  await echo.end();
  say(`without a pause, a bare bot: ${line(bare)}`);
  const kezek = await startKezek(setting);
  const hurried = await drive(setting, kezek, few, NO_PAUSE);
  say(`without a pause, Kezek: ${line(hurried)}`);
  say(`${PARENTS} parents ${paceInWords(PACE)}`);
  const crowd = everybody.slice(WITHOUT_PAUSE);
  const [calm, memory] = await watchMemory(kezek, () => drive(setting, kezek, crowd, PACE));
  say(`${PARENTS} parents: ${line(calm)}; ${calm.finished} finished in ${Math.round(calm.seconds)} s`);
  for (const complaint of [...hurried.complaints, ...calm.complaints].slice(0, 5)) say(complaint);
  for (const slow of slowest(calm)) say(slow);
  say(`memory by fifths, MB: ${memory.rss.join(', ')}; heap ${memory.heap.join(', ')}`);
  await kezek.end();
  const found = await outcome(setting.db, everybody, [...hurried.updates, ...calm.updates]);
  for (const violation of found.violations) say(violation);
  return report({ calm, hurried, bare, memory, found, everybody });
}

async function drive(
  { stub, papers }: Setting,
  bot: Child,
  parents: readonly Parent[],
  pace: Pace,
  understands = true,
): Promise<Run> {
  const crowd: Crowd = { url: bot.url, secret: SECRET, stub, papers, parents, pace, understands };
  const before = bot.cpuMs() ?? 0;
  const filled = await fillIn(crowd);
  return { ...filled, cpuMs: ((bot.cpuMs() ?? 0) - before) / Math.max(1, filled.updates.length) };
}

const common = ({ stub, folder }: Setting) => ({
  BOT_TOKEN: '7000000001:benchmark',
  WEBHOOK_SECRET: SECRET,
  LOG_LEVEL: 'error',
  TELEGRAM_API_ROOT: stub.apiRoot,
  DATA_DIR: folder,
});

function startBare(setting: Setting): Promise<Child> {
  return startChild('local/bench/form/echo.ts', [], common(setting));
}

function startKezek(setting: Setting): Promise<Child> {
  const env = {
    ...common(setting),
    DATABASE_URL: setting.databaseUrl,
    DATA_KEY: DATA_KEY.toString('base64'),
    BOT_MODE: 'webhook',
    PUBLIC_URL: 'http://127.0.0.1:9',
    SMS_URL: setting.stub.smsUrl,
    SMS_TOKEN: 'benchmark',
    SMS_SENDER: 'KEZEK',
  };
  return startChild('local/bench/form/bot.ts', [], env, START_FLAGS);
}

interface Measured {
  readonly calm: Run;
  readonly hurried: Run;
  readonly bare: Run;
  readonly memory: Memory;
  readonly found: Outcome;
  readonly everybody: readonly Parent[];
}

function report({ calm, hurried, bare, memory, found, everybody }: Measured) {
  const p99 = quantile(
    calm.answers.map(({ ms }) => ms),
    0.99,
  );
  const sent = calm.updates.length + hurried.updates.length;
  const perFlat = (memory.rss[4] ?? 0) / Math.max(1, memory.rss[1] ?? 0);
  const all = everybody.length;
  return {
    name: 'form',
    figures: {
      parents: calm.finished,
      inFormAtOnce: calm.inFormAtOnce,
      ...timesOf(calm),
      withoutPausePerSecond: rounded(hurried.updates.length / hurried.seconds),
      withoutPauseP99Ms: timesOf(hurried).p99Ms,
      withoutPauseCpuMsPerUpdate: rounded(hurried.cpuMs),
      ratioToBareGrammy: rounded(
        hurried.updates.length / hurried.seconds / (bare.updates.length / bare.seconds),
      ),
      updatesSentTwice: calm.repeated + hurried.repeated,
      applications: found.applications,
      scans: found.scans,
      thinkSecondsMean: rounded((PACE.thinking[0] + PACE.thinking[1]) / 2000),
      rssMbAtMost: memory.rssAtMost,
      rssMbSecondFifth: memory.rss[1] ?? 0,
      rssMbLastFifth: memory.rss[4] ?? 0,
      heapMbSecondFifth: memory.heap[1] ?? 0,
      heapMbLastFifth: memory.heap[4] ?? 0,
      scansHeldAtMost: memory.scansAtMost,
      scanMbHeldAtMost: rounded(memory.scanMbAtMost),
    },
    baseline: timesOf(bare),
    targets: [
      atLeast('parents in the form at once', PARENTS, calm.inFormAtOnce),
      atMost('p99 of an answer, ms', 500, p99),
      atMost('parents who did not get to their number', 0, all - calm.finished - hurried.finished),
      atMost(
        'updates lost or done more than once',
        0,
        Math.abs(sent - found.updatesDone) + found.updatesOther,
      ),
      atMost('applications missing or double', 0, Math.abs(all - found.applications) + found.childrenNotOnce),
      atMost(
        'scans missing or double',
        0,
        Math.abs(all * SCANS - found.scans) + Math.abs(all * SCANS - found.blobs),
      ),
      atMost('benefits that do not wait for the desk with all their scans', 0, all - found.claimed),
      atMost('forms that are left over', 0, found.drafts),
      atMost('broken promises of the data', 0, found.violations.length),
      atMost('memory, last fifth to second', 1.15, perFlat),
      atMost('scans in memory at once', 4, memory.scansAtMost),
    ],
  };
}

function timesOf({ answers, updates, seconds, cpuMs }: Run) {
  const of = (some: Run['answers'], q: number) =>
    rounded(
      quantile(
        some.map(({ ms }) => ms),
        q,
      ),
    );
  const papers = answers.filter(({ paper }) => paper);
  return {
    updates: updates.length,
    updatesPerSecond: rounded(updates.length / seconds),
    p50Ms: of(answers, 0.5),
    p99Ms: of(answers, 0.99),
    maxMs: of(answers, 1),
    p50MsOfScans: of(papers, 0.5),
    p99MsOfScans: of(papers, 0.99),
    cpuMsPerUpdate: rounded(cpuMs),
  };
}

function line(run: Run): string {
  const { updatesPerSecond, p50Ms, p99Ms, p99MsOfScans, cpuMsPerUpdate } = timesOf(run);
  return `${updatesPerSecond} updates/s, p50 ${p50Ms} ms, p99 ${p99Ms} ms (scans ${p99MsOfScans} ms), ${cpuMsPerUpdate} ms of processor each`;
}

/** The steps that people wait for longest. */
function slowest({ answers }: Run): string[] {
  const steps = Map.groupBy(answers, ({ step }) => step);
  const rows = [...steps].map(([step, some]) => {
    const ms = some.map((one) => one.ms);
    return { step, p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
  });
  return rows
    .sort((a, b) => b.p50 - a.p50)
    .slice(0, 8)
    .map(({ step, p50, p99 }) => `  ${step}: p50 ${rounded(p50)} ms, p99 ${rounded(p99)} ms`);
}
