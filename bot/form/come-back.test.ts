import { describe, expect, test } from 'vitest';
import { encodeEventCallback } from '../callback.ts';
import { addDays, localDate } from '../core.ts';
import { renderNotice } from '../delivery/render.ts';
import type { Chat } from '../testing/chat.ts';
import { type Filling, fillForm, formWords, type Stop } from '../testing/form.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;
const word = formWords.kk;

async function filling(): Promise<Filling> {
  const { chat, ...family } = await stage.loggedIn('kk');
  return { chat, family, language: 'kk', born: world.born };
}

const draftsOf = ({ family }: Filling) =>
  world.db.prisma.draft.findMany({ where: { person_id: family.personId }, include: { children: true } });

/** The crumb says at which step one is. */
const step = (chat: Chat): string => /› ([^<]+)<\/i>/.exec(chat.text)?.[1] ?? chat.text;

/** Where the walk stops, the step that it stops at, and a word of its screen. */
const STOPS: readonly (readonly [Stop, string])[] = [
  ['INTRO', 'Қызмет сипаттамасы'],
  ['APPLICANT', '1/4 Өтініш беруші'],
  ['CHILDREN', '2/4 Бала'],
  ['BENEFIT', '2/4 Бала'],
  ['LANGUAGE', '2/4 Бала'],
  ['LIST', '2/4 Бала'],
  ['HOME', '3/4 Үй маңы'],
  ['SUMMARY', '4/4 Тексеру'],
];

describe.each(STOPS)('a form that was left at %s', (stop, at) => {
  async function left() {
    const parent = await filling();
    await fillForm(parent, stop);
    expect(step(parent.chat)).toBe(at);
    return parent;
  }

  test('is offered in the menu and goes on at that step', async () => {
    const { chat } = await left();
    await chat.tap(word.home);
    expect(chat.text).toContain('Толтырылмаған өтінім бар');
    await chat.tap('Өтінімді жалғастыру');
    if (stop !== 'INTRO') {
      expect(chat.text).toContain(at);
      await chat.tap(word.go);
    }
    expect(step(chat)).toBe(at);
  });

  test('is still there for a new session, and for a bot that was started again', async () => {
    const parent = await left();
    const { chat } = parent;
    const before = chat.text;
    chat.restart(stage.newBot());
    await chat.type('/unknown');
    expect(chat.text).toContain(before);
    sessions.delete(String(chat.id));
    await chat.type('/menu');
    await chat.tap('Өтінімді жалғастыру');
    if (stop !== 'INTRO') await chat.tap(word.go);
    expect(step(chat)).toBe(at);
    expect(await draftsOf(parent)).toHaveLength(1);
  });
});

describe('a question in the middle', () => {
  test('of the address is asked again after a restart, with what was told before it', async () => {
    const parent = await filling();
    const { chat } = parent;
    await fillForm(parent, 'APPLICANT');
    await chat.tap(word.next);
    await chat.type('Көкшетау');
    chat.restart(stage.newBot());
    await chat.tap(word.skip);
    expect(chat.text).toContain('Қай көшеде?');
    await chat.type('/help');
    await chat.tap(word.home);
    await chat.tap('Өтінімді жалғастыру');
    await chat.tap(word.go);
    expect(chat.text).toContain('Көкшетау');
    await chat.tap(word.next);
    expect(chat.text).toContain('Қай көшеде?');
  });

  test('of the place takes the keyboard away wherever one goes', async () => {
    const parent = await filling();
    const { chat } = parent;
    await fillForm(parent, 'HOME');
    await chat.tap('Орнымды жіберу');
    expect(chat.live.replyKeyboard).toHaveLength(2);
    await chat.type('/menu');
    const removed = chat.calls.filter(({ payload }) =>
      JSON.stringify(payload.reply_markup ?? {}).includes('remove_keyboard'),
    );
    expect(removed).toHaveLength(2);
    expect(chat.live.replyKeyboard).toEqual([]);
    expect(chat.text).toContain('Басты мәзір');
    await chat.tap('Өтінімді жалғастыру');
    await chat.tap(word.go);
    await chat.tap('Орнымды жіберу');
    await chat.type(word.back);
    expect(chat.text).toContain('Үйіңіз қай маңда?');
    await chat.tap('Орнымды жіберу');
    await chat.type('Абай көшесі 1');
    expect(chat.text).toContain('Мұнда орналасқан жер күтіледі');
    expect(chat.live.replyKeyboard).toHaveLength(2);
  });
});

test('the manual is one tap away and leads back to the same step', async () => {
  const parent = await filling();
  const { chat } = parent;
  await fillForm(parent, 'INTRO');
  await chat.tap('Толық нұсқаулық');
  await chat.tap('›');
  expect(chat.text).toContain('2-қадам');
  await chat.tap(word.back);
  expect(step(chat)).toBe('Қызмет сипаттамасы');
});

