import { commandEntities } from './commands.ts';
import { ApiError, SimError } from './errors.ts';
import { type Kind, mediaFields, storeFile } from './methods/media.ts';
import type { CallbackAnswer } from './queries.ts';
import { SimView } from './sim-view.ts';
import { userOf } from './store.ts';
import type { InlineButton, Person, PersonInput, TgContact, TgMessage } from './types.ts';

/** Which inline button: by what it says or by its callback data, on the newest message that has it unless told. */
export interface TapTarget {
  label?: string;
  data?: string;
  messageId?: number;
}

export interface TapResult {
  /** What the button was: a callback tells the bot, the others only the person. */
  kind: 'callback' | 'url' | 'copy' | 'web_app' | 'inline';
  queryId?: string;
  /** The address opened or the text copied. */
  value?: string;
  /** The bot's answer to the tap; null when it was not waited for or did not come. */
  answer: CallbackAnswer | null;
}

export interface FileInput {
  name: string;
  bytes: Buffer;
  mime?: string;
  caption?: string;
  /** For a sticker. */
  emoji?: string;
}

/**
 * The person side: everything somebody with a phone can do to the bot, and everything a test wants to see or break.
 * A thing the person cannot do (no such button, blocked bot) throws SimError.
 */
export class Sim extends SimView {
  /** Adds a person, or changes the one with this id. */
  addPerson(input: PersonInput): Person {
    return this.store.addPerson(input);
  }

