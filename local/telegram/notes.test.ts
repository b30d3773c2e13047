import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InlineKeyboard, InlineQueryResultBuilder } from 'grammy';
import { expect, it } from 'vitest';
import { botFor, PARENT, raw, standIn } from './testing.ts';

it('a result sent elsewhere is unknown to the bot but for its name, and lives through a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'telegram-'));
  const stateFile = join(folder, 'telegram.json');
  const first = await standIn({ stateFile });
  const bot = botFor(first);
  const heard: string[] = [];
  bot.on('inline_query', (ctx) => {
    heard.push(ctx.inlineQuery.chat_type ?? '');
    const card = InlineQueryResultBuilder.article('a', 'A', {
      reply_markup: new InlineKeyboard().text('Жаңарту', 'again'),
    });
    return ctx.answerInlineQuery([card.text('ескі')]);
  });
  bot.on('chosen_inline_result', (ctx) => heard.push(ctx.chosenInlineResult.inline_message_id ?? ''));
  bot.on('message', () => heard.push('message'));
  await new Promise<void>((resolve, reject) => {
    const allowed_updates = ['inline_query', 'chosen_inline_result', 'message'] as const;
    bot.start({ onStart: () => resolve(), allowed_updates }).catch(reject);
  });
  const { queryId } = await first.sim.inline(PARENT, 'q', { chatType: 'private' });
  const sent = first.sim.inlineChoose(PARENT, queryId, 'a', { elsewhere: true });
  first.sim.note(PARENT, 'өзіме');
  await expect.poll(() => heard.length).toBe(2);
  const [type, name = ''] = heard;
  expect(type).toBe('private');
  expect(await bot.api.editMessageTextInline(name, 'жаңа')).toBe(true);
  expect((await raw(first, 'editMessageText', { inline_message_id: 'AQxx', text: 'x' })).description).toBe(
    'Bad Request: MESSAGE_ID_INVALID',
  );
  expect((await raw(first, 'sendMessage', { chat_id: sent.chat.id, text: 'x' })).description).toBe(
    'Bad Request: chat not found',
  );
  expect(first.sim.messages(PARENT)).toEqual([]);
  await bot.stop();
  await first.close();
  const second = await standIn({ stateFile });
  expect(second.sim.notes(PARENT).map(({ text, via_bot }) => [text, via_bot?.username])).toEqual([
    ['жаңа', 'kezek_test_bot'],
    ['өзіме', undefined],
  ]);
  second.sim.reset();
  expect(second.sim.notes(PARENT)).toEqual([]);
  await second.close();
  rmSync(folder, { recursive: true });
});
