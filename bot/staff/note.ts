import type { KezekContext } from '../context.ts';
import type { Answer, Next } from '../screen.ts';

export const NOTE_LIMIT = 300;

/** What was typed in this dialog for this very thing; the parent reads it. */
export function noteOf(ctx: KezekContext, name: string, about: string): string | null {
  const { dialog } = ctx.session;
  const note = dialog?.name === name && dialog.data.about === about ? dialog.data.note : undefined;
  return typeof note === 'string' ? note : null;
}

/** Keeps a typed note until it is sent with the decision, or says what is wrong with it. */
export function takeNote(ctx: KezekContext, name: string, about: string, { text }: Answer): Next {
  if (text === undefined) return { note: { key: 'common.needText' } };
  if ([...text].length > NOTE_LIMIT)
    return { note: { key: 'staff.noteTooLong', values: { limit: NOTE_LIMIT } } };
  ctx.session.dialog = { name, data: { about, note: text } };
  return {};
}
