import type { Texts } from '../../locales/index.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { crumbs, paragraphs } from '../words.ts';

/** The manuals of S1, S2 and S3 in short pages: `manual.<topic>.1`, `.2` and so on. */
export const TOPICS = ['queue', 'referral', 'extend', 'cancel', 'stoplist', 'transfer', 'eds'] as const;
type Topic = (typeof TOPICS)[number];

export function renderTopics({ support }: { readonly support: string }, t: Texts): Rendered {
  return {
    text: paragraphs(crumbs(t, 'crumb.help'), t.html('help.title'), t.html('help.support', { support })),
    keyboard: [
      ...TOPICS.map((topic) => [button(t.plain(`manual.${topic}.title`), 'manual', [topic])]),
      footer(t, home),
    ],
  };
}

export const helpScreen = defineScreen<{ readonly support: string }>({
  name: 'help',
  access: 'ANYONE',
  command: 'help',
  load: async (ctx) => ({ support: ctx.house.supportPhone }),
  render: renderTopics,
});

interface ManualView {
  readonly topic: Topic;
  readonly page: number;
  /** Opened from the form: Back leads to the step from which it was opened. */
  readonly form: boolean;
}

export function pagesOf(topic: Topic, t: Texts): number {
  let pages = 0;
  while (t.has(`manual.${topic}.${pages + 1}`)) pages += 1;
  return pages;
}

export function renderManual({ topic, page, form }: ManualView, t: Texts): Rendered {
  const pages = pagesOf(topic, t);
  const shown = Math.min(page, pages - 1);
  const key = `manual.${topic}.${shown + 1}`;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.help'),
      `<b>${t.html(`manual.${topic}.title`)}</b>`,
      t.has(key) ? t.html(key) : undefined,
    ),
    keyboard: [
      ...pager('manual', (to) => (form ? [topic, to, 'f'] : [topic, to]), shown, pages),
      footer(t, form ? target('queue', 'go') : target('help')),
    ],
  };
}

export const manualScreen = defineScreen<ManualView>({
  name: 'manual',
  access: 'ANYONE',
  load: async (_ctx, [wanted, page, from]) => {
    const topic = TOPICS.find((known) => known === wanted);
    return topic === undefined ? redirect(target('help')) : { topic, page: pageOf(page), form: from === 'f' };
  },
  render: renderManual,
});
