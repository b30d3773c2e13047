import { captionText, messageText } from '../entities.ts';
import { bad } from '../errors.ts';
import { replyMarkup } from '../keyboard.ts';
import { bool, float, int, isRecord, json, str } from '../params.ts';
import type { Chat } from '../store.ts';
import type { Params, ReplyMarkup, TgContact, TgLocation, TgMessage } from '../types.ts';
import type { Context, Method } from './context.ts';

function replyTarget(chat: Chat, params: Params): TgMessage | undefined {
  const given = json(params, 'reply_parameters');
  const id = isRecord(given) ? Number(given.message_id) : int(params, 'reply_to_message_id');
  if (id === undefined) return undefined;
  const target = chat.messages.get(id);
  if (target) {
    const { reply_to_message: _, ...plain } = target;
    return plain;
  }
  const lenient = isRecord(given)
    ? given.allow_sending_without_reply === true
    : bool(params, 'allow_sending_without_reply');
  if (lenient) return undefined;
  throw bad('message to be replied not found');
}

/** Keeps what the person's app shows under the input: a keyboard stays until it is replaced or removed. */
function applyKeyboard(context: Context, chat: Chat, messageId: number, markup: ReplyMarkup): void {
  if ('inline_keyboard' in markup) return;
  delete chat.forceReply;
  if ('keyboard' in markup) chat.keyboard = { messageId, markup, hidden: false };
  else if ('force_reply' in markup) chat.forceReply = { messageId, markup };
  else delete chat.keyboard;
  context.store.emit({ type: 'keyboard', chatId: chat.info.id });
}

/** Sends checked content: every send method ends here. @throws 400, 403, 429 */
export function deliver(context: Context, params: Params, content: Partial<TgMessage>): TgMessage {
  const markup = replyMarkup(params);
  const chat = context.store.reachable(params);
  const reply = replyTarget(chat, params);
  context.limiter?.take(chat.info.id);
  if (reply) content.reply_to_message = reply;
  if (bool(params, 'protect_content')) content.has_protected_content = true;
  if (markup && 'inline_keyboard' in markup && markup.inline_keyboard.length > 0)
    content.reply_markup = markup;
  const message = context.store.append(chat, context.store.bot, content);
  if (markup) applyKeyboard(context, chat, message.message_id, markup);
  return message;
}

/** Text with entities as message fields; no empty list, as Telegram sends none. */
export function textFields(params: Params): Pick<TgMessage, 'text' | 'entities'> {
  const { text, entities } = messageText(params);
  return entities.length > 0 ? { text, entities } : { text };
}

export function captionFields(params: Params): Pick<TgMessage, 'caption' | 'caption_entities'> {
  const { text, entities } = captionText(params);
  if (text === '') return {};
  return entities.length > 0 ? { caption: text, caption_entities: entities } : { caption: text };
}

/** Whether the caption stands over the picture. */
export const captionPlace = (params: Params): Partial<TgMessage> =>
  bool(params, 'show_caption_above_media') ? { show_caption_above_media: true } : {};

/** A point on the map. @throws 400 */
export function locationOf(params: Params): TgLocation {
  const latitude = float(params, 'latitude');
  const longitude = float(params, 'longitude');
  if (latitude === undefined) throw bad('latitude is empty');
  if (longitude === undefined) throw bad('longitude is empty');
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw bad('wrong location specified');
  const accuracy = Math.min(1500, Math.max(0, float(params, 'horizontal_accuracy') ?? 0));
  return { latitude, longitude, ...(accuracy > 0 ? { horizontal_accuracy: accuracy } : {}) };
}

export function venueOf(params: Params): NonNullable<TgMessage['venue']> {
  const title = str(params, 'title') ?? '';
  const address = str(params, 'address') ?? '';
  if (title === '') throw bad('venue title must be non-empty');
  if (address === '') throw bad('venue address must be non-empty');
  return { location: locationOf(params), title, address };
}

export function contactOf(params: Params): TgContact {
  const phone = str(params, 'phone_number') ?? '';
  const name = str(params, 'first_name') ?? '';
  if (phone === '') throw bad('phone number must be non-empty');
  if (name === '') throw bad('first name must be non-empty');
  const last = str(params, 'last_name');
  return { phone_number: phone, first_name: name, ...(last ? { last_name: last } : {}) };
}

const CONTENT = [
  'text',
  'entities',
  'caption',
  'caption_entities',
  'photo',
  'document',
  'voice',
  'audio',
  'video',
  'animation',
  'sticker',
  'location',
  'venue',
  'contact',
  'has_media_spoiler',
  'show_caption_above_media',
] as const;

function contentOf(message: TgMessage): Partial<TgMessage> {
  return Object.fromEntries(
    CONTENT.filter((key) => message[key] !== undefined).map((key) => [key, message[key]]),
  );
}

function sourceMessage(context: Context, params: Params, what: string): TgMessage {
  const from = context.store.visible(params, 'from_chat_id');
  const message = from.messages.get(int(params, 'message_id') ?? 0);
  if (!message) throw bad(`message to ${what} not found`);
  return message;
}

const copyMessage: Method = (context, params) => {
  const content = contentOf(sourceMessage(context, params, 'copy'));
  if (str(params, 'caption') !== undefined && content.text === undefined) {
    delete content.caption;
    delete content.caption_entities;
    Object.assign(content, captionFields(params));
  }
  return { message_id: deliver(context, params, content).message_id };
};

const forwardMessage: Method = (context, params) => {
  const source = sourceMessage(context, params, 'forward');
  const origin = { type: 'user' as const, sender_user: source.from, date: source.date };
  return deliver(context, params, { ...contentOf(source), forward_origin: origin });
};

const ACTIONS = new Set(
  'typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location record_video_note upload_video_note'.split(
    ' ',
  ),
);

const sendChatAction: Method = (context, params) => {
  const action = str(params, 'action') ?? '';
  if (!ACTIONS.has(action)) throw bad('wrong parameter action in request');
  const chat = context.store.reachable(params);
  context.store.emit({ type: 'action', chatId: chat.info.id, action });
  return true;
};

export const sendMethods: Record<string, Method> = {
  sendMessage: (context, params) => deliver(context, params, textFields(params)),
  sendLocation: (context, params) => deliver(context, params, { location: locationOf(params) }),
  sendVenue: (context, params) => {
    const venue = venueOf(params);
    return deliver(context, params, { venue, location: venue.location });
  },
  sendContact: (context, params) => deliver(context, params, { contact: contactOf(params) }),
  sendChatAction,
  copyMessage,
  forwardMessage,
};
