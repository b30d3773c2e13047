import { type Bot, InlineKeyboard, InlineQueryResultBuilder } from 'grammy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelegramStandIn, TgUpdate } from './server.ts';
import { botFor, OTHER, PARENT, raw, standIn } from './testing.ts';

let telegram: TelegramStandIn;
let bot: Bot;
let now: Date;

beforeEach(async () => {
  now = new Date('2026-03-02T09:00:00+05:00');
  telegram = await standIn({ clock: { now: () => now } });
  bot = botFor(telegram);
});
afterEach(async () => {
  await bot.stop();
  await telegram.close();
});

function poll(allowed?: ('message' | 'inline_query' | 'chosen_inline_result' | 'callback_query')[]) {
  return new Promise<void>((resolve, reject) => {
    const options = { onStart: () => resolve(), ...(allowed ? { allowed_updates: allowed } : {}) };
    bot.start(options).catch(reject);
  });
}

const article = (extra: object = {}) => ({
  type: 'article',
  id: '1',
  title: 'Балдырған',
  input_message_content: { message_text: 'x' },
  ...extra,
});

/** Opens a query of the parent that nobody has answered; its id. */
async function asked(query = 'бал'): Promise<string> {
  const shown = telegram.sim.inline(PARENT, query, { wait: 0 }).catch(() => undefined);
  await shown;
  const updates = (await raw(telegram, 'getUpdates', { offset: -1 })).result as TgUpdate[];
  return updates[0]?.inline_query?.id ?? '';
}

const answer = (inline_query_id: string, results: unknown, extra: object = {}) =>
  raw(telegram, 'answerInlineQuery', { inline_query_id, results, ...extra });

describe('a bot in inline mode', () => {
  it('is asked, shows results and hears of the message that was sent', async () => {
    const heard: unknown[] = [];
    bot.on('inline_query', (ctx) => {
      heard.push([ctx.inlineQuery.query, ctx.inlineQuery.offset, ctx.inlineQuery.chat_type, ctx.from.id]);
      const result = InlineQueryResultBuilder.article('kg1', 'Балдырған', {
        description: '3 бос орын',
        reply_markup: new InlineKeyboard().url('Ашу', 'https://t.me/kezek_test_bot?start=kg1'),
      }).text('<b>Балдырған</b>', { parse_mode: 'HTML' });
      return ctx.answerInlineQuery([result], { cache_time: 0, is_personal: true, next_offset: '1' });
    });
    bot.on('message', (ctx) => heard.push([ctx.msg.text, ctx.msg.via_bot?.username]));
    await poll();
    expect((await bot.api.getMe()).supports_inline_queries).toBe(true);
    const shown = await telegram.sim.inline(PARENT, 'бал');
    expect(shown).toMatchObject({
      cached: false,
      nextOffset: '1',
      isPersonal: true,
      results: [{ id: 'kg1', title: 'Балдырған', description: '3 бос орын' }],
    });
    const message = telegram.sim.inlineChoose(PARENT, shown.queryId, 'kg1');
    expect(message).toMatchObject({
      from: { id: PARENT },
      via_bot: { username: 'kezek_test_bot' },
      text: 'Балдырған',
      entities: [{ type: 'bold', offset: 0, length: 9 }],
      reply_markup: { inline_keyboard: [[{ text: 'Ашу' }]] },
    });
    await expect
      .poll(() => heard)
      .toEqual([
        ['бал', '', 'sender', PARENT],
        ['Балдырған', 'kezek_test_bot'],
      ]);
    expect(telegram.sim.transcript(PARENT)).toBe('Айгүл (via @kezek_test_bot): Балдырған\n    [Ашу]');
  });

  it('hears of the choice only when it asks for that, and changes the message by its name', async () => {
    const heard: string[] = [];
    bot.on('inline_query', (ctx) =>
      ctx.answerInlineQuery([
        InlineQueryResultBuilder.article('a', 'A', {
          reply_markup: new InlineKeyboard().text('Жаңарту', 'again'),
        }).text('ескі'),
        InlineQueryResultBuilder.article('b', 'B').text('жалаң'),
      ]),
    );
    bot.on('chosen_inline_result', (ctx) => {
      const { result_id, query, inline_message_id } = ctx.chosenInlineResult;
      heard.push(`${result_id} ${query} ${inline_message_id === undefined}`);
    });
    bot.callbackQuery('again', async (ctx) => {
      heard.push(`message ${ctx.callbackQuery.message === undefined}`);
      expect(await ctx.editMessageText('жаңа')).toBe(true);
      await ctx.answerCallbackQuery('Дайын');
    });
    await poll(['inline_query', 'chosen_inline_result', 'callback_query']);
    const { queryId } = await telegram.sim.inline(PARENT, 'q');
    const bare = telegram.sim.inlineChoose(PARENT, queryId, 'b');
    const message = telegram.sim.inlineChoose(PARENT, queryId, 'a');
    const tapped = await telegram.sim.tap(PARENT, { label: 'Жаңарту' }, { wait: 5000 });
    expect(tapped.answer?.text).toBe('Дайын');
    const texts = telegram.sim.messages(PARENT).map((one) => [one.message_id, one.text]);
    expect(texts).toEqual([
      [bare.message_id, 'жалаң'],
      [message.message_id, 'жаңа'],
    ]);
    await expect.poll(() => heard.toSorted()).toEqual(['a q false', 'b q true', 'message true']);
    expect(() => telegram.sim.edit(PARENT, bare.message_id, 'x')).toThrow('no such own text message');
  });

  it('is not asked again while the server keeps its answer, for everybody unless it is personal', async () => {
    let asks = 0;
    let personal = false;
    bot.on('inline_query', (ctx) =>
      ctx.answerInlineQuery([InlineQueryResultBuilder.article('a', `answer ${++asks}`).text('x')], {
        cache_time: 60,
        is_personal: personal,
      }),
    );
    await poll();
    const title = async (id: number) => (await telegram.sim.inline(id, 'бал')).results[0]?.title;
    expect([await title(PARENT), await title(OTHER)]).toEqual(['answer 1', 'answer 1']);
    now = new Date(now.getTime() + 60_000);
    personal = true;
    expect([await title(PARENT), await title(OTHER)]).toEqual(['answer 2', 'answer 3']);
    const kept = await telegram.sim.inline(PARENT, 'бал');
    expect(kept).toMatchObject({ cached: true, results: [{ title: 'answer 2' }] });
    expect(telegram.sim.inlineChoose(PARENT, kept.queryId, 'a').text).toBe('x');
    expect((await telegram.sim.inline(PARENT, 'бал', { offset: '50' })).cached).toBe(false);
  });

  it('that does not take inline queries or does not answer is told of', async () => {
    await raw(telegram, 'getUpdates', { allowed_updates: ['message'] });
    await expect(telegram.sim.inline(PARENT, 'x')).rejects.toThrow('does not take inline_query');
    await raw(telegram, 'getUpdates', { allowed_updates: [] });
    await expect(telegram.sim.inline(PARENT, 'x', { wait: 5 })).rejects.toThrow('did not answer');
    await expect(telegram.sim.inline(PARENT, 'x'.repeat(257))).rejects.toThrow('256');
    expect(() => telegram.sim.inlineChoose(PARENT, '1', 'a')).toThrow('no result "a" was shown');
    const id = await asked();
    await answer(id, [article()]);
    expect(() => telegram.sim.inlineChoose(OTHER, id, '1')).toThrow('no result "1" was shown');
    telegram.sim.block(PARENT);
    expect(() => telegram.sim.inlineChoose(PARENT, id, '1')).toThrow('blocked');
  });
});

