import { bad, forbidden, SimError } from './errors.ts';
import { Files } from './files.ts';
import { str } from './params.ts';
import { Settings } from './settings.ts';
import type {
  ForceReply,
  Params,
  Person,
  PersonInput,
  ReplyKeyboard,
  SimEvent,
  TgChat,
  TgMessage,
  TgUser,
} from './types.ts';

export interface Chat {
  info: TgChat;
  lastMessageId: number;
  /** By message_id, oldest first; at most `keep` of them. */
  messages: Map<number, TgMessage>;
  /** The person deleted the chat up to this message: the bot may still edit them, the person sees none. */
  clearedUpTo: number;
  /** The person has read up to this message. */
  readUpTo: number;
  keyboard?: { messageId: number; markup: ReplyKeyboard; hidden: boolean };
  forceReply?: { messageId: number; markup: ForceReply };
  pinned: number[];
}

const emptyChat = (info: TgChat): Chat => ({
  info,
  lastMessageId: 0,
  messages: new Map(),
  clearedUpTo: 0,
  readUpTo: 0,
  pinned: [],
});

export interface StoreOptions {
  bot: TgUser;
  /** Messages kept per chat, and calls kept in the log. */
  keep: number;
  now: () => Date;
}

/** Everything the stand-in remembers about people, chats and the bot. */
export class Store {
  readonly bot: TgUser;
  readonly keep: number;
  readonly people = new Map<number, Person>();
  readonly chats = new Map<number, Chat>();
  /** What each person keeps in a chat with themselves, by person; the bot sees nothing of it. */
  readonly notes = new Map<number, Chat>();
  readonly files = new Files();
  settings = new Settings();
  readonly #now: () => Date;
  readonly #listeners = new Set<(event: SimEvent) => void>();

  constructor(options: StoreOptions) {
    this.bot = options.bot;
    this.keep = options.keep;
    this.#now = options.now;
  }

  seconds(): number {
    return Math.floor(this.#now().getTime() / 1000);
  }

  #groups = 0;

  /** A new media_group_id. */
  groupId(): string {
    this.#groups = (this.#groups + 1) % 10_000;
    return `${Date.now()}${String(this.#groups).padStart(4, '0')}`;
  }

  on(listener: (event: SimEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Anyone listening? Spares the building of events while none does. */
  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  emit(event: SimEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  addPerson(input: PersonInput): Person {
    const id = input.id ?? Math.max(700_000_000, ...this.people.keys()) + 1;
    const known = this.people.get(id);
    const person: Person = {
      language_code: 'kk',
      started: false,
      blocked: false,
      deactivated: false,
      ...known,
      ...input,
      id,
    };
    this.people.set(id, person);
    this.chatOf(person);
    this.emit({ type: 'person', chatId: id });
    return person;
  }

  /** @throws SimError 404 */
  person(id: number): Person {
    const person = this.people.get(id);
    if (!person) throw new SimError(`no such person: ${id}`, 404);
    return person;
  }

  chatOf(person: Person): Chat {
    const known = this.chats.get(person.id);
    if (known) return known;
    const info: TgChat = { id: person.id, type: 'private', first_name: person.first_name };
    if (person.last_name !== undefined) info.last_name = person.last_name;
    if (person.username !== undefined) info.username = person.username;
    const chat = emptyChat(info);
    this.chats.set(person.id, chat);
    return chat;
  }

  /** The person's chat with themselves. Its id is the person's with a minus: none the bot could write to. */
  notesOf(person: Person): Chat {
    const known = this.notes.get(person.id);
    if (known) return known;
    const chat = emptyChat({ id: -person.id, type: 'private', first_name: person.first_name });
    this.notes.set(person.id, chat);
    return chat;
  }

  /** Either kind of chat by its id. */
  chatById(id: number): Chat | undefined {
    return id < 0 ? this.notes.get(-id) : this.chats.get(id);
  }

  /** The chat of `chat_id`, if the bot may write there. @throws 400 chat not found, 403 blocked and the like */
  reachable(params: Params, key = 'chat_id'): Chat {
    const chat = this.visible(params, key);
    const person = this.people.get(chat.info.id);
    if (!person?.started) throw forbidden("bot can't initiate conversation with a user");
    if (person.deactivated) throw forbidden('user is deactivated');
    if (person.blocked) throw forbidden('bot was blocked by the user');
    return chat;
  }

  /** The chat of `chat_id`, reachable or not. */
  visible(params: Params, key = 'chat_id'): Chat {
    const given = str(params, key);
    if (given === undefined || given === '') throw bad(`${key} is empty`);
    const chat = this.chats.get(Number(given));
    if (!chat) throw bad('chat not found');
    return chat;
  }

  /** Puts a message into a chat: numbers it, dates it, forgets the oldest past `keep`. */
  append(chat: Chat, from: TgUser, content: Partial<TgMessage>): TgMessage {
    const message: TgMessage = {
      message_id: ++chat.lastMessageId,
      from,
      chat: chat.info,
      date: this.seconds(),
      ...content,
    };
    chat.messages.set(message.message_id, message);
    if (!from.is_bot) chat.readUpTo = message.message_id;
    if (chat.messages.size > this.keep) {
      const oldest = chat.messages.keys().next().value;
      if (oldest !== undefined) chat.messages.delete(oldest);
    }
    if (this.watched) this.emit({ type: 'message', chatId: chat.info.id, message });
    return message;
  }

  replace(chat: Chat, message: TgMessage): TgMessage {
    chat.messages.set(message.message_id, message);
    if (this.watched) this.emit({ type: 'edit', chatId: chat.info.id, message });
    return message;
  }

  remove(chat: Chat, messageIds: number[]): void {
    const gone = messageIds.filter((id) => chat.messages.delete(id));
    if (gone.length === 0) return;
    if (chat.keyboard && gone.includes(chat.keyboard.messageId)) delete chat.keyboard;
    if (chat.forceReply && gone.includes(chat.forceReply.messageId)) delete chat.forceReply;
    chat.pinned = chat.pinned.filter((id) => !gone.includes(id));
    this.emit({ type: 'delete', chatId: chat.info.id, messageIds: gone });
  }

  /** What the person sees, oldest first. */
  seen(chat: Chat): TgMessage[] {
    return [...chat.messages.values()].filter((message) => message.message_id > chat.clearedUpTo);
  }
}

/** The person as the Bot API tells of users. */
export function userOf(person: Person): TgUser {
  const user: TgUser = { id: person.id, is_bot: false, first_name: person.first_name };
  if (person.last_name !== undefined) user.last_name = person.last_name;
  if (person.username !== undefined) user.username = person.username;
  user.language_code = person.language_code;
  return user;
}
