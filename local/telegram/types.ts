/**
 * The shapes of the Bot API that the stand-in speaks. One flat message type with optional fields is enough here: the
 * stand-in builds messages, it never has to tell their kinds apart by type.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };
/** Arguments of one Bot API call after JSON, form or multipart decoding. */
export type Params = Record<string, unknown>;

export interface TgUser {
  id: number;
  is_bot: boolean;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
}

export interface TgChat {
  id: number;
  type: 'private';
  first_name: string;
  last_name?: string;
  username?: string;
}

export interface TgEntity {
  type: string;
  /** In UTF-16 code units, as Telegram counts. */
  offset: number;
  length: number;
  url?: string;
  language?: string;
  user?: { id: number };
  custom_emoji_id?: string;
}

export type ButtonStyle = 'danger' | 'success' | 'primary';

export interface InlineButton {
  text: string;
  style?: ButtonStyle;
  callback_data?: string;
  url?: string;
  copy_text?: { text: string };
  web_app?: { url: string };
  switch_inline_query?: string;
  switch_inline_query_current_chat?: string;
  login_url?: { url: string };
}

export interface InlineKeyboard {
  inline_keyboard: InlineButton[][];
}

export interface ReplyButton {
  text: string;
  style?: ButtonStyle;
  request_contact?: boolean;
  request_location?: boolean;
  web_app?: { url: string };
}

export interface ReplyKeyboard {
  keyboard: ReplyButton[][];
  is_persistent?: boolean;
  resize_keyboard?: boolean;
  one_time_keyboard?: boolean;
  input_field_placeholder?: string;
}

export interface ForceReply {
  force_reply: true;
  input_field_placeholder?: string;
}

export type ReplyMarkup = InlineKeyboard | ReplyKeyboard | ForceReply | { remove_keyboard: true };

export interface TgContact {
  phone_number: string;
  first_name: string;
  last_name?: string;
  user_id?: number;
}

export interface TgLocation {
  /** Degrees. */
  latitude: number;
  longitude: number;
  /** Metres, up to 1500. */
  horizontal_accuracy?: number;
}

export interface TgFile {
  file_id: string;
  file_unique_id: string;
  file_size: number;
  file_name?: string;
  mime_type?: string;
  width?: number;
  height?: number;
  duration?: number;
  emoji?: string;
  type?: string;
  is_animated?: boolean;
  is_video?: boolean;
}

export interface TgMessage {
  message_id: number;
  /** Seconds since the epoch, by the stand-in's clock. */
  date: number;
  chat: TgChat;
  from: TgUser;
  edit_date?: number;
  text?: string;
  entities?: TgEntity[];
  caption?: string;
  caption_entities?: TgEntity[];
  reply_markup?: InlineKeyboard;
  reply_to_message?: TgMessage;
  contact?: TgContact;
  location?: TgLocation;
  venue?: { location: TgLocation; title: string; address: string };
  /** The same picture in several sizes, the largest last. */
  photo?: TgFile[];
  document?: TgFile;
  voice?: TgFile;
  audio?: TgFile;
  video?: TgFile;
  animation?: TgFile;
  sticker?: TgFile;
  media_group_id?: string;
  pinned_message?: TgMessage;
  forward_origin?: { type: 'user'; sender_user: TgUser; date: number };
  has_protected_content?: true;
  has_media_spoiler?: true;
  show_caption_above_media?: true;
  /** The bot whose inline result the person sent. */
  via_bot?: TgUser;
}

export interface CallbackQuery {
  id: string;
  from: TgUser;
  message?: TgMessage;
  /** In place of `message` where the button stands under a message sent by an inline result. */
  inline_message_id?: string;
  chat_instance: string;
  data: string;
}

export interface InlineQuery {
  id: string;
  from: TgUser;
  query: string;
  offset: string;
  /** 'sender' is the bot's own chat with the one who asks. */
  chat_type: 'sender' | 'private';
}

export interface ChosenInlineResult {
  result_id: string;
  from: TgUser;
  query: string;
  /** Only where an inline keyboard stands under the message. */
  inline_message_id?: string;
}

