import { describe, expect, test } from 'vitest';
import type { Chat } from '../testing/chat.ts';
import { ADDRESS, addChild, type Filling, fillForm, formWords } from '../testing/form.ts';
import { signOnPage } from '../testing/page.ts';
import { botStage } from '../testing/stage.ts';

const stage = await botStage();
const { world, sessions } = stage;
await world.group(await world.kindergarten(), 2023);

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

describe.each(['kk', 'ru'] as const)('the whole form, %s', (language) => {
  const word = formWords[language];

  test('with two children, from the menu to the numbers and the papers', async () => {
    const parent = await filling(language);
    const { chat } = parent;
    const first = await fillForm(parent, 'LIST');
    const second = await addChild(parent, '2022-03-01');
    await chat.tap(word.next);
    await chat.tap(word.skip);
    await chat.tap(word.code);
    await chat.type(world.lastCode(parent.family.phone));
    expect(chat.text).toContain(word.queued);
    expectNothingPersonal(chat, first, second);
  });
});
void signOnPage;
