import { describe, expect, test } from 'vitest';
import { signOnPage } from '../testing/page.ts';
import { waitlistStage } from '../testing/waitlist.ts';

const stage = await waitlistStage();
const { world, home } = stage;

const words = {
  kk: {
    list: 'Күту тізімі',
    join: 'Күту тізіміне тұру',
    next: 'Ары қарай',
    code: 'SMS-кодпен',
    eds: 'ЭЦҚ-мен',
    withdraw: 'Баланы қазіргі барып жүрген мектепке дейінгі ұйымнан шығару',
    late: 'жолдама мен ваучер жойылады, ал өтініш мұрағатқа ауыстырылады',
    safe: 'қазіргі орны сақталады',
    joined: 'Бала күту тізіміне тұрды',
    place: (house: string, n: number, of: number) =>
      `<b>«${house}» балабақшасы</b>: ${n}-орын, барлығы ${of} бала`,
    issued: 'Басқа мектепке дейінгі ұйымға жолдама берілді',
    free: 'Қазір бос орын: <b>1</b>',
    wish: (n: number) => `<b>${n}-тілек</b>`,
    back: 'Артқа',
    why: 'алдыңызға тұрды',
  },
  ru: {
    list: 'Лист ожидания',
    join: 'Встать в лист ожидания',
    next: 'Далее',
    code: 'кодом SMS',
    eds: 'с ЭЦП',
    withdraw: 'Отчислить ребёнка из нынешней дошкольной организации',
    late: 'направление и ваучер аннулируются, а заявление уходит в архив',
    safe: 'Нынешнее место ребёнка сохраняется',
    joined: 'Ребёнок встал в лист ожидания',
    place: (house: string, n: number, of: number) => `<b>Детский сад «${house}»</b>: место ${n} из ${of}`,
    issued: 'Выдано направление в другую дошкольную организацию',
    free: 'Свободно сейчас: <b>1</b>',
    wish: (n: number) => `<b>${n}-е пожелание</b>`,
    back: 'Назад',
    why: 'впереди встал',
  },
} as const;

describe.each(['kk', 'ru'] as const)('«Күту тізіміне тұру» (%s)', (language) => {
  const word = words[language];

  test('goes from the menu over the information window to the lists, signed by a code', async () => {
    const far = await world.house(`Айна ${language}`, 1);
    const near = await world.house(`Балауса ${language}`, 1);
    const other = await stage.neighbour();
    await world.join(other.family, other.id, near);
    const parent = await stage.attending(language);
    const { chat } = parent;
    await chat.type('/menu');
    await chat.tap(word.list);
    expect(chat.text).toContain('«Күншуақ»');
    await chat.tap('Нұрлан');
    await chat.tap(word.join);
    for (const said of [word.withdraw, word.late, word.safe]) expect(chat.text).toContain(said);
    expect(chat.text).toContain(language === 'kk' ? '2 жұмыс күні' : '2 рабочих дня');
    expect(chat.text).toContain(language === 'kk' ? '5 жұмыс күні' : '5 рабочих дней');
    await chat.tap('Ок');
    // Where the child goes already is not offered.
    expect(chat.text).not.toContain('Күншуақ');
    await chat.tap(`Балауса ${language}`);
    await chat.tap(`Айна ${language}`);
    expect(chat.text).toContain(word.wish(1));
    expect(chat.text).toContain(word.wish(2));
    expect(chat.labels).toContain(`✅ 2. Айна ${language}`);
    // Ticked the other way round: the order of ticking is the order of wish.
    await chat.tap(`Балауса ${language}`);
    await chat.tap(`Балауса ${language}`);
    expect(chat.labels).toContain(`✅ 1. Айна ${language}`);
    await chat.tap(word.next);
    expect(chat.text).toMatch(new RegExp(`<b>1\\. [^\\n]*Айна ${language}[^]*<b>2\\. [^\\n]*Балауса`, 'u'));
    await chat.tap(word.code);
    // Who goes back finds the ticks.
    await chat.tap(word.back);
    expect(chat.text).toContain(`Балауса ${language}`);
    world.advance(60_000);
    await chat.tap(word.code);
    await stage.typeCode(parent);
    expect(chat.text).toContain(word.joined);
    expect(chat.text).toContain(word.place(`Айна ${language}`, 1, 1));
    expect(chat.text).toContain(word.place(`Балауса ${language}`, 2, 2));
    expect((await stage.entryOf(parent, far)).state).toBe('WAITING');
    // Who has just read it need not be told.
    expect(await world.notices(parent.personId)).not.toContain('N44');
    for (const secret of [parent.iin, 'Сынал']) expect(chat.text).not.toContain(secret);
  });

  test('gives a free place at once, with what is to be done, signed with ЭЦҚ', async () => {
    const free = await world.house(`Еркем ${language}`, 1);
    const parent = await stage.attending(language);
    await world.core.staff.publish(world.operator, free.group, 1);
    const { chat } = parent;
    await stage.open(chat, 'wlpick', parent.id);
    while (!chat.labels.some((label) => label.includes(`Еркем ${language}`))) await chat.tap('›');
    expect(chat.text).toContain(word.free);
    await chat.tap(`Еркем ${language}`);
    await chat.tap(word.next);
    expect(chat.text).toContain(word.withdraw);
    await chat.tap(word.eds);
    await signOnPage(world, chat.page('🔐'), parent.iin);
    await chat.tap('🔄');
    expect(chat.text).toContain(word.issued);
    expect(chat.text.match(/☐/g)).toHaveLength(2);
    expect(chat.seen.filter(({ kind }) => kind === 'document')).toHaveLength(1);
    expect(await stage.statusOf(parent)).toBe('TRANSFER');
    const said = await stage.pressNotice(parent, 'N29');
    expect(said).toContain('1) Баланы қазіргі балабақшадан шығарыңыз');
    expect(chat.text.match(/☐/g)).toHaveLength(2);
    // The referral leads to what it is a part of, by whatever way it is opened.
    await stage.open(chat, 'refof', parent.id);
    expect(chat.text.match(/☐/g)).toHaveLength(2);
  });

  test('shows the place in one list, why it moved, and the way out', async () => {
    const house = await world.house(`Жанар ${language}`, 1);
    const parent = await stage.attending(language);
    const { chat } = parent;
    await world.join(parent, parent.id, house);
    const ahead = await stage.neighbour();
    await world.confirmed(ahead.id, 'LARGE');
    world.advance(60_000);
    await world.join(ahead.family, ahead.id, house);
    await stage.open(chat, 'wl', parent.id);
    await chat.tap(`Жанар ${language}`);
    expect(chat.text).toContain(word.why);
    expect(chat.text).toContain('▼ 1');
    await chat.tap('🚪');
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    expect((await stage.entryOf(parent, house)).state).toBe('WAITING');
    await chat.tap(language === 'kk' ? 'Тізімнен шығу' : 'Выйти из листа');
    expect((await stage.entryOf(parent, house)).state).toBe('CANCELLED');
    expect(chat.text).toContain('✅');
    // A button that was kept: the list says what came of it.
    await stage.open(chat, 'wlleave', (await stage.entryOf(parent, house)).id);
    expect(chat.text).toContain(language === 'kk' ? 'күту аяқталды' : 'ожидание завершено');
  });
});

