import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import type { ApplicationSummary, Page } from '../core.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { childLabel, paragraphs } from '../words.ts';

const PURPOSES = ['place', 'free', 'refof', 'interest'] as const;
type Purpose = (typeof PURPOSES)[number];

interface View {
  readonly purpose: Purpose;
  readonly list: Page<ApplicationSummary>;
}

/** Which child a menu item is about; nobody with one application is asked. */
export function render({ purpose, list }: View, t: Texts): Rendered {
  return {
    text: paragraphs(t.html(`pick.${purpose}`), t.html('pick.choose')),
    keyboard: [
      ...list.items.map((application) => [button(childLabel(t, application), purpose, [application.id])]),
      ...pager('pick', (page) => [purpose, page], list.page, list.pages),
      footer(t, home),
    ],
  };
}

export const pickScreen = defineScreen<View>({
  name: 'pick',
  access: 'PERSON',
  load: async (ctx, [wanted, page]) => {
    const purpose = PURPOSES.find((known) => known === wanted) ?? 'place';
    const list = await ctx.house.core.applications.list(personId(ctx), pageOf(page), 6);
    const [only] = list.items;
    if (only === undefined) return redirect(home, { key: 'pick.none' });
    return list.total === 1 ? redirect(target(purpose, only.id)) : { purpose, list };
  },
  render,
});

/** `/status`: the place in the queue. */
export const statusScreen = defineScreen<object>({
  name: 'status',
  access: 'PERSON',
  command: 'status',
  load: async () => redirect(target('pick', 'place')),
  render: () => ({ text: '', keyboard: [] }),
});
