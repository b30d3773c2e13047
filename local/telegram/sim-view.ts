import { SimControls } from './sim-controls.ts';
import type { Chat } from './store.ts';
import { transcriptText } from './transcript.ts';
import type { BotCommand, Person, ReplyButton, TgMessage } from './types.ts';

export type Match = string | RegExp | ((message: TgMessage) => boolean);

/** What a person sees on the own phone. */
export class SimView extends SimControls {
  protected get store() {
    return this.parts.context.store;
  }

  people(): Person[] {
    return [...this.store.people.values()];
  }

  person(id: number): Person {
    return this.store.person(id);
  }

  protected chat(id: number): Chat {
    return this.store.chatOf(this.store.person(id));
  }

  /** The person has read everything. */
  read(id: number): void {
    const chat = this.chat(id);
    if (chat.readUpTo === chat.lastMessageId) return;
    chat.readUpTo = chat.lastMessageId;
    this.store.emit({ type: 'read', chatId: id });
  }

  /** How many messages of the bot the person has not read. */
  unread(id: number): number {
    const { readUpTo } = this.chat(id);
    return this.messages(id).filter((message) => message.from.is_bot && message.message_id > readUpTo).length;
  }

  /** What the person sees, oldest first. */
  messages(id: number): TgMessage[] {
    return this.store.seen(this.chat(id));
  }

  /** The person's chat with themselves, oldest first. */
  notes(id: number): TgMessage[] {
    return this.store.seen(this.store.notesOf(this.store.person(id)));
  }

  /** The bot's newest message in the chat. */
  last(id: number): TgMessage | undefined {
    return this.messages(id).findLast((message) => message.from.is_bot);
  }

  /** What the inline buttons of the newest message that has any say. */
  buttons(id: number): string[] {
    const message = this.messages(id).findLast((one) => one.reply_markup);
    return message?.reply_markup?.inline_keyboard.flat().map((button) => button.text) ?? [];
  }

  /** The buttons under the input. */
  keyboard(id: number): ReplyButton[] {
    return this.chat(id).keyboard?.markup.keyboard.flat() ?? [];
  }

  transcript(id: number): string {
    const keyboard = this.chat(id).keyboard;
    const shown = keyboard?.hidden ? undefined : keyboard?.markup;
    return transcriptText(this.person(id), this.store.bot.first_name, this.messages(id), shown);
  }

  /**
   * The bot's message that fits: one sent since the person's last own message (or after `after`), or the next one that
   * comes or is edited. @throws Error after `timeoutMs` (default 5000), with the transcript
   */
  async waitFor(
    id: number,
    match: Match,
    options: { after?: number; timeoutMs?: number } = {},
  ): Promise<TgMessage> {
    const seen = this.messages(id);
    const own = seen.findLast((message) => !message.from.is_bot)?.message_id ?? 0;
    const after = options.after ?? own;
    const found = seen.findLast((message) => message.message_id > after && fits(message, match));
    if (found) return found;
    const { promise, resolve, reject } = Promise.withResolvers<TgMessage>();
    const stop = this.on((event) => {
      if (event.type !== 'message' && event.type !== 'edit') return;
      if (event.chatId === id && fits(event.message, match)) resolve(event.message);
    });
    const timer = setTimeout(() => {
      reject(new Error(`no message that fits ${String(match)}; the chat:\n${this.transcript(id)}`));
    }, options.timeoutMs ?? 5000);
    return promise.finally(() => {
      clearTimeout(timer);
      stop();
    });
  }

  /** The commands the person's app offers. */
  commands(id: number): BotCommand[] {
    return this.store.settings.commandsFor(id, this.person(id).language_code);
  }
}

function fits(message: TgMessage, match: Match): boolean {
  if (!message.from.is_bot) return false;
  if (typeof match === 'function') return match(message);
  const text = message.text ?? message.caption ?? '';
  return typeof match === 'string' ? text.includes(match) : match.test(text);
}
