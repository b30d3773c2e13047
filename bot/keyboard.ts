import type { InlineKeyboardButton } from 'grammy/types';
import type { Texts } from '../locales/index.ts';
import { type CallbackArg, encodeCallback, encodeEventCallback } from './callback.ts';
import type { Target } from './session.ts';

export type Button = InlineKeyboardButton;
export type Keyboard = readonly (readonly Button[])[];
export type Style = 'primary' | 'success' | 'danger';

/** A button to a screen (`card`) or for an action of the present screen (`withdraw/yes`). */
export function button(text: string, to: string, args: readonly CallbackArg[] = [], style?: Style): Button {
  const callback_data = encodeCallback(to, args);
  return style === undefined ? { text, callback_data } : { text, callback_data, style };
}

/** A button that opens a page in the browser. */
export function urlButton(text: string, url: string, style?: Style): Button {
  return style === undefined ? { text, url } : { text, url, style };
}

/** A button of a notice: opens the screen, or does the action, in a new message, however old the notice is. */
export function eventButton(
  text: string,
  to: string,
  args: readonly CallbackArg[] = [],
  style?: Style,
): Button {
  const callback_data = encodeEventCallback(to, args);
  return style === undefined ? { text, callback_data } : { text, callback_data, style };
}

/** «⬅ Артқа» and «🏠 Басты мәзір», the last row of every screen. */
export function footer(t: Texts, back?: Target): readonly Button[] {
  const home = button(t.plain('button.home'), 'menu');
  if (back === undefined) return [home];
  return [button(t.plain('button.back'), back.screen, back.args), home];
}

/** `‹ 2/5 ›`; no row when there is one page. `args` of a page's number, counted from 0. */
export function pager(
  to: string,
  args: (page: number) => readonly CallbackArg[],
  page: number,
  pages: number,
): Keyboard {
  if (pages <= 1) return [];
  const previous = page > 0 ? page - 1 : pages - 1;
  const next = page < pages - 1 ? page + 1 : 0;
  return [
    [
      button('‹', to, args(previous)),
      button(`${page + 1}/${pages}`, to, args(page)),
      button('›', to, args(next)),
    ],
  ];
}

/** Splits buttons into rows of `width`. */
export function rows(buttons: readonly Button[], width: number): Keyboard {
  const result: Button[][] = [];
  for (let start = 0; start < buttons.length; start += width)
    result.push(buttons.slice(start, start + width));
  return result;
}

/** The page number of an argument; 0 for anything else, so that an old button cannot break a list. */
export function pageOf(arg: string | undefined): number {
  return arg !== undefined && /^\d{1,4}$/.test(arg) ? Number(arg) : 0;
}
