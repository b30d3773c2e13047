import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import type { WaitlistSummary } from '../core.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { home } from '../show.ts';
import { childLabel, crumbs, lines, paragraphs } from '../words.ts';
import { attendsText, statusText } from './words.ts';

const PAGE_SIZE = 5;

interface View {
  readonly rows: readonly WaitlistSummary[];
  readonly page: number;
}

/** «Күту тізімі» (S2): the applications of children who go to a kindergarten already. */
export function render({ rows, page }: View, t: Texts): Rendered {
  const shown = rows.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      t.html('waitlist.title'),
      t.html(rows.length === 0 ? 'waitlist.empty' : 'waitlist.what'),
      ...shown.map((row) => rowText(row, t)),
    ),
    keyboard: [
      ...shown.map((row) => [button(childLabel(t, row), 'wl', [row.applicationId])]),
      ...pager('wls', (to) => [to], page, Math.ceil(rows.length / PAGE_SIZE)),
      [button(t.plain('manual.transfer.title'), 'manual', ['transfer'])],
      footer(t, home),
    ],
  };
}

function rowText(row: WaitlistSummary, t: Texts): string {
  return lines(
    heading(row, t),
    t.html('application.where', { district: t.pick(row.district), year: row.birthYear }),
    attendsText(row, t),
    statusText(row, t),
    row.role === 'GUARDIAN' ? t.html('applications.guardian') : undefined,
  );
}

export const waitlistsScreen = defineScreen<View>({
  name: 'wls',
  access: 'PERSON',
  load: async (ctx, [wanted]) => {
    const rows = await ctx.house.core.waitlists.list(personId(ctx));
    const last = Math.max(0, Math.ceil(rows.length / PAGE_SIZE) - 1);
    return { rows, page: Math.min(pageOf(wanted), last) };
  },
  render,
});
