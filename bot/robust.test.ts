import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { encodeCallback, encodeEventCallback } from './callback.ts';
import type { Chat } from './testing/chat.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world, bot } = stage;

async function withApplication(language: 'kk' | 'ru' = 'kk', birth = '2023-05-14') {
  const parent = await stage.loggedIn(language);
  const id = await world.enqueue(parent, birth);
  await parent.chat.type('/menu');
  return { ...parent, id };
}

const answers = (chat: Chat): number =>
  chat.calls.filter(({ method }) => method === 'answerCallbackQuery').length;

describe('taps', () => {
  test('every one is answered once', async () => {
    const { chat } = await withApplication();
    for (const label of ['өтініштерім', 'Нұрлан', 'Тарих', 'Басты мәзір']) {
      const before = answers(chat);
      await chat.tap(label);
      expect(answers(chat)).toBe(before + 1);
    }
  });

  test('navigation edits the one live message', async () => {
    const { chat } = await withApplication();
    const sent = chat.seen.length;
    for (const label of ['Менің өтініштерім', 'Нұрлан', 'Құжаттар', 'Артқа', 'Басты мәзір'])
      await chat.tap(label);
    expect(chat.seen).toHaveLength(sent);
  });

  test('on an old message show the present screen and say so', async () => {
    const { chat } = await withApplication('ru');
    const old = chat.live.id;
    await chat.tap('Настройки');
    await chat.type('/help');
    await chat.press(encodeCallback('apps'), old);
    expect(chat.lastToast).toBe('Меню обновлено');
    expect(chat.text).toContain('Помощь');
    expect(chat.seen.find(({ id }) => id === old)?.buttons).toEqual([]);
  });

  test.each([
    'v0:menu:',
    'garbage',
    '',
    'v1:nowhere:',
    'v1:menu/explode:',
    'v1:card:zzz',
    `v1:card:${'A'.repeat(22)}`,
  ])('with the data %j do no harm', async (data) => {
    const { chat } = await withApplication();
    const before = answers(chat);
    await chat.press(data, chat.live.id);
    expect(answers(chat)).toBe(before + 1);
    expect(chat.labels.length).toBeGreaterThan(0);
  });

  test('a second one does nothing twice', async () => {
    const { chat, id } = await withApplication();
    await chat.tap('өтініштерім');
    await chat.tap('Нұрлан');
    await chat.tap('Өтінішті қайтару');
    const yes = encodeCallback('withdraw/yes', [id]);
    await chat.press(yes, chat.live.id);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
    const said = chat.text;
    await chat.press(yes, chat.live.id);
    expect(said).toContain('Өтініш кері қайтарылды. Қалпына келтіруге болатын мерзім');
    expect(chat.text).toBe(said);
    const withdrawals = await world.db.prisma.event.count({
      where: { application_id: id, transition: 'A15' },
    });
    expect(withdrawals).toBe(1);
  });

  test('of a notice open their screen in a new message, and never edit the notice', async () => {
    const { chat, id } = await withApplication();
    const live = chat.live.id;
    await chat.press(encodeEventCallback('place', [id]), 42);
    expect(chat.live.id).toBeGreaterThan(live);
    expect(chat.text).toContain('Жалпы кезек');
    expect(
      chat.calls.some(({ method, payload }) => method === 'editMessageText' && payload.message_id === 42),
    ).toBe(false);
  });

  test('on somebody else’s application are refused, and the person stays where they were', async () => {
    const { id } = await withApplication();
    const { chat } = await stage.loggedIn('ru');
    for (const screen of [
      'card',
      'history',
      'docs',
      'place',
      'why',
      'free',
      'refof',
      'interest',
      'withdraw',
      'wishes',
    ]) {
      await chat.press(encodeCallback(screen, [id]), chat.live.id);
      expect(chat.toasts.at(-1), screen).toMatchObject({ alert: true });
      expect(chat.text, screen).not.toContain('Нұрлан');
      expect(chat.text, screen).toContain('Главное меню');
    }
  });

  test('of the desk lead a parent to the menu', async () => {
    const { chat } = await withApplication();
    const desk = [...stage.screens.values()].filter(({ access }) => access === 'STAFF');
    for (const { name } of desk) {
      await chat.press(encodeCallback(name), chat.live.id);
      expect(chat.text).toContain('Басты мәзір');
      expect(chat.labels).toContain('📋 Менің өтініштерім');
    }
  });

  test('keep working when the session was lost', async () => {
    const { chat, id } = await withApplication();
    stage.sessions.delete(String(chat.id));
    await chat.press(encodeCallback('card', [id]), chat.live.id);
    expect(chat.text).toContain('Мәртебесі');
    stage.sessions.delete(String(chat.id));
    await chat.press(encodeCallback('withdraw/yes', [id]), chat.live.id);
    expect(await world.stateOf(id)).toBe('QUEUED');
    expect(chat.lastToast).toBe('Мәзір жаңартылды');
  });

  test('that waited too long to be answered are served all the same', async () => {
    const { chat } = await withApplication();
    const description = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
    chat.failures.set('answerCallbackQuery', { error_code: 400, description });
    await chat.tap('Баптаулар');
    expect(chat.text).toContain('Баптаулар');
  });
});

