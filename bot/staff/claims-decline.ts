import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { CLAIM_RULES, type ClaimOnDesk, type DeclineReason } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { about, finish, loadClaim, papers } from './claims.ts';

type Reason = Exclude<DeclineReason, 'NO_COPY'>;

const REASONS: readonly Reason[] = ['UNREADABLE', 'WRONG_DOCUMENT', 'OUTDATED', 'OTHER_PERSON', 'OTHER'];
const DIALOG = 'claimno';
const { maxNote: LIMIT } = CLAIM_RULES;

const reasonOf = (arg: string | undefined): Reason | undefined => REASONS.find((reason) => reason === arg);

export const claimDeclineScreen = defineScreen<ClaimOnDesk>({
  name: 'stclno',
  access: 'STAFF',
  papers,
  load: (ctx, [arg]) => loadClaim(ctx, arg),
  render: (claim, t) => ({
    text: paragraphs(about(claim, t), t.html('claims.declineWhy')),
    keyboard: [
      ...REASONS.map((reason) => [button(t.plain(`reason.${reason}`), 'stclnoyes', [claim.id, reason])]),
      footer(t, target('stclaim', claim.id)),
    ],
  }),
});

interface Declined {
  readonly claim: ClaimOnDesk;
  readonly reason: Reason;
  readonly note: string | null;
}

/** What was typed for this very claim; the parent reads it. */
function noteOf(ctx: KezekContext, id: string): string | null {
  const { dialog } = ctx.session;
  const note = dialog?.name === DIALOG && dialog.data.claim === id ? dialog.data.note : undefined;
  return typeof note === 'string' ? note : null;
}

export function renderDecline({ claim, reason, note }: Declined, t: Texts): Rendered {
  const needed = reason === 'OTHER' && note === null;
  const help = t.html(needed ? 'claims.noteNeeded' : 'staff.noteHelp', { limit: LIMIT });
  return {
    text: paragraphs(
      about(claim, t),
      lines(
        t.html('staff.withdrawReason', { reason: t.plain(`reason.${reason}`) }),
        note === null ? help : t.html('staff.note', { note }),
      ),
      needed ? undefined : t.html('claims.declineAsk'),
    ),
    keyboard: [
      ...(needed
        ? []
        : [[button(t.plain('claims.declineYes'), 'stclnoyes/yes', [claim.id, reason], 'danger')]]),
      footer(t, target('stclno', claim.id)),
    ],
  };
}

/** B4: the reason by a button, words for the parent typed where no button says it, and the question once more. */
export const claimDeclinedScreen = defineScreen<Declined>({
  name: 'stclnoyes',
  access: 'STAFF',
  papers,
  dialogs: [DIALOG],
  load: async (ctx, [arg, why]) => {
    const claim = await loadClaim(ctx, arg);
    if (isRedirect(claim)) return claim;
    const reason = reasonOf(why);
    if (reason === undefined) return redirect(target('stclno', claim.id));
    return { claim, reason, note: noteOf(ctx, claim.id) };
  },
  render: renderDecline,
  answer: async (ctx, [claim = ''], { text }) => {
    if (text === undefined) return { note: { key: 'common.needText' } };
    if ([...text].length > LIMIT) return { note: { key: 'staff.noteTooLong', values: { limit: LIMIT } } };
    ctx.session.dialog = { name: DIALOG, data: { claim, note: text } };
    return {};
  },
  actions: {
    yes: {
      run: (ctx, [arg, why]) =>
        finish(ctx, arg, async ({ id }) => {
          const note = noteOf(ctx, id) ?? undefined;
          await ctx.house.core.benefits.decline(actOf(ctx), id, reasonOf(why) ?? 'OTHER', note);
          return { key: 'claims.declined' };
        }),
      settled: () => target('staff'),
    },
  },
});
