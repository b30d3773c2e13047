import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TelegramStandIn } from './server.ts';
import { OTHER, PARENT, raw, standIn } from './testing.ts';

let telegram: TelegramStandIn;
let now = new Date('2026-03-02T09:00:00+05:00');

beforeAll(async () => {
  telegram = await standIn({
    people: [
      { id: PARENT, first_name: 'Айгүл', started: true },
      { id: OTHER, first_name: 'Болат' },
    ],
    clock: { now: () => now },
  });
});
afterAll(() => telegram.close());

const send = (extra: object) => raw(telegram, 'sendMessage', { chat_id: PARENT, text: 'x', ...extra });
const html = (text: string) => send({ text, parse_mode: 'HTML' });
const button = (fields: object) => send({ reply_markup: { inline_keyboard: [[{ text: 'b', ...fields }]] } });
const idOf = (answer: { result: unknown }) => (answer.result as { message_id: number }).message_id;

describe('HTML', () => {
  it.each([
    ['<abac>', 'Unsupported start tag "abac" at byte offset 0'],
    ['🏟 🏟&lt;<i   =aba>', 'Empty attribute name in the tag "i" at byte offset 13'],
    ['🏟 🏟&lt;<i    aba>', 'Can\'t find end tag corresponding to start tag "i"'],
    ['🏟 🏟&lt;<i    aba  =  ', 'Unclosed start tag "i" at byte offset 13'],
    ['🏟 🏟&lt;<i    aba  =  190azAz-.,', 'Unexpected end of name token at byte offset 27'],
    ['🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', 'Unclosed start tag at byte offset 13'],
    ['🏟 🏟&lt;</', 'Unexpected end tag at byte offset 13'],
    ['🏟 🏟&lt;<i>a</i   ', 'Unclosed end tag at byte offset 17'],
    ['🏟 🏟&lt;<i>a</em   >', 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'],
    ['<b>жоқ', 'Can\'t find end tag corresponding to start tag "b"'],
    ['5 < 6', 'Unsupported start tag "" at byte offset 2'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ])('refuses %s', async (text, error) => {
    expect((await html(text)).description).toBe(`Bad Request: can't parse entities: ${error}`);
  });

  it('counts offsets in UTF-16 units, nests, decodes and trims', async () => {
    const text =
      '  👶 <b>Бала: <i>Ә</i></b> <a href="https://a.kz/?a=1&amp;b=2">сайт</a> <tg-spoiler>&lt;12&gt;</tg-spoiler>\n ';
    expect((await html(text)).result).toMatchObject({
      text: '👶 Бала: Ә сайт <12>',
      entities: [
        { type: 'bold', offset: 3, length: 7 },
        { type: 'italic', offset: 9, length: 1 },
        { type: 'text_link', offset: 11, length: 4, url: 'https://a.kz/?a=1&b=2' },
        { type: 'spoiler', offset: 16, length: 4 },
      ],
    });
    const { result } = await html(
      '/start https://kezek.kz/x, a@b.kz <code>/no</code> <pre><code class="language-xml">x</code></pre>',
    );
    expect((result as { entities: { type: string }[] }).entities.map((entity) => entity.type)).toEqual([
      'bot_command',
      'url',
      'email',
      'code',
      'pre',
    ]);
  });
});

describe('limits and refusals', () => {
  it('of texts', async () => {
    expect((await send({ text: 'ә'.repeat(4096) })).ok).toBe(true);
    expect((await send({ text: 'ә'.repeat(4097) })).description).toBe('Bad Request: message is too long');
    expect((await send({ text: '' })).description).toBe('Bad Request: message text is empty');
    expect((await html('<b> </b>')).description).toBe('Bad Request: text must be non-empty');
    expect((await send({ parse_mode: 'MarkdownV2' })).description).toBe(
      'Bad Request: unsupported parse_mode',
    );
    const answer = await raw(telegram, 'answerCallbackQuery', {
      callback_query_id: '1',
      text: 'x'.repeat(201),
    });
    expect(answer.description).toBe('Bad Request: MESSAGE_TOO_LONG');
  });

  it('of buttons', async () => {
    expect((await button({ callback_data: 'ә'.repeat(32) })).ok).toBe(true);
    expect((await button({ callback_data: 'ә'.repeat(33) })).description).toBe(
      'Bad Request: BUTTON_DATA_INVALID',
    );
    const unallowed =
      "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard";
    expect((await button({})).description).toBe(unallowed);
    expect((await button({ callback_data: '' })).description).toBe(unallowed);
    expect((await button({ url: 'ftp://a.kz' })).description).toBe(
      "Bad Request: inline keyboard button URL 'ftp://a.kz' is invalid: Unsupported URL protocol",
    );
    expect((await button({ web_app: { url: 'http://a.kz' } })).description).toBe(
      "Bad Request: inline keyboard button Web App URL 'http://a.kz' is invalid: Only HTTPS links are allowed",
    );
    expect((await button({ callback_data: 'a', style: 'pink' })).ok).toBe(false);
    expect((await button({ copy_text: { text: 'x'.repeat(257) } })).ok).toBe(false);
    expect((await button({ url: 'http://127.0.0.1:3000/sign/x', style: 'primary' })).ok).toBe(true);
  });

  it('of chats', async () => {
    expect(await send({ chat_id: 1 })).toMatchObject({
      status: 400,
      description: 'Bad Request: chat not found',
    });
    expect(await send({ chat_id: OTHER })).toMatchObject({
      status: 403,
      description: "Forbidden: bot can't initiate conversation with a user",
    });
    telegram.sim.start(OTHER);
    expect((await send({ chat_id: OTHER })).ok).toBe(true);
    telegram.sim.deactivate(OTHER);
    expect(await send({ chat_id: OTHER })).toMatchObject({
      status: 403,
      description: 'Forbidden: user is deactivated',
    });
    expect(await raw(telegram, 'sendPoll', {})).toMatchObject({
      status: 404,
      description: 'Not Found: method not found',
    });
  });

  it('of edits and deletions', async () => {
    const reply_markup = { inline_keyboard: [[{ text: 'b', callback_data: 'd' }]] };
    const message_id = idOf(await send({ text: 'бір', reply_markup }));
    const edit = (extra: object) =>
      raw(telegram, 'editMessageText', { chat_id: PARENT, message_id, ...extra });
    expect((await edit({ text: 'бір', reply_markup })).description).toBe(
      'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
    expect((await edit({ text: 'бір' })).result).not.toHaveProperty('reply_markup');
    expect((await edit({ text: 'екі', message_id: 9999 })).description).toBe(
      'Bad Request: message to edit not found',
    );
    const own = telegram.sim.text(PARENT, 'менікі');
    expect((await edit({ text: 'x', message_id: own.message_id })).description).toBe(
      "Bad Request: message can't be edited",
    );
    const remove = (id: number) => raw(telegram, 'deleteMessage', { chat_id: PARENT, message_id: id });
    expect((await remove(own.message_id)).ok).toBe(true);
    expect((await remove(own.message_id)).description).toBe('Bad Request: message to delete not found');
    now = new Date(now.getTime() + 49 * 3_600_000);
    expect((await remove(message_id)).description).toBe("Bad Request: message can't be deleted for everyone");
    expect((await edit({ text: 'кеш' })).result).toMatchObject({ edit_date: now.getTime() / 1000 });
  });

  it('of taps and files', async () => {
    await button({ callback_data: 'tapped' });
    const { queryId } = await telegram.sim.tap(PARENT, { data: 'tapped' });
    expect((await raw(telegram, 'answerCallbackQuery', { callback_query_id: queryId })).ok).toBe(true);
    expect((await raw(telegram, 'answerCallbackQuery', { callback_query_id: queryId })).description).toBe(
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
    );
    await expect(telegram.sim.tap(PARENT, { label: 'nothing' })).rejects.toThrow('no button "nothing"');
    expect((await raw(telegram, 'getFile', { file_id: 'x' })).description).toBe(
      'Bad Request: wrong file_id or the file is temporarily unavailable',
    );
    const document = telegram.sim.document(PARENT, {
      name: 'big.bin',
      bytes: Buffer.alloc(21 * 1024 * 1024),
    });
    expect((await raw(telegram, 'getFile', { file_id: document.document?.file_id })).description).toBe(
      'Bad Request: file is too big',
    );
    const bad = await raw(telegram, 'sendPhoto', { chat_id: PARENT, photo: 'nonsense' });
    expect(bad.description).toBe('Bad Request: wrong file identifier/HTTP URL specified');
  });

  it('of commands, which a person sees in the own language', async () => {
    const set = (commands: object[], extra = {}) => raw(telegram, 'setMyCommands', { commands, ...extra });
    expect((await set([{ command: 'Start', description: 'x' }])).description).toBe(
      'Bad Request: BOT_COMMAND_INVALID',
    );
    expect((await set([{ command: 'start', description: '' }])).ok).toBe(false);
    await set([{ command: 'start', description: 'Start' }]);
    await set([{ command: 'start', description: 'Бастау' }], { language_code: 'kk' });
    expect(telegram.sim.commands(PARENT)).toEqual([{ command: 'start', description: 'Бастау' }]);
    await raw(telegram, 'deleteMyCommands', { language_code: 'kk' });
    expect(telegram.sim.commands(PARENT)).toEqual([{ command: 'start', description: 'Start' }]);
    await raw(telegram, 'setMyDescription', { description: 'Кезек', language_code: 'kk' });
    expect((await raw(telegram, 'getMyDescription', { language_code: 'kk' })).result).toEqual({
      description: 'Кезек',
    });
  });
});

describe('the HTTP interface of the person side', () => {
  const call = async (path: string, body?: object, headers: Record<string, string> = {}) => {
    const init = body
      ? {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }
      : {};
    const response = await fetch(`${telegram.url}/sim/${path}`, init);
    return { status: response.status, body: await response.text() };
  };

  it('plays a new person', async () => {
    const person = JSON.parse((await call('people', { first_name: 'Дана', phone: '+77010000009' })).body) as {
      id: number;
    };
    await call(`people/${person.id}/start`, { payload: 'x' });
    const reply_markup = { inline_keyboard: [[{ text: 'Иә', callback_data: 'yes' }]] };
    await raw(telegram, 'sendMessage', { chat_id: person.id, text: 'Сәлем', reply_markup });
    expect((await call(`people/${person.id}/transcript?format=text`)).body).toBe(
      'Дана: /start x\nKezek: Сәлем\n    [Иә]',
    );
    expect(JSON.parse((await call(`people/${person.id}/tap`, { label: 'Иә' })).body)).toMatchObject({
      kind: 'callback',
    });
    expect((await call(`people/${person.id}/tap`, { label: 'Жоқ' })).status).toBe(404);
    expect((await call('people/5/text', { text: 'x' })).status).toBe(404);
    const foreign = await call(`people/${person.id}/text`, { text: 'x' }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
  });
});
