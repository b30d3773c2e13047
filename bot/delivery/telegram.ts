import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Api, GrammyError } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Keyboard } from '../keyboard.ts';

/** The messenger as a way for notices. Everything it throws is understood by `classify`. */
export interface TelegramChannel {
  /** HTML of Telegram with at most a few buttons. Resolves with the message's id. */
  send(address: string, html: string, keyboard: Keyboard): Promise<string>;
  /** Words as they are. */
  sendPlain(address: string, text: string): Promise<string>;
  /** Changes a message of ours; false when it is gone. */
  edit(address: string, message: string, html: string, keyboard: Keyboard): Promise<boolean>;
}

export interface TelegramOptions {
  readonly token: string;
  readonly apiRoot?: string;
  /** Seconds after which a call is given up; its outcome is then unknown. Default 15. */
  readonly timeoutSeconds?: number;
}

/** A client of its own, beside the bot's: never retried in place, because the outbox decides about that. */
export function createTelegram({ token, apiRoot, timeoutSeconds = 15 }: TelegramOptions): TelegramChannel {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  const api = new Api(token, {
    ...(apiRoot === undefined ? {} : { apiRoot }),
    timeoutSeconds,
    sensitiveLogs: false,
    baseFetchConfig: {
      agent: (url: URL) => (url.protocol === 'http:' ? agents.http : agents.https),
      compress: true,
    },
  });
  const previews = { link_preview_options: { is_disabled: true } } as const;
  return {
    send: async (address, html, keyboard) => {
      const markup = keyboard.length === 0 ? {} : { reply_markup: markupOf(keyboard) };
      const message = await api.sendMessage(address, html, { parse_mode: 'HTML', ...previews, ...markup });
      return String(message.message_id);
    },
    sendPlain: async (address, text) => String((await api.sendMessage(address, text, previews)).message_id),
    edit: async (address, message, html, keyboard) => {
      try {
        const other = { parse_mode: 'HTML', ...previews, reply_markup: markupOf(keyboard) } as const;
        await api.editMessageText(address, Number(message), html, other);
        return true;
      } catch (error) {
        if (!(error instanceof GrammyError)) throw error;
        if (error.description.includes('message is not modified')) return true;
        if (error.error_code === 400 || error.error_code === 403) return false;
        throw error;
      }
    },
  };
}

function markupOf(keyboard: Keyboard): InlineKeyboardMarkup {
  return { inline_keyboard: keyboard.map((row) => [...row]) };
}
