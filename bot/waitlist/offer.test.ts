import { describe, expect, test } from 'vitest';
import { packId } from '../callback.ts';
import { type Parent, waitlistStage } from '../testing/waitlist.ts';

const stage = await waitlistStage();
const { world, home } = stage;

const words = {
  kk: {
    urgent: 'орын босады! Жауап беріңіз',
    answer: 'Жауап беру · Нұрлан',
    title: 'Күту тізімі: орын босады',
    accept: 'Орынды қабылдау',
    means: 'жолдама мен ваучер бірден беріледі',
    decline: 'Орыннан бас тарту',
    declined: 'Орыннан бас тарттыңыз',
    code: 'SMS-кодпен',
    issued: 'Басқа мектепке дейінгі ұйымға жолдама берілді',
    todo: 'Не істеу керек',
    family: 'Балаларым',
    do: 'босаған орынға жауап беру',
    moving: 'басқа балабақшаға ауысуды рәсімдеу',
  },
  ru: {
    urgent: 'появилось место! Дайте ответ',
    answer: 'Ответить · Нұрлан',
    title: 'Лист ожидания: появилось место',
    accept: 'Принять место',
    means: 'выдадут направление и ваучер',
    decline: 'Отказаться от места',
    declined: 'Вы отказались от места',
    code: 'кодом SMS',
    issued: 'Выдано направление в другую дошкольную организацию',
    todo: 'Что нужно сделать',
    family: 'Мои дети',
    do: 'ответить о свободном месте',
    moving: 'оформить перевод в другой детский сад',
  },
} as const;

let houses = 0;

/** A parent whom a place in another kindergarten is offered to. */
async function offered(language: 'kk' | 'ru' = 'kk') {
  houses += 1;
  const house = await world.house(`Қайнар ${houses}`, 1);
  const parent = await stage.attending(language);
  await world.join(parent, parent.id, house);
  await world.core.staff.publish(world.operator, house.group, 1);
  const entry = await stage.entryOf(parent, house);
  expect(entry.state).toBe('PLACE_AVAILABLE');
  return { house, parent, entry };
}

/** Declines or lets go what a test has left, so that the next child of a test comes first. */
async function cleanUp({ parent, house }: Awaited<ReturnType<typeof offered>>): Promise<void> {
  const { state, id } = await stage.entryOf(parent, house);
  if (state === 'PLACE_AVAILABLE') await world.core.waitlists.decline(parent.act, id);
  if (((await world.placesOf(house)).PUBLISHED ?? 0) > 0)
    await world.core.staff.withdraw(world.operator, house.group, 1, 'MISTAKE');
}

describe.each(['kk', 'ru'] as const)('a place that is offered (%s)', (language) => {
  const word = words[language];

  test('stands among the urgent things, and is declined after one more question', async () => {
    const place = await offered(language);
    const { parent, house } = place;
    const { chat } = parent;
    await chat.type('/menu');
    expect(chat.text).toContain(word.urgent);
    await chat.tap(word.family);
    expect(chat.text.split('👶')[0]).toContain(word.do);
    await chat.tap(word.answer);
    expect(chat.text).toContain(word.title);
    expect(chat.text).toContain(`Қайнар ${houses}`);
    await chat.tap(word.decline);
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    expect((await stage.entryOf(parent, house)).state).toBe('PLACE_AVAILABLE');
    await chat.tap(word.decline);
    expect(chat.text).toContain(word.declined);
    expect((await stage.entryOf(parent, house)).state).toBe('DECLINED');
    await chat.type('/menu');
    expect(chat.text).not.toContain(word.urgent);
    await cleanUp(place);
  });

  test('is accepted by a code from its notice, and asks for two things then', async () => {
    const { parent, house } = await offered(language);
    const { chat } = parent;
    await stage.pressNotice(parent, 'N28');
    expect(chat.text).toContain(word.title);
    await chat.tap('📅');
    expect(chat.text).toContain(language === 'kk' ? 'Босаған орынға жауап' : 'ответа о свободном месте');
    await stage.pressNotice(parent, 'N28');
    await chat.tap(word.accept);
    expect(chat.text).toContain(word.means);
    await chat.tap(word.code);
    await chat.type('000000');
    expect((await stage.entryOf(parent, house)).state).toBe('PLACE_AVAILABLE');
    await stage.typeCode(parent);
    expect(chat.text).toContain(word.issued);
    expect(chat.text).toContain(word.todo);
    expect(chat.text.match(/☐/g)).toHaveLength(2);
    expect((await stage.entryOf(parent, house)).state).toBe('REFERRAL_ISSUED');
    expect(chat.seen.filter(({ kind }) => kind === 'document')).toHaveLength(1);
    await chat.type('/menu');
    expect(chat.text).toContain(language === 'kk' ? 'Ауысуды рәсімдеңіз' : 'Оформите перевод');
    // The referral is told once, as a transfer.
    expect(chat.text.match(/⏳/g)).toHaveLength(1);
    await chat.tap(word.family);
    expect(chat.text.split('👶')[0]).toContain(word.moving);
    for (const secret of [parent.iin, 'Сынал']) expect(chat.text).not.toContain(secret);
  });
});

describe('an offer that is over', () => {
  async function lapse({ parent, house, entry }: { parent: Parent } & Awaited<ReturnType<typeof offered>>) {
    await world.moveTo(new Date((entry.offer?.answerUntil.getTime() ?? 0) + 60_000));
    expect((await stage.entryOf(parent, house)).state).toBe('LAPSED');
  }

  test('says so from its notice, its kept buttons and the screens behind it', async () => {
    const place = await offered();
    const { parent, entry } = place;
    const { chat } = parent;
    await stage.open(chat, 'wldecline', entry.id);
    const kept = chat.live.buttons[0]?.[0];
    await lapse(place);
    const data = kept !== undefined && 'callback_data' in kept ? kept.callback_data : '';
    await chat.press(data, chat.live.id);
    expect(chat.lastToast).toContain('Тізімге қайта тұра аласыз');
    await stage.pressNotice(parent, 'N28');
    expect(chat.text).toContain('жауап мерзімінде берілмеді');
    for (const screen of ['wloffer', 'wlaccept', 'wldecline']) {
      await chat.press(`v1:${screen}:${packId(entry.id)}`, chat.live.id);
      expect(chat.text).toContain('жауап мерзімінде берілмеді');
      expect(chat.labels.join()).not.toContain('қабылдау');
    }
    expect(await stage.pressNotice(parent, 'N28l')).toContain('күту тізімінен шықты');
    await cleanUp(place);
  });

  test('cannot be signed any more, and leads back to the application', async () => {
    const place = await offered();
    const { parent, entry } = place;
    const { chat } = parent;
    await stage.open(chat, 'wlaccept', entry.id);
    await chat.tap('SMS-кодпен');
    await world.core.waitlists.decline(parent.act, entry.id);
    await stage.typeCode(parent);
    expect(chat.text).toContain('Қазір: ');
    expect(chat.text).not.toContain('☐');
    await cleanUp(place);
    expect(home.id).toBeDefined();
  });
});
