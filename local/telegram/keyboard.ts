import { bad } from './errors.ts';
import { isRecord, json } from './params.ts';
import type { ButtonStyle, InlineButton, InlineKeyboard, Params, ReplyButton, ReplyMarkup } from './types.ts';

const MAX_BUTTONS = 100;

function styleOf(button: Record<string, unknown>): ButtonStyle | undefined {
  const { style } = button;
  if (style === undefined || style === '') return undefined;
  if (style !== 'danger' && style !== 'success' && style !== 'primary') {
    throw bad('invalid button style specified');
  }
  return style;
}

function buttonText(button: Record<string, unknown>, where: string): string {
  const { text } = button;
  if (text === undefined) throw bad(`can't parse ${where}: Can't find field "text"`);
  if (typeof text !== 'string') throw bad(`can't parse ${where}: Field "text" must be of type String`);
  if (text.trim() === '') throw bad('BUTTON_TEXT_INVALID');
  return text;
}

function checkUrl(url: unknown): string {
  const text = String(url);
  if (/^tg:\/\/\S+$/.test(text)) return text;
  const problem = (why: string) => bad(`inline keyboard button URL '${text}' is invalid: ${why}`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^https?:/i.test(text))
    throw problem('Unsupported URL protocol');
  const full = /^https?:/i.test(text) ? text : `http://${text}`;
  if (/\s/.test(text) || !URL.canParse(full)) throw problem('Wrong HTTP URL');
  const host = new URL(full).hostname;
  if (!host.includes('.') && host !== 'localhost') throw problem('Wrong HTTP URL');
  return text;
}

function webApp(value: unknown): { url: string } {
  const url = isRecord(value) ? String(value.url ?? '') : '';
  if (!/^https:\/\//i.test(url)) {
    throw bad(`inline keyboard button Web App URL '${url}' is invalid: Only HTTPS links are allowed`);
  }
  return { url };
}

type Action = Omit<InlineButton, 'text' | 'style'>;

function callbackAction(value: unknown): Action | undefined {
  const data = String(value);
  if (data === '') return undefined;
  // Bytes, not letters: 33 Cyrillic letters are already too many.
  if (Buffer.byteLength(data) > 64) throw bad('BUTTON_DATA_INVALID');
  return { callback_data: data };
}

function copyAction(value: unknown): Action {
  const text = isRecord(value) ? value.text : undefined;
  if (typeof text !== 'string' || text.length < 1 || text.length > 256) throw bad('BUTTON_COPY_TEXT_INVALID');
  return { copy_text: { text } };
}

const ACTIONS: Record<string, (value: unknown) => Action | undefined> = {
  callback_data: callbackAction,
  url: (value) => (value === '' ? undefined : { url: checkUrl(value) }),
  copy_text: copyAction,
  web_app: (value) => ({ web_app: webApp(value) }),
  login_url: (value) => ({ login_url: webApp(value) }),
  switch_inline_query: (value) => ({ switch_inline_query: String(value) }),
  switch_inline_query_current_chat: (value) => ({ switch_inline_query_current_chat: String(value) }),
};

function inlineButton(value: unknown): InlineButton {
  if (!isRecord(value))
    throw bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  const text = buttonText(value, 'inline keyboard button');
  const style = styleOf(value);
  const actions: Action[] = [];
  for (const key of Object.keys(ACTIONS)) {
    const action = value[key] === undefined ? undefined : ACTIONS[key]?.(value[key]);
    if (action) actions.push(action);
  }
  const [action, second] = actions;
  if (!action) {
    throw bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  if (second) {
    throw bad("can't parse inline keyboard button: Exactly one of the optional fields must be used");
  }
  return style ? { text, style, ...action } : { text, ...action };
}

function replyButton(value: unknown): ReplyButton {
  if (typeof value === 'string') return replyButton({ text: value });
  if (!isRecord(value)) throw bad("can't parse keyboard button: KeyboardButton must be an Object");
  const button: ReplyButton = { text: buttonText(value, 'keyboard button') };
  const style = styleOf(value);
  if (style) button.style = style;
  if (value.request_contact === true) button.request_contact = true;
  if (value.request_location === true) button.request_location = true;
  if (value.web_app !== undefined) button.web_app = webApp(value.web_app);
  return button;
}

function rows<T>(value: unknown, what: string, parse: (button: unknown) => T): T[][] {
  if (!Array.isArray(value)) throw bad(`can't parse reply keyboard markup: Field "${what}" must be an Array`);
  const parsed: T[][] = [];
  let total = 0;
  for (const row of value) {
    if (!Array.isArray(row)) {
      throw bad("can't parse reply keyboard markup: Expected an Array of Arrays of buttons");
    }
    total += row.length;
    if (row.length > 0) parsed.push(row.map(parse));
  }
  if (total > MAX_BUTTONS) throw bad('reply markup is too long');
  return parsed;
}

/** `reply_markup` of a call, checked as Telegram checks it; undefined when absent. */
export function replyMarkup(params: Params): ReplyMarkup | undefined {
  const value = json(params, 'reply_markup');
  if (value === undefined || value === null || value === '') return undefined;
  if (!isRecord(value)) throw bad('object expected as reply markup');
  if ('inline_keyboard' in value) {
    return { inline_keyboard: rows(value.inline_keyboard, 'inline_keyboard', inlineButton) };
  }
  const placeholder = value.input_field_placeholder;
  const hint = typeof placeholder === 'string' ? { input_field_placeholder: placeholder.slice(0, 64) } : {};
  if ('keyboard' in value) {
    const keyboard = rows(value.keyboard, 'keyboard', replyButton);
    if (keyboard.length === 0) throw bad('REPLY_MARKUP_INVALID');
    return {
      keyboard,
      is_persistent: value.is_persistent === true,
      resize_keyboard: value.resize_keyboard === true,
      one_time_keyboard: value.one_time_keyboard === true,
      ...hint,
    };
  }
  if (value.remove_keyboard === true) return { remove_keyboard: true };
  if (value.force_reply === true) return { force_reply: true, ...hint };
  return undefined;
}

/** Like `replyMarkup`, for edits: only an inline keyboard can be edited. */
export function inlineMarkup(params: Params): InlineKeyboard | undefined {
  const markup = replyMarkup(params);
  if (markup === undefined) return undefined;
  if (!('inline_keyboard' in markup)) throw bad("message can't be edited");
  return markup.inline_keyboard.length === 0 ? undefined : markup;
}
