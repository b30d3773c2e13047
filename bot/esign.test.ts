import { describe, expect, test } from 'vitest';
import { encodeEventCallback } from './callback.ts';
import type { DistrictId } from './core.ts';
import type { Chat } from './testing/chat.ts';
import { signOnPage } from './testing/page.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;
const operator = await world.staff({ admin: true });
const MINUTE = 60_000;
const later = (ms: number) => world.clock.set(new Date(world.clock.now().getTime() + ms));
let districts = 0;

function rule(district: DistrictId, key: string, value: object) {
  const valid_from = new Date('2020-01-01');
  return world.db.prisma.policy.create({
    data: { district_id: district, key, value, valid_from, basis: 'test' },
  });
}

/** A parent whose child has an open turn, in a district of its own, at the screen of the choice. */
async function choosing(language: 'kk' | 'ru' = 'kk', methods?: readonly string[]) {
  districts += 1;
  const district = await world.district(`E${String.fromCharCode(64 + districts)}S`);
  if (methods !== undefined) await rule(district, 'sign.methods', { CHOICE: methods, WISHES: methods });
  const group = await world.group(await world.kindergarten('Балдырған', district), 2023);
  const parent = await stage.loggedIn(language);
  const id = await world.enqueue(parent, '2023-05-14', { district });
  const { pickOpensAt } = await world.core.staff.publish(operator, group, 1);
  await world.moveTo(new Date(pickOpensAt.getTime() + 30_000));
  await parent.chat.type('/menu');
  await parent.chat.tap('Нұрлан');
  await parent.chat.tap('1. Балдырған');
  await parent.chat.tap(language === 'kk' ? 'Осыны таңдау' : 'Выбрать этот сад');
  return { ...parent, id, district, group };
}

const stored = (chat: Chat): string => JSON.stringify(sessions.read(String(chat.id)));
const papers = (chat: Chat): number => chat.seen.filter(({ kind }) => kind === 'document').length;

const words = {
  kk: {
    eds: 'ЭЦҚ-мен қол қою',
    code: 'SMS-кодпен қол қою',
    open: 'Қол қою бетін ашу',
    check: 'Тексеру',
    renew: 'Жаңа сілтеме',
    docs: 'Құжаттар',
    proof: 'Қолтаңба файлы',
    download: 'Жүктеу бетін ашу',
  },
  ru: {
    eds: 'Подписать с ЭЦП',
    code: 'Подписать кодом SMS',
    open: 'Открыть и подписать',
    check: 'Проверить',
    renew: 'Новая ссылка',
    docs: 'Документы',
    proof: 'Файл подписи',
    download: 'Открыть и скачать',
  },
} as const;

describe.each(['kk', 'ru'] as const)('a choice signed with ЭЦҚ, %s', (language) => {
  const word = words[language];

  test('leads to the referral with its paper once, and to the signed file', async () => {
    const { chat, id, ...family } = await choosing(language);
    expect(chat.labels.slice(0, 2).map((label) => label.slice(3))).toEqual([word.code, word.eds]);
    await chat.tap(word.eds);
    expect(chat.text).toContain('NCALayer');
    const url = chat.page(word.open);
    const token = new URL(url).hash.slice(1);
    expect(stored(chat)).not.toContain(token);

    await chat.tap(word.check);
    expect(chat.toasts.at(-1)).toMatchObject({ alert: true });
    expect(chat.page(word.open)).toBe(url);
    await chat.type('/start');
    expect(chat.page(word.open)).toBe(url);

    await signOnPage(world, url, family.iin);
    expect(await world.stateOf(id)).toBe('REFERRED');
    expect(papers(chat)).toBe(0);
    await chat.tap(word.check);
    expect(papers(chat)).toBe(1);
    expect(chat.text).toContain(language === 'kk' ? 'Жолдама берілді' : 'Направление выдано');
    expect(chat.text).toContain('Балдырған');
    const before = chat.live.id;
    await chat.press(encodeEventCallback('refof', [id]), 1);
    expect(chat.live.id).toBeGreaterThan(before);
    expect(papers(chat)).toBe(1);

    await chat.tap('⬅');
    await chat.tap(word.docs);
    expect(chat.labels.filter((label) => label.includes(word.proof))).toHaveLength(1);
    await chat.tap(word.proof);
    const file = chat.page(word.download);
    const { view } = await world.core.signPages.open(new URL(file).hash.slice(1));
    expect(view.files.length).toBeGreaterThan(1);
    later(1);
    await chat.tap(word.renew);
    expect(chat.page(word.download)).not.toBe(file);

    expect(chat.seen.every(({ text }) => !text.includes(token) && !text.includes('/sign#'))).toBe(true);
    expect(JSON.stringify(chat.calls.filter(({ method }) => method !== 'sendDocument'))).not.toContain(
      family.iin,
    );
  });
});

