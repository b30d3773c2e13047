import { describe, expect, test } from 'vitest';
import type { Chat } from '../testing/chat.ts';
import { ADDRESS, addChild, type Filling, fillForm, formWords } from '../testing/form.ts';
import { signOnPage } from '../testing/page.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;

async function filling(language: 'kk' | 'ru' = 'kk'): Promise<Filling> {
  const { chat, ...family } = await stage.loggedIn(language);
  return { chat, family, language, born: world.born };
}

/** What a chat may never hold, wherever it was typed (DOMAIN §6.3). */
function expectNothingPersonal(chat: Chat, ...secrets: readonly string[]): void {
  const said = JSON.stringify(chat.calls.filter(({ method }) => method !== 'sendDocument'));
  const stored = JSON.stringify(sessions.read(String(chat.id)));
  for (const secret of [...secrets, 'Сыналов', ...ADDRESS.slice(1)]) {
    expect(said, secret).not.toContain(secret);
    expect(stored, secret).not.toContain(secret);
  }
}

const papers = (chat: Chat) => chat.seen.filter(({ kind }) => kind === 'document');

const applications = async ({ family }: Filling) =>
  world.db.prisma.application.findMany({
    where: { applicant_id: family.personId },
    include: { benefit_claims: true },
    orderBy: { number: 'asc' },
  });

const words = {
  kk: {
    home: 'Орнымды жіберу',
    here: '📍 Тұрған жерімді жіберу',
    saved: 'Үй маңы сақталды',
    street: '✏️ Көше',
    address: '✏️ Мекенжай',
    district: '✏️ Аудан, қала',
    contacts: '✏️ Байланыс',
    place: '✏️ Үй маңы',
    done: 'Дайын',
    language: 'Оқыту тілі',
    russian: 'Орыс тілі',
    summary: '4/4 Тексеру',
    toSummary: 'Тексеруге оралу',
    journal: 'Өтініштер журналы',
    card: 'Мәртебесі',
    required: 'Бұл өріс міндетті',
    fill: '✏️ Толтыру',
    noScans: 'құжат жүктелмеген',
    change: '🎖 Жеңілдік',
    drop: 'Тізімнен алу',
    keep: 'Қалдыру',
    removed: 'Бала өтінімнен алынды',
  },
  ru: {
    home: 'Отправить место',
    here: '📍 Отправить, где я сейчас',
    saved: 'Место сохранено',
    street: '✏️ Улица',
    address: '✏️ Адрес',
    district: '✏️ Район, город',
    contacts: '✏️ Контакты',
    place: '✏️ Место дома',
    done: 'Готово',
    language: 'Язык обучения',
    russian: 'Русский',
    summary: '4/4 Проверка',
    toSummary: 'К проверке',
    journal: 'Журнал заявлений',
    card: 'Статус',
    required: 'Это поле обязательно',
    fill: '✏️ Заполнить',
    noScans: 'документ не загружен',
    change: '🎖 Льгота',
    drop: 'Убрать из списка',
    keep: 'Оставить',
    removed: 'Ребёнок убран из заявления',
  },
} as const;

