import { describe, expect, test } from 'vitest';
import { packId } from './callback.ts';
import type { Chat } from './testing/chat.ts';
import { loginOnPage, signOnPage } from './testing/page.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;
const later = (minutes: number) => world.clock.set(new Date(world.clock.now().getTime() + minutes * 60_000));

const words = {
  kk: {
    language: 'Қазақша',
    agree: 'Келісемін: ЭЦҚ',
    open: 'Кіру бетін ашу',
    fresh: 'Жаңа сілтеме',
    phone: 'Телефонмен',
    share: '📱 Нөмірімді жіберу',
    email: 'Электрондық пошта',
    menu: 'Басты мәзір',
  },
  ru: {
    language: 'Русский',
    agree: 'Согласен(на): ЭЦП',
    open: 'Открыть вход',
    fresh: 'Новая ссылка',
    phone: 'По телефону',
    share: '📱 Отправить мой номер',
    email: 'Электронная почта',
    menu: 'Главное меню',
  },
} as const;

/** The session of a chat as it is stored. */
const stored = (chat: Chat): string => JSON.stringify(sessions.read(String(chat.id)));

async function atPage(language: 'kk' | 'ru' = 'kk', start = '/start') {
  const chat = stage.chat();
  await chat.type(start);
  await chat.tap(words[language].language);
  await chat.tap(words[language].agree);
  return chat;
}

const personOf = async (chat: Chat) => (await world.core.people.account(String(chat.id))).person;

