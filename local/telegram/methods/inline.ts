import { ApiError, bad } from '../errors.ts';
import { replyMarkup } from '../keyboard.ts';
import { bool, int, isRecord, json, str } from '../params.ts';
import type { InlineAnswer, InlineKeyboard, InlineResult, Params, TgMessage } from '../types.ts';
import type { Method } from './context.ts';
import { contactOf, locationOf, textFields, venueOf } from './send.ts';

const MAX_RESULTS = 50;
const MAX_CACHE_SECONDS = 86_400;

type Fields = Record<string, unknown>;

/** A field as tdlib reads it: a number is taken for its text. */
function required(fields: Fields, key: string): string {
  const value = fields[key];
  if (value === undefined || value === null) throw bad(`Can't find field "${key}"`);
  if (typeof value !== 'string' && typeof value !== 'number')
    throw bad(`Field "${key}" must be of type String`);
  return String(value);
}

function optional(fields: Fields, key: string): string {
  return fields[key] === undefined || fields[key] === null ? '' : required(fields, key);
}

function bytesOf(id: string): string {
  if (id === '') throw bad('RESULT_ID_EMPTY');
  if (Buffer.byteLength(id) > 64) throw bad('RESULT_ID_INVALID');
  return id;
}

/** `input_message_content`, checked as strictly as the same message sent by the bot itself. */
function messageContent(fields: Fields): Partial<TgMessage> {
  if (typeof fields.message_text === 'string' && fields.message_text !== '') {
    return textFields({ ...fields, text: fields.message_text });
  }
  if (fields.latitude !== undefined && fields.longitude !== undefined) {
    if (fields.title === undefined || fields.address === undefined) return { location: locationOf(fields) };
    const venue = venueOf(fields);
    return { venue, location: venue.location };
  }
  if (fields.phone_number !== undefined) return { contact: contactOf(fields) };
  throw bad('Input message content is not specified');
}

/** What the other kinds of result send where they have no content of their own. */
function ownContent(type: InlineResult['type'], fields: Fields): Partial<TgMessage> {
  if (type === 'article') {
    required(fields, 'message_text');
    return messageContent(fields);
  }
  const needed = {
    venue: ['title', 'address'],
    location: ['title'],
    contact: ['phone_number', 'first_name'],
  };
  for (const key of needed[type]) required(fields, key);
  if (type === 'contact') return { contact: contactOf(fields) };
  if (type === 'location') return { location: locationOf(fields) };
  return messageContent(fields);
}

function keyboardOf(fields: Fields): InlineKeyboard | undefined {
  const markup = replyMarkup(fields);
  if (markup === undefined) return undefined;
  if (!('inline_keyboard' in markup)) throw bad('REPLY_MARKUP_INVALID');
  // A message that may stand in any chat cannot open a web app.
  if (markup.inline_keyboard.flat().some((button) => button.web_app)) throw bad('BUTTON_TYPE_INVALID');
  return markup.inline_keyboard.length > 0 ? markup : undefined;
}

const TYPES = new Set<InlineResult['type']>(['article', 'location', 'venue', 'contact']);
const isType = (type: string): type is InlineResult['type'] => TYPES.has(type as InlineResult['type']);

function resultOf(value: unknown): InlineResult {
  if (!isRecord(value)) throw bad('Inline query result must be an object');
  const type = required(value, 'type').toLowerCase();
  const id = bytesOf(required(value, 'id'));
  // Kinds with files of their own are refused here, never ignored.
  if (!isType(type)) throw bad(`type "${type}" is unsupported for the inline query result`);
  const given = value.input_message_content;
  if (given !== undefined && given !== null && !isRecord(given))
    throw bad('Field "input_message_content" must be of type Object');
  const content = isRecord(given) ? messageContent(given) : ownContent(type, value);
  const keyboard = keyboardOf(value);
  const title = type === 'contact' ? required(value, 'first_name') : required(value, 'title');
  if (title.trim() === '') throw bad(type === 'article' ? 'ARTICLE_TITLE_EMPTY' : 'MESSAGE_EMPTY');
  const description = optional(value, type === 'venue' ? 'address' : 'description');
  const url = optional(value, 'url');
  const thumbnail = optional(value, 'thumbnail_url');
  return {
    type,
    id,
    title,
    ...(description === '' ? {} : { description }),
    ...(url === '' ? {} : { url }),
    ...(thumbnail === '' ? {} : { thumbnail_url: thumbnail }),
    content: keyboard ? { ...content, reply_markup: keyboard } : content,
  };
}

/** The server's own codes stand alone; what the parser says is told as an error of the result. */
function inResult(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const text = error.message.replace(/^Bad Request: /, '');
  if (/^[A-Z][A-Z_]+$/.test(text)) return error;
  if (text === 'message is too long') return bad('MESSAGE_TOO_LONG');
  const told = text.startsWith('type ') ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return bad(`can't parse inline query result: ${told}`);
}

function decoded(params: Params, key: string, what: string): unknown {
  if (params[key] === '') return undefined;
  try {
    return json(params, key);
  } catch {
    throw bad(`can't parse ${what}`);
  }
}

function resultsOf(params: Params): InlineResult[] {
  const list = decoded(params, 'results', 'JSON encoded inline query results');
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw bad('expected an Array of inline query results');
  if (list.length > MAX_RESULTS) throw bad('too many inline query results specified');
  const seen = new Set<string>();
  return list.map((value) => {
    try {
      const result = resultOf(value);
      if (seen.has(result.id)) throw bad('RESULT_ID_DUPLICATE');
      seen.add(result.id);
      return result;
    } catch (error) {
      throw inResult(error);
    }
  });
}

function buttonOf(params: Params): InlineAnswer['button'] {
  const value = decoded(params, 'button', 'inline query results button JSON object');
  if (value === undefined || value === null) return undefined;
  const wrong = (text: string) => bad(`can't parse inline query results button: ${text}`);
  if (!isRecord(value)) throw wrong('InlineQueryResultsButton must be an Object');
  if (typeof value.text !== 'string') throw wrong('Can\'t find field "text"');
  if (value.text.trim() === '') throw bad('SWITCH_PM_TEXT_EMPTY');
  const { text } = value;
  if (value.start_parameter !== undefined) {
    const parameter = String(value.start_parameter);
    if (parameter === '') throw bad('START_PARAM_EMPTY');
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(parameter)) throw bad('START_PARAM_INVALID');
    return { text, start_parameter: parameter };
  }
  if (!isRecord(value.web_app)) throw wrong('InlineQueryResultsButton must have exactly one optional field');
  const url = String(value.web_app.url ?? '');
  if (!/^https:\/\//i.test(url)) throw bad('SWITCH_WEBVIEW_URL_INVALID');
  return { text, web_app: { url } };
}

/** Takes the answer of the bot to an inline query. @throws 400 as Telegram does */
export const answerInlineQuery: Method = ({ inline }, params) => {
  const button = buttonOf(params);
  const results = resultsOf(params);
  const nextOffset = str(params, 'next_offset') ?? '';
  if (Buffer.byteLength(nextOffset) > 64) throw bad('NEXT_OFFSET_INVALID');
  inline.answer(str(params, 'inline_query_id') ?? '', {
    results,
    nextOffset,
    cacheTime: Math.min(MAX_CACHE_SECONDS, Math.max(0, int(params, 'cache_time') ?? 300)),
    isPersonal: bool(params, 'is_personal'),
    ...(button ? { button } : {}),
  });
  return true;
};
