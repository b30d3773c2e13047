import { bad } from './errors.ts';
import { isRecord, json, longerThan, str } from './params.ts';
import type { BotCommand, Params } from './types.ts';

const LIMITS = { name: 64, description: 512, short_description: 120 };
export type BotText = keyof typeof LIMITS;

interface Saved {
  commands: [string, BotCommand[]][];
  texts: [string, string][];
  menus: [number, unknown][];
}

/** What a bot tells Telegram about itself: commands, name, descriptions, menu button, each per language or chat. */
export class Settings {
  #commands = new Map<string, BotCommand[]>();
  #texts = new Map<string, string>();
  #menus = new Map<number, unknown>();

  setCommands(params: Params): void {
    const list = json(params, 'commands');
    if (!Array.isArray(list)) throw bad("can't parse commands JSON object");
    if (list.length > 100) throw bad('BOT_COMMANDS_TOO_MUCH');
    this.#commands.set(scopeKey(params), list.map(command));
  }

  deleteCommands(params: Params): void {
    this.#commands.delete(scopeKey(params));
  }

  getCommands(params: Params): BotCommand[] {
    return this.#commands.get(scopeKey(params)) ?? [];
  }

  /** The commands a person's app shows: the narrowest scope first, with the language before without. */
  commandsFor(chatId: number, language: string): BotCommand[] {
    for (const scope of [`chat:${chatId}`, 'all_private_chats', 'default']) {
      const found = this.#commands.get(`${scope}|${language}`) ?? this.#commands.get(`${scope}|`);
      if (found && found.length > 0) return found;
    }
    return [];
  }

  setText(what: BotText, params: Params): void {
    const value = str(params, what) ?? '';
    if (longerThan(value, LIMITS[what])) throw bad(`bot ${what.replace('_', ' ')} is too long`);
    const key = `${what}|${language(params)}`;
    if (value === '') this.#texts.delete(key);
    else this.#texts.set(key, value);
  }

  getText(what: BotText, params: Params): string {
    return this.textFor(what, language(params));
  }

  textFor(what: BotText, lang: string): string {
    return this.#texts.get(`${what}|${lang}`) ?? this.#texts.get(`${what}|`) ?? '';
  }

  setMenu(chatId: number, params: Params): void {
    const menu = json(params, 'menu_button') ?? { type: 'default' };
    if (!isRecord(menu) || !['commands', 'web_app', 'default'].includes(String(menu.type))) {
      throw bad("can't parse menu button: MenuButton has unsupported type");
    }
    this.#menus.set(chatId, menu);
  }

  /** `chatId` 0 is the menu of every chat that has none of its own. */
  getMenu(chatId: number): unknown {
    return this.#menus.get(chatId) ?? this.#menus.get(0) ?? { type: 'commands' };
  }

  save(): Saved {
    return { commands: [...this.#commands], texts: [...this.#texts], menus: [...this.#menus] };
  }

  restore(saved: Saved): void {
    this.#commands = new Map(saved.commands);
    this.#texts = new Map(saved.texts);
    this.#menus = new Map(saved.menus);
  }
}

function language(params: Params): string {
  const code = str(params, 'language_code') ?? '';
  if (code !== '' && !/^[a-z]{2}$/.test(code)) throw bad('invalid language code specified');
  return code;
}

function scopeKey(params: Params): string {
  const scope = json(params, 'scope');
  const type = isRecord(scope) ? String(scope.type ?? 'default') : 'default';
  const known = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators', 'chat'];
  if (!known.includes(type)) throw bad("can't parse BotCommandScope: unsupported type specified");
  const where = type === 'chat' && isRecord(scope) ? `:${String(scope.chat_id)}` : '';
  return `${type}${where}|${language(params)}`;
}

function command(value: unknown): BotCommand {
  if (!isRecord(value)) throw bad("can't parse BotCommand: expected an Object");
  const name = String(value.command ?? '').replace(/^\//, '');
  const description = String(value.description ?? '').trim();
  if (!/^[a-z0-9_]{1,32}$/.test(name)) throw bad('BOT_COMMAND_INVALID');
  if (description === '' || longerThan(description, 256)) throw bad('BOT_COMMAND_DESCRIPTION_INVALID');
  return { command: name, description };
}
