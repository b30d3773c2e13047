import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import {
  type ApplicationCard,
  type ApplicationId,
  type HistoryEntry,
  type Page,
  shortDateTime,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { heading, tabs } from './card.ts';

const PAGE_SIZE = 8;

interface View {
  readonly card: ApplicationCard;
  readonly history: Page<HistoryEntry>;
}

/** «Өзгерістер тарихы»: what happened, when and by whom. */
export function render({ card, history }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      heading(card, t),
      t.html('history.title'),
      ...(history.items.length === 0
        ? [t.html('history.empty')]
        : history.items.map((entry) => entryText(entry, t))),
    ),
    keyboard: [
      tabs(card.id, 'history', t),
      ...pager('history', (page) => [card.id, page], history.page, history.pages),
      footer(t, target('card', card.id)),
    ],
  };
}

function entryText({ at, transition, by, reason }: HistoryEntry, t: Texts): string {
  const key = `history.${transition}`;
  const what = t.has(key) ? t.html(key) : t.html('history.other');
  return lines(
    t.html('history.entry', { date: shortDateTime(at), by: t.plain(`history.by.${by}`) }),
    what,
    reason === null ? undefined : reasonText(reason, t),
  );
}

/** A code, a code with the words of the staff after it, or their words alone: those are written for the parent. */
function reasonText(reason: string, t: Texts): string | undefined {
  const [, code, words] = /^([A-Z_]+)(?:: (.*))?$/s.exec(reason) ?? [];
  const key = `reason.${code}`;
  if (code === undefined) return t.html('history.reason', { reason });
  if (!t.has(key)) return undefined;
  return t.html('history.reason', {
    reason: words === undefined ? t.plain(key) : `${t.plain(key)} (${words})`,
  });
}

export const historyScreen = defineScreen<View>({
  name: 'history',
  access: 'PERSON',
  load: async (ctx, [arg, page]) => {
    const id = idOf<ApplicationId>(arg);
    const { applications } = ctx.house.core;
    const [card, history] = await Promise.all([
      applications.card(personId(ctx), id),
      applications.history(personId(ctx), id, pageOf(page), PAGE_SIZE),
    ]);
    return { card, history };
  },
  render,
});
