import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type pg from 'pg';
import { type Clock, systemClock } from '../core/clock.ts';
import { type Config, localDataKey } from '../core/config.ts';
import type { MobileBase, PersonRegistry } from '../core/ports.ts';
import { letCrowdConfirm } from './invented/crowd.ts';
import { fillInvented } from './invented/fill.ts';
import { type Outbox, openOutbox } from './outbox/outbox.ts';
import { serveOutbox } from './outbox/page.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres/embedded.ts';
import { openSandboxRegistry } from './registry/sandbox.ts';
import { type PersonInput, startTelegram, type TelegramStandIn } from './telegram/server.ts';
import { clockActions, type MovableClock, movableClock } from './world/clock.ts';
import { travel } from './world/journey.ts';
import { runningDatabase } from './world/running-database.ts';

/** What the configuration leaves open, filled from this machine. */
export interface World {
  readonly databaseUrl: string;
  readonly dataKey: Buffer;
  readonly clock: Clock;
  /** SMS and letters that have no real way out; undefined where both database and Telegram are real: nothing is pretended. */
  readonly outbox: Outbox | undefined;
  /** The state bases, in the schema `sandbox` of the database; there is no real adapter yet. */
  registries(pool: pg.Pool): Promise<{ readonly registry: PersonRegistry; readonly mobileBase: MobileBase }>;
  /** Starts the Telegram stand-in and the pages of this machine; their addresses. Undefined token: Telegram is real. */
  open(inside: Inside): Promise<Desk>;
  /** Tells a second start on the same data folder where this one answers. */
  announce(address: string): Promise<void>;
  stop(): Promise<void>;
}

/** What the pages need of the program. */
export interface Inside {
  readonly pool: pg.Pool;
  /** Does everything whose time has come; whether anything was. */
  readonly sweep: () => Promise<boolean>;
}

export interface Desk {
  readonly telegram: { readonly token: string; readonly apiRoot: string } | undefined;
  readonly addresses: readonly { readonly what: string; readonly url: string }[];
}

const TOKEN = '7000000000:local-world';

/**
 * Fills what the configuration leaves open: the embedded database without DATABASE_URL, the Telegram stand-in without
 * BOT_TOKEN, an inbox page for SMS and mail that have no gateway, sandbox registries, and, when both database and Telegram
 * are ours, a clock that can be moved. `beside` joins the database of a program that is running, for a command.
 * @throws LocalDatabaseError, AlreadyRunning (one line each).
 */
export async function openWorld(config: Config, log: (line: string) => void, beside = false): Promise<World> {
  const joined = beside && !config.databaseUrl ? runningDatabase(config.dataDir) : undefined;
  const postgres =
    config.databaseUrl || joined ? undefined : await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  const databaseUrl = config.databaseUrl ?? joined ?? postgres?.url;
  const dataKey = config.dataKey ?? localDataKey(config.dataDir);
  if (databaseUrl === undefined) throw new Error('no database');
  const movable = config.databaseUrl || config.botToken ? undefined : movableClock(config.dataDir);
  const clock = movable ?? systemClock;
  const real = config.databaseUrl !== undefined && config.botToken !== undefined;
  const outbox = real || beside ? undefined : openOutbox(clock, join(config.dataDir, 'outbox.jsonl'));
  const parts: Parts = {
    config,
    postgres,
    movable,
    clock,
    outbox,
    people: [],
    telegram: undefined,
    server: undefined,
  };
  // Only where everything is ours: invented families have no place beside real ones.
  const invent = async (): Promise<PersonInput[]> => {
    if (movable === undefined) return [];
    const { publicUrl, supportPhone = '1414' } = config;
    const now = movable.now();
    return fillInvented({ databaseUrl, dataKey, publicUrl, supportPhone, now, log });
  };
  return {
    databaseUrl,
    dataKey,
    clock,
    outbox,
    registries: (pool) => openSandboxRegistry(pool),
    open: async (inside) => {
      parts.people = await invent();
      return openDesk(parts, inside);
    },
    announce: async (address) => postgres?.announce(address),
    stop: async () => {
      await parts.telegram?.close();
      await close(parts.server);
      await postgres?.stop();
    },
  };
}

