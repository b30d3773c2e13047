import type { Contact, Location } from 'grammy/types';
import type { TextKey, Texts, TextValues } from '../locales/index.ts';
import type { KezekContext } from './context.ts';
import type { Keyboard } from './keyboard.ts';
import type { Target } from './session.ts';

/** A sentence above a screen: what has just happened or was refused. */
export interface Note {
  readonly key: TextKey;
  readonly values?: TextValues;
  /** Another sentence under it. */
  readonly and?: Note | undefined;
}

/** A screen as it is sent: HTML of Telegram, values escaped. */
export interface Rendered {
  readonly text: string;
  readonly keyboard: Keyboard;
  /** A reply keyboard with one button that shares the own contact; such a screen is always a new message. */
  readonly contact?: { readonly share: string; readonly back: string };
  /** The same with a button that shares where one is. */
  readonly location?: { readonly share: string; readonly back: string };
}

/** `load` found that another screen is due instead. */
export interface Redirect {
  readonly redirect: Target;
  readonly note?: Note;
}

/** What follows an action or a typed answer. */
export interface Next {
  /** Where to go; the present screen when absent. */
  readonly to?: Target;
  /** Short words over the chat; `alert` waits for OK. For taps only: a typed answer shows them as a note. */
  readonly toast?: Note;
  readonly alert?: boolean;
  readonly note?: Note;
  /** Show it in a new message, because something was sent below the live one. */
  readonly fresh?: boolean;
}

/** What a person sent to a screen that asked for something. */
export interface Answer {
  /** Trimmed; undefined for a photo, a sticker, a voice message and the like. */
  readonly text: string | undefined;
  readonly contact: Contact | undefined;
  /** Where the sender is, or a point picked on the map. */
  readonly location: Location | undefined;
  readonly forwarded: boolean;
  /** What was typed is gone from the chat. */
  readonly erased: boolean;
}

export interface Action {
  /** Does it. A `Refusal` becomes an alert; anything else that is thrown goes to the inbox, which tries again. */
  readonly run: (ctx: KezekContext, args: readonly string[]) => Promise<Next>;
  /** Where the truth is shown when this very message was applied before. */
  readonly settled: (args: readonly string[]) => Target;
  /** May stand on a notice: right however late it is pressed, and wherever the person is. */
  readonly anytime?: true;
}

/**
 * ANYONE: before login too · LOGIN: a step of the login itself · ACCOUNT: logged in, perhaps without an e-mail yet ·
 * PERSON: logged in, e-mail given · STAFF: with a role.
 */
export type Access = 'ANYONE' | 'LOGIN' | 'ACCOUNT' | 'PERSON' | 'STAFF';

export interface ScreenOf<View> {
  /** Lower-case letters, at most 15: part of what a button carries. */
  readonly name: string;
  readonly access: Access;
  /** Opens the screen when typed: `/status`. Without the slash. */
  readonly command?: string;
  /** The dialogs that go on while this screen is shown; any other one is dropped. */
  readonly dialogs?: readonly string[];
  /** Reads what the screen shows. A `Refusal` keeps the person where they were. */
  readonly load: (ctx: KezekContext, args: readonly string[]) => Promise<View | Redirect>;
  readonly render: (view: View, t: Texts) => Rendered;
  readonly actions?: Readonly<Record<string, Action>>;
  /** Takes a typed answer. Screens without it show their buttons again with a word of help. */
  readonly answer?: (ctx: KezekContext, args: readonly string[], answer: Answer) => Promise<Next>;
  /** Typed answers are personal: they are deleted from the chat before anything else is done. */
  readonly secret?: boolean;
  /** What was applied is gone from the chat: deleted also when the same message comes again. */
  readonly erasesApplied?: boolean;
  /** The pictures that may stay in the chat while this screen is shown; any other ones are taken away. */
  readonly papers?: (args: readonly string[]) => string;
  /** Where the truth is shown when a typed answer was applied before. The menu when absent. */
  readonly settled?: (args: readonly string[]) => Target;
}

/** A screen without the type of what it loads: what the router works with. */
export interface Screen extends Omit<ScreenOf<never>, 'load' | 'render'> {
  readonly prepare: (ctx: KezekContext, args: readonly string[]) => Promise<Rendered | Redirect>;
}

export function defineScreen<View extends object>(screen: ScreenOf<View>): Screen {
  const { load, render, ...rest } = screen;
  return {
    ...rest,
    prepare: async (ctx, args) => {
      const view = await load(ctx, args);
      return isRedirect(view) ? view : render(view, ctx.t);
    },
  };
}

export function redirect(to: Target, note?: Note): Redirect {
  return note === undefined ? { redirect: to } : { redirect: to, note };
}

export function isRedirect(view: object): view is Redirect {
  return 'redirect' in view;
}
