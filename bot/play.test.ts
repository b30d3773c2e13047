import { describe, expect, test } from 'vitest';
import { texts } from '../locales/index.ts';
import { encodeCallback } from './callback.ts';
import { render as renderHistory } from './screens/history.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world } = stage;

describe('what is personal and was typed where nobody asked for it', () => {
  test.each(['230109591363', '2301 0959 1363', '190500'])('is deleted: %s', async (typed) => {
    const { chat } = await stage.loggedIn('ru');
    const sent = await chat.type(typed);
    expect(chat.deleted).toContain(sent);
    expect(chat.text).toContain('Написанное удалено из чата');
    expect(chat.text).toContain('Главное меню');
  });

  test('and nothing else is', async () => {
    const { chat } = await stage.loggedIn('ru');
    const sent = await chat.type('когда подойдёт очередь 12345?');
    expect(chat.deleted).not.toContain(sent);
    expect(chat.text).toContain('Нажмите одну из кнопок');
  });

  test('is told about when it cannot be deleted', async () => {
    const { chat } = await stage.loggedIn('kk');
    chat.failures.set('deleteMessage', {
      error_code: 400,
      description: "Bad Request: message can't be deleted",
    });
    await chat.type('230109591363');
    expect(chat.text).toContain('өзіңіз өшіріңіз');
  });
});

test('a code that is void is not told to be valid until some hour', async () => {
  const family = await world.person();
  const chat = stage.chat();
  await chat.type('/start');
  await chat.tap('Русский');
  await chat.tap('Согласен');
  await chat.contact({ phone_number: family.phone });
  await chat.type(family.iin);
  const code = world.lastCode(family.phone);
  const wrong = code === '000000' ? '111111' : '000000';
  expect(chat.text).toContain('Код действует до');
  for (let tries = 0; tries < 5; tries += 1) await chat.type(wrong);
  expect(chat.text).toContain('больше не действует');
  expect(chat.text).not.toContain('Код действует до');
  world.clock.set(new Date(world.clock.now().getTime() + 90_000));
  await chat.tap('Отправить код ещё раз');
  expect(chat.text).toContain('Код действует до');
});

test('a midnight is told as the day alone', async () => {
  const { chat, ...parent } = await stage.loggedIn('ru');
  const id = await world.enqueue(parent, '2025-08-22');
  await chat.press(encodeCallback('place', [id]), chat.live.id);
  expect(chat.text).toContain('Начнёт считаться: <b>воскресенье, 22 августа 2027 г.</b>');
  await chat.press(encodeCallback('why', [id]), chat.live.id);
  expect(chat.text).toContain('22 августа 2027 г.</b>');
  expect(chat.text).not.toContain('00:00');
});

describe('reasons in the history', () => {
  const card = { id: 'x', childName: 'Айша', number: 'AKM-TSL-2023-000001' } as never;
  const told = (reason: string, language: 'kk' | 'ru'): string =>
    renderHistory(
      {
        card,
        history: {
          items: [
            {
              at: world.clock.now(),
              transition: 'A23',
              by: 'DEPARTMENT',
              reason,
              note: null,
              until: null,
              validUntil: null,
              kindergarten: null,
            },
          ],
          page: 0,
          pages: 1,
          total: 1,
        },
      },
      texts(language),
    ).text;

  test.each([
    'REPAIR',
    'NO_STAFF',
    'MISTAKE',
    'GROUP_CLOSED',
    'APPEAL',
    'OUR_MISTAKE',
    'ILLNESS',
    'COURT',
    'OTHER',
    'FALSE_DOCUMENTS',
    'INCOMPLETE: нет справки',
  ])('%s is in words in both languages', (reason) => {
    for (const language of ['kk', 'ru'] as const) {
      const text = told(reason, language);
      expect(text).toContain(language === 'kk' ? 'Себебі:' : 'Причина:');
      expect(text).not.toMatch(/[A-Z]{3,}/);
    }
  });

  test('an unknown code is not shown at all', () => {
    expect(told('SOMETHING_NEW', 'ru')).not.toContain('Причина');
  });
});

test('whoever has a turn reads on the place screen until when it is, and may choose from there', async () => {
  const { chat, ...parent } = await stage.loggedIn('ru');
  const id = await world.enqueue(parent, '2023-01-09');
  const garden = await world.kindergarten('Ертөстік');
  const group = await world.group(garden, 2023);
  await world.core.staff.publish(await world.staff({ operator: true }), group, 1);
  await chat.press(encodeCallback('place', [id]), chat.live.id);
  expect(chat.labels).toContain('❔ Почему нельзя выбрать');
  await world.moveTo(new Date('2026-11-25T02:00:30Z'));
  await chat.type('/menu');
  await chat.press(encodeCallback('place', [id]), chat.live.id);
  expect(chat.text).toContain('Ваша очередь подошла. Срок выбора');
  expect(chat.labels).toContain('🏫 Выбрать детский сад');
  expect(chat.labels).not.toContain('❔ Почему нельзя выбрать');
});
