import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import type { DistrictId, GuardianLinkId, LinkOnDesk, LinkToReview, Page } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { at, childLabel, lastDigits, lines, paragraphs } from '../words.ts';
import { backOf } from './reviews.ts';

interface List {
  readonly districtId: DistrictId;
  readonly list: Page<LinkToReview>;
}

/** Requests of second parents that an operator decides, who waits longest first (DOMAIN §8.8). */
export function renderLinks({ districtId, list }: List, t: Texts): Rendered {
  const label = ({ childName, applicationNumber: number }: LinkToReview) =>
    childLabel(t, { childName, number });
  return {
    text: paragraphs(
      t.html('links.title', { total: list.total }),
      t.html(list.total === 0 ? 'links.none' : 'links.help'),
    ),
    keyboard: [
      ...list.items.map((item) => [button(label(item), 'stlink', [item.id])]),
      ...pager('stlinks', (page) => [districtId, page], list.page, list.pages),
      footer(t, target('staff')),
    ],
  };
}

export const linksScreen = defineScreen<List>({
  name: 'stlinks',
  access: 'STAFF',
  load: async (ctx, [district, page]) => {
    const districtId = idOf<DistrictId>(district, 'staff.forbidden');
    const list = await ctx.house.core.guardians.toReview(actOf(ctx), districtId, pageOf(page), 6);
    return { districtId, list };
  },
  render: renderLinks,
});

const linkId = (arg: string | undefined): GuardianLinkId => idOf(arg, 'guardian.unknown');

function about(link: LinkOnDesk, t: Texts): string {
  const { child, applicant, guardian } = link;
  return lines(
    t.html('links.application', { digits: lastDigits(link.applicationNumber) }),
    t.html('links.child', { name: child.fullName, iin: child.maskedIin }),
    t.html('links.applicant', { name: applicant.fullName }),
    t.html('links.guardian', { name: guardian.fullName, iin: guardian.maskedIin }),
    t.html('links.requested', { date: at(t, link.requestedAt) }),
  );
}

export function renderLink(link: LinkOnDesk, t: Texts): Rendered {
  return {
    text: paragraphs(
      t.html('links.one'),
      about(link, t),
      t.html(link.ownerRefused ? 'links.ownerRefused' : 'links.ownerSilent'),
      t.html('links.mind'),
    ),
    keyboard: [
      [button(t.plain('links.agree'), 'stlinkok', [link.id, 'yes'], 'success')],
      [button(t.plain('links.refuse'), 'stlinkok', [link.id, 'no'], 'danger')],
      footer(t, target('stlinks', link.districtId)),
    ],
  };
}

export const linkScreen = defineScreen<LinkOnDesk>({
  name: 'stlink',
  access: 'STAFF',
  load: (ctx, [arg]) => ctx.house.core.guardians.onDesk(actOf(ctx), linkId(arg)),
  render: renderLink,
});

interface Decision {
  readonly link: LinkOnDesk;
  readonly agrees: boolean;
}

export function renderDecision({ link, agrees }: Decision, t: Texts): Rendered {
  const yes = agrees ? 'links.agreeYes' : 'links.refuseYes';
  return {
    text: paragraphs(about(link, t), t.html(agrees ? 'links.agreeAsk' : 'links.refuseAsk')),
    keyboard: [
      [button(t.plain(yes), 'stlinkok/yes', [link.id, agrees ? 'yes' : 'no'], agrees ? 'success' : 'danger')],
      footer(t, target('stlink', link.id)),
    ],
  };
}

export const linkDecisionScreen = defineScreen<Decision>({
  name: 'stlinkok',
  access: 'STAFF',
  load: async (ctx, [arg, wanted]) => ({
    link: await ctx.house.core.guardians.onDesk(actOf(ctx), linkId(arg)),
    agrees: wanted === 'yes',
  }),
  render: renderDecision,
  actions: {
    yes: {
      run: async (ctx, [arg, wanted]) => {
        const agrees = wanted === 'yes';
        await ctx.house.core.guardians.decide(actOf(ctx), linkId(arg), agrees);
        return { to: backOf(ctx, 'stlinks'), note: { key: agrees ? 'links.agreed' : 'links.refused' } };
      },
      settled: () => target('staff'),
    },
  },
});
