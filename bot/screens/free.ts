import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import type { ApplicationCard, ApplicationId, FreeGroup, Page, PlaceFilter } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, kindergartenShort, lines, paragraphs } from '../words.ts';
import { heading } from './card.ts';

const PAGE_SIZE = 4;
const LANGUAGES = ['any', 'kk', 'ru', 'mixed'] as const;
type LanguageFilter = (typeof LANGUAGES)[number];

interface View {
  readonly card: ApplicationCard;
  readonly list: Page<FreeGroup>;
  readonly language: LanguageFilter;
  readonly onlyAvailable: boolean;
  readonly roundAt: Date | null;
}

/** «Бос орындар»: the language of instruction and the location first, as S0 and S3 ask to mind them. */
export function render(view: View, t: Texts): Rendered {
  const { card, list } = view;
  const first = list.page * PAGE_SIZE + 1;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.free'),
      heading(card, t),
      card.turnClosesAt === null ? undefined : t.html('free.yourTurn', { date: at(t, card.turnClosesAt) }),
      view.roundAt === null ? undefined : t.html('free.round', { date: at(t, view.roundAt) }),
      t.html('free.title', { year: card.birthYear, total: list.total }),
      ...(list.items.length === 0
        ? [t.html('free.none')]
        : list.items.map((group, n) => entry(group, first + n, isTwice(group, list.items), t))),
      list.items.length === 0 ? undefined : t.html('free.mind'),
    ),
    keyboard: [
      filterRow(view, t),
      ...list.items.map((group, n) => [groupButton(card.id, group, first + n, t)]),
      ...pager(
        'free',
        (page) => [card.id, view.language, view.onlyAvailable ? 1 : 0, page],
        list.page,
        list.pages,
      ),
      ...(view.roundAt === null ? [] : [[button(t.plain('wishes.mine'), 'wishes', [card.id])]]),
      [button(t.plain('menu.near'), 'near')],
      footer(t, target('card', card.id)),
    ],
  };
}

/** A group with places in both phases is two offers: their entries say which is which. */
function isTwice({ groupId }: FreeGroup, shown: readonly FreeGroup[]): boolean {
  return shown.filter((other) => other.groupId === groupId).length > 1;
}

function entry(group: FreeGroup, n: number, twice: boolean, t: Texts): string {
  return lines(
    t.html('free.entry', { n, name: t.pick(group.kindergarten), free: group.free }),
    t.html('free.language', { language: t.plain(`teaching.${group.language}`) }),
    t.html('free.address', { address: t.pick(group.address) }),
    twice ? `🔹 ${t.html(`phase.${group.phase}`)}` : undefined,
    t.html(`available.${group.available}`),
  );
}

function groupButton(id: ApplicationId, group: FreeGroup, n: number, t: Texts): Button {
  const label = `${n}. ${kindergartenShort(t.pick(group.kindergarten), 13)} · ${t.plain(`teachingShort.${group.language}`)}`;
  return button(label, 'group', [id, group.groupId], group.available === 'NO' ? undefined : 'success');
}

/** Each press shows the next language; the other button the places that this child may take. */
function filterRow({ card, language, onlyAvailable }: View, t: Texts): readonly Button[] {
  const next = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length] ?? 'any';
  const all = t.plain(onlyAvailable ? 'free.onlyAvailable' : 'free.all');
  return [
    button(`🌐 ${t.plain(`filter.${language}`)}`, 'free', [card.id, next, onlyAvailable ? 1 : 0]),
    button(all, 'free', [card.id, language, onlyAvailable ? 0 : 1]),
  ];
}

function filterOf(language: LanguageFilter, onlyAvailable: boolean): PlaceFilter {
  return language === 'any' ? { onlyAvailable } : { language, onlyAvailable };
}

export const freeScreen = defineScreen<View>({
  name: 'free',
  access: 'PERSON',
  dialogs: ['wishes'],
  load: async (ctx, [arg, wanted, only, page]) => {
    const id = idOf<ApplicationId>(arg);
    const language = LANGUAGES.find((known) => known === wanted) ?? 'any';
    const onlyAvailable = only === '1';
    const { applications, places } = ctx.house.core;
    const [card, list, round] = await Promise.all([
      applications.card(personId(ctx), id),
      places.free(personId(ctx), id, filterOf(language, onlyAvailable), pageOf(page), PAGE_SIZE),
      places.openRound(personId(ctx), id),
    ]);
    return { card, list, language, onlyAvailable, roundAt: round?.roundAt ?? null };
  },
  render,
});
