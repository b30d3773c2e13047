import type { Texts } from '../../locales/index.ts';
import type { KindergartenView, Origins, Page } from '../core.ts';
import { type Button, button, footer, pager, rows } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, kindergartenShort, lines, paragraphs } from '../words.ts';
import {
  askAgain,
  dialogs,
  filterOf,
  fromArgs,
  LANGUAGES,
  type Looking,
  lookingArgs,
  lookingOf,
  originsOf,
  pointOf,
  rememberList,
  yearsToOffer,
} from './looking.ts';
import { distanceInWords, entry, fromInWords, languageLabel } from './words.ts';

const PAGE_SIZE = 4;

interface View {
  readonly looking: Looking;
  readonly origins: Origins;
  readonly list: Page<KindergartenView>;
}

/** Kindergartens by distance from a place. */
export function render({ looking, origins, list }: View, t: Texts): Rendered {
  const first = list.page * PAGE_SIZE + 1;
  const empty = looking.onlyFree ? t.html('near.nothingFree') : t.html('near.nothing');
  return {
    text: paragraphs(
      crumbs(t, 'crumb.near'),
      lines(
        t.html('near.title'),
        t.html('near.from', { from: fromInWords(looking.from, origins, t), total: list.total }),
      ),
      ...(list.items.length === 0 ? [empty] : list.items.map((view, index) => entry(view, first + index, t))),
    ),
    keyboard: [
      ...filterRows(looking, t),
      ...list.items.map((view, index) => [houseButton(view, first + index, t)]),
      ...pager('nearlist', (page) => lookingArgs({ ...looking, page }), list.page, list.pages),
      [button(t.plain('subs.here'), 'subyear', fromArgs(looking.from))],
      footer(t, target('near')),
    ],
  };
}

function houseButton({ id, name, distance }: KindergartenView, n: number, t: Texts): Button {
  const far = distance === null ? '' : ` · ${distanceInWords(distance, t)}`;
  return button(`${n}. ${kindergartenShort(t.pick(name), 16)}${far}`, 'kg', [id]);
}

/** The year has a screen of its own; the others show the next value. */
function filterRows(looking: Looking, t: Texts): readonly (readonly Button[])[] {
  const { year, language, onlyFree } = looking;
  const next = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length] ?? 'any';
  const again = (change: Partial<Looking>) => lookingArgs({ ...looking, ...change, page: 0 });
  const yearLabel = year === null ? t.plain('near.anyYear') : t.plain('near.year', { year });
  return [
    [
      button(yearLabel, 'nearyear', again({})),
      button(`🌐 ${languageLabel(language, t)}`, 'nearlist', again({ language: next })),
    ],
    [button(t.plain(onlyFree ? 'near.onlyFree' : 'near.all'), 'nearlist', again({ onlyFree: !onlyFree }))],
  ];
}

export const nearListScreen = defineScreen<View>({
  name: 'nearlist',
  access: 'PERSON',
  dialogs,
  load: async (ctx, args) => {
    const looking = lookingOf(args);
    if (looking === undefined) return askAgain('l');
    const origins = await originsOf(ctx);
    const point = pointOf(ctx, looking.from, origins);
    if (point === undefined) return askAgain('l');
    const list = await ctx.house.core.kindergartens.near(point, filterOf(looking), looking.page, PAGE_SIZE);
    rememberList(ctx, target('nearlist', ...lookingArgs({ ...looking, page: list.page })));
    return { looking, origins, list };
  },
  render,
});

interface YearsView {
  readonly looking: Looking;
  readonly own: readonly number[];
  readonly years: readonly number[];
}

export function renderYears({ looking, own, years }: YearsView, t: Texts): Rendered {
  const to = (year: number | null) => lookingArgs({ ...looking, year, page: 0 });
  return {
    text: paragraphs(
      crumbs(t, 'crumb.near'),
      t.html('near.askYear'),
      own.length === 0 ? undefined : t.html('near.ownYears'),
    ),
    keyboard: [
      ...rows(
        years.map((year) =>
          button(String(year), 'nearlist', to(year), own.includes(year) ? 'success' : undefined),
        ),
        3,
      ),
      [button(t.plain('near.anyYear'), 'nearlist', to(null))],
      footer(t, target('nearlist', ...lookingArgs(looking))),
    ],
  };
}

/** Which birth year the list is for. */
export const nearYearScreen = defineScreen<YearsView>({
  name: 'nearyear',
  access: 'PERSON',
  dialogs,
  load: async (ctx, args) => {
    const looking = lookingOf(args);
    if (looking === undefined) return askAgain('l');
    const { years: own } = await originsOf(ctx);
    return { looking, own, years: yearsToOffer(ctx.house.clock.now(), own) };
  },
  render: renderYears,
});
