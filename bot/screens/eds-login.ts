import type { Texts } from '../../locales/index.ts';
import type { KezekContext } from '../context.ts';
import type { SignLink } from '../core.ts';
import { enterFromPage } from '../enter.ts';
import { EDS_DIALOG } from '../gate.ts';
import { button, footer } from '../keyboard.ts';
import { keepLink, LOGIN_LINK, linkOf, linkRow, linkText } from '../links.ts';
import { proofOwed } from '../reproof.ts';
import { type Answer, defineScreen, type Next, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';

interface View {
  readonly link: SignLink | undefined;
  /** Somebody who is logged in proves it anew. */
  readonly proving: boolean;
  /** Where the login by phone goes on. */
  readonly byPhone: 'phone' | 'iin';
}

/** Whether this server lets people in with ЭЦҚ. */
export function edsOffered(ctx: KezekContext): boolean {
  return ctx.house.core.people.loginMethods().includes('EDS');
}

/** Makes a one-time page for this chat and leads to the button that opens it. Refusals: those of `loginLink`. */
export async function loginWithEds(ctx: KezekContext): Promise<Next> {
  const { address, house, t } = ctx;
  keepLink(ctx, LOGIN_LINK, await house.core.people.loginLink(address, t.language));
  if (ctx.account.person === null) ctx.session.dialog = { name: EDS_DIALOG, data: {} };
  return { to: target('edslogin') };
}

/**
 * Login with ЭЦҚ (S2, F-04): what happens outside the chat, the way there, and the code that the page shows after the
 * signature, without which whoever passes a link on would be let in as the one who signs it.
 */
export function render({ link, proving, byPhone }: View, t: Texts): Rendered {
  const back = proving
    ? footer(t, target('again'))
    : [button(t.plain('edslogin.phone'), byPhone), button(t.plain('button.help'), 'manual', ['eds'])];
  return {
    text: paragraphs(
      t.html('edslogin.title'),
      t.html('edslogin.how'),
      t.html('edslogin.why'),
      linkText(link, t),
    ),
    keyboard: [
      ...linkRow(link, t.plain('edslogin.open')),
      [button(t.plain('link.new'), 'edslogin/link')],
      back,
    ],
  };
}

export async function answer(ctx: KezekContext, _args: readonly string[], { text }: Answer): Promise<Next> {
  return text === undefined ? { note: { key: 'common.needText' } } : enterFromPage(ctx, text);
}

export const edsLoginScreen = defineScreen<View>({
  name: 'edslogin',
  access: 'LOGIN',
  dialogs: ['login', EDS_DIALOG],
  secret: true,
  load: async (ctx) => {
    if (!edsOffered(ctx)) {
      delete ctx.session.dialog;
      return redirect(home, { key: 'edslogin.off' });
    }
    const byPhone = ctx.account.phone === null ? 'phone' : 'iin';
    return { link: linkOf(ctx, LOGIN_LINK), proving: proofOwed(ctx) !== undefined, byPhone };
  },
  render,
  answer,
  settled: () => home,
  actions: {
    link: {
      run: async (ctx) => ({ ...(await loginWithEds(ctx)), toast: { key: 'link.made' } }),
      settled: () => target('edslogin'),
    },
  },
});
