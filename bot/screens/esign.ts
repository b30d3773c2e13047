import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import {
  type LinkedStatement,
  type ProofMethod,
  Refusal,
  type SignedResult,
  type SignLink,
  type StatementId,
  type StatementState,
} from '../core.ts';
import { mendTarget } from '../form/barred.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { keepLink, linkOf, linkRow, linkText } from '../links.ts';
import { refusalNote } from '../refusal-note.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { type Dialog, type Target, target } from '../session.ts';
import { hour, paragraphs } from '../words.ts';
import { keepCode } from './code-sent.ts';
import { outcome } from './sign.ts';
import {
  type About,
  aboutArg,
  beforeSigning,
  type KindArg,
  kindArg,
  methodsOf,
  registeredTarget,
  signed,
} from './ways-to-sign.ts';

interface View {
  readonly args: readonly [about: About, statement: StatementId, kind: KindArg];
  readonly expiresAt: Date;
  readonly link: SignLink | undefined;
  readonly methods: readonly ProofMethod[];
}

/** Keeps the way to the page and leads to the button that opens it. `data`: what is to be found again by who goes back. */
export function toEds(
  ctx: KezekContext,
  about: About,
  kind: KindArg,
  made: LinkedStatement,
  data: Dialog['data'] = {},
): Next {
  keepLink(ctx, made.id, made.link);
  // A signature that is not finished outlives /start, as a code that is waited for does.
  ctx.session.dialog = { name: 'sign', data };
  return { to: target('esign', about, made.id, kind) };
}

/** Signing with ЭЦҚ, which no chat can do: the page, and a way to see what came of it (DOMAIN §6.3). */
export function render({ args, expiresAt, link, methods }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('esign.title'),
      t.html('esign.how'),
      linkText(link, t),
      t.html('esign.until', { until: hour(expiresAt) }),
    ),
    keyboard: [
      ...linkRow(link, t.plain('esign.open')),
      [button(t.plain('esign.check'), 'esign/check', args)],
      [button(t.plain('link.new'), 'esign/link', args)],
      ...(methods.includes('OTP') ? [[button(t.plain('sign.byCode'), 'esign/sms', args)]] : []),
      footer(t, beforeSigning(args[0], args[2])),
    ],
  };
}

const statementOf = (arg: string | undefined): StatementId => idOf<StatementId>(arg, 'statement.unknown');

async function load(ctx: KezekContext, args: readonly string[]): Promise<View | Redirect> {
  const about = aboutArg(args[0]);
  const statement = statementOf(args[1]);
  const kind = kindArg(args[2]);
  const found = await ctx.house.core.signing.state(actOf(ctx), statement);
  if (found.state === 'SIGNED') return redirect(effectOf(found.result, args), { key: 'esign.signed' });
  if (found.state !== 'OPEN') {
    const over = refusalOf(found);
    return redirect(mendTarget(over) ?? beforeSigning(about, kind), refusalNote(ctx, over));
  }
  return {
    args: [about, statement, kind],
    expiresAt: found.expiresAt,
    link: linkOf(ctx, statement),
    methods: await methodsOf(ctx, about, kind),
  };
}

function effectOf(result: SignedResult, args: readonly string[]): Target {
  if (result.kind === 'REGISTRATION') return registeredTarget(result.applications);
  const referred = result.kind === 'WAITLIST' && result.transfer !== null;
  return referred ? target('transfer', result.applicationId) : outcome(args);
}

/** Why the statement cannot be signed any more. */
function refusalOf(over: Extract<StatementState, { state: 'VOID' | 'EXPIRED' }>): Refusal {
  return over.state === 'VOID' ? new Refusal(over.code, over.params) : new Refusal('statement.expired');
}

async function check(ctx: KezekContext, [about, statement]: readonly string[]): Promise<Next> {
  const found = await ctx.house.core.signing.state(actOf(ctx), statementOf(statement));
  if (found.state === 'SIGNED') return signed(ctx, aboutArg(about), found.result);
  return found.state === 'OPEN' ? { toast: { key: 'esign.waiting' }, alert: true } : {};
}

async function byCode(ctx: KezekContext, [about, arg, kind]: readonly string[]): Promise<Next> {
  const statement = statementOf(arg);
  const to = target('sign', aboutArg(about), statement, kind ?? 'c');
  const data = ctx.session.dialog?.data ?? {};
  try {
    keepCode(ctx, 'sign', data, await ctx.house.core.signing.resend(actOf(ctx), statement));
    return { to };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'code.tooOften') throw error;
    // A code is on its way already: the place to wait for it is the next screen.
    ctx.session.dialog = { name: 'sign', data: { ...data, resendAt: String(error.params.resendAt) } };
    return { to, note: refusalNote(ctx, error) };
  }
}

export const esignScreen = defineScreen<View>({
  name: 'esign',
  access: 'PERSON',
  dialogs: ['sign'],
  load,
  render,
  actions: {
    link: {
      run: async (ctx, [, statement]) => {
        const id = statementOf(statement);
        keepLink(ctx, id, await ctx.house.core.signing.link(actOf(ctx), id));
        return { toast: { key: 'link.made' } };
      },
      settled: (args) => target('esign', ...args),
    },
    check: { run: check, settled: outcome },
    sms: { run: byCode, settled: (args) => target('sign', ...args) },
  },
});
