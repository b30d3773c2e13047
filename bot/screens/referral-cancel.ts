import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import type { ReferralId, ReferralView } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, lastDigits, paragraphs } from '../words.ts';
import { load, referralFacts } from './referral.ts';

/** R2, asked once more: within 24 hours of the issue, without a miss. */
export function render(referral: ReferralView, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.referral'),
      t.html('cancel.title', { digits: lastDigits(referral.number), child: referral.childName }),
      referralFacts(referral, t),
      t.html('cancel.warning', { date: at(t, referral.cancelUntil) }),
    ),
    keyboard: [
      [button(t.plain('cancel.yes'), 'refcancel/yes', [referral.id], 'danger')],
      [button(t.plain('cancel.no'), 'ref', [referral.id])],
      footer(t, target('ref', referral.id)),
    ],
  };
}

export const referralCancelScreen = defineScreen<ReferralView>({
  name: 'refcancel',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const referral = await load(ctx, arg);
    return referral.canCancel ? referral : redirect(target('ref', referral.id));
  },
  render,
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        const id = idOf<ReferralId>(arg, 'referral.unknown');
        const { applicationId } = await load(ctx, arg);
        const { turnKept } = await ctx.house.core.referrals.cancel(actOf(ctx), id);
        return {
          to: target('card', applicationId),
          note: { key: turnKept ? 'cancel.doneTurn' : 'cancel.done' },
        };
      },
      settled: ([arg]) => target('ref', idOf(arg, 'referral.unknown')),
    },
  },
});
