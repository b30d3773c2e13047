import type { Texts } from '../../locales/index.ts';
import { readAccount } from '../context.ts';
import { button } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';

interface View {
  readonly consented: boolean;
}

/** What the bot does, and the consent without which nothing is asked (Law 94-V, DOMAIN §6.3). */
export function render({ consented }: View, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('hello.title'), t.html('hello.can'), t.html('hello.consent')),
    keyboard: [
      [button(t.plain(consented ? 'hello.go' : 'hello.agree'), 'hello/agree', [], 'success')],
      [button(t.plain('button.privacy'), 'privacy')],
      [button(t.plain('button.help'), 'help'), button(t.plain('button.language'), 'lang')],
    ],
  };
}

export const helloScreen = defineScreen<View>({
  name: 'hello',
  access: 'LOGIN',
  load: async (ctx) => ({ consented: ctx.account.consented }),
  render,
  actions: {
    agree: {
      run: async (ctx) => {
        await ctx.house.core.people.giveConsent(ctx.address);
        await readAccount(ctx);
        return { to: home };
      },
      settled: () => home,
    },
  },
});
