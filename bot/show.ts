import { GrammyError } from 'grammy';
import type { InlineKeyboardMarkup, ReplyKeyboardMarkup } from 'grammy/types';
import { texts } from '../locales/index.ts';
import type { KezekContext } from './context.ts';
import { passGate } from './gate.ts';
import { takePapersAway } from './papers.ts';
import { isRedirect, type Note, type Rendered, type Screen } from './screen.ts';
import { type Target, target } from './session.ts';

export interface How {
  readonly note?: Note | undefined;
  /** In a new message below everything; otherwise the live message is edited in place. */
  readonly fresh?: boolean | undefined;
  /** Started together with the message, when nothing can refuse any more. */
  readonly meanwhile?: (() => Promise<void>) | undefined;
}

/**
 * Shows a screen, or the one that is due instead of it, and remembers it. A `Refusal` of what the screen loads is thrown
 * before anything is changed.
 */
export async function show(ctx: KezekContext, wanted: Target, how: How = {}): Promise<void> {
  const { rendered, at, note: said } = await prepare(ctx, wanted, how.note);
  const { session } = ctx;
  await putContactAway(ctx);
  await takePapersAway(ctx, ctx.house.screens.get(at.screen)?.papers?.(at.args));
  const away = await putLocationAway(ctx, rendered, said);
  const note = away ? undefined : said;
  const text = note === undefined ? rendered.text : `${noteText(ctx, note)}\n\n${rendered.text}`;
  await Promise.all([deliver(ctx, { ...rendered, text }, away || how.fresh === true), how.meanwhile?.()]);
  if (session.screen !== at.screen || !sameArgs(session.args, at.args)) delete session.failures;
  session.screen = at.screen;
  session.args = at.args;
  const { access } = ctx.house.screens.get(at.screen) ?? {};
  if (access === 'PERSON' || access === 'STAFF') delete session.wanted;
}

/** Somebody who got in by another way than the contact has no use for its keyboard. */
async function putContactAway(ctx: KezekContext): Promise<void> {
  if (ctx.session.contact === true && ctx.account.person !== null)
    await sayWithoutKeyboard(ctx, { key: 'edslogin.done' });
}

/** The keyboard that shares where one is goes with the screen it belongs to; what is to be said anyway takes it away. */
async function putLocationAway(ctx: KezekContext, next: Rendered, note: Note | undefined): Promise<boolean> {
  if (ctx.session.location !== true || next.location !== undefined) return false;
  await sayWithoutKeyboard(ctx, note ?? { key: 'location.closed' });
  return true;
}

/** The screen where the person stands now, login included. */
export function present(ctx: KezekContext): Target {
  const { screen, args } = ctx.session;
  return passGate(ctx, { screen, args }, ctx.house.screens.get(screen));
}

/** Before a language is chosen, both are used. */
export function noteText(ctx: KezekContext, { key, values, and }: Note): string {
  const both = (): string => `${texts('kk').html(key, values)}\n${texts('ru').html(key, values)}`;
  const text = ctx.account.language === null ? both() : ctx.t.html(key, values);
  return and === undefined ? text : `${text}\n${noteText(ctx, and)}`;
}

/** Sends a message with words only, beside the live one. */
export async function say(ctx: KezekContext, note: Note): Promise<void> {
  await ctx.reply(noteText(ctx, note), { parse_mode: 'HTML' });
}

/** The reply keyboard can only be taken away by a message. */
export async function sayWithoutKeyboard(ctx: KezekContext, note: Note): Promise<void> {
  await ctx.reply(noteText(ctx, note), { parse_mode: 'HTML', reply_markup: { remove_keyboard: true } });
  delete ctx.session.contact;
  delete ctx.session.location;
}

/** Removes what a person typed; true when it is gone. An old or already removed message is no failure. */
export async function erase(ctx: KezekContext): Promise<boolean> {
  try {
    await ctx.deleteMessage();
    return true;
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 400) {
      return error.description.includes('message to delete not found');
    }
    throw error;
  }
}

/** Takes the buttons off a message that is not the live one any more. What cannot be changed stays as it is. */
export async function takeButtonsOff(ctx: KezekContext, messageId: number): Promise<void> {
  const chat = ctx.chatId;
  if (chat === undefined) return;
  try {
    await ctx.api.editMessageReplyMarkup(chat, messageId);
  } catch (error) {
    if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
  }
}

interface Prepared {
  readonly rendered: Rendered;
  readonly at: Target;
  readonly note: Note | undefined;
}

async function prepare(ctx: KezekContext, wanted: Target, first: Note | undefined): Promise<Prepared> {
  const { screens } = ctx.house;
  let at = wanted;
  let note = first;
  for (let hop = 0; hop < 6; hop += 1) {
    at = passGate(ctx, at, screens.get(at.screen));
    const screen = screens.get(at.screen);
    if (screen === undefined) throw new Error(`no screen ${at.screen}`);
    const prepared = await screen.prepare(ctx, at.args);
    if (!isRedirect(prepared)) {
      if (!keepsDialog(ctx, screen)) delete ctx.session.dialog;
      return { rendered: prepared, at, note };
    }
    at = prepared.redirect;
    note ??= prepared.note;
  }
  throw new Error(`screens lead in a circle from ${wanted.screen}`);
}

async function deliver(ctx: KezekContext, rendered: Rendered, fresh: boolean): Promise<void> {
  const { session } = ctx;
  const live = session.liveMessageId;
  const reply = replyKeyboard(rendered);
  if (!fresh && live !== undefined && reply === undefined && (await edited(ctx, live, rendered))) return;
  const message = await ctx.reply(rendered.text, {
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    reply_markup: reply ?? inline(rendered),
  });
  if (live !== undefined) await takeButtonsOff(ctx, live);
  session.liveMessageId = message.message_id;
  if (rendered.contact !== undefined) session.contact = true;
  if (rendered.location !== undefined) session.location = true;
}

/** False when the live message is gone or too old to be edited. */
async function edited(ctx: KezekContext, live: number, rendered: Rendered): Promise<boolean> {
  const chat = ctx.chatId;
  if (chat === undefined) return false;
  try {
    await ctx.api.editMessageText(chat, live, rendered.text, {
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      reply_markup: inline(rendered),
    });
    return true;
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
    if (error.description.includes('message is not modified')) return true;
    if (/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i.test(error.description))
      return false;
    throw error;
  }
}

function inline(rendered: Rendered): InlineKeyboardMarkup {
  return { inline_keyboard: rendered.keyboard.map((row) => [...row]) };
}

function replyKeyboard({ contact, location }: Rendered): ReplyKeyboardMarkup | undefined {
  const labels = contact ?? location;
  if (labels === undefined) return undefined;
  const share = { text: labels.share, style: 'primary' } as const;
  const asked = contact === undefined ? { request_location: true } : { request_contact: true };
  return {
    keyboard: [[{ ...share, ...asked }], [{ text: labels.back }]],
    resize_keyboard: true,
    is_persistent: true,
  };
}

/** Help and the like may be looked at in the middle of a dialog. */
function keepsDialog({ session }: KezekContext, screen: Screen): boolean {
  const name = session.dialog?.name;
  return screen.access === 'ANYONE' || (name !== undefined && screen.dialogs?.includes(name) === true);
}

function sameArgs(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((arg, index) => arg === b[index]);
}

/** The menu, where everything begins. */
export const home: Target = target('menu');
