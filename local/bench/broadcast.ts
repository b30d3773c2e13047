import { setTimeout as wait } from 'node:timers/promises';
import { Api, GrammyError } from 'grammy';
import { createTelegram } from '../../bot/delivery/telegram.ts';
import { startLanes } from '../../bot/delivery/worker.ts';
import { createBroadcasts } from '../../core/broadcast/broadcasts.ts';
import { systemClock } from '../../core/clock.ts';
import { type Db, openDb } from '../../core/db/db.ts';
import { migrate } from '../../core/db/migrate.ts';
import { createNotices } from '../../core/notice/notices.ts';
import { createPace } from '../../core/notice/pace.ts';
import { planNotices } from '../../core/notice/plan.ts';
import { type Family, type Settlement, settle } from '../../core/notice/testing/families.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { startTelegram, type TelegramStandIn } from '../telegram/server.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { atLeast, atMost, type Benchmark, median, quantile, rounded } from './report.ts';

const TOKEN = '7000000001:benchmark';
const FIRST = 1_000_000;
const TURNS_FIRST = 2_000_000;
/** The limits of Telegram as its FAQ tells them, and a link of 40 ms. */
const LIMITS = { perSecond: 30, burst: 30, perChatPerSecond: 1, perChatBurst: 5, penaltySeconds: 5 };
const LATENCY_MS = 40;
const TURN_EVERY_MS = 1500;
const WORKERS = 2;

const scale = Number(process.env.BENCH_SCALE ?? '1');
const PEOPLE = Math.max(60, Math.round(3000 * scale));
const BASELINE_PEOPLE = Math.max(60, Math.round(1000 * scale));

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the stand-in saw: when each chat's message was accepted, and how often it said 429. */
interface Watch {
  readonly accepted: Map<number, number>;
  tooMany: number;
}

interface Run extends Watch {
  readonly seconds: number;
  /** Milliseconds from the commit of a turn's notice to its being accepted. */
  readonly turns: readonly number[];
}

/**
 * A broadcast over a strict limiter while turns are told (N10), by two workers that share the pace; beside it a bare
 * token bucket at 25 a second, first come first served. The allowed rate is what the limiter would let through from the
 * first message to the last: its burst of 30 at once, and 30 a second from then on.
 */
export const run: Benchmark = async (say) => {
  const folder = makeTemporaryFolder();
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: say });
  try {
    await migrate(postgres.url);
    const db = openDb(postgres.url, { max: 20 });
    say(`${PEOPLE} recipients by ${WORKERS} workers, a turn every ${TURN_EVERY_MS} ms`);
    const ours = await runOurs(db, await settle(db.pool)).finally(() => db.close());
    say(`done in ${ours.seconds.toFixed(1)} s; now a bare token bucket over ${BASELINE_PEOPLE} recipients`);
    return report(ours, await runBare());
  } finally {
    await postgres.stop();
    removeTemporaryFolder(folder);
  }
};

function report(ours: Run, bare: Run) {
  const figuresOf = ({ accepted, seconds, tooMany, turns }: Run) => ({
    messages: accepted.size,
    seconds: rounded(seconds),
    perSecond: rounded(accepted.size / seconds),
    shareOfAllowed: rounded(share(accepted.size, seconds)),
    tooMany,
    turnMsMedian: rounded(median(turns)),
    turnMsP99: rounded(quantile(turns, 0.99)),
    turns: turns.length,
  });
  return {
    name: 'broadcast',
    figures: figuresOf(ours),
    baseline: figuresOf(bare),
    targets: [
      atLeast('share of the allowed rate, burst counted', 0.97, share(ours.accepted.size, ours.seconds)),
      atMost('429 answers', 0, ours.tooMany),
      atMost('turn notice, commit to Telegram, p99 ms', 1000, quantile(ours.turns, 0.99)),
    ],
  };
}

const share = (messages: number, seconds: number): number =>
  messages / (LIMITS.burst + LIMITS.perSecond * seconds);

async function runOurs(db: Db, home: Settlement): Promise<Run> {
  const people = await home.families({ count: PEOPLE, firstAddress: FIRST });
  const turns = await home.families({
    count: Math.ceil(PEOPLE / 30),
    firstAddress: TURNS_FIRST,
    birthYear: 2022,
  });
  const { telegram, watch } = await openTelegram([...people, ...turns]);
  const broadcasts = createBroadcasts({ db, clock: systemClock });
  const notices = createNotices({ db, clock: systemClock, log });
  // Turns open in the daytime: a bench in the night would measure how long people sleep.
  const day = { now: () => new Date(NOON.getTime() + performance.now()) };
  const workers = Array.from({ length: WORKERS }, () =>
    startLanes({
      core: { notices, broadcasts, pace: createPace(db) },
      clock: day,
      log,
      telegram: createTelegram({ token: TOKEN, apiRoot: telegram.apiRoot }),
      sms: { send: async () => 'sms' },
      mail: { send: async () => 'mail' },
      frame: { supportPhone: '1414' },
    }),
  );
  try {
    const { act, id } = await begin(db, home, broadcasts, people);
    const committed = new Map<number, number>();
    while ((await broadcasts.progress(id)).state === 'RUNNING') {
      const family = turns[committed.size];
      if (family !== undefined) await tellTurn(db, family, day.now(), committed);
      await wait(TURN_EVERY_MS);
    }
    if ((await broadcasts.progress(id)).unknown > 0) throw new Error(`messages in doubt of ${act.personId}`);
    const turnMs = [...committed].map(([chat, at]) =>
      Math.max(0, (watch.accepted.get(chat) ?? Number.POSITIVE_INFINITY) - at),
    );
    return { ...during(watch), turns: turnMs };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await telegram.close();
  }
}

