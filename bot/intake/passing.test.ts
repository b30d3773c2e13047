import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Bot, type Context } from 'grammy';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { openDb } from '../../core/db/db.ts';
import { createInbox } from '../../core/inbox/inbox.ts';
import { OTHER, PARENT, standIn, TOKEN } from '../../local/telegram/testing.ts';
import { testDatabase } from '../../local/testing/database.ts';
import { BOT } from '../testing/chat.ts';
import { type Intake, startIntake } from './intake.ts';
import { createPassing } from './passing.ts';

const database = await testDatabase();
const log = { info: () => undefined, warn: vi.fn(), error: () => undefined };
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.pool.query('TRUNCATE inbox, inbox_lane');
  log.warn.mockClear();
});

const written = async () => (await database.pool.query('SELECT FROM inbox')).rowCount;
const query = (id: number, words = 'q') => ({
  update_id: id,
  inline_query: { id: String(id), from: { id: 1, is_bot: false, first_name: 'A' }, query: words, offset: '' },
});

async function start(mode: 'polling' | 'webhook') {
  const telegram = await standIn({ webhook: { firstRetryMs: 20, maxRetryMs: 100, secondMs: 20 } });
  closing.push(() => telegram.close());
  const db = openDb(database.url, { max: 4 });
  const inbox = createInbox({
    db,
    clock: systemClock,
    log,
    dataKey: Buffer.alloc(32, 3),
    options: { sweepMs: 25, restMs: [5, 5] },
  });
  const bot = new Bot<Context>(TOKEN, { client: { apiRoot: telegram.apiRoot } });
  bot.on('inline_query', async (ctx) => {
    if (ctx.inlineQuery.query === 'broken') throw new Error('broken');
    await ctx.answerInlineQuery([], { button: { text: ctx.inlineQuery.query, start_parameter: 'x' } });
  });
  bot.on('message', (ctx) => ctx.reply(`> ${ctx.message.text}`));
  let intake: Intake | undefined;
  const server = createServer(async (req, res) => {
    const secret = req.headers['x-telegram-bot-api-secret-token'];
    const body = JSON.parse(await text(req));
    const answer = await intake?.webhook?.(typeof secret === 'string' ? secret : undefined, body);
    res.writeHead(answer?.status ?? 500).end();
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
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/telegram`;
  intake = startIntake({
    bot,
    inbox,
    log,
    mode: mode === 'polling' ? { kind: 'polling' } : { kind: 'webhook', url, secret: 'a-secret' },
    language: async () => 'ru',
  });
  closing.push(async () => {
    await intake?.stop(5_000);
    await db.close();
  });
  await intake.ready;
  return { telegram, intake };
}

describe.each(['polling', 'webhook'] as const)('an inline query by %s', (mode) => {
  it('is answered at once, written nowhere, and its failure keeps nothing up', async () => {
    const { telegram } = await start(mode);
    const { sim } = telegram;
    await expect(sim.inline(PARENT, 'broken', { wait: 300 })).rejects.toThrow('did not answer');
    expect(log.warn).toHaveBeenCalledWith(expect.anything(), 'an inline query was not answered');
    expect(await sim.inline(OTHER, 'балдырған')).toMatchObject({ button: { text: 'балдырған' } });
    expect(await written()).toBe(0);
    sim.text(PARENT, 'сәлем');
    await vi.waitFor(() => expect(sim.messages(PARENT).at(-1)?.text).toBe('> сәлем'), { timeout: 5_000 });
    expect(await written()).toBe(1);
  });
});

describe('what passes', () => {
  const hung = () => {
    const bot = new Bot<Context>(TOKEN, { botInfo: BOT });
    const seen: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    bot.on('inline_query', async (ctx) => {
      seen.push(ctx.inlineQuery.query);
      await gate;
    });
    return { bot, seen, release: () => release() };
  };

  it('is inline queries alone, before the bot knows itself too', () => {
    const passing = createPassing(new Bot<Context>(TOKEN), log);
    expect(passing.take(query(1))).toBe(true);
    for (const other of [{ update_id: 1, message: {} }, null, undefined, 'inline_query', 7, []])
      expect(passing.take(other)).toBe(false);
  });

  it('is bounded: of a flood the surplus is dropped, and afterwards it goes on', async () => {
    const { bot, seen, release } = hung();
    const passing = createPassing(bot, log);
    for (let n = 0; n < 100; n += 1) expect(passing.take(query(n, `q${n}`))).toBe(true);
    await vi.waitFor(() => expect(seen).toHaveLength(32));
    release();
    await passing.settled();
    expect(passing.take(query(200, 'later'))).toBe(true);
    await passing.settled();
    expect(seen.at(-1)).toBe('later');
    expect(seen).toHaveLength(33);
  });

  it('through the webhook only with the secret', async () => {
    const { intake } = await start('webhook');
    expect(await intake.webhook?.('wrong', query(1))).toEqual({ status: 401 });
    expect(await intake.webhook?.('a-secret', query(2))).toEqual({ status: 200 });
  });
});
