import type { Texts } from '../../locales/index.ts';
import type { KezekContext } from '../context.ts';
import { type ProofMethod, Refusal } from '../core.ts';
import { type Button, button, footer } from '../keyboard.ts';
import { refusalNote } from '../refusal-note.ts';
import { proofOwed } from '../reproof.ts';
import { defineScreen, type Next, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { home } from '../show.ts';
import { paragraphs } from '../words.ts';
import { keepCode } from './code-sent.ts';
import { edsOffered, loginWithEds } from './eds-login.ts';

interface View {
  /** Those that would do. */
  readonly wanted: readonly ProofMethod[];
  /** Those of them that this server and this chat can. */
  readonly possible: readonly ProofMethod[];
  readonly back: Target;
  readonly support: string;
}

/** An action wants a fresh login or another way of it (refusal login.again): why, and by what. */
export function render({ wanted, possible, back, support }: View, t: Texts): Rendered {
  const ways: Record<ProofMethod, Button> = {
    OTP: button(t.plain('again.code'), 'again/code', [], 'success'),
    EDS: button(t.plain('again.eds'), 'again/eds', [], 'primary'),
  };
  const noPhone = wanted.includes('OTP') && !possible.includes('OTP');
  return {
    text: paragraphs(
      t.html('again.title'),
      t.html('again.why'),
      wanted.join() === 'EDS' ? t.html('again.onlyEds') : undefined,
      possible.length === 0 && !noPhone ? t.html('again.none', { support }) : undefined,
      possible.length === 0 && noPhone ? t.html('again.noPhone') : undefined,
    ),
    keyboard: [
      ...possible.map((method) => [ways[method]]),
      ...(possible.length === 0 && noPhone ? [[button(t.plain('logout.button'), 'logout')]] : []),
      footer(t, back),
    ],
  };
}

async function sendCode(ctx: KezekContext): Promise<Next> {
  const to = target('code');
  const data = ctx.session.dialog?.data ?? {};
  try {
    keepCode(ctx, 'login', data, await ctx.house.core.people.startReverify(ctx.address));
    return { to };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'code.tooOften') throw error;
    // A code is on its way already: the place to wait for it is the next screen.
    ctx.session.dialog = { name: 'login', data: { ...data, resendAt: String(error.params.resendAt) } };
    return { to, note: refusalNote(ctx, error) };
  }
}

function possibleOf(ctx: KezekContext, wanted: readonly ProofMethod[]): readonly ProofMethod[] {
  const can = { OTP: ctx.account.phone !== null, EDS: edsOffered(ctx) };
  return wanted.filter((method) => can[method]);
}

/** Reached only while a proof is owed: the gate leads everybody else on. */
export const againScreen = defineScreen<View>({
  name: 'again',
  access: 'LOGIN',
  dialogs: ['login'],
  load: async (ctx) => {
    const wanted = proofOwed(ctx) ?? [];
    const { screen, args } = ctx.session.wanted ?? home;
    return {
      wanted,
      possible: possibleOf(ctx, wanted),
      back: { screen, args },
      support: ctx.house.supportPhone,
    };
  },
  render,
  actions: {
    code: { run: sendCode, settled: () => target('code') },
    eds: { run: loginWithEds, settled: () => target('edslogin') },
  },
});
