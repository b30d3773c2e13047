import { commandEntities } from './commands.ts';
import { SimError } from './errors.ts';
import { inlineMessageId } from './inline.ts';
import type { CallbackAnswer } from './queries.ts';
import { SimInline } from './sim-inline.ts';
import { userOf } from './store.ts';
import type { InlineButton, Person, PersonInput, TgLocation, TgMessage } from './types.ts';

const KOKSHETAU: TgLocation = { latitude: 53.2833, longitude: 69.4 };

/** Which inline button: by what it says or by its callback data, on the newest message that has it unless told. */
export interface TapTarget {
  label?: string;
  data?: string;
  messageId?: number;
  /** In the person's chat with themselves. */
  elsewhere?: boolean;
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

/**
 * The person side: everything somebody with a phone can do to the bot, and everything a test wants to see or break.
 * A thing the person cannot do (no such button, blocked bot) throws SimError.
 */
export class Sim extends SimInline {
  /** Adds a person, or changes the one with this id. */
  addPerson(input: PersonInput): Person {
    return this.store.addPerson(input);
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
    // Of a message that an inline result put somewhere the bot knows a name only.
    const where = message.via_bot ? { inline_message_id: inlineMessageId(message) } : { message };
    const query = { id: queryId, from: userOf(person), ...where, chat_instance: String(-id), data };
    updates.push('callback_query', id, { callback_query: query });
    return { kind: 'callback', queryId, answer: await waiting };
  }

  #findButton(id: number, target: TapTarget): { message: TgMessage; button: InlineButton } {
    const messages = target.elsewhere ? this.notes(id) : this.messages(id);
    for (const message of messages.reverse()) {
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

  /**
   * Presses a button of the keyboard under the input; a contact button shares the own contact, a location button the
   * point `at`.
   */
  press(id: number, label: string, at: TgLocation = KOKSHETAU): TgMessage {
    const chat = this.chat(id);
    const button = this.keyboard(id).find((one) => one.text === label);
    if (!button || !chat.keyboard) throw new SimError(`no keyboard button "${label}"`, 404);
    if (chat.keyboard.markup.one_time_keyboard) {
      chat.keyboard.hidden = true;
      this.store.emit({ type: 'keyboard', chatId: id });
    }
    const { messageId } = chat.keyboard;
    if (button.request_contact) return this.contact(id, undefined, { replyTo: messageId });
    if (button.request_location) {
      const { latitude, longitude, horizontal_accuracy: accuracy = 0 } = at;
      return this.location(id, latitude, longitude, { accuracy, replyTo: messageId });
    }
    return this.text(id, label);
  }

  /** Changes an own text message; the bot gets `edited_message`. */
  edit(id: number, messageId: number, text: string): TgMessage {
    const chat = this.chat(id);
    const old = chat.messages.get(messageId);
    if (!old || old.from.id !== id || old.text === undefined || old.via_bot)
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
    context.inline.clear();
    for (const person of this.people()) {
      Object.assign(person, { started: false, blocked: false, deactivated: false });
      const chat = this.store.chatOf(person);
      chat.messages.clear();
      this.store.notes.delete(person.id);
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
