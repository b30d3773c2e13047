import { Agent, request } from 'node:http';
import { quantile } from '../report.ts';
import type { Stub } from './stub.ts';

export interface Drive {
  readonly url: string;
  /** Processor time of the bot's process so far. */
  readonly cpuMs: () => number | undefined;
  readonly secret: string;
  readonly stub: Stub;
  readonly connections: number;
  readonly chats: readonly number[];
  /** The update of `chat`; `id` is new each time. */
  readonly update: (id: number, chat: number) => object;
  /** The calls that an update leads to: the next of its connection waits for all of them. */
  readonly calls: readonly string[];
  /** The call that a person sees: the time to it is what is measured. */
  readonly seen: string;
  /** Words that must be in it: what was measured is what was meant. */
  readonly saying: string;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Driven {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly updates: number;
  /** Processor time of the bot's process for one update, in milliseconds; 0 where the system does not tell. */
  readonly cpuMs: number;
}

let lastId = 1_000_000;

/** Plays Telegram: each connection sends an update, waits for its 200 and for what the bot does with it, and goes on. */
export async function drive(options: Drive): Promise<Driven> {
  const { stub, connections, chats, warmUpMs, measureMs } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const waiting = new Map<string, (text: string) => void>();
  stub.onCall = (method, chat, text) => waiting.get(`${method} ${chat}`)?.(text);
  const begin = performance.now();
  const from = begin + warmUpMs;
  const until = from + measureMs;
  const times: number[] = [];
  const cpuBefore = options.cpuMs();
  let all = 0;
  const one = async (chat: number) => {
    lastId += 1;
    const id = lastId;
    const sent = performance.now();
    let seenAt = 0;
    const calls = options.calls.map((method) => {
      const key = `${method} ${method === 'answerCallbackQuery' ? id : chat}`;
      return new Promise<void>((resolve, reject) => {
        waiting.set(key, (text) => {
          waiting.delete(key);
          if (method === options.seen) {
            seenAt = performance.now();
            if (!text.includes(options.saying)) reject(new Error(`the bot said something else: ${text}`));
          }
          resolve();
        });
      });
    });
    await Promise.all([post(options, agent, options.update(id, chat)), ...calls]);
    const done = performance.now();
    all += 1;
    if (done >= from && done < until) times.push(seenAt - sent);
  };
  const lanes = Array.from({ length: connections }, (_, c) =>
    chats.filter((_chat, i) => i % connections === c),
  );
  await Promise.all(
    lanes.map(async (own) => {
      for (let n = 0; performance.now() < until; n++) await one(own[n % own.length] ?? 0);
    }),
  );
  agent.destroy();
  stub.onCall = () => undefined;
  return {
    perSecond: times.length / (measureMs / 1000),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    updates: times.length,
    cpuMs: ((options.cpuMs() ?? 0) - (cpuBefore ?? 0)) / Math.max(1, all),
  };
}

function post({ url, secret }: Drive, agent: Agent, update: object): Promise<void> {
  const body = JSON.stringify(update);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-telegram-bot-api-secret-token': secret,
  };
  return new Promise((resolve, reject) => {
    const req = request(url, { method: 'POST', agent, headers }, (res) => {
      res.resume();
      res.on('end', () =>
        res.statusCode === 200 ? resolve() : reject(new Error(`the webhook answered ${res.statusCode}`)),
      );
    });
    req.on('error', reject);
    req.end(body);
  });
}