const NOON = new Date('2026-03-27T12:00:00+05:00');

async function begin(
  db: Db,
  { districtId }: Settlement,
  broadcasts: ReturnType<typeof createBroadcasts>,
  people: readonly Family[],
) {
  const author = people[0];
  if (author === undefined) throw new Error('nobody to write to');
  await db.pool.query(
    `INSERT INTO staff_role (person_id, role, district_id, granted_at) VALUES ($1, 'OPERATOR', $2, now())`,
    [author.personId, districtId],
  );
  const act = { personId: author.personId, channel: 'WEB' as const };
  const text = {
    kk: 'Құрметті ата-аналар! Жазғы жинақтау кестесі жарияланды.',
    ru: 'Опубликован график летнего комплектования.',
  };
  const { id } = await broadcasts.draft(act, text, { districtId, birthYear: 2023 });
  await broadcasts.start(act, id, { address: author.address ?? '', message: '1' });
  return { act, id };
}

async function tellTurn(db: Db, family: Family, at: Date, committed: Map<number, number>): Promise<void> {
  const params = { deadline: new Date(at.getTime() + 3 * 86_400_000).toISOString() };
  await db.write((tx) =>
    planNotices(tx, at, [
      { code: 'N10', personId: family.personId, applicationId: family.applicationId, params },
    ]),
  );
  committed.set(Number(family.address), performance.now());
}

/** The usual bot: a queue in memory, a token bucket, a retry after 429. */
async function runBare(): Promise<Run> {
  const chats = Array.from({ length: BASELINE_PEOPLE }, (_, n) => FIRST + n);
  const { telegram, watch } = await openTelegram(chats.map((address) => ({ address: String(address) })));
  const api = new Api(TOKEN, { apiRoot: telegram.apiRoot });
  const queue = [...chats];
  const asked = new Map<number, number>();
  const sending = new Set<Promise<void>>();
  const turnsEvery = Math.round((TURN_EVERY_MS / 1000) * 25);
  let next = performance.now();
  for (let n = 0; queue.length > 0; n += 1) {
    const chat = queue.shift() ?? 0;
    // A turn that is told now stands behind what waits already.
    if (n % turnsEvery === 0 && n < BASELINE_PEOPLE) {
      const turn = TURNS_FIRST + n;
      telegram.sim.addPerson({ id: turn, first_name: 'Ата-ана', started: true });
      asked.set(turn, performance.now());
      queue.push(turn);
    }
    next = Math.max(next + 1000 / 25, performance.now());
    await wait(Math.max(0, next - performance.now()));
    const one = sendBare(api, chat).finally(() => sending.delete(one));
    sending.add(one);
  }
  await Promise.all(sending);
  await telegram.close();
  const turns = [...asked].map(([chat, at]) => (watch.accepted.get(chat) ?? Number.POSITIVE_INFINITY) - at);
  return { ...during(watch), turns };
}

async function sendBare(api: Api, chat: number): Promise<void> {
  for (;;) {
    try {
      await api.sendMessage(chat, 'Құрметті ата-аналар! Жазғы жинақтау кестесі жарияланды.');
      return;
    } catch (error) {
      if (!(error instanceof GrammyError) || error.error_code !== 429) throw error;
      await wait((error.parameters.retry_after ?? 1) * 1000);
    }
  }
}

async function openTelegram(
  people: readonly { address: string | null }[],
): Promise<{ telegram: TelegramStandIn; watch: Watch }> {
  const telegram = await startTelegram({
    port: 0,
    token: TOKEN,
    botUsername: 'kezek_bench_bot',
    keep: 20,
    latencyMs: LATENCY_MS,
    limiter: LIMITS,
  });
  for (const { address } of people)
    telegram.sim.addPerson({ id: Number(address), first_name: 'Ата-ана', started: true });
  const watch: Watch = { accepted: new Map(), tooMany: 0 };
  telegram.sim.on((event) => {
    if (event.type !== 'call' || event.call.method !== 'sendMessage') return;
    if (event.call.status === 429) watch.tooMany += 1;
    else if (event.call.status === 200) watch.accepted.set(Number(event.call.chatId), performance.now());
  });
  return { telegram, watch };
}

/** From the broadcast's first message to its last: a turn told afterwards says nothing about its rate. */
function during({ accepted, tooMany }: Watch): Pick<Run, 'accepted' | 'tooMany' | 'seconds'> {
  const times = [...accepted].flatMap(([chat, at]) => (chat < TURNS_FIRST ? [at] : []));
  const first = Math.min(...times);
  const last = Math.max(...times);
  const within = new Map([...accepted].filter(([, at]) => at >= first && at <= last));
  return { accepted: within, tooMany, seconds: (last - first) / 1000 };
}
