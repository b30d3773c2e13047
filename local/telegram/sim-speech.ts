import { commandEntities } from './commands.ts';
import { ApiError, SimError } from './errors.ts';
import { SimView } from './sim-view.ts';
import { userOf } from './store.ts';
import type { TgContact, TgLocation, TgMessage } from './types.ts';

/** What a person says without a file. */
export class SimSpeech extends SimView {
  /** Puts a message of the person into the chat and tells the bot. @throws SimError 409 when nothing can be sent */
  protected say(id: number, content: Partial<TgMessage>, replyTo?: number): TgMessage {
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
    return this.say(id, commandEntities(trimmed), options.replyTo);
  }

  /** Writes into the person's chat with themselves: the bot hears nothing of it. */
  note(id: number, text: string): TgMessage {
    if (text.trim() === '') throw new SimError('an empty message cannot be sent');
    return this.keepNote(id, commandEntities(text.trim()));
  }

  protected keepNote(id: number, content: Partial<TgMessage>): TgMessage {
    const person = this.store.person(id);
    if (person.deactivated) throw new SimError('this account is deleted', 409);
    return this.store.append(this.store.notesOf(person), userOf(person), content);
  }

  /** `command(id, 'start', 'app_1')` sends "/start app_1". */
  command(id: number, command: string, args = ''): TgMessage {
    return this.text(id, `/${command.replace(/^\//, '')}${args === '' ? '' : ` ${args}`}`);
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
    return this.say(id, content, options.replyTo);
  }

  /** Shares a point: degrees, and metres of `accuracy` (up to 1500). @throws SimError where there is no such point */
  location(
    id: number,
    latitude: number,
    longitude: number,
    options: { accuracy?: number; replyTo?: number } = {},
  ): TgMessage {
    const { accuracy = 0, replyTo } = options;
    // Written so that NaN is refused too.
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))
      throw new SimError('latitude is -90 to 90, longitude -180 to 180', 400, 'no-such-point');
    if (!(accuracy >= 0 && accuracy <= 1500))
      throw new SimError('the accuracy is 0 to 1500 metres', 400, 'no-such-point');
    const location: TgLocation = { latitude, longitude };
    if (accuracy > 0) location.horizontal_accuracy = accuracy;
    return this.say(id, { location }, replyTo);
  }
}

/** What the Bot API would refuse with its own words, a person's app refuses too. */
export function asSim<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof ApiError ? new SimError(error.message, error.code) : error;
  }
}
