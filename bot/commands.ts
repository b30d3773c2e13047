import { unpackId } from './callback.ts';
import type { KezekContext } from './context.ts';
import { AlreadyApplied, Refusal } from './core.ts';
import { enterFromPage } from './enter.ts';
import { missingStep } from './gate.ts';
import { refusalNote } from './refusal-note.ts';
import type { Note } from './screen.ts';
import { type Target, target } from './session.ts';
import { home } from './show.ts';

/** Where a typed command leads. */
export interface CommandResult {
  readonly to: Target;
  readonly note?: Note;
}

/**
 * Reads a text that begins with a slash: a command, with the bot's name after it or without, and its payload. An
 * unknown one leads to the present screen with the list of commands, so that no dialog is lost.
 */
export async function readCommand(ctx: KezekContext, text: string, present: Target): Promise<CommandResult> {
  const [, name, payload = ''] = /^\/([a-zA-Z_]{1,32})(?:@\w+)?(?:\s+(.*))?$/s.exec(text) ?? [];
  if (name === undefined) return { to: present, note: { key: 'common.unknownCommand' } };
  switch (name.toLowerCase()) {
    case 'start':
      return start(ctx, payload.trim(), present);
    case 'menu':
      return { to: home };
    case 'cancel':
      return cancel(ctx);
    default:
      return byScreen(ctx, name.toLowerCase(), present);
  }
}

/** `/start` never wipes: an unfinished login or signature goes on, a link opens what it names. */
async function start(ctx: KezekContext, payload: string, present: Target): Promise<CommandResult> {
  if (FROM_PAGE.test(payload)) return fromPage(ctx, payload, present);
  const linked = readPayload(payload);
  if (linked !== undefined) return { to: linked };
  return { to: missingStep(ctx) === undefined && ctx.session.dialog === undefined ? home : present };
}

/** What the button of a signed login brings back from the page. */
const FROM_PAGE = /^[\w-]{43}$/;

async function fromPage(ctx: KezekContext, word: string, present: Target): Promise<CommandResult> {
  try {
    return await enterFromPage(ctx, word);
  } catch (error) {
    if (error instanceof AlreadyApplied) return { to: present };
    if (!(error instanceof Refusal)) throw error;
    return { to: present, note: refusalNote(ctx, ofButton(ctx, error)) };
  }
}

/** Whoever presses a button has typed nothing wrong: it belongs to another chat, or to another login of this one. */
function ofButton({ account }: KezekContext, refusal: Refusal): Refusal {
  if (refusal.code === 'page.wrong') return new Refusal('page.otherLogin');
  if (refusal.code !== 'page.none') return refusal;
  return new Refusal(account.person === null ? 'page.otherChat' : 'page.otherChatOrDone');
}

/**
 * `app_<id>` opens an application, `ref_<id>` a referral, whose they are is asked when they are loaded; `k_<id>` a
 * kindergarten, `near` the search for one.
 */
function readPayload(payload: string): Target | undefined {
  if (payload === 'near') return target('near');
  const [, kind, packed] = /^(app|ref|k)_([\w-]{22})$/.exec(payload) ?? [];
  const id = packed === undefined ? undefined : unpackId(packed);
  if (id === undefined) return undefined;
  return target(kind === 'app' ? 'card' : kind === 'ref' ? 'ref' : 'kg', id);
}

function cancel(ctx: KezekContext): CommandResult {
  delete ctx.session.dialog;
  delete ctx.session.wanted;
  return { to: home, note: { key: 'common.cancelled' } };
}

function byScreen(ctx: KezekContext, name: string, present: Target): CommandResult {
  for (const screen of ctx.house.screens.values()) {
    if (screen.command === name) return { to: target(screen.name) };
  }
  return { to: present, note: { key: 'common.unknownCommand' } };
}