describe('the live message', () => {
  test.each(['message to edit not found', "message can't be edited"])(
    'is sent anew when «%s»',
    async (reason) => {
      const { chat } = await withApplication();
      const before = chat.live.id;
      chat.failures.set('editMessageText', { error_code: 400, description: `Bad Request: ${reason}` });
      await chat.tap('Баптаулар');
      expect(chat.live.id).toBeGreaterThan(before);
      expect(chat.text).toContain('Баптаулар');
    },
  );

  test('stays when nothing changed', async () => {
    const { chat } = await withApplication();
    await chat.tap('Көмек');
    const sent = chat.seen.length;
    await chat.press(encodeCallback('help'), chat.live.id);
    expect(chat.seen).toHaveLength(sent);
  });
});

describe('messages that nobody asked for', () => {
  test('get help, in a new message, and keep the dialog', async () => {
    const { chat } = await withApplication('ru');
    await chat.press(encodeCallback('addmail'), chat.live.id);
    await chat.sticker();
    expect(chat.text).toContain('Здесь нужен текст');
    expect(chat.text).toContain('Дополнительная почта');
    await chat.type('/unknown');
    expect(chat.text).toContain('Такой команды нет');
    expect(chat.text).toContain('Дополнительная почта');
    await chat.type('/start@kezek_test_bot');
    expect(chat.text).toContain('Главное меню');
    await chat.type('когда моя очередь?');
    expect(chat.text).toContain('Нажмите одну из кнопок');
    await chat.type('/');
    expect(chat.text).toContain('Такой команды нет');
  });

  test('edited ones change nothing, and a typed IIN is deleted in them too', async () => {
    const { chat } = await withApplication();
    await chat.press(encodeCallback('addphone'), chat.live.id);
    await chat.edit(77, '230514590109');
    expect(chat.deleted).toContain(77);
    expect(chat.text).toContain('Өзгертілген хабарлама');
    expect(chat.text).toContain('Қосымша телефон');
  });

  test('/cancel leaves a dialog', async () => {
    const { chat } = await withApplication();
    await chat.press(encodeCallback('addphone'), chat.live.id);
    await chat.type('/cancel');
    expect(chat.text).toContain('Әрекет тоқтатылды');
    expect(chat.text).toContain('Басты мәзір');
  });

  test('before a language is chosen are answered in both', async () => {
    const chat = stage.chat();
    await chat.type('сәлем');
    expect(chat.text).toContain('Төмендегі батырмалардың бірін басыңыз.');
    expect(chat.text).toContain('Нажмите одну из кнопок ниже.');
    expect(chat.labels).toEqual(['Қазақша', 'Русский']);
  });
});

describe('other chats', () => {
  const group = -1_000_000_001;
  const said: string[] = [];
  bot.api.config.use((previous, method, payload, signal) => {
    if (!('chat_id' in payload) || payload.chat_id !== group) return previous(method, payload, signal);
    said.push(String('text' in payload ? payload.text : ''));
    return {
      ok: true,
      result: { message_id: 1, date: 1, chat: { id: group, type: 'group', title: 'Г' } },
    } as never;
  });
  const message = (id: number, text: string) =>
    ({
      update_id: id,
      message: {
        message_id: id,
        date: 1,
        chat: { id: group, type: 'group', title: 'Г' },
        from: { id: 9, is_bot: false, first_name: 'Б' },
        text,
      },
    }) as Update;

  test('get one polite sentence', async () => {
    await bot.handleUpdate(message(1, 'салем'));
    await bot.handleUpdate(message(2, 'салем'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('жеке чатта');
    await bot.handleUpdate(message(3, '/start'));
    expect(said).toHaveLength(2);
    const known = await world.db.prisma.messenger_account.count({ where: { address: String(group) } });
    expect(known).toBe(0);
  });
});
