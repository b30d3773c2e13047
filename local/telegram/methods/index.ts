import { bad } from '../errors.ts';
import { bool, int, longerThan, str } from '../params.ts';
import type { BotText } from '../settings.ts';
import type { Params } from '../types.ts';
import type { Context, Method } from './context.ts';
import { editMethods } from './edit.ts';
import { answerInlineQuery } from './inline.ts';
import { mediaMethods } from './media.ts';
import { sendMethods } from './send.ts';

const getMe: Method = ({ store }) => ({
  ...store.bot,
  first_name: store.settings.textFor('name', '') || store.bot.first_name,
  can_join_groups: false,
  can_read_all_group_messages: false,
  supports_inline_queries: true,
  can_connect_to_business: false,
  has_main_web_app: false,
});

const getChat: Method = ({ store }, params) => {
  const chat = store.visible(params);
  const pinned = chat.messages.get(chat.pinned.at(-1) ?? 0);
  return {
    ...chat.info,
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
    },
    ...(pinned ? { pinned_message: pinned } : {}),
  };
};

const answerCallbackQuery: Method = ({ store, queries }, params) => {
  const text = str(params, 'text') ?? '';
  if (longerThan(text, 200)) throw bad('MESSAGE_TOO_LONG');
  const id = str(params, 'callback_query_id') ?? '';
  const answer = { text, alert: bool(params, 'show_alert') };
  const url = str(params, 'url');
  const chatId = queries.answer(id, url ? { ...answer, url } : answer);
  store.emit({ type: 'answer', chatId, queryId: id, ...answer, ...(url ? { url } : {}) });
  return true;
};

const setText =
  (what: BotText): Method =>
  ({ store }, params) => {
    store.settings.setText(what, params);
    store.emit({ type: 'commands' });
    return true;
  };

const getText =
  (what: BotText): Method =>
  ({ store }, params) => ({
    [what]: store.settings.getText(what, params) || (what === 'name' ? store.bot.first_name : ''),
  });

function menuChat({ store }: Context, params: Params): number {
  return int(params, 'chat_id') === undefined ? 0 : store.visible(params).info.id;
}

const settingMethods: Record<string, Method> = {
  setMyCommands: ({ store }, params) => {
    store.settings.setCommands(params);
    store.emit({ type: 'commands' });
    return true;
  },
  deleteMyCommands: ({ store }, params) => {
    store.settings.deleteCommands(params);
    store.emit({ type: 'commands' });
    return true;
  },
  getMyCommands: ({ store }, params) => store.settings.getCommands(params),
  setMyName: setText('name'),
  getMyName: getText('name'),
  setMyDescription: setText('description'),
  getMyDescription: getText('description'),
  setMyShortDescription: setText('short_description'),
  getMyShortDescription: getText('short_description'),
  setChatMenuButton: (context, params) => {
    context.store.settings.setMenu(menuChat(context, params), params);
    context.store.emit({ type: 'commands' });
    return true;
  },
  getChatMenuButton: (context, params) => context.store.settings.getMenu(menuChat(context, params)),
};

const all: Record<string, Method> = {
  ...sendMethods,
  ...mediaMethods,
  ...editMethods,
  ...settingMethods,
  getMe,
  getChat,
  answerCallbackQuery,
  answerInlineQuery,
  getUpdates: ({ updates }, params, gone) => updates.poll(params, gone),
  setWebhook: ({ updates }, params) => updates.setWebhook(params),
  deleteWebhook: ({ updates }, params) => updates.deleteWebhook(params),
  getWebhookInfo: ({ updates }) => updates.webhookInfo(),
};

/** Every method the stand-in knows, by its name in lower case: the Bot API does not mind the case. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries(all).map(([name, method]) => [name.toLowerCase(), method]),
);
/** The usual spelling, for the log. */
export const spelling: ReadonlyMap<string, string> = new Map(
  Object.keys(all).map((name) => [name.toLowerCase(), name]),
);
