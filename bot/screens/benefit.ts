import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import {
  type ApplicationCard,
  type ApplicationId,
  type BenefitCategory,
  type ClaimView,
  dateInWords,
  shortDateTime,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, type Keyboard, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, lines, paragraphs } from '../words.ts';
import { heading } from './card.ts';
import { categoryLines, categoryRows } from './category-rows.ts';

/** As many as one reads: the newest claims. */
const SHOWN = 3;
const PAGE_SIZE = 5;

interface View {
  readonly card: ApplicationCard;
  readonly claims: readonly ClaimView[];
  /** The draft is about to be dropped: asked once more. */
  readonly sure: boolean;
}

const isOpen = ({ state }: ClaimView): boolean =>
  state === 'DRAFT' || state === 'CLAIMED' || state === 'PENDING_CHECK';

/** The claim to which scans can be added now. */
export const takesScans = ({ state, copyUntil }: ClaimView): boolean =>
  state === 'DRAFT' || (state === 'CLAIMED' && copyUntil !== null);

/** Where the child's benefits stand. The category is read by whoever taps its veil, and by nobody over the shoulder. */
export function render({ card, claims, sure }: View, t: Texts): Rendered {
  const draft = claims.find(({ state }) => state === 'DRAFT');
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      lines(heading(card, t), t.html('benefit.title')),
      ...(claims.length === 0
        ? [t.html('benefit.none')]
        : claims.slice(0, SHOWN).map((claim) => about(claim, claims, t))),
      claims.length === 0 ? t.html('benefit.explain') : `<i>${t.html('benefit.veil')}</i>`,
      sure && draft !== undefined ? t.html('benefit.dropAsk', { n: draft.scans.length }) : undefined,
    ),
    keyboard: [
      ...(sure && draft !== undefined ? dropRows(card, draft, t) : doings(card, claims, t)),
      footer(t, target('card', card.id)),
    ],
  };
}

function about(claim: ClaimView, all: readonly ClaimView[], t: Texts): string {
  const { state, category, since, validUntil, copyUntil, declineReason, declineNote } = claim;
  return lines(
    t.html('benefit.category', { name: t.pick(category.name) }),
    t.html('benefit.is', { state: t.plain(`benefit.state.${state}`), date: shortDateTime(since) }),
    state === 'CONFIRMED' && validUntil !== null
      ? t.html('benefit.until', { date: dateInWords(validUntil, t.language) })
      : undefined,
    declineReason === null
      ? undefined
      : t.html('benefit.reason', { reason: t.plain(`reason.${declineReason}`) }),
    declineNote === null ? undefined : t.html('benefit.note', { note: declineNote }),
    state === 'CLAIMED' && copyUntil !== null
      ? t.html('benefit.copy', { date: at(t, copyUntil) })
      : undefined,
    helpOf(claim, all, t),
  );
}

function helpOf(claim: ClaimView, all: readonly ClaimView[], t: Texts): string | undefined {
  const { state, copyUntil, validUntil } = claim;
  if (state === 'PENDING_CHECK' || (state === 'CLAIMED' && copyUntil === null))
    return t.html('benefit.waits');
  const ended = (state === 'DECLINED' || state === 'EXPIRED') && claim === all[0];
  if (ended && !all.some((other) => other.state === 'CONFIRMED')) return t.html('benefit.common');
  return state === 'CONFIRMED' && validUntil !== null ? t.html('benefit.renewHelp') : undefined;
}

function doings(card: ApplicationCard, claims: readonly ClaimView[], t: Texts): Keyboard {
  const open = claims.find(isOpen);
  if (open !== undefined) {
    if (!takesScans(open)) return [];
    const label = t.plain(open.state === 'DRAFT' ? 'benefit.goOn' : 'benefit.better');
    const more: Button[] =
      open.state === 'DRAFT' ? [button(t.plain('benefit.drop'), 'benefit', [card.id, 'x'])] : [];
    return [[button(label, 'scans', [open.id, 'c'], 'success')], ...more.map((one) => [one])];
  }
  // Whose application can be taken back stands in the queue.
  if (!card.canWithdraw) return [];
  const confirmed = claims.some(({ state }) => state === 'CONFIRMED');
  const label = confirmed ? 'benefit.renew' : claims.length > 0 ? 'benefit.again' : 'benefit.claim';
  return [[button(t.plain(label), 'bencat', [card.id], confirmed ? undefined : 'success')]];
}

