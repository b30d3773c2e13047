import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import type { ApplicationId, DocumentId, ProofMethod, RegisteredApplication, SignedResult } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, type Keyboard } from '../keyboard.ts';
import type { Next } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { joinedOrReferred } from '../waitlist/signed.ts';
import { at, lastDigits, sendPaper } from '../words.ts';

/**
 * How the kind of a statement travels in a button: `w` wishes, `r` the form, `c` the choice of a place, `l` the waiting list,
 * `t` the acceptance of a place in another kindergarten.
 */
export type KindArg = 'c' | 'w' | 'r' | 'l' | 't';

const KINDS = { c: 'CHOICE', w: 'WISHES', l: 'WAITLIST', t: 'TRANSFER' } as const;

/** What the statement is about: an application, or the form, which is none yet. */
export type About = ApplicationId | typeof FORM;

export const FORM = 'f';

export function kindArg(arg: string | undefined): KindArg {
  return arg === 'w' || arg === 'r' || arg === 'l' || arg === 't' ? arg : 'c';
}

export function aboutArg(arg: string | undefined): About {
  return arg === FORM ? FORM : idOf<ApplicationId>(arg);
}

export function methodsOf(ctx: KezekContext, about: About, kind: KindArg): Promise<readonly ProofMethod[]> {
  const { signing } = ctx.house.core;
  if (about === FORM || kind === 'r') return signing.registrationMethods(actOf(ctx));
  return signing.methods(actOf(ctx), about, KINDS[kind]);
}

/** Where one was before signing, and can begin again. */
export function beforeSigning(about: About, kind: KindArg): Target {
  if (about === FORM) return target('fsum');
  if (kind === 'l') return target('wlsum', about);
  return target(kind === 't' ? 'wlofferof' : 'free', about);
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

/** A statement was signed: its effect, and the papers of it once. */
export async function signed(ctx: KezekContext, about: About, result: SignedResult): Promise<Next> {
  delete ctx.session.dialog;
  if (result.kind === 'REGISTRATION') return registered(ctx, result.applications);
  if (result.kind === 'WISHES')
    return {
      to: target('wishes', about),
      note: { key: 'wishes.done', values: { date: at(ctx.t, result.roundAt) } },
    };
  if (result.kind !== 'CHOICE') return joinedOrReferred(ctx, result);
  const { referral } = result;
  const digits = lastDigits(referral.number);
  if (referral.documentId !== null)
    await sendPaper(ctx, referral.documentId, { key: 'referral.paper', values: { digits } });
  return { to: target('ref', referral.id), note: { key: 'sign.done' }, fresh: true };
}

/** «Тіркеу туралы құжат» of each child (S1 step 13), and then what came of it. */
async function registered(ctx: KezekContext, applications: readonly RegisteredApplication[]): Promise<Next> {
  let sent = false;
  for (const { id, number } of applications) {
    const paper = await registrationPaper(ctx, id);
    if (paper === undefined) continue;
    await sendPaper(ctx, paper, { key: 'form.sent.paper', values: { digits: lastDigits(number) } });
    sent = true;
  }
  return { to: registeredTarget(applications), fresh: sent };
}

export function registeredTarget(applications: readonly RegisteredApplication[]): Target {
  return target('fdone', ...applications.map(({ id }) => id));
}

async function registrationPaper(ctx: KezekContext, id: ApplicationId): Promise<DocumentId | undefined> {
  const documents = await ctx.house.core.applications.documents(personId(ctx), id);
  return documents.find(({ kind }) => kind === 'REGISTRATION')?.id;
}
