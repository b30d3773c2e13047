import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Blobs } from './blobs.ts';
import type { SavedFile } from './files.ts';
import type { Chat, Store } from './store.ts';
import type { Person, TgMessage } from './types.ts';
import type { Updates } from './updates.ts';

interface SavedChat {
  id: number;
  lastMessageId: number;
  clearedUpTo: number;
  readUpTo: number;
  pinned: number[];
  messages: TgMessage[];
  keyboard?: NonNullable<ReturnType<Store['chatOf']>['keyboard']>;
  forceReply?: NonNullable<ReturnType<Store['chatOf']>['forceReply']>;
}

interface Saved {
  people: Person[];
  chats: SavedChat[];
  /** Chats of people with themselves; none in files of before. */
  notes?: SavedChat[];
  settings: Parameters<Store['settings']['restore']>[0];
  files: SavedFile[];
  updates: ReturnType<Updates['save']>;
}

const savedChat = (chat: Chat) => ({
  ...chat,
  info: undefined,
  id: chat.info.id,
  messages: [...chat.messages.values()],
});

function loadChat(chat: Chat, { id: _, messages, ...rest }: SavedChat): void {
  Object.assign(chat, rest, {
    messages: new Map(messages.map((message) => [message.message_id, message])),
  });
}

const SAVE_DELAY_MS = 500;

/** Keeps the chats in a JSON file and the bytes of their files beside it, so that the next start shows them again. */
export class StateFile {
  readonly #path: string;
  readonly #store: Store;
  readonly #updates: Updates;
  #timer: NodeJS.Timeout | undefined;
  #blobs: Blobs | undefined;

  constructor(path: string, store: Store, updates: Updates) {
    this.#path = path;
    this.#store = store;
    this.#updates = updates;
  }

  get #files(): Blobs {
    this.#blobs ??= new Blobs(`${this.#path.replace(/\.json$/, '')}-files`);
    return this.#blobs;
  }

  /** Reads the file if there is one. @throws Error when it is there and cannot be read as such */
  load(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return;
    }
    const saved = JSON.parse(text) as Saved;
    for (const person of saved.people) this.#store.addPerson(person);
    for (const chat of saved.chats) loadChat(this.#store.chatOf(this.#store.person(chat.id)), chat);
    for (const chat of saved.notes ?? []) loadChat(this.#store.notesOf(this.#store.person(-chat.id)), chat);
    this.#store.settings.restore(saved.settings);
    this.#store.files.restore(saved.files, this.#files);
    this.#updates.restore(saved.updates);
  }

  /** Saves soon: many changes make one write. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.save(), SAVE_DELAY_MS).unref();
  }

  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const saved = {
      people: [...this.#store.people.values()],
      chats: [...this.#store.chats.values()].map(savedChat),
      notes: [...this.#store.notes.values()].map(savedChat),
      settings: this.#store.settings.save(),
      files: this.#store.files.save(this.#files),
      updates: this.#updates.save(),
    };
    mkdirSync(dirname(this.#path), { recursive: true });
    // Written beside and renamed: a kill in the middle leaves the old file whole.
    writeFileSync(`${this.#path}.new`, JSON.stringify(saved));
    renameSync(`${this.#path}.new`, this.#path);
  }
}