function dropRows(card: ApplicationCard, draft: ClaimView, t: Texts): Keyboard {
  return [
    [button(t.plain('benefit.dropYes'), 'benefit/drop', [card.id, draft.id], 'danger')],
    [button(t.plain('benefit.dropNo'), 'benefit', [card.id])],
  ];
}

/** The second parent reads of the benefit on the card alone: a category can tell of the other one's job or health. */
async function ownCard(ctx: KezekContext, arg: string | undefined): Promise<ApplicationCard | Redirect> {
  const card = await ctx.house.core.applications.card(personId(ctx), idOf(arg));
  return card.role === 'OWNER' ? card : redirect(target('card', card.id));
}

export const benefitScreen = defineScreen<View>({
  name: 'benefit',
  access: 'PERSON',
  load: async (ctx, [arg, sure]) => {
    const card = await ownCard(ctx, arg);
    if ('redirect' in card) return card;
    return {
      card,
      claims: await ctx.house.core.benefits.ofApplication(actOf(ctx), card.id),
      sure: sure === 'x',
    };
  },
  render,
  actions: {
    drop: {
      run: async (ctx, [application, claim]) => {
        await ctx.house.core.benefits.drop(actOf(ctx), idOf(claim, 'claim.unknown'));
        return { to: target('benefit', idOf(application)), note: { key: 'benefit.dropped' } };
      },
      settled: ([application]) => target('benefit', idOf(application)),
    },
  },
});

interface Choice {
  readonly card: ApplicationCard;
  readonly categories: readonly BenefitCategory[];
  readonly page: number;
}

/** The dictionary of benefits, with the paper that proves each. */
export function renderChoice({ card, categories, page }: Choice, t: Texts): Rendered {
  const shown = categories.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  const pages = Math.max(1, Math.ceil(categories.length / PAGE_SIZE));
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      lines(heading(card, t), t.html('benefit.choose')),
      t.html('benefit.chooseHelp'),
      categoryLines(shown, t, page * PAGE_SIZE),
    ),
    keyboard: [
      ...categoryRows(
        shown,
        t,
        (label, { code }) => button(label, 'bencat/take', [card.id, code]),
        page * PAGE_SIZE,
      ),
      ...pager('bencat', (to) => [card.id, to], page, pages),
      footer(t, target('benefit', card.id)),
    ],
  };
}

async function take(ctx: KezekContext, [application, code = '']: readonly string[]): Promise<Next> {
  const id = idOf<ApplicationId>(application);
  const claim = await ctx.house.core.benefits.begin(actOf(ctx), id, code);
  return { to: target('scans', claim, 'c') };
}

export const benefitCategoryScreen = defineScreen<Choice>({
  name: 'bencat',
  access: 'PERSON',
  load: async (ctx, [arg, wanted]) => {
    const card = await ownCard(ctx, arg);
    if ('redirect' in card) return card;
    const categories = await ctx.house.core.benefits.categories();
    const last = Math.max(0, Math.ceil(categories.length / PAGE_SIZE) - 1);
    return { card, categories, page: Math.min(pageOf(wanted), last) };
  },
  render: renderChoice,
  actions: { take: { run: take, settled: ([application]) => target('benefit', idOf(application)) } },
});

/** From the notice that asks for a better copy: to the scans of that claim, or to where the benefit stands now. */
export const scansOfScreen = defineScreen<object>({
  name: 'scansof',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const card = await ownCard(ctx, arg);
    if ('redirect' in card) return card;
    const claims = await ctx.house.core.benefits.ofApplication(actOf(ctx), card.id);
    const open = claims.find(takesScans);
    return redirect(open === undefined ? target('benefit', card.id) : target('scans', open.id, 'c'));
  },
  render: () => ({ text: '', keyboard: [] }),
});
