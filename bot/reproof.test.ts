import { describe, expect, test } from 'vitest';
import type { DistrictId } from './core.ts';
import type { Chat } from './testing/chat.ts';
import { loginOnPage, signOnPage } from './testing/page.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;
const operator = await world.staff({ admin: true });
const HOUR = 3_600_000;
const later = (ms: number) => world.clock.set(new Date(world.clock.now().getTime() + ms));
let districts = 0;

async function district(rules: Readonly<Record<string, object>> = {}): Promise<DistrictId> {
  districts += 1;
  const made = await world.district(`R${String.fromCharCode(64 + districts)}P`);
  for (const [key, value] of Object.entries(rules)) {
    await world.db.prisma.policy.create({
      data: { district_id: made, key, value, valid_from: new Date('2020-01-01'), basis: 'test' },
    });
  }
  return made;
}

/** A parent whose login is a day old at the last question before leaving the queue, which asks for a fresh one. */
async function leaving(language: 'kk' | 'ru' = 'kk', rules: Readonly<Record<string, object>> = {}) {
  const at = await district(rules);
  const parent = await stage.loggedIn(language);
  const id = await world.enqueue(parent, '2023-05-14', { district: at });
  later(25 * HOUR);
  await parent.chat.type('/menu');
  const word = words[language];
  await parent.chat.tap(word.applications);
  await parent.chat.tap('Нұрлан');
  await parent.chat.tap(word.withdraw);
  await parent.chat.tap(word.yes);
  return { ...parent, id, word };
}

const words = {
  kk: {
    applications: 'Менің өтініштерім',
    withdraw: 'Өтінішті қайтару',
    yes: 'Кезектен шығу',
    title: 'Кім екеніңізді растаңыз',
    code: 'SMS-кодпен растау',
    eds: 'ЭЦҚ арқылы растау',
    open: 'Кіру бетін ашу',
    done: 'Расталды',
  },
  ru: {
    applications: 'Мои заявления',
    withdraw: 'Отозвать заявление',
    yes: 'Выйти из очереди',
    title: 'Подтвердите, что это вы',
    code: 'Подтвердить кодом SMS',
    eds: 'Подтвердить с ЭЦП',
    open: 'Открыть вход',
    done: 'Подтверждено',
  },
} as const;

const proofButtons = (chat: Chat): string[] =>
  chat.labels.filter((label) => /растау|Подтвердить/.test(label)).map((label) => label.slice(3));

describe.each(['kk', 'ru'] as const)('an action that wants a fresh login, %s', (language) => {
  test('is come back to after a code, and done then', async () => {
    const { chat, id, phone, word } = await leaving(language);
    expect(chat.text).toContain(word.title);
    expect(proofButtons(chat)).toEqual([word.code, word.eds]);
    expect(await world.stateOf(id)).toBe('QUEUED');
    await chat.tap(word.code);
    expect(chat.text).not.toContain('3/4');
    const code = world.lastCode(phone);
    await chat.type(code === '000000' ? '111111' : '000000');
    expect(chat.text).toMatch(/4/);
    const typed = await chat.type(code);
    expect(chat.deleted).toContain(typed);
    expect(chat.text).toContain(word.done);
    expect(await world.stateOf(id)).toBe('QUEUED');
    await chat.tap(word.yes);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
  });

  test('is come back to after the page', async () => {
    const { chat, id, iin, word } = await leaving(language);
    await chat.tap(word.eds);
    const { code } = await loginOnPage(world, chat.page(word.open), iin);
    const typed = await chat.type(code);
    expect(chat.deleted).toContain(typed);
    expect(chat.text).toContain(word.done);
    await chat.tap(word.yes);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
  });
});