describe.each(['kk', 'ru'] as const)('the whole form, %s', (language) => {
  const word = { ...formWords[language], ...words[language] };

  test('with three children and a home, from the menu to the numbers, the papers and the journal', async () => {
    const parent = await filling(language);
    const { chat } = parent;
    const first = await fillForm(parent, 'LIST');
    const second = await addChild(parent, '2022-03-01');
    const third = await addChild(parent, '2022-03-01');
    expect(chat.text.match(/Нұрлан/g)).toHaveLength(3);
    await chat.tap(word.next);
    await chat.tap(word.home);
    expect(chat.live.replyKeyboard).toEqual([word.here, word.back]);
    const point = await chat.location(53.283_349, 69.400_071);
    expect(chat.deleted).toContain(point);
    expect(chat.seen.at(-2)?.text).toContain(word.saved);
    expect(chat.live.replyKeyboard).toEqual([]);
    await chat.tap(word.next);
    expect(chat.text).toContain(word.summary);
    expect(chat.text).toContain('Көкшетау');
    await chat.tap(word.code);
    const code = await chat.type(world.lastCode(parent.family.phone));
    expect(chat.deleted).toContain(code);

    const made = await applications(parent);
    expect(made.map(({ state }) => state)).toEqual(['QUEUED', 'QUEUED', 'QUEUED']);
    expect(made.map(({ home_latitude: lat, home_longitude: long }) => [lat, long])).toEqual(
      Array(3).fill([53.283, 69.4]),
    );
    for (const { position_at_registration: n } of made)
      expect(chat.text).toContain(
        `${word.queued}. ${language === 'kk' ? 'Кезек нөмірі' : 'Номер в очереди'}: <b>${n}</b>`,
      );
    expect(papers(chat)).toHaveLength(3);
    expect(papers(chat).every((paper) => paper.protected && paper.id < chat.live.id)).toBe(true);
    expectNothingPersonal(chat, first, second, third, '53.28', '69.4');
    await chat.tap(word.journal);
    expect(chat.labels.filter((label) => label.startsWith('Нұрлан'))).toHaveLength(3);
    await chat.tap(`№${made[0]?.number.slice(-4)}`);
    expect(chat.text).toContain(word.card);
    await chat.type('/menu');
    expect(chat.labels).not.toContain(
      `▶️ ${language === 'kk' ? 'Өтінімді жалғастыру' : 'Продолжить заявление'}`,
    );
  });

  test('signed with ЭЦҚ on the page', async () => {
    const parent = await filling(language);
    const { chat, family } = parent;
    const child = await fillForm(parent, 'SUMMARY');
    await chat.tap(word.eds);
    expect(chat.text).toContain('NCALayer');
    const url = chat.page(language === 'kk' ? 'Қол қою бетін ашу' : 'Открыть и подписать');
    await chat.tap(language === 'kk' ? 'Тексеру' : 'Проверить');
    expect(chat.toasts.at(-1)).toMatchObject({ alert: true });
    await signOnPage(world, url, family.iin);
    await chat.tap(language === 'kk' ? 'Тексеру' : 'Проверить');
    expect(chat.text).toContain(word.queued);
    expect(papers(chat)).toHaveLength(1);
    expect((await applications(parent)).map(({ state }) => state)).toEqual(['QUEUED']);
    expectNothingPersonal(chat, child);
    const token = new URL(url).hash.slice(1);
    expect(JSON.stringify(sessions.read(String(chat.id)))).not.toContain(token);
    expect(chat.seen.every(({ text }) => !text.includes(token))).toBe(true);
  });

  test('each field is corrected from the summary and leads back to it', async () => {
    const parent = await filling(language);
    const { chat } = parent;
    await fillForm(parent, 'SUMMARY');
    await chat.tap(word.address);
    await chat.tap(word.street);
    await chat.type('Тәуелсіздік даңғылы');
    await chat.tap(word.done);
    expect(chat.text).toContain('Тә•••');
    await chat.tap(word.contacts);
    await chat.tap('➕');
    await chat.type('8 (701) 555-44-33');
    expect(chat.text).toContain(word.summary);
    await chat.tap(word.place);
    await chat.location(51.1, 71.4);
    await chat.tap(word.toSummary);
    await chat.tap('✏️ Нұрлан');
    await chat.tap(word.language);
    await chat.tap(word.russian);
    expect(chat.text).toContain(word.summary);
    expect(chat.text.toLowerCase()).toContain(word.russian.toLowerCase());
    await chat.tap(word.district);
    await chat.tap(word.district.includes('Район') ? formWords.ru.district : formWords.kk.district);
    expect(chat.text).toContain(word.summary);
    await chat.tap('✏️ Нұрлан');
    await chat.tap(word.drop);
    await chat.tap(word.keep);
    await chat.tap(word.drop);
    await chat.tap(word.drop.split(' ')[0] ?? '');
    expect(chat.lastToast).toBe(word.removed);
    expect(chat.text).toContain(word.summary);
    expect(chat.labels).toContain(word.fill);
    expect(chat.labels.join()).not.toContain(word.code);
  });

  test('another district is changed to from the summary after its rules are read', async () => {
    const other = await world.district(language === 'kk' ? 'KKS' : 'KRS');
    const parent = await filling(language);
    const { chat } = parent;
    await fillForm(parent, 'SUMMARY');
    await chat.tap(word.district);
    await chat.tap(language === 'kk' ? 'KKS қаласы' : 'город KRS');
    await chat.tap(word.read);
    expect(chat.text).toContain(word.summary);
    await chat.tap(word.code);
    await chat.type(world.lastCode(parent.family.phone));
    expect((await applications(parent)).map(({ district_id }) => district_id)).toEqual([other]);
  });

  test('a benefit without its paper is marked and keeps the form from being sent', async () => {
    const parent = await filling(language);
    const { chat } = parent;
    await fillForm(parent, 'BENEFIT');
    await chat.tap(word.benefit);
    expect(chat.text).toContain('❗');
    await chat.tap('1. ');
    await chat.tap(word.back);
    await chat.tap(word.any);
    expect(chat.text).toContain(word.noScans);
    await chat.tap(word.next);
    await chat.tap(word.skip);
    expect(chat.labels.join()).not.toContain(word.code);
    await chat.tap(word.fill);
    await chat.tap(word.back);
    expect(chat.text).toContain(word.summary);
    await chat.tap('✏️ Нұрлан');
    await chat.tap(word.change);
    await chat.tap(word.noBenefit);
    expect(chat.text).toContain(word.summary);
    expect(chat.labels.join()).toContain(word.code);
  });

  test('says of a field that must be there what S1 says', async () => {
    const parent = await filling(language);
    const { chat } = parent;
    await fillForm(parent, 'APPLICANT');
    expect(chat.text).toContain(word.required);
    await chat.tap(word.next);
    await chat.type(ADDRESS[0]);
    await chat.type('/menu');
    await chat.tap('▶️');
    await chat.tap(word.go);
    expect(chat.text.match(new RegExp(word.required, 'g'))).toHaveLength(2);
    await chat.tap(word.next);
    await chat.type(ADDRESS[1]);
    await chat.type('ж'.repeat(101));
    expect(chat.text).toContain('100');
    await chat.type(ADDRESS[2]);
    await chat.tap(word.skip);
    expect(chat.text).not.toContain(word.required);
  });
});
