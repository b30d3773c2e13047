import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import {
  CLAIM_RULES,
  type ClaimId,
  type ClaimOnDesk,
  type ClaimToCheck,
  type DistrictId,
  dateWithoutWeekday,
  localDate,
  type Page,
  Refusal,
  shortDate,
  shortDateTime,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { showPapers, totalPages } from '../papers.ts';
import { refusalNote } from '../refusal-note.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lastDigits, lines, paragraphs, shortened } from '../words.ts';

interface List {
  readonly districtId: DistrictId;
  readonly list: Page<ClaimToCheck>;
}

const MARKS = { ME: '✍️', OTHER: '🔒' } as const;

/** The benefits that wait to be checked, oldest first. */
export function renderList({ districtId, list }: List, t: Texts): Rendered {
  const label = ({ childName, applicationNumber, claimedAt, takenBy }: ClaimToCheck) =>
    `${takenBy === null ? '🎖' : MARKS[takenBy]} ${shortened(childName, 16)} · №${lastDigits(applicationNumber)} · ${shortDate(localDate(claimedAt))}`;
  return {
    text: paragraphs(
      t.html('claims.title'),
      list.total === 0 ? t.html('claims.empty') : t.html('claims.help', { minutes: CLAIM_RULES.holdMinutes }),
    ),
    keyboard: [
      ...list.items.map((claim) => [button(label(claim), 'stclaims/take', [claim.id, districtId])]),
      ...pager('stclaims', (page) => [districtId, page], list.page, list.pages),
      footer(t, target('staff')),
    ],
  };
}

/** B2: the claim is this operator's for a while, and its pictures lie above what is said of it. */
async function take(ctx: KezekContext, [arg]: readonly string[]): Promise<Next> {
  const claim = await ctx.house.core.benefits.take(actOf(ctx), claimId(arg));
  await showPapers(ctx, papers([claim.id]), claim.scans);
  return { to: target('stclaim', claim.id), fresh: true };
}

export const claimId = (arg: string | undefined): ClaimId => idOf(arg, 'claim.unknown');

/** The pictures of a claim stay while one is on a screen about it. */
export const papers = ([claim = '']: readonly string[]): string => `desk ${claim}`;

export const claimsScreen = defineScreen<List>({
  name: 'stclaims',
  access: 'STAFF',
  load: async (ctx, [district, page]) => {
    const districtId = idOf<DistrictId>(district, 'staff.forbidden');
    const list = await ctx.house.core.benefits.toCheck(actOf(ctx), districtId, pageOf(page), 6);
    return { districtId, list };
  },
  render: renderList,
  actions: { take: { run: take, settled: ([claim]) => target('stclaim', claimId(claim)) } },
});

/** A claim that was decided, laid back or taken over meanwhile leads to the desk with the reason. */
export async function loadClaim(ctx: KezekContext, arg: string | undefined): Promise<ClaimOnDesk | Redirect> {
  try {
    return await ctx.house.core.benefits.onDesk(actOf(ctx), claimId(arg));
  } catch (error) {
    if (error instanceof Refusal && error.code.startsWith('claim.'))
      return redirect(target('staff'), refusalNote(ctx, error));
    throw error;
  }
}

/** What the operator compares with the paper: the one place where surnames are needed (DOMAIN §3.1). */
export function about(claim: ClaimOnDesk, t: Texts): string {
  const { child, applicant, category, scans } = claim;
  return paragraphs(
    t.html('claims.one', { digits: lastDigits(claim.applicationNumber) }),
    lines(
      t.html('claims.child', { name: child.fullName }),
      t.html('claims.born', { date: dateWithoutWeekday(child.birthDate, t.language), iin: child.maskedIin }),
      t.html('claims.applicant', { name: applicant.fullName }),
      t.html('claims.applicantIin', { iin: applicant.maskedIin }),
      t.html('claims.registered', { date: shortDateTime(claim.registeredAt) }),
    ),
    lines(
      t.html('claims.category', { name: t.pick(category.name) }),
      t.html('claims.proof', { proof: t.pick(category.proof) }),
      category.validMonths === null ? undefined : t.html('claims.months', { n: category.validMonths }),
      t.html('claims.papers', { n: scans.length, pages: totalPages(scans) }),
    ),
  );
}

export function renderClaim(claim: ClaimOnDesk, t: Texts): Rendered {
  const { id, districtId } = claim;
  return {
    text: paragraphs(about(claim, t), t.html('claims.compare')),
    keyboard: [
      [button(t.plain('claims.show'), 'stclaim/show', [id])],
      [
        button(t.plain('claims.confirm'), 'stclok', [id], 'success'),
        button(t.plain('claims.decline'), 'stclno', [id], 'danger'),
      ],
      [button(t.plain('claims.copy'), 'stclcopy', [id])],
      [button(t.plain('claims.back'), 'stclaim/back', [id])],
      footer(t, target('stclaims', districtId)),
    ],
  };
}

/**
 * Ends the operator's work on a claim and leads back to the list of its district; the district is read before, as the claim
 * may be seen no more after it.
 */
export async function finish(
  ctx: KezekContext,
  arg: string | undefined,
  work: (claim: ClaimOnDesk) => Promise<Next['note']>,
): Promise<Next> {
  const claim = await ctx.house.core.benefits.onDesk(actOf(ctx), claimId(arg));
  const note = await work(claim);
  return { to: target('stclaims', claim.districtId), ...(note === undefined ? {} : { note }) };
}

export const claimScreen = defineScreen<ClaimOnDesk>({
  name: 'stclaim',
  access: 'STAFF',
  papers,
  load: (ctx, [arg]) => loadClaim(ctx, arg),
  render: renderClaim,
  actions: {
    show: {
      run: async (ctx, [arg]) => {
        const { id, scans } = await ctx.house.core.benefits.onDesk(actOf(ctx), claimId(arg));
        await showPapers(ctx, papers([id]), scans);
        return { to: target('stclaim', id), fresh: true };
      },
      settled: (args) => target('stclaim', ...args),
    },
    back: {
      run: (ctx, [arg]) =>
        finish(ctx, arg, async ({ id }) => {
          await ctx.house.core.benefits.release(actOf(ctx), id);
          return { key: 'claims.released' };
        }),
      settled: () => target('staff'),
    },
  },
});

export const claimCopyScreen = defineScreen<ClaimOnDesk>({
  name: 'stclcopy',
  access: 'STAFF',
  papers,
  load: (ctx, [arg]) => loadClaim(ctx, arg),
  render: (claim, t) => ({
    text: paragraphs(about(claim, t), t.html('claims.copyAsk')),
    keyboard: [
      [button(t.plain('claims.copyYes'), 'stclcopy/yes', [claim.id], 'primary')],
      footer(t, target('stclaim', claim.id)),
    ],
  }),
  actions: {
    yes: {
      run: (ctx, [arg]) =>
        finish(ctx, arg, async ({ id }) => {
          const until = await ctx.house.core.benefits.askForCopy(actOf(ctx), id);
          return { key: 'claims.copyDone', values: { date: shortDateTime(until) } };
        }),
      settled: () => target('staff'),
    },
  },
});
