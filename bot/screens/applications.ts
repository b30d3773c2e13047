import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import type { ApplicationSummary, Page } from '../core.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { home } from '../show.ts';
import { at, childLabel, crumbs, lastDigits, lines, paragraphs } from '../words.ts';

const PAGE_SIZE = 4;

/** «Өтініштер журналы»: the journal of applications. */
export function render(list: Page<ApplicationSummary>, t: Texts): Rendered {
  const entries = list.items.map((application) => entry(application, t));
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications'),
      t.html('applications.title', { total: list.total }),
      ...(entries.length === 0 ? [t.html('menu.noApplications')] : entries),
    ),
    keyboard: [
      ...list.items.map((application) => [button(childLabel(t, application), 'card', [application.id])]),
      ...pager('apps', (page) => [page], list.page, list.pages),
      footer(t, home),
    ],
  };
}

function entry(application: ApplicationSummary, t: Texts): string {
  const { childName: child, number, district, birthYear: year, state, position, deadline } = application;
  const second = application.role === 'GUARDIAN';
  return lines(
    t.html('application.heading', { child, digits: lastDigits(number) }),
    t.html('application.where', { district: t.pick(district), year }),
    t.html(`state.${state}`) +
      (position === null ? '' : ` · ${t.html('application.place', { n: position })}`),
    deadline === null ? undefined : t.html(`deadline.${deadline.kind}`, { date: at(t, deadline.at) }),
    second ? t.html('applications.guardian') : undefined,
  );
}

export const applicationsScreen = defineScreen<Page<ApplicationSummary>>({
  name: 'apps',
  access: 'PERSON',
  load: (ctx, [page]) => ctx.house.core.applications.list(personId(ctx), pageOf(page), PAGE_SIZE),
  render,
});