describe('answerInlineQuery', () => {
  const parse = "can't parse inline query result: ";
  it.each([
    ['a text for results', 'x', "can't parse JSON encoded inline query results"],
    ['an object', {}, 'expected an Array of inline query results'],
    [
      '51 results',
      Array.from({ length: 51 }, (_, i) => article({ id: `${i}` })),
      'too many inline query results specified',
    ],
    ['no object', [1], `${parse}Inline query result must be an object`],
    ['no type', [{ id: '1' }], `${parse}Can't find field "type"`],
    ['no id', [{ type: 'article' }], `${parse}Can't find field "id"`],
    ['an id that is no text', [article({ id: {} })], `${parse}Field "id" must be of type String`],
    ['an empty id', [article({ id: '' })], 'RESULT_ID_EMPTY'],
    ['an id of 66 bytes', [article({ id: 'ә'.repeat(33) })], 'RESULT_ID_INVALID'],
    ['one id twice', [article(), article()], 'RESULT_ID_DUPLICATE'],
    [
      'another kind',
      [article({ type: 'photo' })],
      `${parse}type "photo" is unsupported for the inline query result`,
    ],
    ['no title', [article({ title: undefined })], `${parse}Can't find field "title"`],
    ['an empty title', [article({ title: ' ' })], 'ARTICLE_TITLE_EMPTY'],
    [
      'no content',
      [article({ input_message_content: undefined })],
      `${parse}Can't find field "message_text"`,
    ],
    [
      'empty content',
      [article({ input_message_content: {} })],
      `${parse}Input message content is not specified`,
    ],
    [
      'bad HTML',
      [article({ input_message_content: { message_text: '<b>x', parse_mode: 'HTML' } })],
      `${parse}Can't parse entities: Can't find end tag corresponding to start tag "b"`,
    ],
    [
      'a long text',
      [article({ input_message_content: { message_text: 'x'.repeat(4097) } })],
      'MESSAGE_TOO_LONG',
    ],
    [
      'a place nowhere',
      [article({ input_message_content: { latitude: 91, longitude: 0 } })],
      `${parse}Wrong location specified`,
    ],
    [
      'long callback data',
      [article({ reply_markup: { inline_keyboard: [[{ text: 'x', callback_data: 'ә'.repeat(33) }]] } })],
      'BUTTON_DATA_INVALID',
    ],
    ['a reply keyboard', [article({ reply_markup: { keyboard: [['x']] } })], 'REPLY_MARKUP_INVALID'],
    [
      'a venue without an address',
      [{ type: 'venue', id: '1', title: 'x', latitude: 1, longitude: 1 }],
      `${parse}Can't find field "address"`,
    ],
  ])('refuses %s', async (_, results, error) => {
    expect((await answer('1', results)).description).toBe(`Bad Request: ${error}`);
  });

  it.each([
    [{ next_offset: 'ә'.repeat(33) }, 'NEXT_OFFSET_INVALID'],
    [{ button: {} }, 'can\'t parse inline query results button: Can\'t find field "text"'],
    [
      { button: { text: 'x' } },
      "can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field",
    ],
    [{ button: { text: 'x', start_parameter: 'a b' } }, 'START_PARAM_INVALID'],
    [{ button: { text: 'x', web_app: { url: 'http://a.kz' } } }, 'SWITCH_WEBVIEW_URL_INVALID'],
  ])('refuses %j', async (extra, error) => {
    expect((await answer('1', [], extra)).description).toBe(`Bad Request: ${error}`);
  });

  it('takes a query once, and not after half a minute', async () => {
    let at = 0;
    await telegram.close();
    telegram = await standIn({ monotonic: () => at });
    const tooOld = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
    expect((await answer('5', [])).description).toBe(tooOld);
    const first = await asked();
    expect((await answer(first, [])).ok).toBe(true);
    expect((await answer(first, [])).description).toBe(tooOld);
    const second = await asked('басқа');
    at += 30_001;
    expect((await answer(second, [])).description).toBe(tooOld);
  });

  it('sends texts, points, places and contacts', async () => {
    const point = { latitude: 53.28, longitude: 69.38 };
    const id = await asked();
    const results = [
      article({ id: 'text' }),
      article({ id: 'point', input_message_content: { ...point, horizontal_accuracy: 20 } }),
      article({
        id: 'venue',
        input_message_content: { ...point, title: 'Балдырған', address: 'Абай көшесі, 1' },
      }),
      { type: 'venue', id: 'own', title: 'Арай', address: 'Көшесі, 2', ...point },
      { type: 'location', id: 'map', title: 'Карта', ...point },
      { type: 'contact', id: 'card', phone_number: '+77010000003', first_name: 'Дана' },
    ];
    const button = { text: 'Тіркелу', start_parameter: 'inline' };
    expect((await answer(id, JSON.stringify(results), { button: JSON.stringify(button) })).ok).toBe(true);
    const again = await telegram.sim.inline(PARENT, 'бал');
    expect(again.button).toEqual(button);
    const sent = again.results.map((one) => telegram.sim.inlineChoose(PARENT, again.queryId, one.id));
    expect(
      sent.map(
        ({ text, location, venue, contact }) => text ?? contact?.first_name ?? venue?.title ?? location,
      ),
    ).toEqual(['x', { ...point, horizontal_accuracy: 20 }, 'Балдырған', 'Арай', point, 'Дана']);
  });
});

it('speaks the same over HTTP', async () => {
  const act = async (action: string, body: object) => {
    const response = await fetch(`${telegram.url}/sim/people/${PARENT}/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  bot.on('inline_query', (ctx) =>
    ctx.answerInlineQuery([InlineQueryResultBuilder.article('a', ctx.inlineQuery.query).text('мәтін')]),
  );
  await poll();
  const shown = await act('inline', { query: 'бал', offset: '' });
  expect(shown.body).toMatchObject({ results: [{ id: 'a', title: 'бал' }], nextOffset: '' });
  const { queryId } = shown.body;
  const chosen = await act('inline-choose', { query_id: queryId, result_id: 'a' });
  expect(chosen.body).toMatchObject({ text: 'мәтін', via_bot: { is_bot: true } });
  expect((await act('inline-choose', { query_id: queryId, result_id: 'b' })).status).toBe(404);
  await bot.stop();
  await raw(telegram, 'getUpdates', { allowed_updates: ['message'] });
  expect(await act('inline', { query: 'x' })).toMatchObject({ status: 409, body: { reason: 'no-inline' } });
});
