import type { KezekContext } from './context.ts';
import type { ProofMethod, Refusal } from './core.ts';
import { type Dialog, type Target, target } from './session.ts';

/** The screens by which somebody who is logged in proves anew who they are. */
const SCREENS: ReadonlySet<string> = new Set(['again', 'code', 'edslogin']);

const LOGIN_AGAIN = 'login.again';

export function wantsProof({ code }: Refusal): boolean {
  return code === LOGIN_AGAIN;
}

/**
 * An action asked for a fresh login or another way of it: leads there and remembers the screen `from` with its dialog, to
 * which the person comes back. Nothing is done by itself then: the action is one more tap, so nothing can go in a circle.
 */
export function askProof(ctx: KezekContext, refusal: Refusal, from: Target): Target {
  const { session, account } = ctx;
  const { screen, args } = from;
  if (!SCREENS.has(screen)) {
    const { dialog } = session;
    session.wanted = dialog === undefined ? { screen, args } : { screen, args, dialog };
  }
  session.dialog = {
    name: 'login',
    data: { again: true, methods: methodsOf(refusal.params.methods), before: proofOf(account.person) },
  };
  return target('again');
}

/** The methods that would do, while the proof is still owed; undefined when none is or it has been given. */
export function proofOwed(ctx: KezekContext): readonly ProofMethod[] | undefined {
  const { person } = ctx.account;
  const { dialog } = ctx.session;
  if (person === null || dialog?.name !== 'login' || dialog.data.again !== true) return undefined;
  const methods = methodsOf(dialog.data.methods);
  const given = dialog.data.before !== proofOf(person) && methods.includes(person.verifiedBy);
  return given ? undefined : methods;
}

/** Whether `wanted` is a step of proving anew that may be shown to somebody who is logged in. */
export function isProofStep(ctx: KezekContext, wanted: Target): boolean {
  return SCREENS.has(wanted.screen) && proofOwed(ctx) !== undefined;
}

/** What a person last proved and when: another value is another proof. */
function proofOf(person: KezekContext['account']['person']): string {
  return person === null ? '' : `${person.verifiedBy} ${person.verifiedAt.toISOString()}`;
}

function methodsOf(value: Dialog['data'][string] | Refusal['params'][string] | undefined): ProofMethod[] {
  const named = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return (['OTP', 'EDS'] as const).filter((method) => named.includes(method));
}
