import { describe, expect, test } from 'vitest';
import { type Family, freshIin } from '../../local/testing/core-world.ts';
import { encodeCallback } from '../callback.ts';
import { ADDRESS, addChild, type Filling, fillForm, formWords } from '../testing/form.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;
const word = formWords.ru;
const BIRTH = '2023-05-14';

async function filling(): Promise<Filling> {
  const { chat, ...family } = await stage.loggedIn('ru');
  return { chat, family, language: 'ru', born: world.born };
}

/** A parent at the question about the child's IIN. */
async function atIin(): Promise<Filling> {
  const parent = await filling();
  await fillForm(parent, 'CHILDREN');
  return parent;
}

const childrenOf = ({ family }: Filling) =>
  world.db.prisma.draft_child.findMany({ where: { draft: { person_id: family.personId } } });
const applicationsOf = ({ family }: Filling) =>
  world.db.prisma.application.findMany({
    where: { applicant_id: family.personId },
    include: { child: true },
  });

/** A second parent of a child that the registry knows. */
const alsoParent = (family: Family, child: string) =>
  world.sandbox.add({ parents: [{ child: child as never, parent: family.iin }] });

describe('the child’s IIN', () => {
  test('that cannot be is refused kindly, deleted, and after three failures the support is named', async () => {
    const { chat } = await atIin();
    const said = new Set<string>();
    for (const typed of ['12345', '230231590109', '230514990109', '230514590108']) {
      const id = await chat.type(typed);
      expect(chat.deleted).toContain(id);
      expect(chat.text).toContain('2/4');
      said.add(chat.text.split('\n')[0] ?? '');
    }
    expect(said.size).toBe(4);
    expect(chat.text).toContain('+7 7162 00-00-00');
  });

  test('that is one’s own, of a child too old, unborn or unknown, each says what to do', async () => {
    const parent = await atIin();
    const { chat, family } = parent;
    await chat.type(family.iin);
    expect(chat.text).toContain('собственный ИИН');
    for (const [birth, told] of [
      ['2019-01-01', 'старше возраста'],
      ['2027-06-01', 'ещё не наступила'],
    ] as const) {
      const iin = freshIin(birth);
      await world.born(family, iin, birth);
      await chat.type(iin);
      expect(chat.text).toContain(told);
    }
    await chat.type(freshIin(BIRTH));
    expect(chat.text).toContain('нет в государственной базе');
    expect(await childrenOf(parent)).toEqual([]);
  });

  test('twice in one form is refused', async () => {
    const parent = await filling();
    const iin = await fillForm(parent, 'LIST');
    await parent.chat.tap(word.add);
    await parent.chat.type(iin);
    expect(parent.chat.text).toContain('уже есть в заявлении');
    expect(await childrenOf(parent)).toHaveLength(1);
  });

  test('of somebody else’s child leads to what can be done instead', async () => {
    const parent = await atIin();
    const { chat } = parent;
    const iin = freshIin(BIRTH);
    await world.born(await world.person(), iin, BIRTH);
    const typed = await chat.type(iin);
    expect(chat.deleted).toContain(typed);
    expect(chat.text).toContain('родители этого ребёнка – другие люди');
    expect(chat.text).toContain('отдел образования');
    expect(chat.labels.join()).toContain('Присоединиться');
    await chat.tap('Другой ИИН');
    expect(chat.text).toContain('ИИН ребёнка');
    expect(await childrenOf(parent)).toEqual([]);
  });

  test('of a child whose other parent has applied leads to joining; of one’s own to the journal', async () => {
    const parent = await atIin();
    const { chat, family } = parent;
    const other = await world.person();
    const iin = freshIin(BIRTH);
    await world.enqueue(other, BIRTH, { iin });
    await alsoParent(family, iin);
    await chat.type(iin);
    expect(chat.text).toContain('уже подал второй родитель');
    await chat.tap('Присоединиться');
    await chat.type(iin);
    expect(chat.text).toContain('Нұрлан');
    const own = freshIin(BIRTH);
    await world.enqueue(family, BIRTH, { iin: own });
    await chat.type('/menu');
    await chat.tap('Продолжить заявление');
    await chat.tap(word.go);
    await chat.type(own);
    expect(chat.text).toContain('вы уже подали заявление');
    await chat.tap('Журнал заявлений');
    expect(chat.labels.join()).toContain('Нұрлан');
  });

  test('sent as an album of photos of a document: every one is deleted, and the question stays', async () => {
    const { chat } = await atIin();
    const photos = [];
    for (let n = 0; n < 5; n += 1) photos.push(await chat.photo({ media_group_id: '77' }));
    for (const photo of photos) expect(chat.deleted).toContain(photo);
    expect(chat.text).toContain('Здесь нужен текст');
    expect(chat.text).toContain('2/4');
    const caption = await chat.photo({ caption: '230514590109' });
    expect(chat.deleted).toContain(caption);
  });
});