/** One line of what the person is shown, with the message it would send. */
export interface InlineResult {
  type: 'article' | 'location' | 'venue' | 'contact';
  id: string;
  title: string;
  description?: string;
  url?: string;
  thumbnail_url?: string;
  content: Partial<TgMessage>;
}

/** What the bot answered to an inline query. */
export interface InlineAnswer {
  results: InlineResult[];
  /** Empty when there are no more. */
  nextOffset: string;
  /** Seconds in which the same query is answered without asking the bot. */
  cacheTime: number;
  /** Kept for the one who asked only. */
  isPersonal: boolean;
  /** The line over the results that leads to the bot's chat or to a page. */
  button?: { text: string; start_parameter?: string; web_app?: { url: string } };
}

export interface ChatMemberUpdated {
  chat: TgChat;
  from: TgUser;
  date: number;
  old_chat_member: { user: TgUser; status: string; until_date?: number };
  new_chat_member: { user: TgUser; status: string; until_date?: number };
}

export interface TgUpdate {
  update_id: number;
  message?: TgMessage;
  edited_message?: TgMessage;
  callback_query?: CallbackQuery;
  my_chat_member?: ChatMemberUpdated;
  inline_query?: InlineQuery;
  chosen_inline_result?: ChosenInlineResult;
}

export interface BotCommand {
  command: string;
  description: string;
}

/** A word shown to the person who plays: one for both languages, or one for each. */
export type Label = string | { kk: string; ru: string };

/** Something the person knows by heart and whoever plays does not, such as a number to type. */
export interface Fact {
  label: Label;
  value: string;
}

/** What one tells about a person to play. Everything but the name may be left out. */
export interface PersonInput {
  /** Telegram user id; the next free one when absent. */
  id?: number;
  first_name: string;
  last_name?: string;
  username?: string;
  /** Language of the person's Telegram app: 'kk' unless told otherwise. */
  language_code?: string;
  /** With country code; needed to share the own contact and to see the own SMS. */
  phone?: string;
  email?: string;
  role?: Label;
  /** Shown in a card over the chat, each with a button that copies it. */
  facts?: Fact[];
  /** Any CSS colour, for the avatar. */
  colour?: string;
  /** The person has pressed Start before (no update is sent). */
  started?: boolean;
}

export interface Person extends PersonInput {
  id: number;
  language_code: string;
  started: boolean;
  blocked: boolean;
  deactivated: boolean;
}

export interface InboxItem {
  at: string | Date;
  to: string;
  kind: 'sms' | 'mail';
  subject?: string;
  text: string;
}

/** What the local world adds to the chat page. */
export interface WorldPanels {
  /** Shown by name in the order given; `href` may be a path of this server or a full address. */
  links?: Record<string, { label: Label; href: string }> | { label: Label; href: string }[];
  clock?: { now(): Date; actions: { label: Label; href: string }[] };
  inbox?: () => InboxItem[] | Promise<InboxItem[]>;
  /** Points to choose from where the person shares a location. */
  places?: { label: Label; latitude: number; longitude: number }[];
}

/** One Bot API call as the log of the page and `sim.calls()` show it. */
export interface CallRecord {
  n: number;
  at: number;
  method: string;
  params: Params;
  chatId?: number;
  /** HTTP status answered; 0 when the connection was hung or cut by a fault. */
  status: number;
  description?: string;
  /** Milliseconds spent, latency included. */
  ms: number;
}

/** Something that happened in a chat, for the page's event stream and for waiting in tests. */
export type SimEvent =
  | { type: 'message' | 'edit'; chatId: number; message: TgMessage }
  | { type: 'delete'; chatId: number; messageIds: number[] }
  | { type: 'cleared' | 'person' | 'read' | 'keyboard' | 'pinned'; chatId: number }
  | { type: 'action'; chatId: number; action: string }
  | { type: 'answer'; chatId: number; queryId: string; text: string; alert: boolean; url?: string }
  | { type: 'call'; call: CallRecord }
  | { type: 'commands' | 'reset' | 'inbox' };
