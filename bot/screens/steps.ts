import { actOf } from '../context.ts';
import { at } from '../words.ts';
import { twoStep } from './two-step.ts';

/** A8c: the turn is given up before its end, without a penalty. */
export const declineScreen = twoStep({
  name: 'decline',
  texts: 'decline',
  style: 'danger',
  possible: ({ state, canSign }) => canSign && state === 'NOTIFIED',
  explain: (_card, t) => [t.html('decline.warning')],
  run: async (ctx, { id }) => {
    await ctx.house.core.applications.declineTurn(actOf(ctx), id);
    return { note: { key: 'decline.done' } };
  },
});

/** A15: out of the queue by the parent's own wish; undone within 24 hours. */
export const withdrawScreen = twoStep({
  name: 'withdraw',
  texts: 'withdraw',
  style: 'danger',
  possible: ({ canWithdraw }) => canWithdraw,
  explain: (_card, t) => [t.html('withdraw.warning')],
  run: async (ctx, { id }) => {
    const { undoUntil } = await ctx.house.core.applications.withdraw(actOf(ctx), id);
    return { note: { key: 'withdraw.done', values: { date: at(ctx.t, undoUntil) } } };
  },
});

export const undoScreen = twoStep({
  name: 'undo',
  texts: 'undo',
  style: 'success',
  possible: ({ undoWithdrawalUntil }) => undoWithdrawalUntil !== null,
  explain: ({ undoWithdrawalUntil }, t) =>
    undoWithdrawalUntil === null ? [] : [t.html('undo.explain', { date: at(t, undoWithdrawalUntil) })],
  run: async (ctx, { id }) => {
    await ctx.house.core.applications.undoWithdrawal(actOf(ctx), id);
    return { note: { key: 'undo.done' } };
  },
});

/** «Мүдделілікті растау» → «Растау» (S1): every 12 months, from 60 days before the day. */
export const interestScreen = twoStep({
  name: 'interest',
  texts: 'interest',
  style: 'success',
  // The reminder is answered from itself (S1: every 12 months, and a forgotten tap costs the place).
  anytime: true,
  possible: ({ canConfirmInterest }) => canConfirmInterest,
  explain: ({ interestDueAt }, t) => [
    t.html('interest.explain'),
    t.html('deadline.INTEREST', { date: at(t, interestDueAt) }),
  ],
  otherwise: ({ interestDueAt, state }, t) =>
    state === 'QUEUED' || state === 'NOTIFIED' || state === 'STOP_LISTED'
      ? t.html('interest.notYet', { date: at(t, interestDueAt) })
      : t.html('interest.notNeeded'),
  run: async (ctx, { id }) => {
    const { nextDueAt } = await ctx.house.core.applications.confirmInterest(actOf(ctx), id);
    return { note: { key: 'interest.done', values: { date: at(ctx.t, nextDueAt) } } };
  },
});
