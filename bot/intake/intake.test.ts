import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Bot, type Context } from 'grammy';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { type Db, openDb } from '../../core/db/db.ts';
import { createInbox } from '../../core/inbox/inbox.ts';
import type { TelegramStandIn } from '../../local/telegram/server.ts';
import { OTHER, PARENT, standIn, TOKEN } from '../../local/telegram/testing.ts';
import { type Cuttable, cuttable } from '../../local/testing/cuttable.ts';
import { testDatabase } from '../../local/testing/database.ts';
import { type Intake, type IntakeDeps, startIntake } from './intake.ts';
import { receiptOf } from './receipt.ts';

const database = await testDatabase();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.pool.query('TRUNCATE inbox, inbox_lane');
});
const door: Cuttable = await cuttable(database.url);
afterAll(() => door.close());

interface Running {
  readonly intake: Intake;
  readonly db: Db;
}

type Mode = IntakeDeps<Context>['mode'];

async function telegramWith(options: Parameters<typeof standIn>[0] = {}): Promise<TelegramStandIn> {
  const telegram = await standIn({
    webhook: { firstRetryMs: 20, maxRetryMs: 100, secondMs: 20 },
    ...options,
  });
  closing.push(() => telegram.close());
  return telegram;
}

function start(
  telegram: TelegramStandIn,
  handler: (ctx: Context) => Promise<unknown>,
  {
    mode = { kind: 'polling' },
    token = TOKEN,
    maxBacklog = 5_000,
  }: { mode?: Mode; token?: string; maxBacklog?: number } = {},
): Running {
  const db = openDb(door.url, { max: 4, onError: () => undefined });
  const inbox = createInbox({
    db,
    clock: systemClock,
    log,
    dataKey: Buffer.alloc(32, 3),
    options: { sweepMs: 25, restMs: [5, 5] },
  });
  const bot = new Bot(token, { client: { apiRoot: telegram.apiRoot } });
  bot.use(handler);
  const intake = startIntake({ bot, inbox, log, mode, language: async () => 'ru', maxBacklog });
  closing.push(async () => {
    await intake.stop(5_000);
    await db.close();
  });
  return { intake, db };
}

/** The web server of a process, as main mounts it. */
async function serve(handler: () => Intake['webhook']): Promise<string> {
  const server = createServer(async (req, res) => {
    const secret = req.headers['x-telegram-bot-api-secret-token'];
    const answer = await handler()?.(
      typeof secret === 'string' ? secret : undefined,
      JSON.parse(await text(req)),
    );
    res.writeHead(
      answer?.status ?? 500,
      answer?.retryAfter ? { 'retry-after': String(answer.retryAfter) } : {},
    );
    res.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/telegram`;
}

const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
const echo = (ctx: Context) => ctx.reply(`> ${ctx.message?.text}`);
const repliesTo = (telegram: TelegramStandIn, person: number) =>
  telegram.sim
    .messages(person)
    .filter((message) => message.from?.is_bot === true)
    .map((message) => message.text);
const secret = 'the-secret-of-the-test';

describe('polling', () => {
  it('answers each message once and in order, two processes sharing one poll', async () => {
    const telegram = await telegramWith();
    const seen: [string | undefined, bigint | undefined, boolean | undefined][] = [];
    const handler = async (ctx: Context) => {
      const receipt = receiptOf(ctx.update);
      seen.push([ctx.message?.text, receipt?.messageId, receipt?.alreadyApplied]);
      await echo(ctx);
    };
    start(telegram, handler);
    start(telegram, handler);
    const texts = Array.from({ length: 15 }, (_, n) => `n ${n}`);
    for (const one of texts) for (const person of [PARENT, OTHER]) telegram.sim.text(person, one);
    for (const person of [PARENT, OTHER]) {
      await eventually(() => expect(repliesTo(telegram, person)).toEqual(texts.map((one) => `> ${one}`)));
    }
    expect(seen).toHaveLength(30);
    expect(seen.every(([, id, applied]) => id !== undefined && applied === false)).toBe(true);
    expect(
      telegram.sim.calls().filter(({ method, status }) => method === 'getUpdates' && status === 409),
    ).toEqual([]);
  });

  it('confirms nothing while the database is away, and loses nothing', async () => {
    const telegram = await telegramWith();
    const { intake } = start(telegram, echo);
    await intake.ready;
    telegram.sim.text(PARENT, 'before');
    await eventually(() => expect(repliesTo(telegram, PARENT)).toEqual(['> before']));
    await door.cut();
    for (const n of [1, 2, 3]) telegram.sim.text(PARENT, `during ${n}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await door.mend();
    await eventually(() =>
      expect(repliesTo(telegram, PARENT)).toEqual(['> before', '> during 1', '> during 2', '> during 3']),
    );
  });

  it('waits for Telegram when it cannot be reached', async () => {
    const telegram = await telegramWith();
    telegram.sim.fault({ method: 'sendMessage', code: 500, times: 4 });
    start(telegram, echo);
    telegram.sim.text(PARENT, 'patience');
    await eventually(() => expect(repliesTo(telegram, PARENT)).toEqual(['> patience']));
    const { rows } = await database.pool.query('SELECT tries FROM inbox');
    expect(rows).toEqual([{ tries: 1 }]);
  });

  it('tells a person whose message was set aside, and goes on', async () => {
    const telegram = await telegramWith();
    start(telegram, async (ctx) => {
      if (ctx.message?.text === 'poison') throw new RangeError('a bug');
      await echo(ctx);
    });
    telegram.sim.text(PARENT, 'poison');
    telegram.sim.text(PARENT, 'good');
    await eventually(() =>
      expect(repliesTo(telegram, PARENT)).toEqual([expect.stringContaining('Технический сбой'), '> good']),
    );
  });

  it('says when the token is not accepted', async () => {
    const telegram = await telegramWith();
    const { intake } = start(telegram, echo, { token: '1:wrong' });
    await expect(intake.ready).rejects.toMatchObject({ error_code: 401 });
  });
});

