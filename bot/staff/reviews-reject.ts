import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { ApplicationId, RejectionReason, ReviewCard } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { about, backOf, load } from './reviews.ts';

const REASONS = [
  'NOT_A_PARENT',
  'CHILD_UNKNOWN',
  'WRONG_DATA',
  'TOO_OLD',
  'DUPLICATE',
  'OTHER',
] as const satisfies readonly RejectionReason[];
const NOTE_LIMIT = 300;
const DIALOG = 'review';

const reasonOf = (arg: string | undefined): RejectionReason | undefined =>
  REASONS.find((reason) => reason === arg);

export const reviewRejectScreen = defineScreen<ReviewCard>({
  name: 'strevno',
  access: 'STAFF',
  load: (ctx, [arg]) => load(ctx, arg),
  render: (card, t) => ({
    text: paragraphs(about(card, t), t.html('reviews.rejectWhy')),
    keyboard: [
      ...REASONS.map((reason) => [
        button(t.plain(`reviews.reason.${reason}`), 'strevwhy', [card.id, reason]),
      ]),
      footer(t, target('streview', card.id)),
    ],
  }),
});

interface Rejection {
  readonly card: ReviewCard;
  readonly reason: RejectionReason;
  readonly note: string | null;
}

/** What was typed for this very application; the parent reads it. */
function noteOf(ctx: KezekContext, id: string): string | null {
  const { dialog } = ctx.session;
  const note = dialog?.name === DIALOG && dialog.data.application === id ? dialog.data.note : undefined;
  return typeof note === 'string' ? note : null;
}

export function renderRejection({ card, reason, note }: Rejection, t: Texts): Rendered {
  const ready = note !== null || reason !== 'OTHER';
  const help = reason === 'OTHER' ? 'reviews.noteNeeded' : 'reviews.noteHelp';
  return {
    text: paragraphs(
      about(card, t),
      lines(
        t.html('reviews.rejectReason', { reason: t.plain(`reviews.reason.${reason}`) }),
        note === null ? t.html(help, { limit: NOTE_LIMIT }) : t.html('reviews.note', { note }),
      ),
      ready ? t.html('reviews.rejectAsk') : undefined,
    ),
    keyboard: [
      ...(ready ? [[button(t.plain('reviews.rejectYes'), 'strevwhy/yes', [card.id, reason], 'danger')]] : []),
      footer(t, target('strevno', card.id)),
    ],
  };
}

/** A4: the reason by a button, words typed or not (for «other» they must be), and the question once more. */
export const reviewRejectConfirmScreen = defineScreen<Rejection>({
  name: 'strevwhy',
  access: 'STAFF',
  dialogs: [DIALOG],
  load: async (ctx, [arg, why]) => {
    const card = await load(ctx, arg);
    const reason = reasonOf(why);
    if (reason === undefined) return redirect(target('strevno', card.id));
    return { card, reason, note: noteOf(ctx, card.id) };
  },
  render: renderRejection,
  answer: async (ctx, [application = ''], { text }) => {
    if (text === undefined) return { note: { key: 'common.needText' } };
    if ([...text].length > NOTE_LIMIT)
      return { note: { key: 'staff.noteTooLong', values: { limit: NOTE_LIMIT } } };
    ctx.session.dialog = { name: DIALOG, data: { application, note: text } };
    return {};
  },
  actions: {
    yes: {
      run: async (ctx, [arg, why]) => {
        const id = idOf<ApplicationId>(arg);
        const note = noteOf(ctx, id) ?? undefined;
        await ctx.house.core.reviews.reject(actOf(ctx), id, reasonOf(why) ?? 'OTHER', note);
        return { to: backOf(ctx), note: { key: 'reviews.rejected' } };
      },
      settled: () => target('staff'),
    },
  },
});
