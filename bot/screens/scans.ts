import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { type ClaimId, type ClaimView, SCAN_RULES, type ScanId, type ScanView } from '../core.ts';
import { formCrumbs } from '../form/crumbs.ts';
import { idOf } from '../ids.ts';
import { button, footer, type Keyboard, rows } from '../keyboard.ts';
import { showPapers, totalPages } from '../papers.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { at, crumbs, lines, paragraphs } from '../words.ts';
import { takesScans } from './benefit.ts';
import { SCANS_DIALOG, takeScan } from './take-scan.ts';

const MB = 1024 * 1024;

/** Where the scans of a claim lead back to: the form while it is not sent, else the benefit of its application. */
function backOf({ id, applicationId }: ClaimView): Target {
  return applicationId === null ? target('fclaim', id) : target('benefit', applicationId);
}

/** «1. 📷 Фото», «2. 📄 PDF · 3 бет». */
export function scanLabel({ type, pages }: ScanView, n: number, t: Texts): string {
  return type === 'application/pdf' ? t.plain('scans.pdf', { n, pages }) : t.plain('scans.photo', { n });
}

/** The paper that proves a benefit: what is wanted, what is kept, and every scan to be looked at or changed. */
export function render(claim: ClaimView, t: Texts): Rendered {
  const { category, scans, copyUntil } = claim;
  const { maxPerClaim: files, maxPages: pages, maxBytes } = SCAN_RULES;
  return {
    text: paragraphs(
      claim.applicationId === null
        ? formCrumbs(t, 'CHILDREN')
        : crumbs(t, 'crumb.applications', 'crumb.application'),
      lines(t.html('scans.title'), t.html('scans.paper', { proof: t.pick(category.proof) })),
      copyUntil === null ? undefined : t.html('scans.copy', { date: at(t, copyUntil) }),
      lines(t.html('scans.how'), t.html('scans.limits', { files, pages, mb: maxBytes / MB })),
      t.html('scans.safety'),
      scans.length === 0 ? t.html('scans.empty') : t.html('scans.kept', { n: totalPages(scans) }),
    ),
    keyboard: [
      ...rows(
        scans.map((scan, n) => button(scanLabel(scan, n + 1, t), 'scan', [claim.id, scan.id])),
        2,
      ),
      ...ready(claim, t),
      footer(t, backOf(claim)),
    ],
  };
}

function ready(claim: ClaimView, t: Texts): Keyboard {
  if (claim.scans.length === 0) return [];
  if (claim.applicationId !== null)
    return [[button(t.plain('scans.send'), 'scans/send', [claim.id, 'c'], 'success')]];
  const { screen, args } = backOf(claim);
  return [[button(t.plain('scans.done'), screen, args, 'success')]];
}

/** A claim that takes no scans any more leads to where its state is told. */
async function open(ctx: KezekContext, arg: string | undefined): Promise<ClaimView | Redirect> {
  const claim = await ctx.house.core.benefits.claim(actOf(ctx), claimId(arg));
  return takesScans(claim) ? claim : redirect(backOf(claim));
}

const claimId = (arg: string | undefined): ClaimId => idOf(arg, 'claim.unknown');

async function send(ctx: KezekContext, [arg]: readonly string[]): Promise<Next> {
  const id = claimId(arg);
  const { benefits } = ctx.house.core;
  await benefits.send(actOf(ctx), id);
  return { to: backOf(await benefits.claim(actOf(ctx), id)), note: { key: 'benefit.sent' } };
}

const papers = ([claim = '']: readonly string[]): string => `claim ${claim}`;

export const scansScreen = defineScreen<ClaimView>({
  name: 'scans',
  access: 'PERSON',
  dialogs: [SCANS_DIALOG],
  load: (ctx, [arg]) => open(ctx, arg),
  render,
  answer: (ctx, [arg]) => takeScan(ctx, claimId(arg)),
  erasesApplied: true,
  settled: ([claim]) => target('scans', claimId(claim), 'c'),
  actions: { send: { run: send, settled: ([claim]) => target('scans', claimId(claim), 'c') } },
});

interface One {
  readonly claim: ClaimView;
  readonly scan: ScanView;
  readonly n: number;
}

/** One scan: looked at, replaced, removed. */
export function renderOne({ claim, scan, n }: One, t: Texts): Rendered {
  const args = [claim.id, scan.id];
  return {
    text: paragraphs(
      lines(
        t.html('scans.one', { n }),
        t.html('scans.about', { pages: scan.pages, size: sizeOf(scan.bytes, t) }),
      ),
    ),
    keyboard: [
      [button(t.plain('scans.show'), 'scan/show', args)],
      [
        button(t.plain('scans.swap'), 'scan/swap', args),
        button(t.plain('scans.remove'), 'scan/del', args, 'danger'),
      ],
      footer(t, target('scans', claim.id, 'c')),
    ],
  };
}

/** «0,4 МБ»: both languages write the comma. */
function sizeOf(bytes: number, t: Texts): string {
  const mb = Math.max(0.1, bytes / MB);
  return t.plain('scans.size', { mb: mb.toFixed(1).replace('.', ',') });
}

export const scanScreen = defineScreen<One>({
  name: 'scan',
  access: 'PERSON',
  papers,
  load: async (ctx, [arg, wanted]) => {
    const claim = await open(ctx, arg);
    if ('redirect' in claim) return claim;
    const n = claim.scans.findIndex(({ id }) => id === wanted);
    const scan = claim.scans[n];
    return scan === undefined ? redirect(target('scans', claim.id, 'c')) : { claim, scan, n: n + 1 };
  },
  render: renderOne,
  actions: {
    show: {
      run: async (ctx, [arg, wanted]) => {
        const claim = await ctx.house.core.benefits.claim(actOf(ctx), claimId(arg));
        await showPapers(
          ctx,
          papers([claim.id]),
          claim.scans.filter(({ id }) => id === wanted),
        );
        return {
          to: target('scan', claim.id, wanted ?? ''),
          note: { key: 'scans.shown' },
          fresh: true,
        };
      },
      settled: (args) => target('scan', ...args),
    },
    swap: {
      run: async (ctx, [arg, scan = '']) => {
        ctx.session.dialog = { name: SCANS_DIALOG, data: { swap: scan } };
        return { to: target('scans', claimId(arg), 'c'), note: { key: 'scans.sendNew' } };
      },
      settled: ([claim]) => target('scans', claimId(claim), 'c'),
    },
    del: {
      run: async (ctx, [arg, scan]) => {
        await ctx.house.core.scans.remove(actOf(ctx), idOf<ScanId>(scan, 'scan.unknown'));
        return { to: target('scans', claimId(arg), 'c'), toast: { key: 'scans.removed' } };
      },
      settled: ([claim]) => target('scans', claimId(claim), 'c'),
    },
  },
});
