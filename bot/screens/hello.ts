import type { Texts } from '../../locales/index.ts';
import { type KezekContext, readAccount } from '../context.ts';
import { button, type Keyboard } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';
import { edsOffered, loginWithEds } from './eds-login.ts';

interface View {
  readonly consented: boolean;
  /** This server lets people in with ЭЦҚ too. */
  readonly eds: boolean;
  readonly support: string;
}

/** What the bot does, and the consent without which nothing is asked (Law 94-V, DOMAIN §6.3). */
export function render({ consented, eds, support }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('hello.title'),
      t.html('hello.can'),
      t.html(eds ? 'hello.consentTwo' : 'hello.consent'),
      t.html('menu.support', { support }),
    ),
    keyboard: [
      ...ways(consented, eds, t),
      [button(t.plain('button.privacy'), 'privacy')],
      [button(t.plain('button.help'), 'help'), button(t.plain('button.language'), 'lang')],
    ],
  };
}

/** One tap each: the consent and the way in (DOMAIN §2.3: ЭЦҚ or a one-time code). */
function ways(consented: boolean, eds: boolean, t: Texts): Keyboard {
  if (!eds) return [[button(t.plain(consented ? 'hello.go' : 'hello.agree'), 'hello/agree', [], 'success')]];
  return [
    [button(t.plain(consented ? 'hello.goPhone' : 'hello.agreePhone'), 'hello/agree', [], 'success')],
    [button(t.plain(consented ? 'hello.goEds' : 'hello.agreeEds'), 'hello/eds', [], 'primary')],
  ];
}

async function consent(ctx: KezekContext): Promise<void> {
  await ctx.house.core.people.giveConsent(ctx.address);
  await readAccount(ctx);
}

export const helloScreen = defineScreen<View>({
  name: 'hello',
  access: 'LOGIN',
  load: async (ctx) => ({
    consented: ctx.account.consented,
    eds: edsOffered(ctx),
    support: ctx.house.supportPhone,
  }),
  render,
  actions: {
    agree: {
      run: async (ctx) => {
        await consent(ctx);
        return { to: ctx.account.phone === null ? target('phone') : home };
      },
      settled: () => home,
    },
    eds: {
      run: async (ctx) => {
        await consent(ctx);
        return loginWithEds(ctx);
      },
      settled: () => target('edslogin'),
    },
  },
});
