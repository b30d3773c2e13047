import type { KezekContext } from './context.ts';
import type { Screen } from './screen.ts';
import { type Target, target } from './session.ts';

/**
 * The parents' way in, one step after another (TELEGRAM.md §5, DOMAIN §2.1): language → consent → own contact → IIN →
 * code → e-mail. What is still missing is read from the account, so a lost session continues where the login stood.
 */
export function missingStep(ctx: KezekContext): Target | undefined {
  const { account, session } = ctx;
  if (account.language === null) return target('lang');
  if (account.person !== null) return account.person.hasEmail ? undefined : target('email');
  if (!account.consented) return target('hello');
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
  if (screen.access === 'LOGIN') return step === undefined ? arrival(ctx) : allowedStep(ctx, wanted, step);
  if (screen.access === 'ACCOUNT' && ctx.account.person !== null) return wanted;
  if (step !== undefined) {
    if (wanted.screen !== 'menu') ctx.session.wanted = wanted;
    return step;
  }
  if (screen.access === 'STAFF' && ctx.account.person?.roles.length === 0) return target('menu');
  return wanted;
}

/** Where the login ends: the screen a link led to, else the menu. */
export function arrival(ctx: KezekContext): Target {
  const { wanted } = ctx.session;
  delete ctx.session.wanted;
  return wanted ?? target('menu');
}

/** One may go back to an earlier step of the login («another number»), never ahead. */
function allowedStep(ctx: KezekContext, wanted: Target, step: Target): Target {
  const order = ['hello', 'phone', 'iin', 'code'];
  const earlier = order.indexOf(wanted.screen);
  const loggedIn = ctx.account.person !== null;
  return !loggedIn && earlier >= 0 && earlier <= order.indexOf(step.screen) ? wanted : step;
}
