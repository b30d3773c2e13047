import { unpackId } from './callback.ts';
import type { KezekContext } from './context.ts';
import { missingStep } from './gate.ts';
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
export function readCommand(ctx: KezekContext, text: string, present: Target): CommandResult {
  const [, name, payload = ''] = /^\/([a-zA-Z_]{1,32})(?:@\w+)?(?:\s+(.*))?$/s.exec(text) ?? [];
  if (name === undefined) return { to: present, note: { key: 'common.unknownCommand' } };
  switch (name.toLowerCase()) {
    case 'start':
      return { to: start(ctx, payload.trim(), present) };
    case 'menu':
      return { to: home };
    case 'cancel':
      return cancel(ctx);
    default:
      return byScreen(ctx, name.toLowerCase(), present);
  }
}

/** `/start` never wipes: an unfinished login or signature goes on, a link opens what it names. */
function start(ctx: KezekContext, payload: string, present: Target): Target {
  const linked = readPayload(payload);
  if (linked !== undefined) return linked;
  return missingStep(ctx) === undefined && ctx.session.dialog === undefined ? home : present;
}

/** `app_<id>` opens an application, `ref_<id>` a referral; whose they are is asked when they are loaded. */
function readPayload(payload: string): Target | undefined {
  const [, kind, packed] = /^(app|ref)_([\w-]{22})$/.exec(payload) ?? [];
  const id = packed === undefined ? undefined : unpackId(packed);
  if (id === undefined) return undefined;
  return target(kind === 'app' ? 'card' : 'ref', id);
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
