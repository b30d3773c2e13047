import type { Texts } from '../../locales/index.ts';
import type { KezekContext } from '../context.ts';
import type { CodeSent } from '../core.ts';
import { enter } from '../enter.ts';
import { button, footer } from '../keyboard.ts';
import { proofOwed } from '../reproof.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';
import { again, codeText, type SentView, sentOf, trying } from './code-sent.ts';

interface View {
  readonly sent: SentView;
  /** Somebody who is logged in proves it anew. */
  readonly proving: boolean;
}

/** Step 3: the code of the SMS. */
export function render({ sent, proving }: View, t: Texts): Rendered {
  const others = [button(t.plain('code.otherIin'), 'code/other'), button(t.plain('button.help'), 'help')];
  return {
    text: paragraphs(t.html(proving ? 'code.titleAgain' : 'code.title'), codeText(sent, t)),
    keyboard: [[button(t.plain('code.again'), 'code/again')], proving ? footer(t, target('again')) : others],
  };
}

export async function answer(ctx: KezekContext, _args: readonly string[], { text }: Answer): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  const { people } = ctx.house.core;
  return enter(ctx, () => trying(ctx, () => people.finishLogin(ctx.address, text, ctx.receipt.messageId)));
}

function resend(ctx: KezekContext): Promise<CodeSent> {
  const { people } = ctx.house.core;
  return proofOwed(ctx) === undefined ? people.resendLogin(ctx.address) : people.startReverify(ctx.address);
}

export const codeScreen = defineScreen<View>({
  name: 'code',
  access: 'LOGIN',
  dialogs: ['login'],
  secret: true,
  load: async (ctx) => ({ sent: sentOf(ctx), proving: proofOwed(ctx) !== undefined }),
  render,
  answer,
  settled: () => home,
  actions: {
    again: {
      run: (ctx) => again(ctx, () => resend(ctx)),
      settled: () => home,
    },
    other: {
      run: async (ctx) => {
        delete ctx.session.dialog;
        return { to: target('iin') };
      },
      settled: () => home,
    },
  },
});
