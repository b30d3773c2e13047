import { autoRetry } from '@grammyjs/auto-retry';
import { Bot, GrammyError, type StorageAdapter, session } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { texts } from '../locales/index.ts';
import { type House, type KezekContext, readAccount } from './context.ts';
import { receiptOf } from './intake/receipt.ts';
import { answerInline } from './places/inline.ts';
import { onEdited, onMessage, onTap } from './router.ts';
import { allScreens } from './screens/index.ts';
import { newSession, type Session } from './session.ts';
import { createTelegramFetch } from './telegram-fetch.ts';
import { createVault } from './vault.ts';

export interface BotDeps extends Omit<House, 'screens' | 'links' | 'spots'> {
  readonly token: string;
  /** Saves the call of getMe at start. */
  readonly botInfo?: UserFromGetMe;
  /** Another server of the Bot API, for example the stand-in. */
  readonly apiRoot?: string;
  readonly sessions: StorageAdapter<Session>;
}

/**
 * Wires the bot. The order of the middleware, and why:
 *
 * 1. `unreachable` – a person who blocked the bot is no fault of ours: it is written down, and the inbox need not retry.
 * 2. `equip` – everything below needs the house, the receipt of the inbox and the address.
 * 3. `inline` – a question from any chat has no chat of ours: it is answered before there is a session or an account.
 * 4. `session` – before anything that asks where the chat stands; written only when the update succeeded, so a repeated
 *    update begins where it began the first time.
 * 5. `membership` – blocking and coming back carry no message: noted and done.
 * 6. `privateOnly` – personal data has no place in groups; it stands before the account is read or made.
 * 7. `account` – one statement; language, login and roles of this chat.
 * 8. `router` – taps, messages, edited messages.
 *
 * Refusals are answered in the router. Everything else that is thrown leaves `handleUpdate`, so that the inbox keeps the
 * update and tries again: nothing is swallowed, and `bot.catch` is not used.
 */
export function createBot(deps: BotDeps): Bot<KezekContext> {
  const bot = new Bot<KezekContext>(deps.token, {
    ...(deps.botInfo === undefined ? {} : { botInfo: deps.botInfo }),
    client: {
      ...(deps.apiRoot === undefined ? {} : { apiRoot: deps.apiRoot }),
      timeoutSeconds: 30,
      sensitiveLogs: false,
      fetch: createTelegramFetch(),
    },
  });
  // Answers to a person only: the delivery of notices has its own client, which is paced instead.
  bot.api.config.use(autoRetry({ maxRetryAttempts: 2, maxDelaySeconds: 3, rethrowHttpErrors: true }));
  const house: House = {
    ...deps,
    screens: allScreens(),
    links: createVault(deps.clock),
    spots: createVault(deps.clock),
  };

  bot.use(unreachable);
  bot.use(async (ctx, next) => {
    ctx.house = house;
    ctx.receipt = receiptOf(ctx.update) ?? { messageId: undefined, alreadyApplied: false };
    ctx.address = String(ctx.chatId ?? '');
    ctx.t = texts(null);
    ctx.answered = false;
    if (ctx.chat !== undefined || ctx.inlineQuery !== undefined) await next();
  });
  bot.on('inline_query', answerInline);
  bot.use(
    session({ initial: newSession, storage: deps.sessions, getSessionKey: (ctx) => ctx.chatId?.toString() }),
  );
  bot.on('my_chat_member', membership);
  bot.use(privateOnly);
  bot.use(async (ctx, next) => {
    await readAccount(ctx);
    await next();
  });
  bot.on('callback_query', onTap);
  bot.on('message', onMessage);
  bot.on('edited_message', onEdited);
  return bot;
}

async function unreachable(ctx: KezekContext, next: () => Promise<void>): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 403 || ctx.chat?.type !== 'private')
      throw error;
    await ctx.house.core.people.setReachable(ctx.address, false);
  }
}

async function membership(ctx: KezekContext): Promise<void> {
  if (ctx.chat?.type !== 'private') return;
  const status = ctx.myChatMember?.new_chat_member.status;
  await ctx.house.core.people.setReachable(ctx.address, status === 'member');
}

/** One polite sentence per group, and one for every command typed there. */
async function privateOnly(ctx: KezekContext, next: () => Promise<void>): Promise<void> {
  if (ctx.chat?.type === 'private') return next();
  const sentence = `${texts('kk').plain('common.privateOnly')}\n${texts('ru').plain('common.privateOnly')}`;
  if (ctx.callbackQuery !== undefined) {
    await ctx.answerCallbackQuery({ text: sentence.slice(0, 200), show_alert: true });
    return;
  }
  const command = ctx.message?.text?.startsWith('/') === true;
  if (ctx.message === undefined || (ctx.session.told === true && !command)) return;
  await ctx.reply(sentence);
  ctx.session.told = true;
}