describe('while the registry is silent', () => {
  test('the name is typed, the time is kept, and the application is looked at', async () => {
    const parent = await atIin();
    const { chat } = parent;
    await world.sandbox.setDown('REGISTRY', true);
    const iin = freshIin(BIRTH);
    await chat.type(iin);
    expect(chat.text).toContain('база сейчас не отвечает');
    const long = 'Ә'.repeat(61);
    await chat.type(long);
    expect(chat.text).toContain('не больше 60');
    await chat.type('Ж4сылбекова');
    expect(chat.text).toContain('Фамилия ребёнка');
    const surname = `${'Ә'.repeat(29)}-${'Б'.repeat(30)}`;
    const typed = await chat.type(surname);
    expect(chat.deleted).toContain(typed);
    await chat.type(' Нұр-ʼӘли  ');
    expect(chat.text).toContain('Отчество ребёнка');
    await chat.tap('Отчества нет');
    expect(chat.text).toContain('Нұр-ʼӘли');
    expect(chat.text).toContain('место в очереди сохранится');
    await chat.tap(word.yes);
    await chat.tap(word.noBenefit);
    await chat.tap(word.any);
    await chat.tap(word.next);
    await chat.tap(word.skip);
    await chat.tap(word.code);
    await chat.type(world.lastCode(parent.family.phone));
    await world.sandbox.setDown('REGISTRY', false);
    expect(chat.text).toContain('на рассмотрении');
    const [made] = await applicationsOf(parent);
    expect(made).toMatchObject({ state: 'IN_REVIEW', registered_at: world.clock.now() });
    expect(made?.child.surname).toBe(surname);
    const kept = JSON.stringify(sessions.read(String(chat.id)));
    const said = JSON.stringify(chat.calls.filter(({ method }) => method !== 'sendDocument'));
    for (const secret of [iin, surname, ...ADDRESS.slice(1)]) {
      expect(kept).not.toContain(secret);
      expect(said).not.toContain(secret);
    }
  });

  test('the questions about the name go on after a restart, and can be corrected', async () => {
    const parent = await atIin();
    const { chat } = parent;
    await world.sandbox.setDown('REGISTRY', true);
    await chat.type(freshIin(BIRTH));
    await world.sandbox.setDown('REGISTRY', false);
    await chat.type('Сағатова');
    chat.restart(stage.newBot());
    sessions.delete(String(chat.id));
    await chat.type('/menu');
    await chat.tap('Продолжить заявление');
    await chat.tap(word.go);
    await chat.tap('✏️ Ребёнок 1');
    await chat.tap('Исправить имя');
    await chat.type('Сағатова');
    await chat.type('Айша');
    await chat.type('Нұрланқызы');
    expect(chat.text).toContain('Айша');
    expect((await childrenOf(parent))[0]).toMatchObject({ name: 'Айша', patronymic: 'Нұрланқызы' });
  });
});

test('two parents who sign in the same second: one application, the other one is told and the form stays', async () => {
  const [first, second] = [await filling(), await filling()];
  const iin = await fillForm(first, 'SUMMARY');
  await alsoParent(second.family, iin);
  await fillForm(second, 'CHILDREN');
  await second.chat.type(iin);
  await second.chat.tap(word.yes);
  await second.chat.tap(word.noBenefit);
  await second.chat.tap(word.any);
  await second.chat.tap(word.next);
  await second.chat.tap(word.skip);
  for (const { chat } of [first, second]) await chat.tap(word.code);
  await Promise.all([first, second].map(({ chat, family }) => chat.type(world.lastCode(family.phone))));
  const made = [...(await applicationsOf(first)), ...(await applicationsOf(second))];
  expect(made).toHaveLength(1);
  const winner = made[0]?.applicant_id === first.family.personId ? first : second;
  const loser = winner === first ? second : first;
  expect(winner.chat.text).toContain(word.queued);
  expect(loser.chat.text).toContain('другой родитель');
  expect(loser.chat.text).toContain('<b>Нұрлан</b>');
  expect(loser.chat.text).toContain('всё заполненное сохранено');
  expect(await childrenOf(loser)).toHaveLength(1);
  await loser.chat.tap(word.back);
  expect(loser.chat.text).toContain('4/4');
  await loser.chat.tap(word.code);
  expect(loser.chat.text).toContain('уже подал второй родитель');
  await loser.chat.tap('Присоединиться');
  await loser.chat.tap(word.back);
  expect(loser.chat.text).toContain('4/4');
  await loser.chat.tap('✏️ Нұрлан');
  await loser.chat.tap('Убрать из списка');
  await loser.chat.tap('Убрать');
  expect(loser.chat.text).toContain('4/4');
  expect(await childrenOf(loser)).toEqual([]);
});

test('more than eight children do not fit into one form', async () => {
  const parent = await filling();
  await fillForm(parent, 'LIST');
  for (let n = 1; n < 8; n += 1) await addChild(parent, `2022-0${n}-01`);
  expect(parent.chat.labels.join()).not.toContain(word.add);
  await parent.chat.press(encodeCallback('fiin'), parent.chat.live.id);
  const iin = freshIin('2022-09-01');
  await world.born(parent.family, iin, '2022-09-01');
  await parent.chat.type(iin);
  expect(parent.chat.text).toContain('не больше: 8');
  await parent.chat.tap(word.back);
  await parent.chat.tap(word.next);
  await parent.chat.tap(word.skip);
  expect(parent.chat.text.length).toBeLessThan(4096);
});

test('a stranger’s ids open nothing', async () => {
  const parent = await filling();
  await fillForm(parent, 'LIST');
  const [child] = await childrenOf(parent);
  const { chat } = await stage.loggedIn('ru');
  for (const screen of ['fchild', 'fben', 'fcat', 'flang', 'fname', 'fdrop', 'fclaim']) {
    await chat.press(encodeCallback(screen, [child?.id ?? '']), chat.live.id);
    expect(chat.text, screen).not.toContain('Нұрлан');
  }
  await chat.press(encodeCallback('fdrop/yes', [child?.id ?? '']), chat.live.id);
  expect(await childrenOf(parent)).toHaveLength(1);
});
