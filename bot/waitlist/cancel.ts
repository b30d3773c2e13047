import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import { Refusal } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { at, crumbs, lines, paragraphs } from '../words.ts';
import { loadTransfer, type Moving, transferFacts } from './transfer.ts';

/** T7, asked once more: within the hours in which any referral may be given back. */
export function render({ view, transfer }: Moving, t: Texts): Rendered {
  const id = view.applicationId;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist', 'crumb.transfer'),
      lines(t.html('transfer.cancel.title'), heading(view, t)),
      transferFacts(transfer, t),
      t.html('transfer.cancel.warning', { date: at(t, transfer.cancelUntil) }),
    ),
    keyboard: [
      [button(t.plain('transfer.cancel.yes'), 'transferno/yes', [id], 'danger')],
      [button(t.plain('transfer.cancel.no'), 'transfer', [id])],
      footer(t, target('transfer', id)),
    ],
  };
}

export const transferCancelScreen = defineScreen<Moving>({
  name: 'transferno',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const moving = await loadTransfer(ctx, arg);
    if (isRedirect(moving)) return moving;
    const { view, transfer } = moving;
    const possible = transfer.state === 'OPEN' && transfer.canCancel && view.canSign;
    return possible ? moving : redirect(target('transfer', view.applicationId));
  },
  render,
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        const moving = await loadTransfer(ctx, arg);
        if (isRedirect(moving)) throw new Refusal('transfer.unknown');
        const { view, transfer } = moving;
        await ctx.house.core.referrals.cancel(actOf(ctx), transfer.referralId);
        return { to: target('transfer', view.applicationId), note: { key: 'transfer.cancel.done' } };
      },
      settled: ([arg]) => target('transfer', idOf(arg)),
    },
  },
});