describe('the webhook', () => {
  it('answers each message once and in order, through two processes, an outage and repeated calls', async () => {
    const telegram = await telegramWith();
    const processes: Running[] = [];
    let calls = 0;
    const url = await serve(() => {
      calls += 1;
      return processes[calls % 2]?.intake.webhook;
    });
    const mode: Mode = { kind: 'webhook', url, secret };
    processes.push(start(telegram, echo, { mode }), start(telegram, echo, { mode }));
    await Promise.all(processes.map(({ intake }) => intake.ready));
    const texts = Array.from({ length: 20 }, (_, n) => `n ${n}`);
    for (const one of texts.slice(0, 10))
      for (const person of [PARENT, OTHER]) telegram.sim.text(person, one);
    await door.cut();
    for (const one of texts.slice(10)) for (const person of [PARENT, OTHER]) telegram.sim.text(person, one);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await door.mend();
    for (const person of [PARENT, OTHER]) {
      await eventually(() => {
        const replies = repliesTo(telegram, person);
        // A cut between the answer and its note in the database may say one thing twice, never nothing and never late.
        expect(replies.filter((reply, i) => replies.indexOf(reply) === i)).toEqual(
          texts.map((one) => `> ${one}`),
        );
      });
    }
    await eventually(async () => {
      const { rows } = await database.pool.query(
        'SELECT state, count(*)::int AS n FROM inbox GROUP BY state',
      );
      expect(rows).toEqual([{ state: 'DONE', n: 40 }]);
    });
  });

  it('turns away who does not know the secret, what is no update, and everybody while too much waits', async () => {
    const telegram = await telegramWith();
    const mode: Mode = { kind: 'webhook', url: 'http://127.0.0.1:9/never-called', secret };
    const { intake } = start(telegram, echo, { mode, maxBacklog: -1 });
    const update = { update_id: 1, message: { chat: { id: 5 } } };
    expect(await intake.webhook?.(undefined, update)).toEqual({ status: 401 });
    expect(await intake.webhook?.(`${secret}x`, update)).toEqual({ status: 401 });
    expect(await intake.webhook?.(secret, { update_id: 'x' })).toEqual({ status: 400 });
    expect(await intake.webhook?.(secret, [])).toEqual({ status: 400 });
    expect(await intake.webhook?.(secret, update)).toEqual({ status: 503, retryAfter: 2 });
    const { rows } = await database.pool.query('SELECT FROM inbox');
    expect(rows).toEqual([]);
  });

  it('asks Telegram to come again once it stops', async () => {
    const telegram = await telegramWith();
    const { intake } = start(telegram, echo, {
      mode: { kind: 'webhook', url: 'http://127.0.0.1:9/', secret },
    });
    await intake.stop(1_000);
    const update = { update_id: 1, message: { chat: { id: 5 } } };
    expect(await intake.webhook?.(secret, update)).toEqual({ status: 503, retryAfter: 2 });
  });
});
