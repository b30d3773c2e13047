import { escapeHtml, type Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import {
  type ApplicationCard,
  type ApplicationId,
  dateInWords,
  type HistoryEntry,
  type Page,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, lines, paragraphs } from '../words.ts';
import { heading, tabs } from './card.ts';

const PAGE_SIZE = 6;

/** What these say of themselves is their reason. */
const SAYS_WHY: readonly string[] = ['A13', 'A17', 'A19'];

interface View {
  readonly card: ApplicationCard;
  readonly history: Page<HistoryEntry>;
}

/** «Өзгерістер тарихы»: what happened, when, by whom and why. What was done in one go is told in one entry. */
export function render({ card, history }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      heading(card, t),
      t.html('history.title'),
      ...(history.items.length === 0
        ? [t.html('history.empty')]
        : together(history.items).map((entries) => entryText(entries, t))),
    ),
    keyboard: [
      tabs(card.id, 'history', t),
      ...pager('history', (page) => [card.id, page], history.page, history.pages),
      footer(t, target('card', card.id)),
    ],
  };
}

function together(items: readonly HistoryEntry[]): HistoryEntry[][] {
  const found: HistoryEntry[][] = [];
  for (const entry of items) {
    const last = found.at(-1);
    const [same] = last ?? [];
    if (same?.by === entry.by && same.at.getTime() === entry.at.getTime()) last?.push(entry);
    else found.push([entry]);
  }
  return found;
}

function entryText(entries: readonly HistoryEntry[], t: Texts): string {
  const [first] = entries;
  if (first === undefined) return '';
  return lines(
    t.html('history.entry', { date: at(t, first.at), by: t.plain(`history.by.${first.by}`) }),
    ...entries.map((entry) => what(entry, t)),
  );
}

function what({ transition, reason, note, until, validUntil, kindergarten }: HistoryEntry, t: Texts): string {
  const key = `history.${transition}`;
  const said = t.has(key) ? t.html(key) : t.html('history.other');
  return lines(
    kindergarten === null ? said : `${said}: ${escapeHtml(t.pick(kindergarten))}`,
    reason === null || SAYS_WHY.includes(transition) ? undefined : reasonText(reason, t),
    note === null ? undefined : t.html('history.note', { note }),
    until === null ? undefined : t.html('history.until', { date: at(t, until) }),
    validUntil === null
      ? undefined
      : t.html('history.validUntil', { date: dateInWords(validUntil, t.language) }),
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
