import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personOf, readAccount } from '../context.ts';
import { arrival } from '../gate.ts';
import { button } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';
import { again, codeText, type SentView, sentOf, trying } from './code-sent.ts';

/** Step 3: the code of the SMS. */
export function render(view: SentView, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('code.title'), codeText(view, t)),
    keyboard: [
      [button(t.plain('code.again'), 'code/again')],
      [button(t.plain('code.otherIin'), 'code/other'), button(t.plain('button.help'), 'help')],
    ],
  };
}

export async function answer(ctx: KezekContext, _args: readonly string[], { text }: Answer): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  await trying(ctx, () => ctx.house.core.people.finishLogin(ctx.address, text, ctx.receipt.messageId));
  await readAccount(ctx);
  delete ctx.session.dialog;
  const { name, patronymic, hasEmail } = personOf(ctx);
  return {
    to: hasEmail ? arrival(ctx) : target('email'),
    note: { key: 'code.welcome', values: { name: patronymic === null ? name : `${name} ${patronymic}` } },
  };
}

export const codeScreen = defineScreen<SentView>({
  name: 'code',
  access: 'LOGIN',
  dialogs: ['login'],
  secret: true,
  load: async (ctx) => sentOf(ctx),
  render,
  answer,
  settled: () => home,
  actions: {
    again: {
      run: (ctx) => again(ctx, () => ctx.house.core.people.resendLogin(ctx.address)),
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
