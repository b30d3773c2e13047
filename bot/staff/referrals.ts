import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personOf } from '../context.ts';
import type { KindergartenId, KindergartenReferral, Page, ReferralId } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, type Keyboard, pageOf, pager } from '../keyboard.ts';
import { type Action, defineScreen, type Rendered, redirect } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { at, lastDigits, lines, paragraphs, shortened } from '../words.ts';
import { kindergartensOf } from './desk.ts';

type Which = 'LIVE' | 'CLOSED';

interface List {
  readonly kindergartenId: KindergartenId;
  readonly which: Which;
  readonly list: Page<KindergartenReferral>;
}

export function renderList({ kindergartenId, which, list }: List, t: Texts): Rendered {
  const label = ({ number, childFullName, state }: KindergartenReferral) =>
    `${state === 'ARRIVED' ? '📥' : '📜'} ${shortened(childFullName, 24)} · №${lastDigits(number)}`;
  const other = which === 'LIVE' ? 'CLOSED' : 'LIVE';
  return {
    text: paragraphs(
      t.html(`staff.list.${which}`),
      t.html(list.total === 0 ? 'staff.noReferrals' : 'staff.chooseReferral'),
    ),
    keyboard: [
      ...list.items.map((referral) => [button(label(referral), 'stref', [referral.id])]),
      ...pager('strefs', (page) => [kindergartenId, which, page], list.page, list.pages),
      [button(t.plain(`staff.show.${other}`), 'strefs', [kindergartenId, other])],
      footer(t, target('staff')),
    ],
  };
}

export const referralsScreen = defineScreen<List>({
  name: 'strefs',
  access: 'STAFF',
  load: async (ctx, [kindergarten, wanted, page]) => {
    const kindergartenId = idOf<KindergartenId>(kindergarten, 'staff.forbidden');
    const which: Which = wanted === 'CLOSED' ? 'CLOSED' : 'LIVE';
    const list = await ctx.house.core.referrals.atKindergarten(
      actOf(ctx),
      kindergartenId,
      which,
      pageOf(page),
      6,
    );
    return { kindergartenId, which, list };
  },
  render: renderList,
});

export interface Card {
  readonly referral: KindergartenReferral;
  readonly back: Target;
}

/** Where a card leads back to: the list of the only kindergarten, or the desk of who heads several. */
export function backOf(ctx: KezekContext): Target {
  const [only, ...more] = kindergartensOf(personOf(ctx).roles);
  return only === undefined || more.length > 0 ? target('staff') : target('strefs', only, 'LIVE');
}

export function about(referral: KindergartenReferral, t: Texts): string {
  return lines(
    t.html('staff.referral', { digits: lastDigits(referral.number) }),
    t.html('staff.child', { name: referral.childFullName, year: referral.birthYear }),
    t.html('staff.inGroup', { group: referral.groupName }),
    t.html('staff.referralState', { state: t.plain(`referralState.${referral.state}`) }),
    t.html('staff.issued', { date: at(t, referral.issuedAt) }),
    referral.isTransfer ? t.html('staff.transfer') : undefined,
    t.html(referral.isTransfer ? 'staff.admitUntil' : 'staff.comeUntil', { date: at(t, referral.comeUntil) }),
  );
}

function doings({ id, state }: KindergartenReferral, t: Texts): Keyboard {
  const arrived = button(t.plain('staff.arrived'), 'stref/arrived', [id], 'primary');
  const accept = button(t.plain('staff.accept'), 'staccept', [id], 'success');
  const refuse = button(t.plain('staff.refuse'), 'strefuse', [id], 'danger');
  // R4 comes first: what is decided without the papers would be decided in the parent's absence.
  if (state === 'ARRIVED') return [[accept], [refuse]];
  return state === 'ISSUED' || state === 'EXTENDED' ? [[arrived]] : [];
}

export function renderCard({ referral, back }: Card, t: Texts): Rendered {
  const help = referral.state === 'ARRIVED' ? t.html('staff.arrivedHelp') : undefined;
  return { text: paragraphs(about(referral, t), help), keyboard: [...doings(referral, t), footer(t, back)] };
}

export async function loadCard(ctx: KezekContext, arg: string | undefined): Promise<Card> {
  const id = idOf<ReferralId>(arg, 'referral.unknown');
  return { referral: await ctx.house.core.referrals.atKindergartenById(actOf(ctx), id), back: backOf(ctx) };
}

const settled: Action['settled'] = ([referral = '']) => target('stref', referral);

/** R4 needs no second question: it only stops the term, which is for the child's good. */
export const referralScreen = defineScreen<Card>({
  name: 'stref',
  access: 'STAFF',
  load: (ctx, [arg]) => loadCard(ctx, arg),
  render: renderCard,
  actions: {
    arrived: {
      run: async (ctx, [arg]) => {
        const id = idOf<ReferralId>(arg, 'referral.unknown');
        await ctx.house.core.referrals.markArrived(actOf(ctx), id);
        return { to: target('stref', id), note: { key: 'staff.arrivedDone' } };
      },
      settled,
    },
  },
});

/** R5 and R6 are for a child that came; anything else leads back to the card. */
export async function loadArrived(ctx: KezekContext, arg: string | undefined) {
  const card = await loadCard(ctx, arg);
  return card.referral.state === 'ARRIVED' ? card : redirect(target('stref', card.referral.id));
}

export const acceptScreen = defineScreen<Card>({
  name: 'staccept',
  access: 'STAFF',
  load: (ctx, [arg]) => loadArrived(ctx, arg),
  render: ({ referral }, t) => ({
    text: paragraphs(
      about(referral, t),
      t.html(referral.isTransfer ? 'staff.acceptAskTransfer' : 'staff.acceptAsk'),
    ),
    keyboard: [
      [button(t.plain('staff.acceptYes'), 'staccept/yes', [referral.id], 'success')],
      footer(t, target('stref', referral.id)),
    ],
  }),
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        const id = idOf<ReferralId>(arg, 'referral.unknown');
        await ctx.house.core.referrals.accept(actOf(ctx), id);
        return { to: backOf(ctx), note: { key: 'staff.accepted' } };
      },
      settled,
    },
  },
});
