/** What is kept of an unfinished dialog. Never anything personal: no IIN, no code, no address of any kind. */
export interface Dialog {
  readonly name: string;
  readonly data: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** A screen with its arguments: where a person is or wants to go. */
export interface Target {
  readonly screen: string;
  readonly args: readonly string[];
}

/** Where a person goes when the login is done, with the dialog that it interrupted. */
export interface Wanted extends Target {
  readonly dialog?: Dialog;
}

/**
 * Where a chat stands. Losing it costs a parent one tap: what matters is in core.
 * `liveMessageId` is the one message of the chat that is edited in place; `wanted` is where a link led before the login,
 * or where a fresh login was asked for.
 */
export interface Session {
  v: 1;
  screen: string;
  args: readonly string[];
  dialog?: Dialog;
  liveMessageId?: number;
  wanted?: Wanted;
  /** How often in a row an answer was refused on this screen: after three the support's phone is offered. */
  failures?: number;
  /** The keyboard that shares the contact is up. */
  contact?: true;
  /** The keyboard that shares where one is is up. */
  location?: true;
  /** Pictures shown beside the live message, and what they are of: taken away when its screens are left. */
  papers?: { readonly of: string; readonly ids: readonly number[] };
  /** A group chat was told that the bot talks in private. */
  told?: boolean;
}

export function newSession(): Session {
  return { v: 1, screen: 'menu', args: [] };
}

export function target(screen: string, ...args: readonly (string | number)[]): Target {
  return { screen, args: args.map(String) };
}
