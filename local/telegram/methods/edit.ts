import { bad } from '../errors.ts';
import { inlineMessageOf } from '../inline.ts';
import { inlineMarkup } from '../keyboard.ts';
import { int, json, str } from '../params.ts';
import type { Chat } from '../store.ts';
import type { InlineKeyboard, Params, TgMessage } from '../types.ts';
import type { Context, Method } from './context.ts';
import { inputMedia } from './media.ts';
import { captionFields, captionPlace, textFields } from './send.ts';

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
const DELETABLE_SECONDS = 48 * 3600;

interface Target {
  chat: Chat;
  message: TgMessage;
  markup: InlineKeyboard | undefined;
}

/** A message the person sent by an inline result: the bot may change it, and hears only that it did. */
function inlineTarget(context: Context, name: string, markup: InlineKeyboard | undefined): Target {
  const at = inlineMessageOf(name);
  const chat = at && context.store.chatById(at.chatId);
  const message = chat?.messages.get(at?.messageId ?? 0);
  if (!chat || !message?.via_bot) throw bad('MESSAGE_ID_INVALID');
  return { chat, message, markup };
}

function target(context: Context, params: Params): Target {
  const markup = inlineMarkup(params);
  const name = str(params, 'inline_message_id');
  if (name !== undefined && name !== '') return inlineTarget(context, name, markup);
  const chat = context.store.reachable(params);
  const id = int(params, 'message_id');
  if (id === undefined) throw bad('message identifier is not specified');
  const message = chat.messages.get(id);
  if (!message) throw bad('message to edit not found');
  const hasReplyKeyboard = chat.keyboard?.messageId === id || chat.forceReply?.messageId === id;
  if (message.from.id !== context.store.bot.id || hasReplyKeyboard) throw bad("message can't be edited");
  return { chat, message, markup };
}

/** Puts the new fields in place of the old; an inline keyboard that is not sent again is gone. */
function edited(
  context: Context,
  at: Target,
  drop: (keyof TgMessage)[],
  fields: Partial<TgMessage>,
): TgMessage | true {
  const next: TgMessage = { ...at.message };
  for (const key of drop) delete next[key];
  delete next.reply_markup;
  Object.assign(next, fields);
  if (at.markup) next.reply_markup = at.markup;
  const { edit_date: _, ...before } = at.message;
  const { edit_date: __, ...after } = next;
  if (JSON.stringify(sorted(before)) === JSON.stringify(sorted(after))) throw bad(NOT_MODIFIED);
  next.edit_date = context.store.seconds();
  const message = context.store.replace(at.chat, next);
  return next.via_bot ? true : message;
}

const sorted = (fields: object) => Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));

const editMessageText: Method = (context, params) => {
  const fields = textFields(params);
  const at = target(context, params);
  if (at.message.text === undefined) throw bad('there is no text in the message to edit');
  return edited(context, at, ['text', 'entities'], fields);
};

const editMessageCaption: Method = (context, params) => {
  const fields = { ...captionFields(params), ...captionPlace(params) };
  const at = target(context, params);
  const { photo, document, voice, audio, video, animation } = at.message;
  if (!(photo ?? document ?? voice ?? audio ?? video ?? animation)) {
    throw bad('there is no caption in the message to edit');
  }
  return edited(context, at, ['caption', 'caption_entities', 'show_caption_above_media'], fields);
};

const editMessageMedia: Method = (context, params) => {
  const at = target(context, params);
  const fields = inputMedia(context, params, json(params, 'media'));
  const dropped = ['photo', 'document', 'video', 'animation', 'audio', 'text', 'entities'] as const;
  const captions = ['caption', 'caption_entities', 'show_caption_above_media'] as const;
  return edited(context, at, [...dropped, ...captions, 'has_media_spoiler'], fields);
};

function removable(context: Context, chat: Chat, id: number): boolean {
  const message = chat.messages.get(id);
  return message !== undefined && context.store.seconds() - message.date <= DELETABLE_SECONDS;
}

const deleteMessage: Method = (context, params) => {
  const chat = context.store.visible(params);
  const id = int(params, 'message_id');
  if (id === undefined) throw bad('message identifier is not specified');
  if (!chat.messages.has(id)) throw bad('message to delete not found');
  if (!removable(context, chat, id)) throw bad("message can't be deleted for everyone");
  context.store.remove(chat, [id]);
  return true;
};

const deleteMessages: Method = (context, params) => {
  const ids = json(params, 'message_ids');
  if (!Array.isArray(ids) || ids.length < 1) throw bad('message identifiers are not specified');
  if (ids.length > 100) throw bad('too many message identifiers specified');
  const chat = context.store.visible(params);
  context.store.remove(
    chat,
    ids.map(Number).filter((id) => removable(context, chat, id)),
  );
  return true;
};

const pinChatMessage: Method = (context, params) => {
  const chat = context.store.reachable(params);
  const id = int(params, 'message_id') ?? 0;
  if (!chat.messages.has(id)) throw bad('message to pin not found');
  chat.pinned = [...chat.pinned.filter((other) => other !== id), id];
  context.store.emit({ type: 'pinned', chatId: chat.info.id });
  return true;
};

const unpinChatMessage: Method = (context, params) => {
  const chat = context.store.reachable(params);
  const id = int(params, 'message_id') ?? chat.pinned.at(-1);
  if (id === undefined || !chat.pinned.includes(id)) throw bad('message to unpin not found');
  chat.pinned = chat.pinned.filter((other) => other !== id);
  context.store.emit({ type: 'pinned', chatId: chat.info.id });
  return true;
};

const unpinAllChatMessages: Method = (context, params) => {
  const chat = context.store.reachable(params);
  chat.pinned = [];
  context.store.emit({ type: 'pinned', chatId: chat.info.id });
  return true;
};

const setMessageReaction: Method = (context, params) => {
  const chat = context.store.reachable(params);
  if (!chat.messages.has(int(params, 'message_id') ?? 0)) throw bad('message to react not found');
  return true;
};

export const editMethods: Record<string, Method> = {
  editMessageText,
  editMessageCaption,
  editMessageMedia,
  editMessageReplyMarkup: (context, params) => edited(context, target(context, params), [], {}),
  deleteMessage,
  deleteMessages,
  pinChatMessage,
  unpinChatMessage,
  unpinAllChatMessages,
  setMessageReaction,
};
