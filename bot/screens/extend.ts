import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import {
  addDays,
  type CivilDate,
  dateInWords,
  localDate,
  parseCivilDate,
  type ReferralView,
  Refusal,
  shortDate,
  shortWeekday,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager, rows } from '../keyboard.ts';
import { defineScreen, type Redirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, lastDigits, paragraphs } from '../words.ts';
import { load } from './referral.ts';

const PAGE_SIZE = 9;

/** Why a term is extended (DOMAIN §3, to be confirmed by the customer). Kept with the referral as they stand. */
export const EXTENSION_REASONS = ['ILLNESS', 'LEAVE', 'TRIP', 'SANATORIUM', 'OTHER'] as const;
type Reason = (typeof EXTENSION_REASONS)[number];

interface Days {
  readonly referral: ReferralView;
  readonly days: readonly CivilDate[];
  readonly page: number;
}

/** The working days after the present term, up to the last one that an extension may name. */
export function daysToChoose(
  referral: ReferralView,
  isWorking: (day: CivilDate) => boolean,
): readonly CivilDate[] {
  const limit = parseCivilDate(referral.extendLimit ?? '');
  const days: CivilDate[] = [];
  if (limit === undefined) return days;
  for (let day = addDays(localDate(referral.comeUntil), 1); day <= limit; day = addDays(day, 1)) {
    if (isWorking(day)) days.push(day);
  }
  return days;
}

export function renderDays({ referral, days, page }: Days, t: Texts): Rendered {
  const pages = Math.max(1, Math.ceil(days.length / PAGE_SIZE));
  const shown = days.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  const label = (day: CivilDate): string => `${shortDate(day).slice(0, 5)} ${shortWeekday(day, t.language)}`;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.referral'),
      t.html('extend.title', { digits: lastDigits(referral.number), child: referral.childName }),
      t.html('extend.once', { date: at(t, referral.comeUntil) }),
      t.html(days.length === 0 ? 'extend.noDays' : 'extend.chooseDay'),
    ),
    keyboard: [
      ...rows(
        shown.map((day) => button(label(day), 'extendwhy', [referral.id, day])),
        3,
      ),
      ...pager('extend', (to) => [referral.id, to], page, pages),
      footer(t, target('ref', referral.id)),
    ],
  };
}

interface Chosen {
  readonly referral: ReferralView;
  readonly day: CivilDate;
}

export function renderReasons({ referral, day }: Chosen, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.referral'),
      t.html('extend.until', { date: dateInWords(day, t.language) }),
      t.html('extend.chooseReason'),
    ),
    keyboard: [
      ...EXTENSION_REASONS.map((reason) => [
        button(t.plain(`reason.${reason}`), 'extendok', [referral.id, day, reason]),
      ]),
      footer(t, target('extend', referral.id)),
    ],
  };
}

export function renderSummary(
  { referral, day, reason }: Chosen & { readonly reason: Reason },
  t: Texts,
): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.referral'),
      t.html('extend.title', { digits: lastDigits(referral.number), child: referral.childName }),
      t.html('extend.until', { date: dateInWords(day, t.language) }),
      t.html('extend.reason', { reason: t.plain(`reason.${reason}`) }),
      t.html('extend.onlyOnce'),
    ),
    keyboard: [
      [button(t.plain('extend.yes'), 'extendok/yes', [referral.id, day, reason], 'success')],
      footer(t, target('extendwhy', referral.id, day)),
    ],
  };
}

async function extendable(ctx: KezekContext, arg: string | undefined): Promise<ReferralView | Redirect> {
  const referral = await load(ctx, arg);
  return referral.canExtend ? referral : redirect(target('ref', referral.id));
}

async function chosen(ctx: KezekContext, [arg, date]: readonly string[]): Promise<Chosen | Redirect> {
  const referral = await extendable(ctx, arg);
  if ('redirect' in referral) return referral;
  const day = parseCivilDate(date ?? '');
  return day === undefined ? redirect(target('extend', referral.id)) : { referral, day };
}

function reasonOf(arg: string | undefined): Reason | undefined {
  return EXTENSION_REASONS.find((reason) => reason === arg);
}

export const extendScreen = defineScreen<Days>({
  name: 'extend',
  access: 'PERSON',
  load: async (ctx, [arg, page]) => {
    const referral = await extendable(ctx, arg);
    if ('redirect' in referral) return referral;
    const calendar = await ctx.house.core.calendar();
    const days = daysToChoose(referral, (day) => calendar.isWorking(day));
    return {
      referral,
      days,
      page: Math.min(pageOf(page), Math.max(0, Math.ceil(days.length / PAGE_SIZE) - 1)),
    };
  },
  render: renderDays,
});

export const extendReasonScreen = defineScreen<Chosen>({
  name: 'extendwhy',
  access: 'PERSON',
  load: chosen,
  render: renderReasons,
});

export const extendSummaryScreen = defineScreen<Chosen & { readonly reason: Reason }>({
  name: 'extendok',
  access: 'PERSON',
  load: async (ctx, args) => {
    const view = await chosen(ctx, args);
    if ('redirect' in view) return view;
    const reason = reasonOf(args[2]);
    return reason === undefined
      ? redirect(target('extendwhy', view.referral.id, view.day))
      : { ...view, reason };
  },
  render: renderSummary,
  actions: {
    yes: {
      run: async (ctx, [arg, date, reason]) => {
        const day = parseCivilDate(date ?? '');
        const known = reasonOf(reason);
        if (day === undefined || known === undefined) throw new Refusal('referral.wrongState');
        const { referrals } = ctx.house.core;
        const { id, comeUntil } = await referrals.extend(
          actOf(ctx),
          idOf(arg, 'referral.unknown'),
          day,
          known,
        );
        return {
          to: target('ref', id),
          note: { key: 'extend.done', values: { date: at(ctx.t, comeUntil) } },
        };
      },
      settled: ([arg]) => target('ref', idOf(arg, 'referral.unknown')),
    },
  },
});
