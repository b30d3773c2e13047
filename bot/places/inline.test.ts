import { beforeAll, describe, expect, test } from 'vitest';
import { packId } from '../callback.ts';
import type { KindergartenId } from '../core.ts';
import { BOT } from '../testing/chat.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world } = stage;
let house: KindergartenId;

beforeAll(async () => {
  house = await world.kindergarten('Балдырған');
  const group = await world.group(house, 2023, 'kk', 20);
  await world.db.pool.query("UPDATE kindergarten SET phone = '+77162250001' WHERE id = $1", [house]);
  await world.db.pool.query('UPDATE kindergarten_group SET enrolled = 15 WHERE id = $1', [group]);
  const admin = await world.staff({ admin: true });
  await world.core.staff.publish(admin, group, 2);
  await world.moveTo('2026-11-24T02:05:00Z');
  const hostile = await world.kindergarten('<b>Күн & "Ай"</b> %_{{name}}');
  await world.db.pool.query("UPDATE kindergarten SET name_ru = '<i>Солнце' WHERE id = $1", [hostile]);
});

interface Article {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly input_message_content: { readonly message_text: string; readonly parse_mode: string };
  readonly reply_markup: { readonly inline_keyboard: { readonly text: string; readonly url: string }[][] };
}

const articles = (answer: Record<string, unknown> | undefined) => (answer?.results ?? []) as Article[];
const accounts = async () => (await world.db.pool.query('SELECT FROM messenger_account')).rowCount;

describe('a kindergarten looked up from any chat', () => {
  test('by whoever asks: what is public, in the language of the app, and nobody is written down', async () => {
    const before = await accounts();
    const stranger = stage.chat();
    const answer = await stranger.inline('балдырган', 'ru');
    expect(answer).toMatchObject({ is_personal: true, cache_time: 20 });
    const [found, ...others] = articles(answer);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      id: packId(house),
      title: 'Детский сад «Балдырған»',
      description: 'Свободно: 2023 каз – 2\nсело Акмол, улица Достык, 1',
    });
    expect(found?.input_message_content.parse_mode).toBe('HTML');
    expect(found?.input_message_content.message_text).toBe(
      '🏫 <b>Детский сад «Балдырған»</b>\n📍 село Акмол, улица Достык, 1\n☎️ +77162250001\n\n' +
        '🟢 Свободно: 2023 каз – 2\n📊 Заполнен: 75\u00a0%\n🕒 Данные на 07:05',
    );
    expect(found?.reply_markup.inline_keyboard).toEqual([
      [{ text: '🏫 Подробнее', url: `https://t.me/${BOT.username}?start=k_${packId(house)}` }],
    ]);
    const kazakh = articles(await stage.chat().inline('БАЛДЫРҒАН', 'kk'));
    expect(kazakh[0]?.title).toBe('«Балдырған» балабақшасы');
    const other = articles(await stage.chat().inline('Балдырған', 'en'));
    expect(other[0]?.input_message_content.message_text).toContain('Деректер уақыты: 07:05');
    expect(await accounts()).toBe(before);
  });

  test('by a parent in the language of the own chat, whatever the app speaks', async () => {
    const { chat } = await stage.loggedIn('kk');
    expect(articles(await chat.inline('балдырған', 'ru'))[0]?.title).toBe('«Балдырған» балабақшасы');
  });

  test.each([
    '',
    '   ',
    'жоқ мұндай',
    '%',
    "'); DROP TABLE kindergarten;--",
    '🧸',
    'ж'.repeat(256),
    '\u0000\u202e',
  ])('nothing is found for %j, and the way to the search is shown', async (query) => {
    const answer = await stage.chat().inline(query, 'ru');
    expect(articles(answer)).toEqual([]);
    expect(answer?.button).toMatchObject({ start_parameter: 'near' });
  });

  test('hostile names are shown as they are and break nothing', async () => {
    const [found] = articles(await stage.chat().inline('<b>күн & ай', 'kk'));
    expect(found?.title).toBe('«<b>Күн & "Ай"</b> %_{{name}}» балабақшасы');
    expect(found?.input_message_content.message_text).toContain(
      '<b>«&lt;b&gt;Күн &amp; &quot;Ай&quot;&lt;/b&gt; %_{{name}}» балабақшасы</b>',
    );
  });

  test('an answer that comes too late is no failure; any other trouble is', async () => {
    const chat = stage.chat();
    chat.failures.set('answerInlineQuery', {
      error_code: 400,
      description: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
    });
    await chat.inline('балдырған');
    chat.failures.set('answerInlineQuery', {
      error_code: 400,
      description: 'Bad Request: RESULT_ID_DUPLICATE',
    });
    await expect(chat.inline('балдырған')).rejects.toThrow('RESULT_ID_DUPLICATE');
  });
});

describe('the button of the result', () => {
  test('opens the kindergarten, after the login where there was none', async () => {
    const family = await world.person();
    const chat = stage.chat();
    await chat.type(`/start k_${packId(house)}`);
    await chat.tap('Русский');
    await chat.tap('Согласен');
    await chat.contact({ phone_number: family.phone });
    await chat.type(family.iin);
    await chat.type(world.lastCode(family.phone));
    await chat.type('k@mail.kz');
    expect(chat.text).toContain('Детский сад «Балдырған»');
    expect(chat.text).toContain('казахский · <b>2</b> / 20');
    await chat.type('/start near');
    expect(chat.text).toContain('Свободные места рядом');
    await chat.type(`/start k_${packId(world.random())}`);
    expect(chat.text).toContain('не найден');
  });

  test('a result sent to the bot itself opens its kindergarten and is no typed answer', async () => {
    const { chat } = await stage.loggedIn('kk');
    await chat.type('/near');
    const [found] = articles(await chat.inline('балдырған'));
    await chat.type(found?.input_message_content.message_text ?? '', {
      via_bot: BOT,
      reply_markup: found?.reply_markup,
    } as never);
    expect(chat.text).toContain('<b>Топтары</b>');
    expect(chat.text).toContain('«Балдырған» балабақшасы');
  });
});
