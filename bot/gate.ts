import type { KezekContext } from './context.ts';
import { isProofStep } from './reproof.ts';
import type { Screen } from './screen.ts';
import { type Target, target } from './session.ts';

/** Goes on while somebody logs in on the page of ЭЦҚ: help and the like lead back there and not to the phone. */
export const EDS_DIALOG = 'eds';

/**
 * The parents' way in, one step after another (TELEGRAM.md §5, DOMAIN §2.1, §2.3): language → consent → own contact →
 * IIN → code → e-mail, or with ЭЦҚ language → consent → page → e-mail, where no phone is asked for. What is still missing
 * is read from the account, so a lost session continues where the login stood.
 */
export function missingStep(ctx: KezekContext): Target | undefined {
  const { account, session } = ctx;
  if (account.language === null) return target('lang');
  if (account.person !== null) return account.person.hasEmail ? undefined : target('email');
  if (!account.consented) return target('hello');
  if (session.dialog?.name === EDS_DIALOG) return target('edslogin');
  // Who logs in again chooses the way anew.
  const mayChoose = account.phone === null && ctx.house.core.people.loginMethods().includes('EDS');
  return mayChoose ? target('hello') : phoneStep(ctx);
}

function phoneStep({ account, session }: KezekContext): Target {
  if (account.phone === null) return target('phone');
  return session.dialog?.name === 'login' ? target('code') : target('iin');
}

/**
 * Where the person really gets when going to `wanted`: there, or to the missing step. A step of the login that is over
 * leads to the menu. Where the person wanted to go is remembered until the login is done.
 */
export function passGate(ctx: KezekContext, wanted: Target, screen: Screen | undefined): Target {
  const step = missingStep(ctx);
  if (screen === undefined) return step ?? target('menu');
  if (screen.access === 'ANYONE') return ctx.account.language === null ? target('lang') : wanted;
  if (screen.access === 'LOGIN') {
    if (isProofStep(ctx, wanted)) return wanted;
    return step === undefined ? arrival(ctx) : allowedStep(ctx, wanted, step);
  }
  if (screen.access === 'ACCOUNT' && ctx.account.person !== null) return wanted;
  if (step !== undefined) {
    if (wanted.screen !== 'menu') ctx.session.wanted = wanted;
    return step;
  }
  if (screen.access === 'STAFF' && ctx.account.person?.roles.length === 0) return target('menu');
  return wanted;
}

/**
 * Where the login ends: the screen a link led to or where a fresh login was asked for, with the dialog that stood there;
 * else the menu. It is wanted until it is shown.
 */
export function arrival(ctx: KezekContext): Target {
  const { wanted } = ctx.session;
  if (wanted === undefined) return target('menu');
  if (wanted.dialog !== undefined) ctx.session.dialog = wanted.dialog;
  return target(wanted.screen, ...wanted.args);
}

/** One may go back to an earlier step of the login («another number»), never ahead; to the page of ЭЦҚ from any. */
function allowedStep(ctx: KezekContext, wanted: Target, step: Target): Target {
  const { account } = ctx;
  if (account.person !== null || account.language === null) return step;
  if (wanted.screen === 'edslogin') return account.consented ? wanted : step;
  const order = ['hello', 'phone', 'iin', 'code'];
  const latest = account.consented ? phoneStep(ctx).screen : 'hello';
  const earlier = order.indexOf(wanted.screen);
  return earlier >= 0 && earlier <= order.indexOf(latest) ? wanted : step;
}
