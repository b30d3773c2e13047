import { GrammyError } from 'grammy';
import { type TextKey, type TextValues, texts } from '../locales/index.ts';
import { decodeCallback } from './callback.ts';
import { readCommand } from './commands.ts';
import type { KezekContext } from './context.ts';
import { AlreadyApplied, Refusal } from './core.ts';
import { passGate } from './gate.ts';
import { pickedHere } from './places/inline.ts';
import { refusalNote } from './refusal-note.ts';
import { askProof, wantsProof } from './reproof.ts';
import type { Action, Next, Note, Screen } from './screen.ts';
import type { Target } from './session.ts';
import { erase, home, present, show, takeButtonsOff } from './show.ts';

type TakesAnswer = NonNullable<Screen['answer']>;

/** A tap: every one is answered, whatever happens. */
export async function onTap(ctx: KezekContext): Promise<void> {
  try {
    await handleTap(ctx);
    await answerTap(ctx);
  } catch (error) {
    await answerTap(ctx, { key: 'common.fault' }, true);
    throw error;
  }
}

/** Anything a person sent: a command, a typed answer, or something nobody asked for. */
export async function onMessage(ctx: KezekContext): Promise<void> {
  if (ctx.receipt.alreadyApplied) return showSettled(ctx);
  const at = present(ctx);
  const picked = pickedHere(ctx);
  if (picked !== undefined) return showSafely(ctx, picked, undefined, true);
  const text = ctx.message?.text?.trim();
  const command = text?.startsWith('/') === true ? await readCommand(ctx, text, at) : undefined;
  if (command !== undefined) return showSafely(ctx, command.to, command.note, true);
  const screen = ctx.house.screens.get(at.screen);
  if (screen?.answer === undefined) return declineText(ctx, at, text);
  await takeAnswer(ctx, screen, screen.answer, at);
}

/** An IIN or a code typed where nobody asked for it (once too often, a screen too late) is deleted all the same. */
async function declineText(ctx: KezekContext, at: Target, text: string | undefined): Promise<void> {
  const personal = text !== undefined && /^\d{6}$|^\d{12}$/.test(text.replaceAll(/[\s-]/g, ''));
  const erased = personal && (await erase(ctx));
  const gone = personal ? note(erased ? 'common.erased' : 'common.notErased', {}) : undefined;
  await showSafely(ctx, at, note('common.useButtons', {}, gone), !erased);
}

/** A message was changed after it was sent: nothing is done twice, and what was asked for is deleted all the same. */
export async function onEdited(ctx: KezekContext): Promise<void> {
  const at = present(ctx);
  if (ctx.house.screens.get(at.screen)?.secret === true) await erase(ctx);
  // A live location is changed by the phone, over and over.
  if (ctx.editedMessage?.location !== undefined) return;
  await showSafely(ctx, at, { key: 'common.edited' }, true);
}

async function handleTap(ctx: KezekContext): Promise<void> {
  const callback = decodeCallback(ctx.callbackQuery?.data ?? '');
  const pressed = ctx.callbackQuery?.message?.message_id;
  const { session } = ctx;
  if (callback.kind === 'old') return refresh(ctx, pressed);
  const screen = ctx.house.screens.get(callback.screen);
  if (screen === undefined) return refresh(ctx, pressed);
  const at: Target = { screen: callback.screen, args: callback.args };
  if (callback.event) return onEvent(ctx, screen, callback.action, at);
  const lost = session.liveMessageId === undefined;
  session.liveMessageId ??= pressed;
  if (pressed !== session.liveMessageId) return refresh(ctx, pressed);
  // The button stops spinning while the screen changes, and not a call later.
  if (callback.action === undefined) return showSafely(ctx, at, undefined, false, () => answerTap(ctx));
  const action = screen.actions?.[callback.action];
  const here = present(ctx);
  const passed = here.screen !== screen.name;
  if (action === undefined || (passed && lost)) return refresh(ctx, pressed);
  if (passed && session.screen === screen.name) return showSafely(ctx, here, undefined, false);
  // The second of two quick taps finds the person on the next screen: what the first one said stays there to be read.
  if (passed) return answerTap(ctx);
  await follow(ctx, at, await perform(ctx, action, at));
}

/** A button of a notice. What it does is done only by who may see its screen; others get there by logging in. */
async function onEvent(
  ctx: KezekContext,
  screen: Screen,
  name: string | undefined,
  to: Target,
): Promise<void> {
  const action = name === undefined ? undefined : screen.actions?.[name];
  const allowed = action?.anytime === true && passGate(ctx, to, screen).screen === screen.name;
  if (!allowed) return showSafely(ctx, to, undefined, true);
  const next = await perform(ctx, action, to);
  await follow(ctx, to, { to: action.settled(to.args), ...next, fresh: true });
}