describe('a proof that is owed', () => {
  const word = words.kk;

  test('given on the page comes back by its button too, whatever is looked at meanwhile', async () => {
    const { chat, id, iin } = await leaving();
    await chat.tap(word.eds);
    const { start } = await loginOnPage(world, chat.page(word.open), iin);
    await chat.type('/help');
    await chat.type(`/start ${start}`);
    expect(chat.text).toContain(word.done);
    await chat.tap(word.yes);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
  });

  test('is let be by going back, and forgotten', async () => {
    const { chat, id } = await leaving();
    await chat.tap('⬅');
    expect(chat.text).toContain('қайтарып алу');
    await chat.tap('Басты мәзір');
    expect(await world.stateOf(id)).toBe('QUEUED');
    expect(sessions.read(String(chat.id))).not.toHaveProperty('wanted');
  });

  test('goes on from one way to the other, and from /start', async () => {
    const { chat, id, phone } = await leaving();
    await chat.tap(word.code);
    await chat.tap('⬅');
    await chat.tap(word.eds);
    await chat.type('/start');
    expect(chat.page(word.open)).toContain('/sign#');
    await chat.tap('⬅');
    await chat.tap(word.code);
    await chat.type(world.lastCode(phone));
    await chat.tap(word.yes);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
  });

  test('another code may be asked for', async () => {
    const { chat, id, phone } = await leaving();
    await chat.tap(word.code);
    const first = world.lastCode(phone);
    later(90_000);
    await chat.tap('Кодты қайта жіберу');
    expect(chat.lastToast).toBe('Жаңа код жіберілді');
    expect(world.sms.filter((sms) => sms.phone === phone).length).toBeGreaterThan(2);
    await chat.type(world.lastCode(phone) === first ? first : world.lastCode(phone));
    await chat.tap(word.yes);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
  });

  test('does not survive a lost session, which harms nobody', async () => {
    const { chat, id, iin } = await leaving();
    await chat.tap(word.eds);
    const url = chat.page(word.open);
    sessions.delete(String(chat.id));
    await chat.tap('Жаңа сілтеме');
    expect(chat.text).toContain('Басты мәзір');
    const { start } = await loginOnPage(world, url, iin);
    await chat.type(`/start ${start}`);
    expect(chat.text).toContain('Басты мәзір');
    expect(await world.stateOf(id)).toBe('QUEUED');
  });

  test('given by somebody else’s key makes the chat theirs, and shows nothing of before', async () => {
    const { chat, id } = await leaving();
    const other = await world.person();
    await chat.tap(word.eds);
    await chat.type((await loginOnPage(world, chat.page(word.open), other.iin)).code);
    await chat.type(`o${chat.id}@mail.kz`);
    expect(chat.text).not.toContain('Нұрлан');
    expect(await world.stateOf(id)).toBe('QUEUED');
  });
});

describe('a district that takes ЭЦҚ alone', () => {
  const rules = { 'auth.methods': ['EDS'] };
  const word = words.kk;

  test('asks for it and says why', async () => {
    const { chat, id, iin } = await leaving('kk', rules);
    expect(chat.text).toContain('Аудан ережесі бойынша');
    expect(proofButtons(chat)).toEqual([word.eds]);
    await chat.tap(word.eds);
    await chat.type((await loginOnPage(world, chat.page(word.open), iin)).code);
    await chat.tap(word.yes);
    expect(await world.stateOf(id)).toBe('WITHDRAWN');
  });

  test('asks again only when somebody taps again', async () => {
    const { chat, id } = await leaving('kk', rules);
    await chat.tap('⬅');
    await chat.tap(word.yes);
    expect(chat.text).toContain(word.title);
    await chat.tap('Басты мәзір');
    expect(chat.text).not.toContain(word.title);
    expect(await world.stateOf(id)).toBe('QUEUED');
  });
});

test('a chat without a phone cannot get a code, and is told how', async () => {
  const word = words.kk;
  const at = await district({ 'auth.methods': ['OTP'] });
  const family = await world.person();
  await world.db.prisma.contact.deleteMany({ where: { person_id: family.personId } });
  const chat = stage.chat();
  await chat.type('/start');
  await chat.tap('Қазақша');
  await chat.tap('Келісемін: ЭЦҚ');
  await chat.type((await loginOnPage(world, chat.page(word.open), family.iin)).code);
  await chat.type(`q${chat.id}@mail.kz`);
  expect(chat.text).toContain('телефон қосыңыз');
  await world.enqueue(family, '2023-05-14', { district: at });
  await chat.type('/menu');
  await chat.tap(word.applications);
  await chat.tap('Нұрлан');
  await chat.tap(word.withdraw);
  await chat.tap(word.yes);
  expect(proofButtons(chat)).toEqual([]);
  expect(chat.text).toContain('телефон нөмірі жоқ');
  await chat.tap('Шығу');
  expect(chat.text).toContain('Жүйеден шығу');
});

test('wishes that were being arranged are still there after the proof', async () => {
  const word = words.kk;
  const at = await district({
    'auth.freshHours': { CHOICE: 1, INTEREST: null, REFERRAL: null, WITHDRAWAL: 24 },
  });
  const { chat, ...family } = await stage.loggedIn();
  const id = await world.enqueue(family, '2023-05-14', { district: at });
  const group = await world.group(await world.kindergarten('Айгөлек', at), 2023);
  const { pickOpensAt } = await world.core.staff.publish(operator, group, 1);
  await world.moveTo(pickOpensAt);
  do await world.moveTo(new Date(world.clock.now().getTime() + 24 * HOUR));
  while ((await world.core.places.openRound(family.personId, id)) === null);
  await chat.type('/menu');
  await chat.tap('Бос орындар');
  await chat.tap('. Айгөлек');
  await chat.tap('Тілекке қосу');
  await chat.tap('SMS-кодпен қол қою');
  expect(chat.text).toContain(word.title);
  await chat.tap(word.code);
  await chat.type(world.lastCode(family.phone));
  expect(chat.text).toContain(word.done);
  expect(chat.text).toContain('Айгөлек');
  await chat.tap('ЭЦҚ-мен қол қою');
  await signOnPage(world, chat.page('Қол қою бетін ашу'), family.iin);
  await chat.tap('Тексеру');
  expect(chat.text).toContain('Тілектерге қол қойылды');
});
