import { describe, expect, test } from 'vitest';
import type { Chat } from './testing/chat.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world } = stage;
const operator = await world.staff({ operator: true });
const garden = await world.kindergarten('Балдырған');
let day = new Date('2026-11-23T05:00:00Z');

/** Publishes one place of a new group; the clock goes to the morning when turns open. */
async function turn(birthYear: number) {
  const group = await world.group(garden, birthYear);
  const { pickOpensAt } = await world.core.staff.publish(operator, group, 1);
  day = new Date(pickOpensAt.getTime() + 30_000);
  await world.moveTo(day);
  return group;
}

/** Nothing that a chat must never hold was ever sent to it (DOMAIN §6.3). */
function expectNoPersonalData(chat: Chat, ...secrets: readonly string[]): void {
  const texts = chat.calls
    .filter(({ method }) => method !== 'sendDocument')
    .map(({ payload }) => JSON.stringify(payload))
    .join('\n');
  for (const secret of [...secrets, 'Сыналов', 'EXTRAORDINARY']) expect(texts).not.toContain(secret);
  expect(texts).not.toMatch(/AKM-TSL-\d{4}/);
}

const words = {
  kk: {
    choose: 'Осыны таңдау',
    sign: 'SMS-кодпен қол қою',
    extend: 'Жолдаманы ұзарту',
    trip: 'Іссапар',
    extendYes: 'Ұзарту',
    cancel: 'бас тарту',
    decline: 'Бұл жолы таңдамау',
    declineYes: 'Таңдаудан бас тарту',
    withdraw: 'Өтінішті қайтару',
    withdrawYes: 'Кезектен шығу',
    undo: 'Қалпына келтіру',
    history: 'Тарих',
    documents: 'Құжаттар',
    map: 'Карта',
    state: { QUEUED: 'Кезекте', NOTIFIED: 'Хабарлама жіберілді' },
  },
  ru: {
    choose: 'Выбрать этот сад',
    sign: 'Подписать кодом SMS',
    extend: 'Продлить направление',
    trip: 'Командировка',
    extendYes: 'Продлить',
    cancel: 'Отка',
    decline: 'Не выбирать сейчас',
    declineYes: 'Отказаться от выбора',
    withdraw: 'Отозвать заявление',
    withdrawYes: 'Выйти из очереди',
    undo: 'Восстановить',
    history: 'История',
    documents: 'Документы',
    map: 'Карта',
    state: { QUEUED: 'В очереди', NOTIFIED: 'Уведомление отправлено' },
  },
} as const;

describe.each(['kk', 'ru'] as const)('a parent’s story, %s', (language) => {
  const word = words[language];
  const birthYear = language === 'kk' ? 2023 : 2022;

  test('turn, choice, signature, referral, extension, cancelling, declining, leaving and coming back', async () => {
    const { chat, ...family } = await stage.loggedIn(language);
    const id = await world.enqueue(family, `${birthYear}-05-14`);
    await turn(birthYear);

    await chat.type('/menu');
    expect(chat.text).toContain('Нұрлан');
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'success' });
    await chat.tap('Нұрлан');
    expect(chat.text).toContain('Балдырған');
    await chat.tap('1. Балдырған');
    await chat.tap(word.map);
    expect(chat.seen.some(({ kind }) => kind === 'venue')).toBe(true);
    await chat.tap(word.choose);
    await chat.tap(word.sign);
    const sms = world.lastCode(family.phone);
    await chat.type(sms === '000000' ? '111111' : '000000');
    expect(chat.text).toMatch(/4/);
    const code = await chat.type(sms);
    expect(chat.deleted).toContain(code);
    expect(await world.stateOf(id)).toBe('REFERRED');
    const paper = chat.seen.filter(({ kind }) => kind === 'document').at(-1);
    expect(paper?.protected).toBe(true);
    expect(chat.live.id).toBeGreaterThan(paper?.id ?? Number.POSITIVE_INFINITY);

    await chat.tap(word.extend);
    expect(chat.labels.filter((label) => /^\d\d\.\d\d/.test(label)).length).toBeGreaterThan(3);
    expect(chat.labels.some((label) => /(сб|жс|вс)$/.test(label))).toBe(false);
    await chat.tap('.12');
    await chat.tap(word.trip);
    await chat.tap(word.extendYes);
    expect(chat.labels.some((label) => label.includes(word.extend))).toBe(false);

    await chat.tap(word.cancel);
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    await chat.tap(word.cancel);
    expect(chat.text).toContain(word.state.NOTIFIED);
    await chat.tap(word.decline);
    await chat.tap(word.declineYes);
    expect(chat.text).toContain(word.state.QUEUED);
    await chat.tap(word.withdraw);
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    await chat.tap(word.withdrawYes);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
    await chat.tap(word.undo);
    await chat.tap(word.undo);
    expect(await world.stateOf(id)).toBe('QUEUED');

    await chat.tap(word.history);
    expect(chat.text).toContain(word.trip);
    await chat.tap(word.documents);
    const before = chat.seen.length;
    await chat.tap('📄 1.');
    expect(chat.seen.slice(before).map(({ kind }) => kind)).toEqual(['document', 'text']);
    expectNoPersonalData(chat, family.iin, family.phone);
  });
});

