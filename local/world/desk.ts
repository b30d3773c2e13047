import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type pg from 'pg';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import { letCrowdConfirm } from '../invented/crowd.ts';
import { districts } from '../invented/districts.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { serveOutbox } from '../outbox/page.ts';
import { type PersonInput, startTelegram, type TelegramStandIn } from '../telegram/server.ts';
import { clockActions, type MovableClock } from './clock.ts';
import { travel } from './journey.ts';
import type { LocalSigning, SigningDesk } from './signing.ts';

/** What the pages need of the program. */
export interface Inside {
  readonly pool: pg.Pool;
  /** Does everything whose time has come; whether anything was. */
  readonly sweep: () => Promise<boolean>;
}

export interface Desk {
  readonly telegram: { readonly token: string; readonly apiRoot: string } | undefined;
  readonly addresses: readonly { readonly what: string; readonly url: string }[];
  /** Undefined where database or Telegram is real: nothing there is signed with keys of our own making. */
  readonly signing: LocalSigning | undefined;
}

/** What is open, and out of what. */
export interface Parts {
  readonly config: Config;
  readonly movable: MovableClock | undefined;
  readonly clock: Clock;
  readonly outbox: Outbox | undefined;
  people: readonly PersonInput[];
  /** Where the program itself answers, once it does. */
  program: string | undefined;
  signing: SigningDesk | undefined;
  telegram: TelegramStandIn | undefined;
  server: Server | undefined;
}

/** The middles of the invented towns and villages, to share as one's own place. */
const places = districts.flatMap(({ settlements }) =>
  settlements.map(({ kk, ru, latitude, longitude }) => ({ label: { kk, ru }, latitude, longitude })),
);

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

const TOKEN = '7000000000:local-world';

/** Starts the stand-ins and the pages of this machine. */
export async function openDesk(parts: Parts, inside: Inside): Promise<Desk> {
  const { config, outbox, movable } = parts;
  if (movable) parts.signing = await openSigners(parts, movable, inside);
  const extra = pagesOf(parts, inside);
  if (config.botToken === undefined) {
    const telegram = await onFreePort(config.port, (port) => startStandIn(parts, port, extra));
    parts.telegram = telegram;
    const signing = parts.signing?.at(telegram.url);
    return {
      telegram: { token: TOKEN, apiRoot: telegram.apiRoot },
      addresses: [
        { what: 'chat', url: telegram.url },
        { what: 'SMS and mail', url: `${telegram.url}/inbox` },
        ...(signing ? [{ what: 'NCALayer', url: signing.ncalayerWindow }] : []),
        ...(signing ? [{ what: 'eGov Mobile', url: `${telegram.url}/phone` }] : []),
      ],
      signing,
    };
  }
  if (!outbox) return { telegram: undefined, addresses: [], signing: undefined };
  const url = await onFreePort(config.port, async (port) => {
    parts.server = createServer(async (req, res) => {
      if (await extra(req, res)) return;
      res.writeHead(404);
      res.end();
    });
    return listen(parts.server, port);
  });
  return {
    telegram: undefined,
    addresses: [{ what: 'SMS and mail', url: `${url}/inbox` }],
    signing: undefined,
  };
}

export async function closeDesk({ signing, telegram, server }: Parts): Promise<void> {
  await signing?.close();
  await telegram?.close();
  if (!server?.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function openSigners(parts: Parts, clock: Clock, { pool }: Inside): Promise<SigningDesk> {
  // Only now: a program over a real database or the real Telegram never needs an authority of its own.
  const { openSigning } = await import('./signing.ts');
  const { config, people } = parts;
  const { dataDir, port, publicUrl } = config;
  const isOurs = ({ origin }: URL) => {
    const here = parts.program === undefined ? undefined : new URL(parts.program).port;
    return [publicUrl, `http://localhost:${here}`, `http://127.0.0.1:${here}`].some(
      (address) => URL.parse(address)?.origin === origin,
    );
  };
  return openSigning({ dataDir, clock, pool, people, port, isOurs });
}

/** Everything beside the chat itself. */
function pagesOf({ movable, outbox, signing }: Parts, inside: Inside): Handler {
  const clockPages = movable ? serveClock(movable, inside) : undefined;
  return async (req, res) =>
    (outbox !== undefined && serveOutbox(outbox, req, res)) ||
    ((await clockPages?.(req, res)) ?? false) ||
    ((await signing?.serve(req, res)) ?? false);
}

function startStandIn(
  { config, clock, outbox, movable, people, signing }: Parts,
  port: number,
  extra: Handler,
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
        ...(signing
          ? [
              { label: { kk: 'NCALayer терезесі', ru: 'Окно NCALayer' }, href: '/ncalayer' },
              { label: { kk: 'eGov mobile телефоны', ru: 'Телефон с eGov mobile' }, href: '/phone' },
            ]
          : []),
        {
          label: { kk: 'Сервер күйі', ru: 'Состояние сервера' },
          href: `http://localhost:${config.port}/health`,
        },
      ],
      ...(movable ? { clock: { now: clock.now, actions } } : {}),
      inbox: () => [...(outbox?.items() ?? [])],
      ...(movable ? { places } : {}),
    },
  });
}

/** `POST /clock/<name>` moves the clock; one move after another, however often a button is pressed. */
function serveClock(clock: MovableClock, { pool, sweep }: Inside): Handler {
  let last: Promise<void> = Promise.resolve();
  return async (req, res) => {
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
