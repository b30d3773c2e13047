import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BotApi } from './bot-api.ts';
import { Faults } from './faults.ts';
import { InlineQueries } from './inline.ts';
import type { LimiterOptions } from './limiter.ts';
import { CallLog } from './log.ts';
import type { Context } from './methods/context.ts';
import { servePage } from './page-files.ts';
import { Queries } from './queries.ts';
import { Sim } from './sim.ts';
import { SimRoutes } from './sim-routes.ts';
import { StateFile } from './state-file.ts';
import { Store } from './store.ts';
import { Stream } from './stream.ts';
import type { Params, PersonInput, WorldPanels } from './types.ts';
import { Updates } from './updates.ts';
import type { WebhookTiming } from './webhook.ts';

export type { Fault, LiveFault } from './faults.ts';
export type { LimiterOptions } from './limiter.ts';
export type { Sim, TapResult, TapTarget } from './sim.ts';
export type { AlbumItem, FileInput } from './sim-files.ts';
export type { InlineShown } from './sim-inline.ts';
export type { Match } from './sim-view.ts';
export type * from './types.ts';

export interface TelegramOptions {
  /** 0 takes any free port. */
  port: number;
  /** Default 127.0.0.1: nobody else on the network plays our people. */
  host?: string;
  /** `<bot id>:<secret>`; never shown in the page. */
  token: string;
  botUsername: string;
  /** Default 'Kezek'. */
  botName?: string;
  people?: PersonInput[];
  /** Sending limits, off unless given. */
  limiter?: LimiterOptions;
  /** Added to every Bot API call, in milliseconds. */
  latencyMs?: number;
  /** Called with what should never happen. */
  log?: (error: unknown) => void;
  /** Messages kept per chat and calls kept in the log. Default 500. */
  keep?: number;
  /** JSON file that keeps the chats from one start to the next. */
  stateFile?: string;
  /** Dates of messages, and the 48 hours in which they may be deleted. Default: the machine's. */
  clock?: { now(): Date };
  /** Milliseconds that only grow, for limits and the life of a tap. Default: performance.now. */
  monotonic?: () => number;
  webhook?: Partial<WebhookTiming>;
  world?: WorldPanels;
  /** Asked first for addresses the stand-in does not know; true when it has answered. */
  extra?: (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;
}

export interface TelegramStandIn {
  /** Address of the chat page. */
  url: string;
  /** What a bot takes as its `apiRoot`; the same as `url`. */
  apiRoot: string;
  port: number;
  sim: Sim;
  close(): Promise<void>;
}

const TIMING: WebhookTiming = { firstRetryMs: 1000, maxRetryMs: 60_000, timeoutMs: 60_000, secondMs: 1000 };

/** A bot that remembers update_ids must not meet one twice, so every start begins above the last one's. */
const firstUpdateId = () => (Math.floor(Date.now() / 1000) - 1_760_000_000) * 20;

interface Parts {
  api: BotApi;
  routes: SimRoutes;
  stream: Stream;
  sim: Sim;
  updates: Updates;
  state: StateFile | undefined;
}

function build(options: TelegramOptions): Parts {
  const now = () => options.clock?.now() ?? new Date();
  const monotonic = options.monotonic ?? (() => performance.now());
  const keep = options.keep ?? 500;
  const bot = {
    id: Number(options.token.split(':')[0]) || 1,
    is_bot: true,
    first_name: options.botName ?? 'Kezek',
    username: options.botUsername,
  };
  const store = new Store({ bot, keep, now });
  const call = (method: string, params: Params) => api.call(method, params);
  const updates = new Updates(firstUpdateId(), { ...TIMING, ...options.webhook }, call);
  const queries = new Queries(monotonic, Math.floor(Date.now() / 1000));
  const inline = new InlineQueries(monotonic, () => store.seconds(), Math.floor(Date.now() / 1000));
  const context: Context = { store, updates, queries, inline, limiter: undefined };
  const faults = new Faults();
  const log = new CallLog(keep);
  const onError = options.log ?? ((error: unknown) => console.error(error));
  const api = new BotApi({ context, token: options.token, faults, log, now, onError });
  const setLatency = (ms: number) => {
    api.latencyMs = ms;
  };
  const sim = new Sim({ context, faults, log, monotonic, setLatency });
  const inboxSize = async () => (await options.world?.inbox?.())?.length ?? 0;
  const stream = new Stream((listener) => store.on(listener), inboxSize);
  const routes = new SimRoutes({ sim, store, stream, world: options.world });
  const state =
    options.stateFile === undefined ? undefined : new StateFile(options.stateFile, store, updates);
  return { api, routes, stream, sim, updates, state };
}

async function answer(parts: Parts, options: TelegramOptions, req: IncomingMessage, res: ServerResponse) {
  const target = req.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  if (await parts.api.handle(req, res, path, query)) return;
  if (await parts.routes.handle(req, res, path, query)) return;
  if (req.method === 'GET' && (await servePage(res, path))) return;
  if (await options.extra?.(req, res)) return;
  res.writeHead(404, { 'content-type': 'application/json' });
  res.end('{"ok":false,"error_code":404,"description":"Not Found"}');
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/**
 * Starts the Telegram stand-in: the Bot API for the bot, `/sim/*` for tests, and a chat page for people. Semantics and
 * error texts follow the real server; what it leaves out (groups, payments, Markdown) is refused, never ignored.
 */
export async function startTelegram(options: TelegramOptions): Promise<TelegramStandIn> {
  const parts = build(options);
  const { sim, state, stream, updates } = parts;
  if (options.limiter) sim.limiter(options.limiter);
  sim.latency(options.latencyMs ?? 0);
  state?.load();
  for (const person of options.people ?? []) sim.addPerson(person);
  if (state) {
    sim.on((event) => {
      if (event.type !== 'call' || event.call.method === 'getUpdates') state.touch();
    });
  }
  const server = createServer((req, res) => {
    answer(parts, options, req, res).catch((error: unknown) => {
      const malformed = error instanceof URIError;
      if (!malformed) (options.log ?? console.error)(error);
      if (!res.headersSent) res.writeHead(malformed ? 400 : 500);
      res.end();
    });
  });
  server.keepAliveTimeout = 60_000;
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port, host);
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const close = async () => {
    updates.close();
    stream.close();
    state?.save();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, apiRoot: url, port, sim, close };
}