interface Parts {
  readonly config: Config;
  readonly postgres: EmbeddedPostgres | undefined;
  readonly movable: MovableClock | undefined;
  readonly clock: Clock;
  readonly outbox: Outbox | undefined;
  people: readonly PersonInput[];
  telegram: TelegramStandIn | undefined;
  server: Server | undefined;
}

async function openDesk(parts: Parts, inside: Inside): Promise<Desk> {
  const { config, outbox } = parts;
  const clockPages = parts.movable ? serveClock(parts.movable, inside) : undefined;
  const extra = async (req: IncomingMessage, res: ServerResponse) =>
    (outbox !== undefined && serveOutbox(outbox, req, res)) || ((await clockPages?.(req, res)) ?? false);
  if (config.botToken === undefined) {
    const telegram = await onFreePort(config.port, (port) => startStandIn(parts, port, extra));
    parts.telegram = telegram;
    return {
      telegram: { token: TOKEN, apiRoot: telegram.apiRoot },
      addresses: [
        { what: 'chat', url: telegram.url },
        { what: 'SMS and mail', url: `${telegram.url}/inbox` },
      ],
    };
  }
  if (!outbox) return { telegram: undefined, addresses: [] };
  const url = await onFreePort(config.port, async (port) => {
    parts.server = createServer(async (req, res) => {
      if (await extra(req, res)) return;
      res.writeHead(404);
      res.end();
    });
    return listen(parts.server, port);
  });
  return { telegram: undefined, addresses: [{ what: 'SMS and mail', url: `${url}/inbox` }] };
}

function startStandIn(
  { config, clock, outbox, movable, people }: Parts,
  port: number,
  extra: (req: IncomingMessage, res: ServerResponse) => Promise<boolean>,
): Promise<TelegramStandIn> {
  const actions = clockActions.map(({ name, label }) => ({ label, href: `/clock/${name}` }));
  return startTelegram({
    port,
    token: TOKEN,
    botUsername: 'kezek_local_bot',
    botName: 'Кезек',
    clock,
    people: [...people],
    stateFile: join(config.dataDir, 'telegram.json'),
    extra,
    world: {
      links: [
        { label: { kk: 'SMS және хаттар', ru: 'SMS и письма' }, href: '/inbox' },
        {
          label: { kk: 'Сервер күйі', ru: 'Состояние сервера' },
          href: `http://localhost:${config.port}/health`,
        },
      ],
      ...(movable ? { clock: { now: clock.now, actions } } : {}),
      inbox: () => [...(outbox?.items() ?? [])],
    },
  });
}

/** `POST /clock/<name>` moves the clock; one move after another, however often a button is pressed. */
function serveClock(clock: MovableClock, { pool, sweep }: Inside) {
  let last: Promise<void> = Promise.resolve();
  return async (req: IncomingMessage, res: ServerResponse): Promise<boolean> => {
    const action = clockActions.find(({ name }) => req.url === `/clock/${name}`);
    if (!action || req.method !== 'POST') return false;
    // Another site open in the same browser must not move our time.
    const { origin, host } = req.headers;
    if (origin !== undefined && URL.parse(origin)?.host !== host) {
      res.writeHead(403).end();
      return true;
    }
    const moved = last.then(async () => {
      const target = action.target(clock.now());
      await letCrowdConfirm(pool, clock.now(), target);
      await travel({ pool, clock, sweep }, target);
    });
    last = moved.catch(() => undefined);
    await moved;
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ now: clock.now() }));
    return true;
  };
}

/** The port after the program's own; another when it is taken, or when the program takes any. */
async function onFreePort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  if (port === 0) return start(0);
  try {
    return await start(port + 1);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return start(0);
    throw error;
  }
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`);
    });
  });
}

async function close(server: Server | undefined): Promise<void> {
  if (!server?.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