describe('from one way of signing to the other', () => {
  const word = words.kk;

  test('a code that was asked for can be left for the page', async () => {
    const { chat, id, iin } = await choosing();
    await chat.tap(word.code);
    expect(chat.text).toContain('6 цифрлы код');
    await chat.tap(word.eds);
    await signOnPage(world, chat.page(word.open), iin);
    await chat.tap(word.check);
    expect(await world.stateOf(id)).toBe('REFERRED');
    expect(papers(chat)).toBe(1);
  });

  test('the page can be left for a code, and is done then', async () => {
    const { chat, id, iin, phone } = await choosing();
    await chat.tap(word.eds);
    const url = chat.page(word.open);
    await chat.tap(word.code);
    expect(chat.text).toContain('6 цифрлы код');
    await chat.type(world.lastCode(phone));
    expect(await world.stateOf(id)).toBe('REFERRED');
    expect(papers(chat)).toBe(1);
    await expect(signOnPage(world, url, iin)).rejects.toThrow('link.done');
    await chat.tap('⬅');
    await chat.tap(word.docs);
    expect(chat.labels.some((label) => label.includes(word.proof))).toBe(false);
  });

  test('and back within a minute: the code that is on its way is waited for', async () => {
    const { chat, id, phone } = await choosing();
    await chat.tap(word.code);
    const code = world.lastCode(phone);
    await chat.tap(word.eds);
    await chat.tap(word.code);
    expect(world.lastCode(phone)).toBe(code);
    expect(chat.text).toContain('Код жіберілген');
    await chat.type(code);
    expect(await world.stateOf(id)).toBe('REFERRED');
  });

  test('signed on the page while the chat waits for a code: whatever is typed shows the result', async () => {
    const { chat, id, iin } = await choosing();
    await chat.tap(word.eds);
    const url = chat.page(word.open);
    await chat.tap(word.code);
    await signOnPage(world, url, iin);
    await chat.type('000000');
    expect(await world.stateOf(id)).toBe('REFERRED');
    expect(chat.text).toContain('Жолдама');
  });
});

describe('the methods of the district', () => {
  const word = words.kk;

  test('ЭЦҚ alone: one button and no way to a code', async () => {
    const { chat, iin, id } = await choosing('kk', ['EDS']);
    expect(chat.labels.filter((label) => /қол қою/i.test(label))).toEqual([`🔐 ${word.eds}`]);
    expect(chat.text).not.toContain('SMS');
    await chat.tap(word.eds);
    expect(chat.labels.some((label) => label.includes(word.code))).toBe(false);
    await signOnPage(world, chat.page(word.open), iin);
    await chat.tap(word.check);
    expect(await world.stateOf(id)).toBe('REFERRED');
  });

  test('the code alone: as it always was', async () => {
    const { chat, id, phone } = await choosing('kk', ['OTP']);
    expect(chat.labels.filter((label) => /қол қою/i.test(label))).toEqual(['✍️ Қол қою және жіберу']);
    expect(chat.text).not.toContain('ЭЦҚ');
    await chat.tap('Қол қою және жіберу');
    expect(chat.labels.some((label) => label.includes(word.eds))).toBe(false);
    await chat.type(world.lastCode(phone));
    expect(await world.stateOf(id)).toBe('REFERRED');
  });

  test('none that this person can: told, with whom to call', async () => {
    const { chat, id, personId } = await choosing('kk', ['OTP']);
    await world.db.prisma.contact.deleteMany({ where: { person_id: personId, kind: 'PHONE' } });
    await chat.tap('⬅');
    await chat.tap('Осыны таңдау');
    expect(chat.text).toContain('+7 7162 00-00-00');
    expect(chat.labels.filter((label) => /қол қою/i.test(label))).toEqual([]);
    expect(await world.stateOf(id)).toBe('NOTIFIED');
  });
});

describe('a statement that can be signed no more', () => {
  const word = words.kk;

  test('somebody else’s key leaves it waiting', async () => {
    const { chat, id } = await choosing();
    const other = await world.person();
    await chat.tap(word.eds);
    await expect(signOnPage(world, chat.page(word.open), other.iin)).rejects.toThrow('otherPerson');
    await chat.tap(word.check);
    expect(chat.lastToast).toContain('Қол әлі қойылған жоқ');
    expect(await world.stateOf(id)).toBe('NOTIFIED');
  });

  test('a place that was withdrawn says why and shows the free places', async () => {
    const { chat, group, iin } = await choosing();
    await chat.tap(word.eds);
    const url = chat.page(word.open);
    await world.core.staff.withdraw(operator, group, 1, 'REPAIR');
    expect(await signOnPage(world, url, iin)).toMatchObject({ state: 'VOID' });
    await chat.tap(word.check);
    expect(chat.text).toContain('Бос орындар');
    expect(chat.text).toMatch(/орын|кезегіңіз/i);
    expect(chat.text).not.toMatch(/\{\{/);
    expect(papers(chat)).toBe(0);
  });

  test('whose time is over says so', async () => {
    const { chat } = await choosing();
    await chat.tap(word.eds);
    later(61 * MINUTE);
    await chat.tap(word.check);
    expect(chat.text).toContain('Қол қою уақыты өтті');
    expect(chat.text).toContain('Бос орындар');
  });

  test('of another family is not shown', async () => {
    const mine = await choosing();
    await mine.chat.tap(word.eds);
    const other = await stage.loggedIn();
    const { screen, args } = sessions.read(String(mine.chat.id)) ?? { screen: '', args: [] };
    await other.chat.press(encodeEventCallback(screen, args), 1);
    expect(other.chat.text).not.toContain('Қол қою бетін');
    expect(other.chat.text).toContain('Басты мәзір');
  });
});

test('wishes are signed on the page as a choice is', async () => {
  const word = words.kk;
  const { chat, id, iin, personId } = await choosing();
  // The turn lapses, and a round of wishes opens on a working day after it.
  do await world.moveTo(new Date(world.clock.now().getTime() + 24 * 60 * MINUTE));
  while ((await world.core.places.openRound(personId, id)) === null);
  await chat.type('/menu');
  await chat.tap('Бос орындар');
  await chat.tap('. Балдырған');
  await chat.tap('Тілекке қосу');
  await chat.tap(word.eds);
  await signOnPage(world, chat.page(word.open), iin);
  await chat.tap(word.check);
  expect(chat.text).toContain('Тілектерге қол қойылды');
  expect(chat.text).toContain('Қол қойылған.');
  await chat.press(encodeEventCallback('wishes', [id]), 1);
  expect(chat.text).toContain('Қол қойылған.');
  expect(papers(chat)).toBe(0);
});
