import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';

/** As core gives numbers: `AKM-TSL-2023-004512`. */
const NUMBER = /^[A-Z]{3}-[A-Z]{3}-\d{4}-\d{6}$/;

/** Why an application comes back (A23). Shown to the parent in the history. */
export const RESTORE_REASONS = ['APPEAL', 'OUR_MISTAKE', 'ILLNESS', 'COURT', 'OTHER'] as const;
type Reason = (typeof RESTORE_REASONS)[number];

const numberOf = (text: string | undefined): string | undefined => {
  const number = text?.toUpperCase().replaceAll(/\s/g, '').replaceAll(/[–—]/g, '-') ?? '';
  return NUMBER.test(number) ? number : undefined;
};
const reasonOf = (arg: string | undefined): Reason | undefined =>
  RESTORE_REASONS.find((reason) => reason === arg);

export const restoreScreen = defineScreen<object>({
  name: 'strestore',
  access: 'STAFF',
  load: async () => ({}),
  render: (_, t) => ({
    text: paragraphs(t.html('staff.restoreTitle'), t.html('staff.restoreNumber')),
    keyboard: [footer(t, target('staff'))],
  }),
  answer: async (_ctx, _args, { text }) => {
    const number = numberOf(text);
    return number === undefined ? { note: { key: 'staff.badNumber' } } : { to: target('strestwhy', number) };
  },
});

interface Restored {
  readonly number: string;
}

export function renderWhy({ number }: Restored, t: Texts): Rendered {
  return {
    text: paragraphs(
      lines(t.html('staff.restoreTitle'), t.html('staff.restoreOf', { number })),
      t.html('staff.restoreWhy'),
    ),
    keyboard: [
      ...RESTORE_REASONS.map((reason) => [
        button(t.plain(`staff.restoreReason.${reason}`), 'strestok', [number, reason]),
      ]),
      footer(t, target('strestore')),
    ],
  };
}

export const restoreWhyScreen = defineScreen<Restored>({
  name: 'strestwhy',
  access: 'STAFF',
  load: async (_ctx, [arg]) => {
    const number = numberOf(arg);
    return number === undefined ? redirect(target('strestore')) : { number };
  },
  render: renderWhy,
});

export const restoreConfirmScreen = defineScreen<Restored & { readonly reason: Reason }>({
  name: 'strestok',
  access: 'STAFF',
  load: async (_ctx, [arg, why]) => {
    const number = numberOf(arg);
    const reason = reasonOf(why);
    return number === undefined || reason === undefined ? redirect(target('strestore')) : { number, reason };
  },
  render: ({ number, reason }, t) => ({
    text: paragraphs(
      lines(
        t.html('staff.restoreTitle'),
        t.html('staff.restoreOf', { number }),
        t.html('staff.withdrawReason', { reason: t.plain(`staff.restoreReason.${reason}`) }),
      ),
      t.html('staff.restoreAsk'),
    ),
    keyboard: [
      [button(t.plain('staff.restoreYes'), 'strestok/yes', [number, reason], 'success')],
      footer(t, target('strestwhy', number)),
    ],
  }),
  actions: {
    yes: {
      run: async (ctx, [number = '', why]) => {
        await ctx.house.core.staff.restore(actOf(ctx), number, reasonOf(why) ?? 'OTHER');
        return { to: target('staff'), note: { key: 'staff.restored', values: { number } } };
      },
      settled: () => target('staff'),
    },
  },
});
