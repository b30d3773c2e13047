import { describe, expect, test } from 'vitest';
import type { Chat } from './testing/chat.ts';
import { loginOnPage } from './testing/page.ts';
import { botStage } from './testing/stage.ts';

const stage = await botStage();
const { world } = stage;
const OPEN = 'Кіру бетін ашу';
const FRESH = 'Жаңа сілтеме';
const EMAIL = 'Электрондық пошта';

const later = (minutes: number) => world.clock.set(new Date(world.clock.now().getTime() + minutes * 60_000));
const wrong = (code: string): string => (code === '000000' ? '111111' : '000000');
const personOf = async (chat: Chat) => (await world.core.people.account(String(chat.id))).person;

async function atPage(): Promise<Chat> {
  const chat = stage.chat();
  await chat.type('/start');
  await chat.tap('Қазақша');
  await chat.tap('Келісемін: ЭЦҚ');
  return chat;
}

describe('a login that is not to be', () => {
  test('a wrong code says how many tries are left, five end it, and the way on is a new link', async () => {
    const family = await world.person();
    const chat = await atPage();
    await chat.type('123456');
    expect(chat.text).toContain('қол қойылған жоқ');
    const { code } = await loginOnPage(world, chat.page(OPEN), family.iin);
    await chat.type('код');
    expect(chat.text).toContain('6 цифрдан тұрады. Кіру беті');
    await chat.sticker();
    for (const left of [4, 3, 2, 1]) {
      const typed = await chat.type(wrong(code));
      expect(chat.deleted).toContain(typed);
      expect(chat.text).toContain(`Қалған талпыныс: ${left}`);
    }
    await chat.type(wrong(code));
    await chat.type(code);
    expect(chat.text).toContain('бес рет қате');
    expect(chat.text).toContain('Жарамды сілтеме жоқ');
    expect(chat.text).not.toContain('SMS');
    expect(await personOf(chat)).toBeNull();
    await chat.tap(FRESH);
    await chat.type((await loginOnPage(world, chat.page(OPEN), family.iin)).code);
    expect(chat.text).toContain(EMAIL);
  });

  test('a code that comes too late is told so', async () => {
    const family = await world.person();
    const chat = await atPage();
    const { start } = await loginOnPage(world, chat.page(OPEN), family.iin);
    later(16);
    await chat.type(`/start ${start}`);
    expect(chat.text).toContain('Растау мерзімі өтті');
    expect(chat.page.bind(chat, OPEN)).toThrow();
    expect(await personOf(chat)).toBeNull();
  });

  test('a link that was passed on lets nobody in, and says that the login was begun elsewhere', async () => {
    const family = await world.person();
    const sender = await atPage();
    const { code, start } = await loginOnPage(world, sender.page(OPEN), family.iin);
    const stranger = stage.chat();
    await stranger.type(`/start ${start}`);
    expect(stranger.text).toContain('басқа чатта басталған');
    expect(stranger.text).toContain('в другом чате');
    expect(stranger.labels).toEqual(['Қазақша', 'Русский']);
    const victim = await atPage();
    await victim.type(code);
    expect(victim.text).toContain('қол қойылған жоқ');
    const known = await stage.loggedIn('ru');
    await known.chat.type(`/start ${start}`);
    expect(known.chat.text).toContain('начат в другом чате');
    expect(known.chat.text).toContain('Главное меню');
    for (const chat of [sender, stranger, victim]) expect(await personOf(chat)).toBeNull();
    expect((await personOf(known.chat))?.id).toBe(known.personId);
  });

  test('the button of an older page is told from a wrong code', async () => {
    const family = await world.person();
    const chat = await atPage();
    const old = await loginOnPage(world, chat.page(OPEN), family.iin);
    later(1);
    await chat.tap(FRESH);
    await loginOnPage(world, chat.page(OPEN), family.iin);
    await chat.type(`/start ${old.start}`);
    expect(chat.text).toContain('басқа кіруге арналған');
    expect(await personOf(chat)).toBeNull();
  });
});
