import { GrammyError } from 'grammy';
import type { InlineQueryResultArticle } from 'grammy/types';
import { type Texts, texts } from '../../locales/index.ts';
import { packId, unpackId } from '../callback.ts';
import type { KezekContext } from '../context.ts';
import type { KindergartenView } from '../core.ts';
import { type Target, target } from '../session.ts';
import { hour, lines, paragraphs, shortened } from '../words.ts';
import { freeByYear, freeLine, loadLine } from './words.ts';

/** What fits on a phone; the better typed, the fewer. */
const MOST = 10;
/** Seconds. Short: what is free changes, and the time of it is said in the message. */
const CACHE_SECONDS = 20;
/** The start parameter of the button above the results. */
const START_NEAR = 'near';

/**
 * A kindergarten looked up from any chat: `@bot балдырған`. Anybody may ask, and asking leaves nothing behind: what is
 * told is public, and no account is made. The language is that of the asker's chat with the bot, else of the app.
 */
export async function answerInline(ctx: KezekContext): Promise<void> {
  const { inlineQuery } = ctx;
  if (inlineQuery === undefined) return;
  const { from, query } = inlineQuery;
  const { people, kindergartens } = ctx.house.core;
  const [known, found] = await Promise.all([
    people.languageOf(String(from.id)),
    kindergartens.find(query, MOST),
  ]);
  const t = texts(known ?? (from.language_code === 'ru' ? 'ru' : 'kk'));
  const now = ctx.house.clock.now();
  const hint = query.trim() === '' ? 'inline.type' : found.length === 0 ? 'inline.none' : 'inline.near';
  try {
    await ctx.answerInlineQuery(
      found.map((house) => article(house, now, ctx.me.username, t)),
      {
        cache_time: CACHE_SECONDS,
        // In the asker's language, so that it is nobody else's answer.
        is_personal: true,
        button: { text: t.plain(hint), start_parameter: START_NEAR },
      },
    );
  } catch (error) {
    // The person has typed on; the answer to the older letters is of use to nobody.
    if (!(error instanceof GrammyError && /query is too old|query ID is invalid/i.test(error.description)))
      throw error;
  }
}

/** One kindergarten: the message that is put into the chat says nothing that is not on the wall of the kindergarten. */
export function article(house: KindergartenView, now: Date, bot: string, t: Texts): InlineQueryResultArticle {
  const free = freeByYear(house.groups, t);
  const name = t.pick(house.name);
  const address = t.pick(house.address);
  return {
    type: 'article',
    id: packId(house.id),
    title: shortened(name, 100),
    description: shortened(
      // What is free first: a phone cuts the rest.
      lines(free === undefined ? t.plain('inline.full') : t.plain('inline.free', { list: free }), address),
      200,
    ),
    input_message_content: {
      message_text: paragraphs(
        lines(
          t.html('group.name', { name }),
          t.html('free.address', { address }),
          house.phone === null ? undefined : t.html('group.phone', { phone: house.phone }),
        ),
        lines(freeLine(house.groups, t), loadLine(house, t), t.html('near.asOf', { time: hour(now) })),
      ),
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
    },
    reply_markup: {
      inline_keyboard: [[{ text: t.plain('inline.open'), url: startLink(bot, `k_${packId(house.id)}`) }]],
    },
  };
}

/**
 * Who looks a kindergarten up in the chat with the bot itself sends the result to it: a message that nobody typed, whose
 * kindergarten is opened. Undefined for every other message.
 */
export function pickedHere({ message, me }: KezekContext): Target | undefined {
  if (message?.via_bot?.id !== me.id) return undefined;
  const [first] = message.reply_markup?.inline_keyboard.flat() ?? [];
  const url = first !== undefined && 'url' in first ? first.url : '';
  const packed = /[?&]start=k_([\w-]{22})$/.exec(url)?.[1];
  const id = packed === undefined ? undefined : unpackId(packed);
  return id === undefined ? target('near') : target('kg', id);
}

function startLink(bot: string, payload: string): string {
  return `https://t.me/${bot}?start=${payload}`;
}
