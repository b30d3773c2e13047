import type { Texts } from '../../locales/index.ts';
import { type KezekContext, readAccount } from '../context.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { sayWithoutKeyboard } from '../show.ts';
import { paragraphs } from '../words.ts';

/** Step 1: the own number, by the button that only its owner can press (F-04). */
export function render(_view: object, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('phone.title'), t.html('phone.why')),
    keyboard: [],
    contact: { share: t.plain('phone.share'), back: t.plain('button.back') },
  };
}

/** A contact counts only when it is the sender's own and was not passed on. */
export async function answer(
  ctx: KezekContext,
  _args: readonly string[],
  { contact, text, forwarded }: Answer,
): Promise<Next> {
  if (text === ctx.t.plain('button.back')) {
    await sayWithoutKeyboard(ctx, { key: 'phone.left' });
    return { to: target('hello'), fresh: true };
  }
  if (contact === undefined)
    return { note: { key: text === undefined ? 'phone.pressButton' : 'phone.notTyped' } };
  if (forwarded) return { note: { key: 'phone.forwarded' } };
  if (contact.user_id !== ctx.from?.id) return { note: { key: 'phone.notYours' } };
  const { phone_number: number } = contact;
  await ctx.house.core.people.shareContact(ctx.address, number.startsWith('+') ? number : `+${number}`);
  await readAccount(ctx);
  await sayWithoutKeyboard(ctx, { key: 'phone.accepted' });
  return { to: target('iin'), fresh: true };
}

export const phoneScreen = defineScreen<object>({
  name: 'phone',
  access: 'LOGIN',
  secret: true,
  load: async () => ({}),
  render,
  answer,
});
