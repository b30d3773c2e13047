import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bot, GrammyError, HttpError } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelegramStandIn } from './server.ts';
import { botFor, OTHER, PARENT, raw, standIn, TOKEN } from './testing.ts';

let telegram: TelegramStandIn;
let bot: Bot;

beforeEach(async () => {
  telegram = await standIn();
  bot = botFor(telegram);
});
afterEach(() => telegram.close());

describe('faults, limits, memory', () => {
  it('fails as told and then no more', async () => {
    telegram.sim.fault({ method: 'sendMessage', contains: 'бір', code: 502, times: 1 });
    await expect(bot.api.sendMessage(PARENT, 'бір')).rejects.toThrow(GrammyError);
    await bot.api.sendMessage(PARENT, 'бір');
    telegram.sim.fault({ method: 'sendMessage', code: 429, retry_after: 7, chatId: OTHER });
    await bot.api.sendMessage(PARENT, 'екі');
    const limited = await raw(telegram, 'sendMessage', { chat_id: OTHER, text: 'x' });
    expect(limited).toMatchObject({
      status: 429,
      retryAfter: 7,
      description: 'Too Many Requests: retry after 7',
    });
    telegram.sim.fault({ method: '*', mode: 'drop-before' });
    await expect(bot.api.sendMessage(PARENT, 'lost')).rejects.toThrow(HttpError);
    telegram.sim.fault({ method: '*', mode: 'drop-after' });
    await expect(bot.api.sendMessage(PARENT, 'kept')).rejects.toThrow(HttpError);
    expect(telegram.sim.messages(PARENT).map((message) => message.text)).toEqual(['бір', 'екі', 'kept']);
    const fault = telegram.sim.fault({ method: 'sendMessage', mode: 'hang' });
    const hung = fetch(`${telegram.apiRoot}/bot${TOKEN}/sendMessage`, { signal: AbortSignal.timeout(50) });
    await expect(hung).rejects.toThrow();
    expect(fault.struck).toBe(1);
    expect(telegram.sim.faults()).toEqual([]);
  });

  it('limits per chat and over all chats', async () => {
    let now = 0;
    await telegram.close();
    telegram = await standIn({
      monotonic: () => now,
      limiter: { burst: 4, perChatBurst: 2, penaltySeconds: 3 },
    });
    const send = async (chat_id: number) =>
      (await raw(telegram, 'sendMessage', { chat_id, text: 'x' })).retryAfter;
    expect([await send(PARENT), await send(PARENT), await send(PARENT)]).toEqual([undefined, undefined, 1]);
    expect([await send(OTHER), await send(OTHER)]).toEqual([undefined, undefined]);
    expect(await send(OTHER)).toBe(3);
    now += 2000;
    expect(await send(PARENT)).toBe(1);
    now += 1000;
    expect(await send(PARENT)).toBeUndefined();
    telegram.sim.limiter(false);
    for (let i = 0; i < 20; i++) expect(await send(PARENT)).toBeUndefined();
  });

  it('forgets the oldest messages and calls', async () => {
    await telegram.close();
    telegram = await standIn({ keep: 3 });
    for (let i = 1; i <= 5; i++) await raw(telegram, 'sendMessage', { chat_id: PARENT, text: `${i}` });
    expect(telegram.sim.messages(PARENT).map((message) => message.text)).toEqual(['3', '4', '5']);
    expect(telegram.sim.calls({ method: 'sendmessage' }).map((call) => call.params.text)).toEqual([
      '3',
      '4',
      '5',
    ]);
  });

  it('shows the same chats after a restart and never reuses an update_id', async () => {
    const stateFile = join(mkdtempSync(join(tmpdir(), 'telegram-')), 'state', 'telegram.json');
    const first = await standIn({ stateFile });
    first.sim.text(PARENT, 'before');
    const reply_markup = { inline_keyboard: [[{ text: 'Иә', callback_data: 'yes' }]] };
    await raw(first, 'sendMessage', { chat_id: PARENT, text: '<b>ok</b>', parse_mode: 'HTML', reply_markup });
    await first.close();
    expect(readFileSync(stateFile, 'utf8')).not.toContain(TOKEN);
    const second = await standIn({ stateFile });
    expect(second.sim.transcript(PARENT)).toBe('Айгүл: before\nKezek: ok\n    [Иә]');
    second.sim.text(PARENT, 'after');
    const updates = (await raw(second, 'getUpdates')).result as {
      update_id: number;
      message: { text: string };
    }[];
    expect(updates.map((update) => update.message.text)).toEqual(['before', 'after']);
    expect((updates[1]?.update_id ?? 0) - (updates[0]?.update_id ?? 0)).toBeGreaterThan(1);
    await second.close();
  });
});
