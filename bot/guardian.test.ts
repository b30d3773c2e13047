import { describe, expect, test } from 'vitest';
import { freshIin } from '../local/testing/core-world.ts';
import { renderNotice } from './delivery/render.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world } = stage;
const { core, db } = world;
const BIRTH = '2023-05-14';

type Parent = Awaited<ReturnType<typeof stage.loggedIn>>;

const words = {
  kk: {
    settings: 'Баптаулар',
    second: 'Екінші ата-ана',
    joined: 'Сіз өтінішке қосылдыңыз',
    iam: 'екінші ата-анасысыз',
    asked: 'Сұрау қабылданды',
    answer: 'Жауап',
    agree: 'Келісемін',
    refuse: 'Бас тартамын',
    pending: 'жауабыңызды күтіп тұр',
    answered: 'Бас тартылды',
    out: 'Шығару',
    outYes: 'Иә, шығару',
    outDone: 'Өтініштен шығарылды',
    leave: 'Өтініштен шығу',
    leaveYes: 'Иә, шығамын',
    left: 'Сіз өтініштен шықтыңыз',
    withdraw: 'Өтінішті қайтару',
  },
  ru: {
    settings: 'Настройки',
    second: 'Второй родитель',
    joined: 'Вы присоединены к заявлению',
    iam: 'второй родитель в этом',
    asked: 'Запрос принят',
    answer: 'Ответ',
    agree: 'Согласен',
    refuse: 'Отказать',
    pending: 'Ждёт вашего ответа',
    answered: 'Отказано',
    out: 'Убрать',
    outYes: 'Да, убрать',
    outDone: 'убран из заявления',
    leave: 'Выйти из заявления',
    leaveYes: 'Да, выйти',
    left: 'Вы вышли',
    withdraw: 'Отозвать заявление',
  },
} as const;

/** The notices that wait for a person, as the messenger gets them; the button of the last one with this code is pressed. */
async function pressNotice(parent: Parent, code: string): Promise<void> {
  const { items } = await core.notices.list(parent.personId, 0, 20);
  const notice = items.find((item) => item.code === code);
  if (notice === undefined) throw new Error(`no notice ${code}`);
  const { button } = renderNotice(notice, 'kk');
  if (button === null || !('callback_data' in button)) throw new Error(`the notice ${code} has no button`);
  await parent.chat.press(button.callback_data, 9_000_000);
}

async function child(owner: Parent, birth = BIRTH) {
  const iin = freshIin(birth);
  const id = await world.enqueue(owner, birth, { iin });
  return { iin, id };
}

/** Opens the screen of the second parent from the menu and types a child's IIN. */
async function ask({ chat }: Parent, iin: string, language: 'kk' | 'ru'): Promise<number> {
  await chat.type('/menu');
  await chat.tap(words[language].settings);
  await chat.tap(words[language].second);
  return chat.type(iin);
}

describe.each(['kk', 'ru'] as const)('the second parent, %s', (language) => {
  const word = words[language];

  test('whom the registry names joins by the child’s IIN, sees the card and leaves', async () => {
    const owner = await stage.loggedIn(language);
    const other = await stage.loggedIn(language);
    const { iin, id } = await child(owner);
    await world.born(other, iin, BIRTH);
    const typed = await ask(other, iin, language);
    const { chat } = other;
    expect(chat.deleted).toContain(typed);
    expect(chat.text).toContain(word.joined);
    expect(chat.text).toContain(word.iam);
    expect(chat.labels.join()).not.toContain(word.withdraw);
    expect(chat.calls.map(({ payload }) => JSON.stringify(payload)).join()).not.toContain(iin);
    await chat.type('/menu');
    expect(chat.text).not.toContain(word.joined);
    // The button of somebody who may do more, pressed all the same.
    const packed = Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
    await chat.press(`v1:withdraw:${packed}`, chat.live.id);
    expect(chat.text).toContain(word.iam);
    expect(chat.labels.join()).not.toContain(word.withdraw);
    await chat.press(`v1:card:${packed}`, chat.live.id);
    await chat.tap(word.leave);
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    await chat.tap(word.leaveYes);
    expect(chat.text).toContain(word.left);
    await chat.press(`v1:card:${packed}`, chat.live.id);
    expect(chat.text).not.toContain(word.iam);
    await pressNotice(owner, 'N35a');
    expect(owner.chat.labels.join()).toContain(word.second);
  });

  test('whom nobody proves is let in by the first applicant, from the notice, and taken out again', async () => {
    const owner = await stage.loggedIn(language);
    const other = await stage.loggedIn(language);
    const { iin } = await child(owner);
    await ask(other, iin, language);
    expect(other.chat.text).toContain(word.asked);
    const { text } = other.chat;
    // The very same words for a child that stands in no queue.
    await ask(other, freshIin(BIRTH), language);
    const masked = (shown: string) => shown.replaceAll(/\d{4}•+\d{3}/g, '');
    expect(masked(other.chat.text)).toBe(masked(text));

    await pressNotice(owner, 'N35');
    const { chat } = owner;
    expect(chat.text).toContain('Айгүл');
    expect(chat.text).not.toContain('Сыналова');
    await chat.tap(word.agree);
    expect(chat.text).toContain('Айгүл');
    await pressNotice(other, 'N35a');
    expect(other.chat.text).toContain(word.iam);
    await chat.tap(word.out);
    expect(chat.live.buttons[0]?.[0]).toMatchObject({ style: 'danger' });
    await chat.tap(word.outYes);
    expect(chat.text).toContain(word.outDone);
    expect(
      await db.prisma.guardian_link.count({ where: { person_id: other.personId, state: 'LINKED' } }),
    ).toBe(0);
    // The notice's button is pressed once more: what was answered is told, and nothing is asked again.
    await pressNotice(owner, 'N35');
    expect(chat.labels.join()).not.toContain(word.agree);
  });

  test('is refused from the card, and hears nothing of it', async () => {
    const owner = await stage.loggedIn(language);
    const other = await stage.loggedIn(language);
    const { iin, id } = await child(owner);
    await ask(other, iin, language);
    const { chat } = owner;
    await chat.press(
      `v1:card:${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}`,
      chat.live.id,
    );
    await chat.tap(word.second);
    expect(chat.text).toContain(word.pending);
    await chat.tap(word.answer);
    const kept = chat.live.buttons.flat().find((found) => found.text.includes(word.agree));
    await chat.tap(word.refuse);
    await chat.press(kept !== undefined && 'callback_data' in kept ? kept.callback_data : '', chat.live.id);
    expect(await core.guardians.of(owner.act, id)).toEqual([]);
    const told = await db.prisma.notice.findMany({ where: { person_id: other.personId, code: 'N35a' } });
    expect(told).toEqual([]);
    await other.chat.type('/menu');
    expect(other.chat.text).not.toContain('Нұрлан');
  });

  test('is told of a wrong number and of too many, and may go on', async () => {
    const other = await stage.loggedIn(language);
    await ask(other, '12', language);
    expect(other.chat.text).toContain(word.second);
    await other.chat.type(other.iin);
    await other.chat.sticker();
    expect(other.chat.text).toContain(word.second);
    const { iin } = await child(await stage.loggedIn(language));
    await other.chat.type(iin);
    expect(other.chat.text).toContain(word.asked);
  });
});
