import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personOf } from '../context.ts';
import type {
  AttendingChild,
  DepartureReason,
  KindergartenId,
  KindergartenReferral,
  Page,
  ReferralId,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { lastDigits, lines, paragraphs, shortened } from '../words.ts';
import { kindergartensOf } from './desk.ts';

const PAGE_SIZE = 8;
const REASONS: readonly DepartureReason[] = ['PARENT_REQUEST', 'MOVED', 'SCHOOL', 'OTHER'];

interface List {
  readonly kindergartenId: KindergartenId;
  readonly list: Page<AttendingChild>;
}

/** The children of a kindergarten, by name. */
export function renderList({ kindergartenId, list }: List, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('leaving.kidsTitle', { total: list.total }),
      t.html(list.total === 0 ? 'leaving.kidsNone' : 'leaving.kidsHelp'),
    ),
    keyboard: [
      ...list.items.map((child) => [childButton(child)]),
      ...pager('stkids', (page) => [kindergartenId, page], list.page, list.pages),
      footer(t, target('staff')),
    ],
  };
}

/** One who is being transferred leaves by that, and not for good. */
function childButton({ referralId, transferId, childFullName, birthYear }: AttendingChild): Button {
  const label = `${transferId === null ? '👶' : '🔄'} ${shortened(childFullName, 26)} · ${birthYear}`;
  return transferId === null ? button(label, 'stgone', [referralId]) : button(label, 'stleave', [transferId]);
}

export const attendingScreen = defineScreen<List>({
  name: 'stkids',
  access: 'STAFF',
  load: async (ctx, [kindergarten, page]) => {
    const kindergartenId = idOf<KindergartenId>(kindergarten, 'staff.forbidden');
    const { transfers } = ctx.house.core;
    return {
      kindergartenId,
      list: await transfers.attending(actOf(ctx), kindergartenId, pageOf(page), PAGE_SIZE),
    };
  },
  render: renderList,
});

interface Child {
  readonly referral: KindergartenReferral;
  readonly back: Target;
}

const referralId = (arg: string | undefined): ReferralId => idOf(arg, 'referral.unknown');

function backOf(ctx: KezekContext): Target {
  const [only, ...more] = kindergartensOf(personOf(ctx).roles);
  return only === undefined || more.length > 0 ? target('staff') : target('stkids', only);
}

function about(
  { number, childFullName: name, birthYear: year, groupName: group }: KindergartenReferral,
  t: Texts,
) {
  return lines(
    t.html('leaving.gone'),
    t.html('staff.child', { name, year }),
    t.html('staff.inGroup', { group }),
    t.html('staff.referral', { digits: lastDigits(number) }),
  );
}

async function load(ctx: KezekContext, arg: string | undefined): Promise<Child> {
  const referral = await ctx.house.core.referrals.atKindergartenById(actOf(ctx), referralId(arg));
  return { referral, back: backOf(ctx) };
}

/** «Бала шықты»: why, by a button. */
export const departureScreen = defineScreen<Child>({
  name: 'stgone',
  access: 'STAFF',
  load: (ctx, [arg]) => load(ctx, arg),
  render: ({ referral, back }, t) => ({
    text: paragraphs(about(referral, t), t.html('leaving.goneWhy')),
    keyboard: [
      ...REASONS.map((reason) => [button(t.plain(`reason.${reason}`), 'stgonewhy', [referral.id, reason])]),
      footer(t, back),
    ],
  }),
});

interface Departure extends Child {
  readonly reason: DepartureReason;
}

export function renderDeparture({ referral, reason }: Departure, t: Texts): Rendered {
  return {
    text: paragraphs(
      lines(about(referral, t), t.html('leaving.goneReason', { reason: t.plain(`reason.${reason}`) })),
      t.html('leaving.goneAsk'),
    ),
    keyboard: [
      [button(t.plain('leaving.goneYes'), 'stgonewhy/yes', [referral.id, reason], 'danger')],
      footer(t, target('stgone', referral.id)),
    ],
  };
}

const reasonOf = (arg: string | undefined): DepartureReason | undefined =>
  REASONS.find((reason) => reason === arg);

/** A departure for good, asked once more: it ends the waiting and archives the application. */
export const departureConfirmScreen = defineScreen<Departure>({
  name: 'stgonewhy',
  access: 'STAFF',
  load: async (ctx, [arg, why]) => {
    const child = await load(ctx, arg);
    const reason = reasonOf(why);
    return reason === undefined ? redirect(target('stgone', child.referral.id)) : { ...child, reason };
  },
  render: renderDeparture,
  actions: {
    yes: {
      run: async (ctx, [arg, why]) => {
        const reason = reasonOf(why) ?? 'OTHER';
        await ctx.house.core.transfers.recordDeparture(actOf(ctx), referralId(arg), reason);
        return { to: backOf(ctx), note: { key: 'leaving.goneDone' } };
      },
      settled: () => target('staff'),
    },
  },
});
