import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import {
  type ApplicationCard,
  type ApplicationId,
  type ClaimView,
  type DocumentView,
  Refusal,
  shortDateTime,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer } from '../keyboard.ts';
import { showPapers, totalPages } from '../papers.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs, sendPaper } from '../words.ts';
import { heading, tabs } from './card.ts';
import { toProof } from './proof.ts';

const MOST = 8;

/** Of these as well: with every paper that was declined there comes another claim. */
const MOST_CLAIMS = 3;

interface View {
  readonly card: ApplicationCard;
  readonly documents: readonly DocumentView[];
  /** The claims that have scans, newest first; empty for the second parent, who does not see them. */
  readonly claims: readonly ClaimView[];
}

/** The two sections of S1: what was added to the application, and the papers that the system made. */
export function render({ card, documents, claims }: View, t: Texts): Rendered {
  const shown = documents.slice(0, MOST);
  const added = claims.slice(0, MOST_CLAIMS);
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      heading(card, t),
      lines(
        t.html('documents.added'),
        ...(added.length === 0
          ? [t.html(card.role === 'OWNER' ? 'documents.nothingAdded' : 'documents.onlyOwner')]
          : added.map((claim, n) => claimEntry(claim, n, t))),
      ),
      lines(
        t.html('documents.title'),
        ...(shown.length === 0
          ? [t.html('documents.empty')]
          : shown.map((document, n) => entry(document, n, t))),
      ),
    ),
    keyboard: [
      tabs(card.id, 'docs', t),
      ...added.map((claim, n) => [
        button(`📎 ${n + 1}. ${t.plain('documents.look')}`, 'docs/scans', [card.id, claim.id]),
      ]),
      ...shown.flatMap((document, n) => documentRows(card.id, document, n + 1, t)),
      footer(t, target('card', card.id)),
    ],
  };
}

/** Without the category: it is personal, and is told where it is asked for (DOMAIN §6.3). */
function claimEntry({ scans, state, since }: ClaimView, n: number, t: Texts): string {
  return lines(
    t.html('documents.claim', { n: n + 1, pages: totalPages(scans) }),
    t.html('documents.claimState', {
      state: t.plain(`benefit.state.${state}`),
      date: shortDateTime(since),
    }),
  );
}

function documentRows(
  application: ApplicationId,
  { id, kind, hasProof }: DocumentView,
  n: number,
  t: Texts,
): readonly (readonly Button[])[] {
  const paper = button(`📄 ${n}. ${t.plain(`documents.short.${kind}`)}`, 'docs/send', [application, id]);
  if (!hasProof) return [[paper]];
  return [[paper], [button(t.plain('documents.proof', { n }), 'docs/proof', [application, id])]];
}

function entry({ kind, kindergarten, createdAt }: DocumentView, n: number, t: Texts): string {
  return lines(
    `${n + 1}. ${t.html(`documents.kind.${kind}`)}`,
    kindergarten === null ? undefined : t.html('documents.to', { kindergarten: t.pick(kindergarten) }),
    t.html('documents.made', { date: shortDateTime(createdAt) }),
  );
}

async function claimsWithScans(ctx: KezekContext, id: ApplicationId): Promise<ClaimView[]> {
  const claims = await ctx.house.core.benefits.ofApplication(actOf(ctx), id);
  return claims.filter(({ scans }) => scans.length > 0);
}

const papers = ([application = '']: readonly string[]): string => `docs ${application}`;

export const documentsScreen = defineScreen<View>({
  name: 'docs',
  access: 'PERSON',
  papers,
  load: async (ctx, [arg]) => {
    const id = idOf<ApplicationId>(arg);
    const { applications } = ctx.house.core;
    const [card, documents] = await Promise.all([
      applications.card(personId(ctx), id),
      applications.documents(personId(ctx), id),
    ]);
    return { card, documents, claims: card.role === 'OWNER' ? await claimsWithScans(ctx, id) : [] };
  },
  render,
  actions: {
    send: {
      run: async (ctx, [application, document]) => {
        await sendPaper(ctx, idOf(document, 'document.unknown'), { key: 'documents.sent' });
        return { to: target('docs', idOf(application)), fresh: true };
      },
      settled: ([application]) => target('docs', idOf(application)),
    },
    scans: {
      run: async (ctx, [application, wanted]) => {
        const id = idOf<ApplicationId>(application);
        const claim = (await claimsWithScans(ctx, id)).find((one) => one.id === wanted);
        if (claim === undefined) throw new Refusal('claim.unknown');
        await showPapers(ctx, papers([id]), claim.scans);
        return { to: target('docs', id), note: { key: 'scans.shown' }, fresh: true };
      },
      settled: ([application]) => target('docs', idOf(application)),
    },
    proof: { run: toProof, settled: (args) => target('proof', ...args) },
  },
});
