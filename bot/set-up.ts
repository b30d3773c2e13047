import type { Api } from 'grammy';
import { texts } from '../locales/index.ts';
import type { Log } from './core.ts';

/** The commands of the menu button, in the order of use. Each has a text `command.<name>`. */
export const commands = ['start', 'menu', 'status', 'near', 'language', 'help', 'privacy', 'cancel'] as const;

/**
 * Tells Telegram the commands and the descriptions in both languages; Kazakh also where a client speaks neither. Called
 * once at start. A failure is logged and nothing more: the bot works without them, and they stay set from the last time.
 */
export async function setUp(api: Api, log: Log): Promise<void> {
  try {
    for (const code of ['', 'kk', 'ru'] as const) {
      const t = texts(code === 'ru' ? 'ru' : 'kk');
      const language = code === '' ? {} : { language_code: code };
      const list = commands.map((command) => ({ command, description: t.plain(`command.${command}`) }));
      await api.setMyCommands(list, { scope: { type: 'all_private_chats' }, ...language });
      await api.setMyDescription(t.plain('bot.description'), language);
      await api.setMyShortDescription(t.plain('bot.shortDescription'), language);
    }
    await api.setChatMenuButton({ menu_button: { type: 'commands' } });
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'commands could not be set');
  }
}
