import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import type { ReferralId, RefusalReason } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { NOTE_LIMIT, noteOf, takeNote } from './note.ts';
import { about, backOf, type Card, loadArrived } from './referrals.ts';

const REASONS: readonly RefusalReason[] = ['INCOMPLETE', 'EXPIRED_DOCUMENTS', 'VACCINATION_RATIO', 'OTHER'];
const DIALOG = 'refuse';

const reasonOf = (arg: string | undefined): RefusalReason | undefined =>
  REASONS.find((reason) => reason === arg);

export const refuseScreen = defineScreen<Card>({
  name: 'strefuse',
  access: 'STAFF',
  load: (ctx, [arg]) => loadArrived(ctx, arg),
  render: ({ referral }, t) => ({
    text: paragraphs(about(referral, t), t.html('staff.refuseWhy')),
    keyboard: [
      ...REASONS.map((reason) => [button(t.plain(`reason.${reason}`), 'strefno', [referral.id, reason])]),
      footer(t, target('stref', referral.id)),
    ],
  }),
});

interface Refused extends Card {
  readonly reason: RefusalReason;
  readonly note: string | null;
}

export function renderRefusal({ referral, reason, note }: Refused, t: Texts): Rendered {
  return {
    text: paragraphs(
      about(referral, t),
      lines(
        t.html('staff.withdrawReason', { reason: t.plain(`reason.${reason}`) }),
        note === null ? t.html('staff.noteHelp', { limit: NOTE_LIMIT }) : t.html('staff.note', { note }),
      ),
      t.html('staff.refuseAsk'),
    ),
    keyboard: [
      [button(t.plain('staff.refuseYes'), 'strefno/yes', [referral.id, reason], 'danger')],
      footer(t, target('strefuse', referral.id)),
    ],
  };
}

/** R6: the reason by a button, a note typed or not, and the question once more. */
export const refuseConfirmScreen = defineScreen<Refused>({
  name: 'strefno',
  access: 'STAFF',
  dialogs: [DIALOG],
  load: async (ctx, [arg, why]) => {
    const card = await loadArrived(ctx, arg);
    if (isRedirect(card)) return card;
    const reason = reasonOf(why);
    if (reason === undefined) return redirect(target('strefuse', card.referral.id));
    return { ...card, reason, note: noteOf(ctx, DIALOG, card.referral.id) };
  },
  render: renderRefusal,
  answer: async (ctx, [referral = ''], answer) => takeNote(ctx, DIALOG, referral, answer),
  actions: {
    yes: {
      run: async (ctx, [arg, why]) => {
        const id = idOf<ReferralId>(arg, 'referral.unknown');
        const note = noteOf(ctx, DIALOG, id);
        await ctx.house.core.referrals.refuse(actOf(ctx), id, reasonOf(why) ?? 'OTHER', note);
        return { to: backOf(ctx), note: { key: 'staff.refused' } };
      },
      settled: ([referral = '']) => target('stref', referral),
    },
  },
});