  #say(id: number, content: Partial<TgMessage>, replyTo?: number): TgMessage {
    const person = this.store.person(id);
    if (person.deactivated) throw new SimError('this account is deleted', 409);
    if (person.blocked) throw new SimError('the bot is blocked by this person: unblock it first', 409);
    const chat = this.store.chatOf(person);
    const target = chat.messages.get(replyTo ?? chat.forceReply?.messageId ?? 0);
    if (target) {
      const { reply_to_message: _, ...plain } = target;
      content.reply_to_message = plain;
    }
    person.started = true;
    delete chat.forceReply;
    const message = this.store.append(chat, userOf(person), content);
    this.parts.context.updates.push('message', id, { message });
    return message;
  }

  /** Sends text, as typed: commands, addresses and mentions get their entities. */
  text(id: number, text: string, options: { replyTo?: number } = {}): TgMessage {
    const trimmed = text.trim();
    if (trimmed === '') throw new SimError('an empty message cannot be sent');
    if ([...trimmed].length > 4096) throw new SimError('a message has at most 4096 characters');
    return this.#say(id, commandEntities(trimmed), options.replyTo);
  }

  /** `command(id, 'start', 'app_1')` sends "/start app_1". */
  command(id: number, command: string, args = ''): TgMessage {
    return this.text(id, `/${command.replace(/^\//, '')}${args === '' ? '' : ` ${args}`}`);
  }

  /** Presses Start, or opens a deep link `t.me/bot?start=payload` (≤ 64 of A–Z a–z 0–9 _ -). Unblocks, as Telegram does. */
  start(id: number, payload = ''): TgMessage {
    if (!/^[A-Za-z0-9_-]{0,64}$/.test(payload))
      throw new SimError('a start payload has at most 64 of A-Za-z0-9_-');
    if (this.person(id).blocked) this.block(id, false);
    return this.command(id, 'start', payload);
  }

  /** Taps an inline button. `wait` (ms) lets it wait for the bot's answer to the tap. */
  async tap(id: number, target: TapTarget, options: { wait?: number } = {}): Promise<TapResult> {
    const { message, button } = this.#findButton(id, target);
    const shown = shownOnly(button);
    if (shown) return { ...shown, answer: null };
    const person = this.store.person(id);
    if (person.blocked) throw new SimError('the bot is blocked by this person: unblock it first', 409);
    const { queries, updates } = this.parts.context;
    const queryId = queries.open(id);
    const waiting = options.wait ? queries.wait(queryId, options.wait) : Promise.resolve(null);
    const data = button.callback_data ?? '';
    const query = { id: queryId, from: userOf(person), message, chat_instance: String(-id), data };
    updates.push('callback_query', id, { callback_query: query });
    return { kind: 'callback', queryId, answer: await waiting };
  }

  #findButton(id: number, target: TapTarget): { message: TgMessage; button: InlineButton } {
    for (const message of this.messages(id).reverse()) {
      if (target.messageId !== undefined && message.message_id !== target.messageId) continue;
      const button = message.reply_markup?.inline_keyboard
        .flat()
        .find((one) =>
          target.data !== undefined ? one.callback_data === target.data : one.text === target.label,
        );
      if (button) return { message, button };
    }
    const wanted = target.data ?? target.label ?? '';
    throw new SimError(`no button "${wanted}"; there are: ${this.buttons(id).join(' | ') || 'none'}`, 404);
  }

  /** Presses a button of the keyboard under the input; a contact button shares the own contact. */
  press(id: number, label: string): TgMessage {
    const chat = this.chat(id);
    const button = this.keyboard(id).find((one) => one.text === label);
    if (!button || !chat.keyboard) throw new SimError(`no keyboard button "${label}"`, 404);
    if (chat.keyboard.markup.one_time_keyboard) {
      chat.keyboard.hidden = true;
      this.store.emit({ type: 'keyboard', chatId: id });
    }
    const { messageId } = chat.keyboard;
    if (button.request_contact) return this.contact(id, undefined, { replyTo: messageId });
    if (button.request_location) return this.location(id, 53.2833, 69.4);
    return this.text(id, label);
  }

  /**
   * Shares a contact: the own one (with the own user_id) when none is given, anybody's otherwise. `forwarded` makes it a
   * message passed on from somebody else, whatever the contact says.
   */
  contact(
    id: number,
    contact?: TgContact,
    options: { replyTo?: number; forwarded?: boolean } = {},
  ): TgMessage {
    const person = this.store.person(id);
    if (!contact && person.phone === undefined) throw new SimError('this person has no phone');
    const own: TgContact = {
      phone_number: person.phone?.replace(/^\+/, '') ?? '',
      first_name: person.first_name,
    };
    if (person.last_name !== undefined) own.last_name = person.last_name;
    const content: Partial<TgMessage> = { contact: contact ?? { ...own, user_id: id } };
    if (options.forwarded) {
      const sender = {
        id: content.contact?.user_id ?? 1,
        is_bot: false,
        first_name: content.contact?.first_name ?? '',
      };
      content.forward_origin = { type: 'user', sender_user: sender, date: this.store.seconds() };
    }
    return this.#say(id, content, options.replyTo);
  }

  location(id: number, latitude: number, longitude: number): TgMessage {
    return this.#say(id, { location: { latitude, longitude } });
  }

  /** Sends a file as photo, document, voice message or sticker. */
  file(id: number, kind: Kind, input: FileInput): TgMessage {
    const stored = asSim(() =>
      storeFile(this.parts.context, kind, input.name, input.mime ?? '', input.bytes),
    );
    if (kind === 'sticker' && input.emoji !== undefined) stored.file.emoji = input.emoji;
    const caption = input.caption ? { caption: input.caption } : {};
    return this.#say(id, { ...mediaFields(kind, stored), ...caption });
  }

  photo(id: number, input: FileInput): TgMessage {
    return this.file(id, 'photo', input);
  }

  document(id: number, input: FileInput): TgMessage {
    return this.file(id, 'document', input);
  }

  voice(id: number, input: FileInput): TgMessage {
    return this.file(id, 'voice', input);
  }

  sticker(id: number, input: FileInput): TgMessage {
    return this.file(id, 'sticker', input);
  }

  /** Changes an own text message; the bot gets `edited_message`. */
  edit(id: number, messageId: number, text: string): TgMessage {
    const chat = this.chat(id);
    const old = chat.messages.get(messageId);
    if (!old || old.from.id !== id || old.text === undefined)
      throw new SimError('no such own text message', 404);
    const { entities: _, ...rest } = old;
    const message = { ...rest, ...commandEntities(text.trim()), edit_date: this.store.seconds() };
    this.store.replace(chat, message);
    this.parts.context.updates.push('edited_message', id, { edited_message: message });
    return message;
  }

  /** Blocks or unblocks the bot; the bot gets `my_chat_member`. */
  block(id: number, blocked = true): void {
    const person = this.store.person(id);
    if (person.blocked === blocked) return;
    person.blocked = blocked;
    const bot = this.store.bot;
    const states = {
      true: { user: bot, status: 'kicked', until_date: 0 },
      false: { user: bot, status: 'member' },
    };
    const chat = this.store.chatOf(person);
    this.parts.context.updates.push('my_chat_member', id, {
      my_chat_member: {
        chat: chat.info,
        from: userOf(person),
        date: this.store.seconds(),
        old_chat_member: states[blocked ? 'false' : 'true'],
        new_chat_member: states[blocked ? 'true' : 'false'],
      },
    });
    this.store.emit({ type: 'person', chatId: id });
  }

  /** The account is deleted: every send is 403 `user is deactivated`. */
  deactivate(id: number, deactivated = true): void {
    this.store.person(id).deactivated = deactivated;
    this.store.emit({ type: 'person', chatId: id });
  }

  /** The person deletes the chat: sees nothing of it any more; the bot is not told. */
  deleteChat(id: number): void {
    const chat = this.chat(id);
    chat.clearedUpTo = chat.lastMessageId;
    chat.pinned = [];
    delete chat.keyboard;
    delete chat.forceReply;
    this.store.emit({ type: 'cleared', chatId: id });
  }

  /** Empties chats, faults, limits, log and waiting updates. People, commands and counters stay. */
  reset(): void {
    const { context, faults, log } = this.parts;
    faults.clear();
    log.clear();
    context.limiter = undefined;
    this.latency(0);
    context.updates.clear();
    context.queries.clear();
    for (const person of this.people()) {
      Object.assign(person, { started: false, blocked: false, deactivated: false });
      const chat = this.store.chatOf(person);
      chat.messages.clear();
      this.deleteChat(person.id);
    }
    this.store.emit({ type: 'reset' });
  }
}

function shownOnly(button: InlineButton): Pick<TapResult, 'kind' | 'value'> | undefined {
  if (button.url !== undefined) return { kind: 'url', value: button.url };
  if (button.copy_text) return { kind: 'copy', value: button.copy_text.text };
  if (button.web_app) return { kind: 'web_app', value: button.web_app.url };
  if (button.login_url) return { kind: 'url', value: button.login_url.url };
  return button.callback_data === undefined ? { kind: 'inline' } : undefined;
}

/** What the Bot API would refuse with its own words, a person's app refuses too. */
function asSim<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ApiError ? new SimError(error.message, error.code) : error;
  }
}
