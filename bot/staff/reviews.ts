import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personOf } from '../context.ts';
import {
  type ApplicationId,
  type DistrictId,
  dateWithoutWeekday,
  type Page,
  type ReviewCard,
  type ReviewRow,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { at, childLabel, lastDigits, lines, paragraphs } from '../words.ts';

interface List {
  readonly districtId: DistrictId;
  readonly list: Page<ReviewRow>;
}

/** Applications sent while the registry was silent, or whose parenthood it does not know (A2); the oldest first. */
export function renderReviews({ districtId, list }: List, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('reviews.title', { total: list.total }),
      t.html(list.total === 0 ? 'reviews.none' : 'reviews.help'),
    ),
    keyboard: [
      ...list.items.map((row) => [button(childLabel(t, row), 'streview', [row.id])]),
      ...pager('streviews', (page) => [districtId, page], list.page, list.pages),
      footer(t, target('staff')),
    ],
  };
}

export const reviewsScreen = defineScreen<List>({
  name: 'streviews',
  access: 'STAFF',
  load: async (ctx, [district, page]) => {
    const districtId = idOf<DistrictId>(district, 'staff.forbidden');
    const list = await ctx.house.core.reviews.list(actOf(ctx), districtId, pageOf(page), 6);
    return { districtId, list };
  },
  render: renderReviews,
});

/** Where a card leads back to: the list of the only district, or the desk of who has several. */
export function backOf(ctx: KezekContext, list: 'streviews' | 'stlinks' = 'streviews'): Target {
  const { roles } = personOf(ctx);
  const districts = roles.flatMap((role) => (role.role === 'OPERATOR' ? [role.districtId] : []));
  const [only, ...more] = districts;
  const several = more.length > 0 || roles.some(({ role }) => role === 'REGION_ADMIN');
  return only === undefined || several ? target('staff') : target(list, only);
}

export function load(ctx: KezekContext, arg: string | undefined): Promise<ReviewCard> {
  return ctx.house.core.reviews.card(actOf(ctx), idOf<ApplicationId>(arg));
}

export function about(card: ReviewCard, t: Texts): string {
  const { child, applicant } = card;
  return lines(
    t.html('reviews.application', { digits: lastDigits(card.number) }),
    t.html('reviews.child', { name: child.fullName, iin: child.maskedIin }),
    t.html('reviews.born', { date: dateWithoutWeekday(child.birthDate, t.language) }),
    t.html('reviews.applicant', { name: applicant.fullName, iin: applicant.maskedIin }),
    t.html('reviews.sent', { date: at(t, card.registeredAt) }),
  );
}

interface View {
  readonly card: ReviewCard;
  readonly back: Target;
}

export function renderReview({ card, back }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('reviews.one'),
      about(card, t),
      t.html(`reviews.relation.${card.relation}`),
      t.html('reviews.time'),
    ),
    keyboard: [
      [button(t.plain('reviews.approve'), 'strevok', [card.id], 'success')],
      [button(t.plain('reviews.reject'), 'strevno', [card.id], 'danger')],
      footer(t, back),
    ],
  };
}

export const reviewScreen = defineScreen<View>({
  name: 'streview',
  access: 'STAFF',
  load: async (ctx, [arg]) => ({ card: await load(ctx, arg), back: backOf(ctx) }),
  render: renderReview,
});

export function renderApproval(card: ReviewCard, t: Texts): Rendered {
  return {
    text: paragraphs(about(card, t), t.html('reviews.approveAsk')),
    keyboard: [
      [button(t.plain('reviews.approveYes'), 'strevok/yes', [card.id], 'success')],
      footer(t, target('streview', card.id)),
    ],
  };
}

/** A3, asked once more. */
export const reviewApproveScreen = defineScreen<ReviewCard>({
  name: 'strevok',
  access: 'STAFF',
  load: (ctx, [arg]) => load(ctx, arg),
  render: renderApproval,
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        await ctx.house.core.reviews.approve(actOf(ctx), idOf<ApplicationId>(arg));
        return { to: backOf(ctx), note: { key: 'reviews.approved' } };
      },
      settled: () => target('staff'),
    },
  },
});
