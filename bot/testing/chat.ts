import type { Bot } from 'grammy';
import type { Contact, InlineKeyboardButton, Message, Update, UserFromGetMe } from 'grammy/types';
import type { KezekContext } from '../context.ts';
import { attachReceipt } from '../intake/receipt.ts';

export const BOT: UserFromGetMe = {
  id: 7_000_000_001,
  is_bot: true,
  first_name: 'Kezek',
  username: 'kezek_test_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
};

/** A message of the bot as a person sees it. */
export interface Seen {
  readonly id: number;
  text: string;
  buttons: InlineKeyboardButton[][];
  replyKeyboard: string[];
  kind: 'text' | 'document' | 'photo' | 'venue';
  protected: boolean;
}

export interface Call {
  readonly method: string;
  readonly payload: Record<string, unknown>;
}

interface Answered {
  readonly text: string;
  readonly alert: boolean;
}

type Failure = { readonly error_code: number; readonly description: string } | Error;

/**
 * A private chat with the bot through its real door, `bot.handleUpdate`, with every call of the Bot API recorded and
 * answered here: what a person sees is kept, and buttons are pressed by their labels.
 */
export class Chat {
  readonly calls: Call[] = [];
  readonly seen: Seen[] = [];
  readonly toasts: Answered[] = [];
  /** Ids of messages, the person's own too, that the bot deleted. */
  readonly deleted: number[] = [];
  /** What the next call of a method fails with, once. */
  readonly failures = new Map<string, Failure>();
  readonly id: number;
  #bot: Bot<KezekContext>;
  #updateId: number;
  #messageId = 100;
  /** When set, every update comes with a receipt of the inbox. */
  receipts: ((updateId: number) => { messageId: bigint; alreadyApplied: boolean }) | undefined;

  constructor(bot: Bot<KezekContext>, id: number) {
    this.#bot = bot;
    this.id = id;
    this.#updateId = id * 1000;
    this.restart(bot);
  }

