import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId, readAccount } from '../context.ts';
import { arrival } from '../gate.ts';
import { button } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';

interface View {
  /** Logged in with ЭЦҚ: there were no steps 1 to 3. */
  readonly byEds: boolean;
}

/** Step 4: the e-mail that must be given at the first login (S0, S1, S3). */
export function render({ byEds }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html(byEds ? 'email.titleAlone' : 'email.title'),
      t.html('email.why'),
      t.html('email.example'),
    ),
    keyboard: [[button(t.plain('button.help'), 'help'), button(t.plain('logout.button'), 'logout')]],
  };
}

export async function answer(ctx: KezekContext, _args: readonly string[], { text }: Answer): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  await ctx.house.core.people.addContact(actOf(ctx), 'EMAIL', text);
  await readAccount(ctx);
  const contacts = await ctx.house.core.people.contacts(personId(ctx));
  // Whoever came with ЭЦҚ may have no phone at all, and would miss what is told by SMS.
  const reachable = contacts.some(({ kind }) => kind === 'PHONE');
  return { to: arrival(ctx), note: { key: reachable ? 'email.saved' : 'email.savedNoPhone' } };
}

export const emailScreen = defineScreen<View>({
  name: 'email',
  access: 'LOGIN',
  secret: true,
  load: async (ctx) => ({ byEds: ctx.account.person?.verifiedBy === 'EDS' }),
  render,
  answer,
  settled: () => home,
});