test('logging out loses nothing, and another chat of the same person goes on with it', async () => {
  const parent = await filling();
  const { chat, family } = parent;
  await fillForm(parent, 'LIST');
  await chat.type('/menu');
  await chat.tap('Баптаулар');
  await chat.tap('Шығу');
  await chat.tap('Иә, шығу');
  await chat.type('/menu');
  expect(chat.text).not.toContain('Нұрлан');
  const phone = stage.chat();
  await phone.type('/start');
  await phone.tap('Русский');
  await phone.tap('Согласен');
  await phone.contact({ phone_number: family.phone });
  world.clock.set(new Date(world.clock.now().getTime() + 61_000));
  await phone.type(family.iin);
  await phone.type(world.lastCode(family.phone));
  await phone.tap('Продолжить заявление');
  expect(phone.text).toContain('Нұрлан');
  await phone.tap(formWords.ru.go);
  expect(phone.text).toContain('2/4 Ребёнок');
});

describe('beginning anew', () => {
  test('asks first, and then forgets children and scans', async () => {
    const parent = await filling();
    const { chat } = parent;
    await fillForm(parent, 'LIST');
    await chat.type('/menu');
    await chat.tap('Өтінімді жалғастыру');
    await chat.tap('Жаңадан бастау');
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    await chat.tap('Қалдыру');
    await chat.tap('Жаңадан бастау');
    await chat.tap('Жаңадан бастау');
    expect(step(chat)).toBe('Аудан немесе қала');
    expect(await draftsOf(parent)).toEqual([]);
    await chat.type('/menu');
    expect(chat.text).not.toContain('Толтырылмаған');
  });
});

describe('rules that change in the middle', () => {
  test('are shown again with a sentence why, and nothing else is lost', async () => {
    const district = await world.district('RUL');
    const parent = await filling();
    const { chat } = parent;
    await fillForm({ ...parent }, 'SUMMARY');
    await chat.tap('✏️ Аудан, қала');
    await chat.tap('RUL қаласы');
    expect(chat.text).toContain('стоп-тізім: 10 жұмыс күні');
    await chat.tap(word.read);
    await world.db.prisma.policy.create({
      data: {
        district_id: district,
        key: 'stopList.workingDays',
        value: 15,
        valid_from: new Date(addDays(localDate(world.clock.now()), 1)),
        basis: 'test',
      },
    });
    world.clock.set(new Date(world.clock.now().getTime() + 24 * 3_600_000));
    await chat.type('/menu');
    await chat.tap('Өтінімді жалғастыру');
    await chat.tap(word.go);
    expect(step(chat)).toBe('Қызмет сипаттамасы');
    expect(chat.text).toContain('ережелері өзгерді');
    expect(chat.text).toContain('стоп-тізім: 15 жұмыс күні');
    await chat.tap(word.read);
    expect(step(chat)).toBe('4/4 Тексеру');
    expect(chat.text).toContain('Нұрлан');
    expect(chat.labels.join()).toContain(word.code);
  });
});

test('the notice of a form that will be forgotten says until when, and its button goes on with it', async () => {
  const parent = await filling();
  const { chat } = parent;
  await fillForm(parent, 'HOME');
  const [draft] = await draftsOf(parent);
  const deadline = draft?.expires_at ?? new Date(0);
  const content = {
    noticeId: 'n' as never,
    code: 'N43',
    legal: false,
    params: { deadline: deadline.toISOString() },
    createdAt: world.clock.now(),
    applicationId: null,
    referralId: null,
    childName: null,
    numberTail: null,
    referralNumber: null,
    kindergarten: null,
    kindergartenId: null,
    refusalNote: null,
  };
  for (const [language, said] of [
    ['kk', 'бала әлі кезекте емес'],
    ['ru', 'ребёнок ещё не в очереди'],
  ] as const) {
    const notice = renderNotice({ ...content }, language);
    expect(notice.html).toContain(said);
    expect(notice.html).toContain('23:59');
    expect(notice.button).toMatchObject({ callback_data: encodeEventCallback('queue') });
  }
  await chat.press(encodeEventCallback('queue'), 4);
  expect(chat.text).toContain('Толтырылмаған өтініміңіз бар');
  await world.moveTo(new Date(deadline.getTime() - 6 * 24 * 3_600_000));
  expect(await world.notices(parent.family.personId)).toContain('N43');
  await world.moveTo(new Date(deadline.getTime() + 24 * 3_600_000));
  expect(await draftsOf(parent)).toEqual([]);
  await chat.press(encodeEventCallback('queue'), 4);
  expect(step(chat)).toBe('Аудан немесе қала');
});
