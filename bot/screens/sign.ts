import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { type ProofMethod, Refusal, type SignedResult, type StatementId } from '../core.ts';
import { mendTarget } from '../form/barred.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { keepLink } from '../links.ts';
import { refusalNote } from '../refusal-note.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { paragraphs } from '../words.ts';
import { again, codeText, type SentView, sentOf, trying } from './code-sent.ts';
import {
  type About,
  aboutArg,
  beforeSigning,
  FORM,
  type KindArg,
  kindArg,
  methodsOf,
  signed,
} from './ways-to-sign.ts';

interface View {
  readonly about: About;
  readonly statement: StatementId;
  readonly kind: KindArg;
  readonly sent: SentView;
  readonly methods: readonly ProofMethod[];
}

/** The one-time code of the SMS as a signature (S2 «телефон нөмірі арқылы қол қою»). */
export function render({ about, statement, kind, sent, methods }: View, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('code.signTitle'), codeText(sent, t), t.html('sign.meaning')),
    keyboard: [
      [button(t.plain('code.again'), 'sign/again', [about, statement, kind])],
      ...(methods.includes('EDS')
        ? [[button(t.plain('sign.byEds'), 'sign/eds', [about, statement, kind])]]
        : []),
      footer(t, beforeSigning(about, kind)),
    ],
  };
}

/** Where a signed statement shows its effect, by its kind; of a form, the journal with the new applications. */
const EFFECTS: Readonly<Record<KindArg, string>> = {
  c: 'refof',
  w: 'wishes',
  r: 'apps',
  l: 'wl',
  t: 'transfer',
};

export function outcome([arg, , kind]: readonly string[]): Target {
  const about = aboutArg(arg);
  return about === FORM ? target(EFFECTS.r) : target(EFFECTS[kindArg(kind)], about);
}

export async function answer(ctx: KezekContext, args: readonly string[], { text }: Answer): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  const result = await sign(ctx, args, text);
  if (result instanceof Refusal) {
    // The statement cannot be signed any more: somebody was faster, or the term is over. Another place may be free, and
    // the form is still there.
    const before = beforeSigning(aboutArg(args[0]), kindArg(args[2]));
    return { to: mendTarget(result) ?? before, note: refusalNote(ctx, result) };
  }
  return signed(ctx, aboutArg(args[0]), result);
}

/** A wrong code is thrown, so that it can be typed again here; a statement that is void is answered. */
async function sign(
  ctx: KezekContext,
  [, statement]: readonly string[],
  code: string,
): Promise<SignedResult | Refusal> {
  try {
    const id = idOf<StatementId>(statement, 'statement.unknown');
    return await trying(ctx, () => ctx.house.core.signing.sign(actOf(ctx), id, code));
  } catch (error) {
    if (error instanceof Refusal && !error.code.startsWith('code.')) return error;
    throw error;
  }
}

export const signScreen = defineScreen<View>({
  name: 'sign',
  access: 'PERSON',
  dialogs: ['sign'],
  secret: true,
  load: async (ctx, [about, statement, arg]) => {
    const id = aboutArg(about);
    const kind = kindArg(arg);
    return {
      about: id,
      statement: idOf<StatementId>(statement, 'statement.unknown'),
      kind,
      sent: sentOf(ctx),
      methods: await methodsOf(ctx, id, kind),
    };
  },
  render,
  answer,
  settled: outcome,
  actions: {
    again: {
      run: (ctx, [, statement]) =>
        again(ctx, () => ctx.house.core.signing.resend(actOf(ctx), idOf<StatementId>(statement))),
      settled: outcome,
    },
    eds: {
      run: async (ctx, [about, statement, kind]) => {
        const id = idOf<StatementId>(statement, 'statement.unknown');
        keepLink(ctx, id, await ctx.house.core.signing.link(actOf(ctx), id));
        return { to: target('esign', aboutArg(about), id, kindArg(kind)) };
      },
      settled: (args) => target('esign', ...args),
    },
  },
});
