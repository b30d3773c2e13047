import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import {
  type ApplicationId,
  type ReferralView,
  Refusal,
  type SignedResult,
  type StatementId,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { refusalNote } from '../refusal-note.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { at, lastDigits, paragraphs, sendPaper } from '../words.ts';
import { again, codeText, type SentView, sentOf, trying } from './code-sent.ts';

interface View {
  readonly id: ApplicationId;
  readonly statement: StatementId;
  readonly sent: SentView;
}

/** The one-time code of the SMS as a signature (S2 «телефон нөмірі арқылы қол қою»). */
export function render({ id, statement, sent }: View, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('code.signTitle'), codeText(sent, t), t.html('sign.meaning')),
    keyboard: [[button(t.plain('code.again'), 'sign/again', [id, statement])], footer(t, target('free', id))],
  };
}

/** Where a signed statement shows its effect: `w` wishes, otherwise the choice of a place. */
function outcome([application, , kind]: readonly string[]): Target {
  return target(kind === 'w' ? 'wishes' : 'refof', idOf(application));
}

export async function answer(ctx: KezekContext, args: readonly string[], { text }: Answer): Promise<Next> {
  if (text === undefined) return { note: { key: 'common.needText' } };
  const result = await sign(ctx, args, text);
  if (result instanceof Refusal) {
    // The statement cannot be signed any more: somebody was faster, or the term is over. Another place may be free.
    return { to: target('free', idOf(args[0])), note: refusalNote(ctx, result) };
  }
  delete ctx.session.dialog;
  if (result.kind === 'CHOICE') return issued(ctx, result.referral);
  return { to: outcome(args), note: { key: 'wishes.done', values: { date: at(ctx.t, result.roundAt) } } };
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

async function issued(ctx: KezekContext, referral: ReferralView): Promise<Next> {
  const digits = lastDigits(referral.number);
  if (referral.documentId !== null) {
    await sendPaper(ctx, referral.documentId, { key: 'referral.paper', values: { digits } });
  }
  return { to: target('ref', referral.id), note: { key: 'sign.done' }, fresh: true };
}

export const signScreen = defineScreen<View>({
  name: 'sign',
  access: 'PERSON',
  dialogs: ['sign'],
  secret: true,
  load: async (ctx, [application, statement]) => ({
    id: idOf<ApplicationId>(application),
    statement: idOf<StatementId>(statement, 'statement.unknown'),
    sent: sentOf(ctx),
  }),
  render,
  answer,
  settled: outcome,
  actions: {
    again: {
      run: (ctx, [, statement]) =>
        again(ctx, () => ctx.house.core.signing.resend(actOf(ctx), idOf<StatementId>(statement))),
      settled: outcome,
    },
  },
});
