import { MemorySessionStorage } from 'grammy';
import { coreWorld } from '../../local/testing/core-world.ts';
import { createBot } from '../bot.ts';
import type { BotCore } from '../core.ts';
import { allScreens } from '../screens/index.ts';
import type { Session } from '../session.ts';
import { BOT, Chat } from './chat.ts';

let chats = 500_000_000;

/** A bot over the real core on a database of its own. Call at the top level of a test file. */
export async function botStage(
  options: { preset?: string; core?: (core: BotCore) => BotCore; apiRoot?: string } = {},
) {
  const world = await coreWorld({ start: '2026-11-23T05:00:00Z', ...options });
  const sessions = new MemorySessionStorage<Session>();
  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  /** One more bot over the same sessions and the same core: what a restart of the program begins with. */
  const newBot = () =>
    createBot({
      token: '7000000001:test',
      ...(options.apiRoot === undefined ? {} : { apiRoot: options.apiRoot }),
      botInfo: BOT,
      core: options.core?.(world.core) ?? world.core,
      clock: world.clock,
      log: { info: note, warn: note, error: note },
      supportPhone: '+7 7162 00-00-00',
      sessions,
    });
  const bot = newBot();
  const chat = (): Chat => new Chat(bot, ++chats);

  /** A parent's chat, from the first question to the menu. */
  async function loggedIn(language: 'kk' | 'ru' = 'kk') {
    const family = await world.person();
    const parent = chat();
    await parent.type('/start');
    await parent.tap(language === 'kk' ? 'Қазақша' : 'Русский');
    await parent.tap(language === 'kk' ? 'Келісемін' : 'Согласен');
    await parent.contact({ phone_number: family.phone });
    await parent.type(family.iin);
    await parent.type(world.lastCode(family.phone));
    await parent.type(`p${parent.id}@mail.kz`);
    return { ...family, chat: parent };
  }

  return { world, bot, newBot, sessions, logged, screens: allScreens(), chat, loggedIn };
}