async function perform(ctx: KezekContext, action: Action, { args }: Target): Promise<Next> {
  if (ctx.receipt.alreadyApplied) return { to: action.settled(args) };
  try {
    return await action.run(ctx, args);
  } catch (error) {
    if (error instanceof AlreadyApplied) return { to: action.settled(args) };
    if (!(error instanceof Refusal)) throw error;
    const { screen, args: shown } = ctx.session;
    if (wantsProof(error)) return { to: askProof(ctx, error, { screen, args: shown }) };
    return { toast: refusalNote(ctx, error), alert: true };
  }
}

async function takeAnswer(ctx: KezekContext, screen: Screen, take: TakesAnswer, at: Target): Promise<void> {
  const text = ctx.message?.text?.trim();
  const { contact, location, sticker, dice } = ctx.message ?? {};
  // A picture of an identity card says as much as the number: only what can say nothing stays.
  const secret = screen.secret === true && sticker === undefined && dice === undefined;
  const erased = secret && (await erase(ctx));
  const forwarded = ctx.message?.forward_origin !== undefined;
  let next: Next;
  try {
    const typed = text === '' ? undefined : text;
    next = await take(ctx, at.args, { text: typed, contact, location, forwarded, erased });
  } catch (error) {
    if (error instanceof AlreadyApplied) return showSettled(ctx, !erased);
    if (!(error instanceof Refusal)) throw error;
    const to = wantsProof(error) ? askProof(ctx, error, at) : at;
    next = { to, note: { ...refusalNote(ctx, error), and: afterRefusal(ctx, secret, erased) } };
  }
  const { toast, note = toast, to = at, fresh = !erased } = next;
  await showSafely(ctx, to, note, fresh);
}

/** The repeated message changes nothing: it is removed if it was personal, and the truth is shown. */
async function showSettled(ctx: KezekContext, fresh?: boolean): Promise<void> {
  const { session, house } = ctx;
  const screen = house.screens.get(session.screen);
  const personal = screen?.secret === true || screen?.erasesApplied === true;
  const erased = fresh === undefined && personal && (await erase(ctx));
  await showSafely(ctx, screen?.settled?.(session.args) ?? present(ctx), undefined, fresh ?? !erased);
}

/** Under a refusal: how often it was tried, that what was typed is gone, and after three failures whom to call. */
function afterRefusal(ctx: KezekContext, secret: boolean, erased: boolean): Note | undefined {
  const failures = (ctx.session.failures ?? 0) + 1;
  ctx.session.failures = failures;
  const support = failures < 3 ? undefined : note('common.askSupport', { support: ctx.house.supportPhone });
  const attempt = failures < 2 ? support : note('common.attempt', { n: failures }, support);
  return secret ? note(erased ? 'common.erased' : 'common.notErased', {}, attempt) : attempt;
}

function note(key: TextKey, values: TextValues, and?: Note): Note {
  return { key, values, and };
}

async function follow(ctx: KezekContext, from: Target, next: Next): Promise<void> {
  await answerTap(ctx, next.toast, next.alert);
  await showSafely(ctx, next.to ?? { screen: from.screen, args: ctx.session.args }, next.note, next.fresh);
}

/** Shows a screen; when it refuses, says why and shows the present one, or the menu when that refuses too. */
async function showSafely(
  ctx: KezekContext,
  to: Target,
  note?: Note,
  fresh?: boolean,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  try {
    await show(ctx, to, { note, fresh, meanwhile });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (wantsProof(error)) return show(ctx, askProof(ctx, error, to), { note, fresh });
    const reason = refusalNote(ctx, error);
    const tapped = ctx.callbackQuery !== undefined && !ctx.answered;
    if (tapped) await answerTap(ctx, reason, true);
    const stay = present(ctx);
    const broken = stay.screen === to.screen || stay.screen === home.screen;
    await show(ctx, broken ? home : stay, { note: tapped ? note : reason, fresh }).catch(
      async (again: unknown) => {
        if (!(again instanceof Refusal)) throw again;
        await show(ctx, home, { note: reason, fresh });
      },
    );
  }
}

/** A button of an old message or version: the present screen, with the word that the menu is new. */
async function refresh(ctx: KezekContext, pressed: number | undefined): Promise<void> {
  await answerTap(ctx, { key: 'common.menuRefreshed' });
  if (pressed !== undefined && pressed !== ctx.session.liveMessageId) await takeButtonsOff(ctx, pressed);
  await showSafely(ctx, present(ctx));
}

/** Once per tap. A tap that waited too long (a restart) cannot be answered any more, which harms nobody. */
async function answerTap(ctx: KezekContext, note?: Note, alert = false): Promise<void> {
  if (ctx.answered || ctx.callbackQuery === undefined) return;
  ctx.answered = true;
  try {
    await ctx.answerCallbackQuery(
      note === undefined ? {} : { text: shortText(ctx, note), show_alert: alert },
    );
  } catch (error) {
    if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
  }
}

/** The answer of a tap holds 200 signs of plain text. */
function shortText(ctx: KezekContext, { key, values }: Note): string {
  const text =
    ctx.account.language === null
      ? `${texts('kk').plain(key, values)} / ${texts('ru').plain(key, values)}`
      : ctx.t.plain(key, values);
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
