import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { encodeCallback } from '../../bot/callback.ts';
import { migrate } from '../../core/db/migrate.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { atLeast, atMost, type Benchmark, median, rounded } from './report.ts';
import { type Child, START_FLAGS, startChild } from './updates/child.ts';
import { countingDoor } from './updates/counting-door.ts';
import { CHILD, inventFamilies } from './updates/families.ts';
import { type Drive, type Driven, drive } from './updates/generator.ts';
import { type Stub, startStub } from './updates/stub.ts';

const CHATS = 400;
const CONNECTIONS = 40;
const ROUNDS = 5;
const LIVE_MESSAGE = 77;
const GREETING = 'Сәлеметсіз бе';
const SECRET = 'benchmark-secret-token';

const common = { BOT_TOKEN: '7000000001:benchmark', WEBHOOK_SECRET: SECRET, LOG_LEVEL: 'error' };

/**
 * A parent's tap on «My applications»: webhook → inbox → dialog and screen → PostgreSQL → the Bot API, beside a bare
 * grammY bot that echoes, driven by the same generator in the same run. Both in processes of their own; rounds alternate.
 */
export const run: Benchmark = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'kezek-bench-'));
  chmodSync(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: say });
  const stub = await startStub();
  try {
    await migrate(postgres.url);
    const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
    const chats = await inventFamilies(pool, CHATS);
    await pool.end();
    say(`${CHATS} chats of parents, ${CONNECTIONS} connections, ${ROUNDS} rounds`);
    const echo = await startChild('local/bench/updates/echo.ts', [], {
      ...common,
      TELEGRAM_API_ROOT: stub.apiRoot,
    });
    const kezek = await startKezek(stub, postgres.url, folder);
    const ours: Driven[] = [];
    const bare: Driven[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      bare.push(await drive(echoes(echo, stub, chats)));
      ours.push(await drive(taps(kezek, stub, chats)));
      say(`round ${round}: echo ${line(bare.at(-1))}; Kezek ${line(ours.at(-1))}`);
    }
    await echo.end();
    await kezek.end();
    return report(ours, bare, await statementsPerUpdate(stub, postgres.url, folder, chats));
  } finally {
    await stub.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

function startKezek(stub: Stub, databaseUrl: string, folder: string): Promise<Child> {
  const env = {
    ...common,
    PORT: '0',
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    DATA_KEY: Buffer.alloc(32, 9).toString('base64'),
    TELEGRAM_API_ROOT: stub.apiRoot,
    BOT_MODE: 'webhook',
    PUBLIC_URL: 'http://127.0.0.1:9',
  };
  return startChild('main.ts', ['bot'], env, START_FLAGS);
}

/** How many statements the database is asked to run for one tap, counted at its door in a short run of its own. */
async function statementsPerUpdate(
  stub: Stub,
  databaseUrl: string,
  folder: string,
  chats: number[],
): Promise<number> {
  const door = await countingDoor(databaseUrl);
  const kezek = await startKezek(stub, door.url, folder);
  const few = { ...taps(kezek, stub, chats), connections: 1, warmUpMs: 2_000, measureMs: 10 };
  await drive(few);
  const before = door.count();
  const counted = await drive({ ...few, warmUpMs: 0, measureMs: 3_000 });
  const statements = (door.count() - before) / counted.updates;
  await kezek.end();
  await door.close();
  return statements;
}

type Plan = Omit<Drive, 'update' | 'calls' | 'seen' | 'saying'>;

function plan(child: Child, path: string, stub: Stub, chats: readonly number[]): Plan {
  return {
    url: `${child.url}${path}`,
    cpuMs: child.cpuMs,
    secret: SECRET,
    stub,
    connections: CONNECTIONS,
    chats,
    warmUpMs: 2_000,
    measureMs: 4_000,
  };
}

function taps(kezek: Child, stub: Stub, chats: readonly number[]): Drive {
  const data = encodeCallback('apps');
  return {
    ...plan(kezek, '/telegram', stub, chats),
    calls: ['editMessageText', 'answerCallbackQuery'],
    seen: 'editMessageText',
    saying: CHILD,
    update: (id, chat) => ({
      update_id: id,
      callback_query: {
        id: String(id),
        from: person(chat),
        chat_instance: '1',
        data,
        message: { message_id: LIVE_MESSAGE, date: 1_790_000_000, chat: privateChat(chat), text: '…' },
      },
    }),
  };
}

function echoes(echo: Child, stub: Stub, chats: readonly number[]): Drive {
  return {
    ...plan(echo, '/', stub, chats),
    calls: ['sendMessage'],
    seen: 'sendMessage',
    saying: GREETING,
    update: (id, chat) => ({
      update_id: id,
      message: {
        message_id: id,
        date: 1_790_000_000,
        from: person(chat),
        chat: privateChat(chat),
        text: GREETING,
      },
    }),
  };
}

function person(id: number) {
  return { id, is_bot: false, first_name: 'Айгүл', language_code: 'kk' };
}

function privateChat(id: number) {
  return { id, type: 'private', first_name: 'Айгүл' };
}

function report(ours: readonly Driven[], bare: readonly Driven[], statements: number) {
  const figure = (rounds: readonly Driven[], of: (driven: Driven) => number) =>
    rounded(median(rounds.map(of)));
  const figuresOf = (rounds: readonly Driven[]) => ({
    updatesPerSecond: figure(rounds, (driven) => driven.perSecond),
    p50Ms: figure(rounds, (driven) => driven.p50),
    p99Ms: figure(rounds, (driven) => driven.p99),
    cpuMsPerUpdate: figure(rounds, (driven) => driven.cpuMs),
  });
  // Neighbours of one round had the same machine: their ratio says more than the ratio of two medians.
  const ratio = median(ours.map((driven, i) => driven.perSecond / (bare[i]?.perSecond ?? Number.NaN)));
  return {
    name: 'updates',
    figures: {
      ...figuresOf(ours),
      ratioToBareGrammy: rounded(ratio),
      statementsPerUpdate: rounded(statements),
    },
    baseline: figuresOf(bare),
    targets: [
      atLeast('updates/s, ratio to a bare grammY echo bot', 0.35, ratio),
      atMost('statements per update', 8, statements),
    ],
  };
}

function line(driven: Driven | undefined): string {
  if (!driven) return '';
  return `${rounded(driven.perSecond)}/s (p50 ${rounded(driven.p50)} ms, p99 ${rounded(driven.p99)} ms)`;
}