  /** The same chat goes on with a new bot, as after a restart of the program. */
  restart(bot: Bot<KezekContext>): void {
    this.#bot = bot;
    const { id } = this;
    bot.api.config.use(async (previous, method, payload, signal) => {
      const fields = payload as Record<string, unknown>;
      if (fields.chat_id !== undefined && Number(fields.chat_id) !== id)
        return previous(method, payload, signal);
      if (method === 'answerInlineQuery' && !String(fields.inline_query_id).startsWith(`i${id}-`))
        return previous(method, payload, signal);
      if (method === 'answerCallbackQuery' && !this.#owns(fields)) return previous(method, payload, signal);
      this.calls.push({ method, payload: fields });
      const failure = this.failures.get(method);
      this.failures.delete(method);
      if (failure instanceof Error) throw failure;
      if (failure !== undefined) return { ok: false, ...failure } as never;
      return this.#answer(method, fields) as never;
    });
  }

  /** The message that is edited in place: the last one with buttons or a keyboard. */
  get live(): Seen {
    const live = this.seen.findLast(({ kind }) => kind === 'text');
    if (live === undefined) throw new Error('the bot has said nothing yet');
    return live;
  }

  get text(): string {
    return this.live.text;
  }

  get labels(): string[] {
    return this.live.buttons.flat().map(({ text }) => text);
  }

  get lastToast(): string {
    return this.toasts.at(-1)?.text ?? '';
  }

  async type(text: string, more: Partial<Message> = {}): Promise<number> {
    const entities = text.startsWith('/')
      ? [{ type: 'bot_command' as const, offset: 0, length: text.split(' ')[0]?.length ?? 0 }]
      : undefined;
    return this.#send({ text, ...(entities === undefined ? {} : { entities }), ...more });
  }

  async sticker(): Promise<number> {
    const sticker = {
      file_id: 'f',
      file_unique_id: 'u',
      type: 'regular',
      width: 1,
      height: 1,
      is_animated: false,
      is_video: false,
    };
    return this.#send({ sticker } as Partial<Message>);
  }

  async contact(contact: Partial<Contact> = {}, more: Partial<Message> = {}): Promise<number> {
    return this.#send({
      contact: { phone_number: '77010000001', first_name: 'А', user_id: this.id, ...contact },
      ...more,
    });
  }

  /** Shares where one is, as the button of the reply keyboard does. */
  async location(latitude: number, longitude: number, more: Partial<Message> = {}): Promise<number> {
    return this.#send({ location: { latitude, longitude }, ...more } as Partial<Message>);
  }

  /** A photo; with `media_group_id` in `more` one of an album. */
  async photo(more: Partial<Message> = {}): Promise<number> {
    const size = { file_id: 'p', file_unique_id: 'pu', width: 1280, height: 960 };
    return this.#send({ photo: [size], ...more } as Partial<Message>);
  }

  /** Several messages sent at once, as an album is: each has its number before the bot has answered the first. */
  async together(contents: readonly Partial<Message>[]): Promise<number[]> {
    const messages = contents.map((content) => this.#message(content, ++this.#messageId));
    for (const message of messages) await this.update({ message } as Partial<Update>);
    return messages.map(({ message_id }) => message_id);
  }

  async edit(messageId: number, text: string): Promise<void> {
    const message = this.#message({ text }, messageId);
    await this.update({ edited_message: { ...message, edit_date: 2 } } as Partial<Update>);
  }

  /** Types `@bot query` in any chat; what the bot answered, undefined when it did not. */
  async inline(query: string, language_code?: string): Promise<Record<string, unknown> | undefined> {
    const id = `i${this.id}-${this.#updateId}`;
    const from = { ...this.#from(), ...(language_code === undefined ? {} : { language_code }) };
    await this.update({ inline_query: { id, from, query, offset: '' } } as Partial<Update>);
    return this.calls.findLast(
      ({ method, payload }) => method === 'answerInlineQuery' && payload.inline_query_id === id,
    )?.payload;
  }

  /** Presses the button whose label contains `label`, on the live message. */
  async tap(label: string): Promise<void> {
    const found = this.live.buttons.flat().find(({ text }) => text.includes(label));
    if (found === undefined)
      throw new Error(`no button «${label}» among ${this.labels.join(' | ')}\n${this.text}`);
    await this.press('callback_data' in found ? found.callback_data : '', this.live.id);
  }

  /** The page in the browser to which the button whose label contains `label` leads. */
  page(label: string): string {
    const found = this.live.buttons.flat().find(({ text }) => text.includes(label));
    if (found === undefined || !('url' in found))
      throw new Error(`no page «${label}» among ${this.labels.join(' | ')}`);
    return found.url;
  }

  async press(data: string, messageId: number): Promise<void> {
    await this.update(this.tapUpdate(data, messageId));
  }

  tapUpdate(data: string, messageId: number): Partial<Update> {
    const message = this.#message({}, messageId);
    const from = this.#from();
    return {
      callback_query: { id: `q${this.id}-${this.#updateId}`, from, chat_instance: 'c', data, message },
    } as Partial<Update>;
  }

  async update(update: Partial<Update>, updateId?: number): Promise<number> {
    const id = updateId ?? ++this.#updateId;
    const whole = { update_id: id, ...update } as Update;
    if (this.receipts !== undefined) attachReceipt(whole, this.receipts(id));
    await this.#bot.handleUpdate(whole);
    return id;
  }

  #owns(fields: Record<string, unknown>): boolean {
    return String(fields.callback_query_id).startsWith(`q${this.id}-`);
  }

  async #send(content: Partial<Message>): Promise<number> {
    const message = this.#message(content, ++this.#messageId);
    await this.update({ message } as Partial<Update>);
    return message.message_id;
  }

  #from() {
    return { id: this.id, is_bot: false, first_name: 'Айгүл' };
  }

  #message(content: Partial<Message>, messageId: number): Message {
    const chat = { id: this.id, type: 'private', first_name: 'Айгүл' };
    return { message_id: messageId, date: 1, chat, from: this.#from(), ...content } as Message;
  }

  #answer(method: string, fields: Record<string, unknown>): unknown {
    const ok = (result: unknown) => ({ ok: true, result });
    const bad = (description: string) => ({
      ok: false,
      error_code: 400,
      description: `Bad Request: ${description}`,
    });
    if (method === 'sendMessage') return ok(this.#say(fields, 'text'));
    if (method === 'sendDocument') return ok(this.#say(fields, 'document'));
    if (method === 'sendPhoto') return ok(this.#say(fields, 'photo'));
    if (method === 'getFile') return ok({ file_id: fields.file_id, file_path: fields.file_id });
    if (method === 'sendMediaGroup') {
      const media = fields.media as readonly { readonly type: 'photo' | 'document' }[];
      return ok(media.map(({ type }) => this.#say(fields, type)));
    }
    if (method === 'sendVenue') return ok(this.#say(fields, 'venue'));
    if (method === 'editMessageText' || method === 'editMessageReplyMarkup') {
      const message = this.seen.find(({ id }) => id === fields.message_id);
      if (message === undefined) return bad('message to edit not found');
      if (message.replyKeyboard.length > 0) return bad("message can't be edited");
      const { text = message.text } = fields as { text?: string };
      const buttons = buttonsOf(fields);
      if (text === message.text && JSON.stringify(buttons) === JSON.stringify(message.buttons)) {
        return bad(
          'message is not modified: specified new message content and reply markup are exactly the same',
        );
      }
      Object.assign(message, { text, buttons });
      return ok(this.#message({ text }, message.id));
    }
    if (method === 'deleteMessage') {
      this.deleted.push(Number(fields.message_id));
      return ok(true);
    }
    if (method === 'deleteMessages') {
      this.deleted.push(...(fields.message_ids as number[]));
      return ok(true);
    }
    if (method === 'answerCallbackQuery') {
      this.toasts.push({ text: String(fields.text ?? ''), alert: fields.show_alert === true });
      return ok(true);
    }
    return ok(true);
  }

  #say(fields: Record<string, unknown>, kind: Seen['kind']): Message {
    const id = ++this.#messageId;
    const { keyboard = [] } = (fields.reply_markup ?? {}) as { keyboard?: { text: string }[][] };
    this.seen.push({
      id,
      text: String(fields.text ?? fields.caption ?? fields.title ?? ''),
      buttons: buttonsOf(fields),
      replyKeyboard: keyboard.flat().map(({ text }) => text),
      kind,
      protected: fields.protect_content === true,
    });
    return this.#message({}, id);
  }
}

function buttonsOf(fields: Record<string, unknown>): InlineKeyboardButton[][] {
  const { inline_keyboard: keyboard = [] } = (fields.reply_markup ?? {}) as {
    inline_keyboard?: InlineKeyboardButton[][];
  };
  return keyboard;
}
