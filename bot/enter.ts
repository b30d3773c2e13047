import { type KezekContext, personOf, readAccount } from './context.ts';
import { Refusal } from './core.ts';
import { arrival } from './gate.ts';
import { dropLink, LOGIN_LINK } from './links.ts';
import { proofOwed } from './reproof.ts';
import type { Note } from './screen.ts';
import { type Target, target } from './session.ts';

/** Where somebody goes who has got in or has proved anew who they are. */
export interface Entered {
  readonly to: Target;
  readonly note: Note;
}

/**
 * Lets `prove` log this chat in, whatever the way of it, and leads on: to the e-mail that is missing, to where a link or
 * a fresh login was wanted, else to the menu. Refusals: those of `prove`.
 */
export async function enter(ctx: KezekContext, prove: () => Promise<unknown>): Promise<Entered> {
  const proving = proofOwed(ctx) !== undefined;
  await prove();
  await readAccount(ctx);
  delete ctx.session.dialog;
  const { name, patronymic, hasEmail } = personOf(ctx);
  const to = hasEmail ? arrival(ctx) : target('email');
  if (proving) return { to, note: { key: 'again.done' } };
  const whole = patronymic === null ? name : `${name} ${patronymic}`;
  return { to, note: { key: 'code.welcome', values: { name: whole } } };
}

/**
 * Ends a login with ЭЦҚ by what its page shows after the signature: six digits, or the long word of its button. Refusals:
 * those of `confirmLogin`, as `page.*`, because this code came from a page and not by SMS.
 */
export function enterFromPage(ctx: KezekContext, text: string): Promise<Entered> {
  return enter(ctx, async () => {
    try {
      await ctx.house.core.people.confirmLogin(ctx.address, text, ctx.receipt.messageId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The page of a code that is void leads nowhere: only a new one does.
      if (error.code === 'code.late' || error.code === 'code.exhausted') dropLink(ctx, LOGIN_LINK);
      throw new Refusal(error.code.replace(/^code\./, 'page.'), error.params);
    }
    dropLink(ctx, LOGIN_LINK);
  });
}
