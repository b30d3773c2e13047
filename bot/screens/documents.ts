import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import { type ApplicationCard, type ApplicationId, type DocumentView, shortDateTime } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs, sendPaper } from '../words.ts';
import { heading, tabs } from './card.ts';
import { toProof } from './proof.ts';

const MOST = 8;

interface View {
  readonly card: ApplicationCard;
  readonly documents: readonly DocumentView[];
}

/** «Жалпы құжаттар»: the papers that the system made. The newest eight: there are rarely more than three. */
export function render({ card, documents }: View, t: Texts): Rendered {
  const shown = documents.slice(0, MOST);
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      heading(card, t),
      t.html('documents.title'),
      ...(shown.length === 0
        ? [t.html('documents.empty')]
        : shown.map((document, n) => entry(document, n, t))),
    ),
    keyboard: [
      tabs(card.id, 'docs', t),
      ...shown.flatMap((document, n) => documentRows(card.id, document, n + 1, t)),
      footer(t, target('card', card.id)),
    ],
  };
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

function entry({ kind, createdAt }: DocumentView, n: number, t: Texts): string {
  return lines(
    `${n + 1}. ${t.html(`documents.kind.${kind}`)}`,
    t.html('documents.made', { date: shortDateTime(createdAt) }),
  );
}

export const documentsScreen = defineScreen<View>({
  name: 'docs',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const id = idOf<ApplicationId>(arg);
    const { applications } = ctx.house.core;
    const [card, documents] = await Promise.all([
      applications.card(personId(ctx), id),
      applications.documents(personId(ctx), id),
    ]);
    return { card, documents };
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
    proof: { run: toProof, settled: (args) => target('proof', ...args) },
  },
});
