import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type Bot, InlineKeyboard, InputFile, Keyboard } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelegramStandIn } from './server.ts';
import { botFor, OTHER, PARENT, raw, standIn, TOKEN } from './testing.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
let telegram: TelegramStandIn;
let bot: Bot;

beforeEach(async () => {
  telegram = await standIn();
  bot = botFor(telegram);
});
afterEach(async () => {
  await bot.stop();
  await telegram.close();
});

function poll(): Promise<void> {
  return new Promise((resolve, reject) => {
    bot.start({ onStart: () => resolve() }).catch(reject);
  });
}

/** Takes updates for the bot as a web server would; answers `refuse` instead when it gives a status. */
async function hook(refuse: (body: string) => { status: number; retryAfter?: string } | undefined) {
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    const known = req.headers['x-telegram-bot-api-secret-token'] === 'secret_1';
    const refusal = known ? refuse(body) : { status: 401 };
    if (refusal?.retryAfter) res.setHeader('retry-after', refusal.retryAfter);
    if (!refusal) await bot.handleUpdate(JSON.parse(body));
    res.writeHead(refusal?.status ?? 200).end();
  });
  return { url: await listening(server), close: () => stop(server) };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/hook`;
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

describe('a grammY bot that polls', () => {
  it('plays a dialog of command, buttons and edits', async () => {
    bot.command('start', (ctx) =>
      ctx.reply('Тілді таңдаңыз', {
        reply_markup: new InlineKeyboard()
          .text('Қазақша', 'v1:lang:kk')
          .success()
          .text('Русский', 'v1:lang:ru'),
      }),
    );
    bot.callbackQuery(/^v1:lang:(.+)$/, async (ctx) => {
      await ctx.answerCallbackQuery({ text: 'Жарайды', show_alert: true });
      await ctx.editMessageText(`<b>Тіл:</b> ${ctx.match[1]}`, { parse_mode: 'HTML' });
    });
    await poll();
    telegram.sim.start(PARENT, 'app_1');
    const question = await telegram.sim.waitFor(PARENT, 'Тілді таңдаңыз');
    expect(question.reply_markup?.inline_keyboard[0]?.[0]).toMatchObject({
      text: 'Қазақша',
      style: 'success',
    });
    const tapped = await telegram.sim.tap(PARENT, { label: 'Қазақша' }, { wait: 5000 });
    expect(tapped.answer).toEqual({ text: 'Жарайды', alert: true });
    const edited = await telegram.sim.waitFor(PARENT, 'Тіл: kk');
    expect(edited).toMatchObject({
      message_id: question.message_id,
      text: 'Тіл: kk',
      entities: [{ type: 'bold', offset: 0, length: 4 }],
    });
    expect(edited.reply_markup).toBeUndefined();
    expect(telegram.sim.transcript(PARENT)).toBe('Айгүл: /start app_1\nKezek: Тіл: kk');
  });

  it('tells an own contact from somebody else’s and from a forwarded one', async () => {
    bot.command('start', (ctx) =>
      ctx.reply('Нөмір', { reply_markup: new Keyboard().requestContact('Бөлісу').oneTime().resized() }),
    );
    bot.on('message:contact', (ctx) => {
      const { contact } = ctx.message;
      const own = contact.user_id === ctx.from.id && !ctx.message.forward_origin;
      return ctx.reply(`${own ? 'own' : 'foreign'} ${contact.phone_number}`, {
        reply_markup: { remove_keyboard: true },
      });
    });
    await poll();
    telegram.sim.start(PARENT);
    await telegram.sim.waitFor(PARENT, 'Нөмір');
    telegram.sim.press(PARENT, 'Бөлісу');
    await telegram.sim.waitFor(PARENT, 'own 77010000001');
    expect(telegram.sim.keyboard(PARENT)).toEqual([]);
    telegram.sim.contact(PARENT, { phone_number: '77010000002', first_name: 'Болат', user_id: OTHER });
    await telegram.sim.waitFor(PARENT, 'foreign 77010000002');
    telegram.sim.contact(PARENT, undefined, { forwarded: true });
    await telegram.sim.waitFor(PARENT, 'foreign 77010000001');
  });

  it('sends a document and takes a photo, with getFile', async () => {
    bot.command('pdf', (ctx) =>
      ctx.replyWithDocument(new InputFile(Buffer.from('%PDF-1.7 жолдама'), 'жолдама.pdf'), {
        caption: '<i>Жолдама</i>',
        parse_mode: 'HTML',
      }),
    );
    let path = '';
    bot.on('message:photo', async (ctx) => {
      path = (await ctx.getFile()).file_path ?? '';
      await ctx.reply('got it', { reply_parameters: { message_id: ctx.msg.message_id } });
    });
    await poll();
    telegram.sim.command(PARENT, 'pdf');
    const sent = await telegram.sim.waitFor(PARENT, 'Жолдама');
    expect(sent.document).toMatchObject({
      file_name: 'жолдама.pdf',
      mime_type: 'application/pdf',
      file_size: 23,
    });
    const seen = await fetch(`${telegram.url}/sim/files/${sent.document?.file_id}`);
    expect(await seen.text()).toBe('%PDF-1.7 жолдама');
    telegram.sim.photo(PARENT, { name: 'a.png', bytes: PNG });
    const answer = await telegram.sim.waitFor(PARENT, 'got it');
    expect(answer.reply_to_message?.photo?.[0]).toMatchObject({ width: 1, height: 1 });
    const file = await fetch(`${telegram.apiRoot}/file/bot${TOKEN}/${path}`);
    expect(Buffer.from(await file.arrayBuffer()).equals(PNG)).toBe(true);
  });

  it('hears of blocking, of edits and of everything that was sent while it was away', async () => {
    const heard: string[] = [];
    bot.on('my_chat_member', (ctx) => heard.push(ctx.myChatMember.new_chat_member.status));
    bot.on('edited_message:text', (ctx) => heard.push(`edit ${ctx.editedMessage.text}`));
    bot.on('message:text', (ctx) => heard.push(ctx.message.text));
    const first = telegram.sim.text(PARENT, 'бір');
    telegram.sim.edit(PARENT, first.message_id, 'екі');
    telegram.sim.block(PARENT);
    expect(() => telegram.sim.text(PARENT, 'үш')).toThrow('blocked');
    await expect(bot.api.sendMessage(PARENT, 'сәлем')).rejects.toThrow(
      '403: Forbidden: bot was blocked by the user',
    );
    telegram.sim.block(PARENT, false);
    bot.command('end', (ctx) => ctx.reply('end'));
    await poll();
    await expect.poll(() => heard).toEqual(['бір', 'edit екі', 'kicked', 'member']);
    expect(telegram.sim.pending()).toBeLessThan(5);
  });
});

describe('a bot behind a webhook', () => {
  it('gets each chat in order, again until it takes it, with the secret', async () => {
    await telegram.close();
    telegram = await standIn({ webhook: { firstRetryMs: 5, secondMs: 1 } });
    bot = botFor(telegram);
    await bot.init();
    const heard: string[] = [];
    bot.on('message:text', (ctx) => heard.push(ctx.message.text));
    let refusals = 2;
    const served = await hook((body) => {
      if (!body.includes('"text":"1"') || refusals-- <= 0) return undefined;
      return refusals === 1 ? { status: 500 } : { status: 503, retryAfter: '2' };
    });
    await bot.api.setWebhook(served.url, { secret_token: 'secret_1', max_connections: 10 });
    await expect(bot.api.getUpdates()).rejects.toThrow(
      "409: Conflict: can't use getUpdates method while webhook is active",
    );
    telegram.sim.text(PARENT, '1');
    telegram.sim.text(PARENT, '2');
    telegram.sim.text(OTHER, 'other');
    await expect.poll(() => heard.length).toBe(3);
    expect(heard.filter((text) => text !== 'other')).toEqual(['1', '2']);
    const info = await bot.api.getWebhookInfo();
    expect(info).toMatchObject({
      pending_update_count: 0,
      max_connections: 10,
      last_error_message: 'Wrong response from the webhook: 503',
    });
    await bot.api.deleteWebhook();
    expect((await bot.api.getWebhookInfo()).url).toBe('');
    served.close();
  });

  it('may answer with a method call', async () => {
    const server = createServer((req, res) => {
      req.resume();
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ method: 'sendMessage', chat_id: PARENT, text: 'in the answer' }));
    });
    await bot.api.setWebhook(await listening(server));
    telegram.sim.text(PARENT, 'hello');
    await telegram.sim.waitFor(PARENT, 'in the answer');
    stop(server);
  });
});

describe('getUpdates', () => {
  it('waits for an update, gives way to a second poller and is 401 for a stranger', async () => {
    const waiting = raw(telegram, 'getUpdates', { timeout: 30 });
    await expect.poll(() => telegram.sim.pending()).toBe(0);
    const second = raw(telegram, 'getUpdates', { timeout: 30 });
    const ended = await Promise.race([waiting, second]);
    expect(ended.description).toBe(
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    telegram.sim.text(PARENT, '/start');
    const [one, two] = await Promise.all([waiting, second]);
    const updates = (one.ok ? one : two).result as { update_id: number; message: unknown }[];
    expect(updates[0]?.message).toMatchObject({
      text: '/start',
      chat: { id: PARENT, type: 'private' },
      entities: [{ type: 'bot_command', offset: 0, length: 6 }],
    });
    const stranger = await fetch(`${telegram.apiRoot}/bot1:wrong/getMe`);
    expect(await stranger.json()).toEqual({ ok: false, error_code: 401, description: 'Unauthorized' });
  });

  it('keeps updates until the offset passes them', async () => {
    for (const text of ['a', 'b', 'c']) telegram.sim.text(PARENT, text);
    const all = (await raw(telegram, 'getUpdates')).result as { update_id: number }[];
    const again = (await raw(telegram, 'getUpdates', { limit: 2 })).result as { update_id: number }[];
    expect(again.map((update) => update.update_id)).toEqual(
      all.slice(0, 2).map((update) => update.update_id),
    );
    const last = (await raw(telegram, 'getUpdates', { offset: -1 })).result as { update_id: number }[];
    expect(last).toHaveLength(1);
    await raw(telegram, 'getUpdates', { offset: (last[0]?.update_id ?? 0) + 1 });
    expect(telegram.sim.pending()).toBe(0);
  });
});