describe('the lists', () => {
  test('are no item of the menu for who has no child in a kindergarten', async () => {
    const parent = await stage.loggedIn();
    await world.enqueue(parent, '2024-03-01');
    await parent.chat.type('/menu');
    expect(parent.chat.labels.join()).not.toContain('Күту тізімі');
    await parent.chat.press('v1:wls:', parent.chat.live.id);
    expect(parent.chat.text).toContain('Әзірге ондай өтініш жоқ');
  });

  test('show the three tabs of the application', async () => {
    const { chat, id } = await stage.attending();
    await stage.open(chat, 'wl', id);
    await chat.tap('Тарих');
    expect(chat.text).toContain('Өзгерістер тарихы');
    await chat.tap('Құжаттар');
    expect(chat.text).toContain('Жалпы құжаттар');
    await chat.tap('Ақпарат');
    expect(chat.text).toContain('Балабақшаға қабылданды');
    await chat.tap('Күту тізімі');
    expect(chat.text).toContain('Қазір: ');
  });

  test('of strangers are shown to nobody', async () => {
    const house = await world.house('Жұпар', 1);
    const { family, id } = await stage.neighbour();
    await world.join(family, id, house);
    const entry = await world.entryOf(family, id, house);
    const { chat } = await stage.attending();
    for (const screen of ['wlentry', 'wlleave', 'wloffer', 'wlaccept', 'wldecline', 'wl', 'transfer']) {
      const foreign = screen === 'wl' || screen === 'transfer' ? id : entry.id;
      await chat.type('/menu');
      await stage.open(chat, screen, foreign);
      expect(chat.lastToast, screen).toMatch(/табылмады/);
      expect(chat.text, screen).not.toContain('Жұпар');
    }
  });

  test('take no more kindergartens than the district allows', async () => {
    const { chat, id } = await stage.attending();
    for (const name of ['Бір', 'Екі', 'Үш', 'Төрт', 'Бес']) await world.house(`Шек ${name}`, 1);
    await stage.open(chat, 'wlpick', id);
    const ticked = () => chat.labels.filter((label) => label.startsWith('✅')).length;
    for (let picked = 0; picked < 4; ) {
      const label = chat.labels.find((one) => one.startsWith('☐'));
      if (label === undefined) await chat.tap('›');
      else {
        await chat.tap(label);
        picked += 1;
      }
    }
    while (!chat.labels.some((one) => one.startsWith('☐'))) await chat.tap('›');
    const before = ticked();
    await chat.tap('☐');
    expect(chat.lastToast).toContain('ең көбі: 4');
    expect(ticked()).toBe(before);
    expect(home.id).toBeDefined();
  });
});