describe.each(['kk', 'ru'] as const)('the way in with ЭЦҚ, %s', (language) => {
  const word = words[language];

  test('is one tap beside the phone, asks for no phone, and for the e-mail as ever', async () => {
    const family = await world.person();
    const chat = await atPage(language);
    const url = chat.page(word.open);
    expect(url).toMatch(/^https:\/\/kezek\.example\/sign#/);
    expect(chat.text).toContain('NCALayer');
    expect(chat.text).toContain('eGov Mobile');
    expect(chat.text).toContain('10:10');

    const { code } = await loginOnPage(world, url, family.iin);
    expect(await personOf(chat)).toBeNull();
    const typed = await chat.type(`${code.slice(0, 3)} ${code.slice(3)}`);
    expect(chat.deleted).toContain(typed);
    expect(chat.text).toContain(language === 'kk' ? 'Қош келдіңіз' : 'Добро пожаловать');
    expect(chat.text).toContain(word.email);
    expect(chat.text).not.toContain('4/4');
    await chat.type(`eds${chat.id}@mail.kz`);
    expect(chat.text).toContain(word.menu);
    expect(chat.seen.every(({ replyKeyboard }) => replyKeyboard.length === 0)).toBe(true);
    expect(await personOf(chat)).toMatchObject({ id: family.personId, verifiedBy: 'EDS' });
  });

  test('by the button of the page, from whatever screen', async () => {
    const family = await world.person();
    const chat = await atPage(language);
    const { start } = await loginOnPage(world, chat.page(word.open), family.iin);
    await chat.tap(word.phone);
    await chat.type(`/start ${start}`);
    expect(chat.text).toContain(language === 'kk' ? 'Қош келдіңіз' : 'Добро пожаловать');
    expect(chat.text).toContain(word.email);
    await chat.type(`/start ${start}`);
    expect(chat.text).toContain(language === 'kk' ? 'аяқталып қойған' : 'уже завершён');
    expect(chat.text).toContain(word.email);
  });

  test('never puts the link into a text or a session', async () => {
    const family = await world.person();
    const chat = await atPage(language);
    const token = new URL(chat.page(word.open)).hash.slice(1);
    expect(stored(chat)).not.toContain(token);
    expect(chat.seen.every(({ text }) => !text.includes(token))).toBe(true);
    const { code, start } = await loginOnPage(world, chat.page(word.open), family.iin);
    await chat.type(code);
    const sent = JSON.stringify(chat.calls);
    expect(sent).not.toContain(family.iin);
    expect(sent).not.toContain(code);
    expect(stored(chat)).not.toMatch(new RegExp(`${token}|${code}|${start}`));
  });
});

describe('on the page of the login', () => {
  const word = words.kk;

  test('a new link makes the old one useless', async () => {
    const chat = await atPage();
    const old = chat.page(word.open);
    later(1);
    await chat.tap(word.fresh);
    expect(chat.lastToast).toBe('Жаңа сілтеме дайын');
    expect(chat.page(word.open)).not.toBe(old);
    await expect(signOnPage(world, old, '900505300000')).rejects.toThrow('link.expired');
  });

  test('a link that is too old is gone from the message, and a new one is a tap away', async () => {
    const chat = await atPage();
    later(11);
    await chat.type('/start');
    expect(chat.labels.some((label) => label.includes(word.open))).toBe(false);
    expect(chat.text).toContain('Жарамды сілтеме жоқ');
    await chat.tap(word.fresh);
    expect(chat.page(word.open)).toContain('/sign#');
  });

  test('too many links are refused with a time', async () => {
    const chat = await atPage();
    for (let n = 0; n < 19; n += 1) await chat.tap(word.fresh);
    await chat.tap(word.fresh);
    expect(chat.toasts.at(-1)).toMatchObject({ alert: true });
    expect(chat.lastToast).not.toBe('Жаңа сілтеме дайын');
    expect(chat.page(word.open)).toContain('/sign#');
  });

  test('the phone is still a way in, and from its steps the page is one tap', async () => {
    const family = await world.person();
    const chat = await atPage();
    await chat.tap(word.phone);
    expect(chat.live.replyKeyboard[0]).toBe(word.share);
    await chat.contact({ phone_number: '+77019999999' });
    await chat.type(family.iin);
    expect(chat.text).toContain('МАБ');
    await chat.tap('ЭЦҚ арқылы кіру');
    await chat.type((await loginOnPage(world, chat.page(word.open), family.iin)).code);
    expect(chat.text).toContain(word.email);
  });

  test('help leads back to it, and the phone is chosen by its button alone', async () => {
    const chat = await atPage();
    const url = chat.page(word.open);
    await chat.tap('Көмек');
    expect(chat.text).toContain('электрондық цифрлық қолтаңба');
    await chat.tap(word.menu);
    expect(chat.page(word.open)).toBe(url);
    await chat.type('/menu');
    expect(chat.page(word.open)).toBe(url);
    await chat.tap(word.phone);
    expect(chat.live.replyKeyboard[0]).toBe(word.share);
    await chat.type('/menu');
    expect(chat.labels).toEqual(
      expect.arrayContaining([expect.stringContaining('ЭЦҚ'), expect.stringContaining('📱')]),
    );
  });

  test('the code is still good when a new link was taken after it was signed', async () => {
    const family = await world.person();
    const chat = await atPage();
    const { code } = await loginOnPage(world, chat.page(word.open), family.iin);
    await chat.tap(word.fresh);
    await chat.type(code);
    expect(chat.text).toContain(word.email);
  });

  test('the keyboard of the contact goes when the login came from the page', async () => {
    const family = await world.person();
    const chat = await atPage();
    const url = chat.page(word.open);
    await chat.tap(word.phone);
    const { start } = await loginOnPage(world, url, family.iin);
    await chat.type(`/start ${start}`);
    const removed = chat.calls.filter(({ payload }) =>
      JSON.stringify(payload.reply_markup ?? {}).includes('remove_keyboard'),
    );
    expect(removed).toHaveLength(1);
    expect(chat.text).toContain(word.email);
    await chat.type(`r${chat.id}@mail.kz`);
    expect(chat.text).toContain(word.menu);
  });

  test('a link into the bot opens what it names after it', async () => {
    const family = await world.person();
    const id = await world.enqueue(family, '2023-05-14');
    const chat = await atPage('kk', `/start app_${packId(id)}`);
    await chat.type((await loginOnPage(world, chat.page(word.open), family.iin)).code);
    await chat.type(`w${chat.id}@mail.kz`);
    expect(chat.text).toContain('Нұрлан');
    expect(chat.text).toContain('Мәртебесі');
  });

  test('a lost session costs nothing: the button of the page leads in all the same', async () => {
    const family = await world.person();
    const chat = await atPage();
    const url = chat.page(word.open);
    sessions.delete(String(chat.id));
    await chat.tap(word.fresh);
    expect(chat.text).toContain('Kezek');
    const { start } = await loginOnPage(world, url, family.iin);
    await chat.type(`/start ${start}`);
    expect(chat.text).toContain(word.email);
  });

  test('a message that was handled before leads to where the login stands', async () => {
    const family = await world.person();
    const chat = await atPage();
    const { start } = await loginOnPage(world, chat.page(word.open), family.iin);
    await chat.type(`/start ${start}`);
    chat.receipts = (id) => ({ messageId: BigInt(id), alreadyApplied: true });
    await chat.type(`/start ${start}`);
    expect(chat.text).toContain(word.email);
    expect(chat.text).not.toContain('басталған');
  });
});

describe('a server that trusts no authority', async () => {
  const phoneOnly = await botStage({
    core: (core) => ({
      ...core,
      people: { ...core.people, loginMethods: () => ['OTP'] },
    }),
  });

  test('offers the phone alone', async () => {
    const chat = phoneOnly.chat();
    await chat.type('/start');
    await chat.tap('Қазақша');
    expect(chat.labels.join()).not.toContain('ЭЦҚ');
    expect(chat.text).not.toContain('ЭЦҚ');
    await chat.tap('Келісемін');
    expect(chat.live.replyKeyboard[0]).toBe(words.kk.share);
  });
});
