import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { ApplicationId, ProofMethod, SignedResult, StatementKind } from '../core.ts';
import { type Button, button, type Keyboard } from '../keyboard.ts';
import type { Next } from '../screen.ts';
import { target } from '../session.ts';
import { at, lastDigits, sendPaper } from '../words.ts';

/** How the kind of a statement travels in a button: `w` wishes, `c` the choice of a place. */
export type KindArg = 'c' | 'w';

export function kindArg(arg: string | undefined): KindArg {
  return arg === 'w' ? 'w' : 'c';
}

export function methodsOf(
  ctx: KezekContext,
  id: ApplicationId,
  kind: KindArg,
): Promise<readonly ProofMethod[]> {
  const statement: StatementKind = kind === 'w' ? 'WISHES' : 'CHOICE';
  return ctx.house.core.signing.methods(actOf(ctx), id, statement);
}

/**
 * A button for each method that is allowed: one alone keeps the portal's words «Қол қою және жіберу» (S0, S3). The
 * actions are `<screen>/sign` and `<screen>/eds`.
 */
export function signRows(
  methods: readonly ProofMethod[],
  screen: string,
  args: Parameters<typeof button>[2],
  t: Texts,
): Keyboard {
  const only = methods.length === 1;
  const ways: Record<ProofMethod, () => Button> = {
    OTP: () => button(t.plain(only ? 'sign.button' : 'sign.byCode'), `${screen}/sign`, args, 'success'),
    EDS: () => button(t.plain('sign.byEds'), `${screen}/eds`, args, only ? 'success' : 'primary'),
  };
  return methods.map((method) => [ways[method]()]);
}

/** A statement was signed: its effect, and the referral's paper once. */
export async function signed(ctx: KezekContext, id: ApplicationId, result: SignedResult): Promise<Next> {
  delete ctx.session.dialog;
  if (result.kind === 'WISHES')
    return {
      to: target('wishes', id),
      note: { key: 'wishes.done', values: { date: at(ctx.t, result.roundAt) } },
    };
  const { referral } = result;
  const digits = lastDigits(referral.number);
  if (referral.documentId !== null)
    await sendPaper(ctx, referral.documentId, { key: 'referral.paper', values: { digits } });
  return { to: target('ref', referral.id), note: { key: 'sign.done' }, fresh: true };
}