describe('the sealed open phase', () => {
  test('wishes are put in order, signed, and win by the queue', async () => {
    const { chat, ...family } = await stage.loggedIn();
    const id = await world.enqueue(family, '2021-05-14');
    const second = await world.group(await world.kindergarten('Айгөлек'), 2021, 'ru');
    await world.core.staff.publish(operator, second, 1);
    const first = await turn(2021);
    // The turn lapses after three working days, and both places open to everybody.
    await world.moveTo(new Date(day.getTime() + 9 * 86_400_000));
    await chat.type('/menu');
    await chat.tap('Бос орындар');
    const free = await world.core.places.free(family.personId, id, {}, 0);
    const wishable = free.items.filter(({ available }) => available === 'WISH');
    expect(wishable.map(({ groupId }) => groupId)).toContain(first);
    for (const { groupId } of wishable) {
      const { kindergarten } = await world.core.places.group(family.personId, id, groupId);
      const name = /«(.*)»/.exec(kindergarten.kk)?.[1] ?? '';
      await chat.tap(`. ${name}`);
      await chat.tap('Тілекке қосу');
      expect(chat.text).toContain(name);
      await chat.tap('Балабақша қосу');
    }
    await chat.tap('Менің тілектерім');
    expect(chat.text).toContain('Әлі қол қойылған жоқ');
    await chat.tap('SMS-кодпен қол қою');
    await chat.type(world.lastCode(family.phone));
    expect(chat.text).toContain('Тілектерге қол қойылды');
    expect(chat.text).toContain('Қол қойылған.');
    const round = await world.core.places.openRound(family.personId, id);
    expect(round?.wishes).toHaveLength(wishable.length);
    await world.moveTo(new Date((round?.roundAt.getTime() ?? 0) + 30_000));
    expect(await world.stateOf(id)).toBe('REFERRED');
    await chat.type('/start');
    await chat.tap('Жолдама');
    expect(chat.text).toContain('Берілді');
  });
});

describe('interest', () => {
  test('is confirmed from sixty days before, and told when it is not needed', async () => {
    const { chat, ...family } = await stage.loggedIn();
    await world.enqueue(family, '2024-12-14');
    await chat.type('/menu');
    await chat.tap('Мүдделілікті растау');
    expect(chat.text).toContain('Қазір растаудың қажеті жоқ');
    world.clock.set(new Date(world.clock.now().getTime() + 320 * 86_400_000));
    await chat.tap('Басты мәзір');
    expect(chat.text).toContain('мүдделілікті растаңыз');
    await chat.tap('Нұрлан');
    await chat.tap('Растау');
    expect(chat.text).toContain('Мүдделілік расталды');
  });
});

describe('settings', () => {
  test('a second phone and e-mail are added, made main and removed', async () => {
    const { chat, phone } = await stage.loggedIn('ru');
    await chat.tap('Настройки');
    await chat.tap('Контактные данные');
    await chat.tap('➕ Почта');
    await chat.type('nonsense');
    expect(chat.text).toContain('Образец');
    const typed = await chat.type('second@mail.kz');
    expect(chat.deleted).toContain(typed);
    expect(chat.text).toContain('Контакт добавлен');
    await chat.tap('s•••@mail.kz');
    await chat.tap('Сделать основным');
    expect(chat.lastToast).toBe('Основной контакт изменён');
    await chat.tap('p•••@mail.kz');
    await chat.tap('Удалить');
    await chat.tap('Удалить');
    expect(chat.labels.some((label) => label.includes('p•••'))).toBe(false);
    await chat.tap('📱');
    await chat.tap('Удалить');
    await chat.tap('Удалить');
    expect(chat.toasts.at(-1)).toMatchObject({ alert: true });
    expectNoPersonalData(chat, phone, 'second@mail.kz');
  });

  test('notices are switched, and the language changes from the menu', async () => {
    const { chat, personId } = await stage.loggedIn('ru');
    await chat.tap('Настройки');
    await chat.tap('Настройка уведомлений');
    await chat.tap('SMS');
    expect(await world.core.people.settings(personId)).toMatchObject({ sms: false, email: true });
    await chat.type('/language');
    await chat.tap('Қазақша');
    expect(chat.lastToast).toContain('қазақша');
    expect(chat.text).toContain('Басты мәзір');
  });

  test('the manuals are read page by page in both languages', async () => {
    for (const language of ['kk', 'ru'] as const) {
      const { chat } = await stage.loggedIn(language);
      await chat.type('/help');
      expect(chat.text).toContain('+7 7162 00-00-00');
      const topics = chat.live.buttons.slice(0, -1).flat();
      for (const topic of topics) {
        await chat.tap(topic.text);
        const pages = Number(chat.labels.find((label) => /^\d\/\d$/.test(label))?.at(-1) ?? 1);
        for (let page = 1; page < pages; page += 1) await chat.tap('›');
        await chat.tap('⬅');
      }
      await chat.type('/privacy');
      expect(chat.text).toContain('+7 7162 00-00-00');
    }
  });
});
