import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import {
  type ApplicationId,
  type KindergartenId,
  type Page,
  Refusal,
  type WaitlistView,
  type WishableKindergarten,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, type Keyboard, pageOf, pager } from '../keyboard.ts';
import { distanceInWords } from '../places/words.ts';
import { defineScreen, isRedirect, type Rendered } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { crumbs, kindergartenShort, lines, paragraphs } from '../words.ts';
import { dialogs, picksOf, tick } from './picks.ts';
import { joining } from './terms.ts';

const PAGE_SIZE = 5;

interface View {
  readonly view: WaitlistView;
  readonly list: Page<WishableKindergarten>;
  readonly picks: readonly KindergartenId[];
}

/** How many more lists the child may join. */
const roomOf = ({ terms, lists }: WaitlistView): number => Math.max(0, terms.maxKindergartens - lists);

/** One or several kindergartens, the order of ticking being the order of wish. */
export function render({ view, list, picks }: View, t: Texts): Rendered {
  const { applicationId: id } = view;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(
        t.html('waitlist.pick.title'),
        heading(view, t),
        t.html('waitlist.pick.how', { picked: picks.length, limit: roomOf(view) }),
      ),
      ...(list.total === 0
        ? [t.html('waitlist.pick.none')]
        : list.items.map((house) => houseText(house, picks, t))),
    ),
    keyboard: [
      ...list.items.filter(({ joined }) => !joined).map((house) => [tickButton(id, house, picks, t)]),
      ...pager('wlpick', (to) => [id, to], list.page, list.pages),
      ...nextRow(id, picks, t),
      footer(t, target('wlinfo', id)),
    ],
  };
}

function houseText(house: WishableKindergarten, picks: readonly KindergartenId[], t: Texts): string {
  const { kindergartenId, distanceM, free } = house;
  const name = t.pick(house.kindergarten);
  const wish = picks.indexOf(kindergartenId) + 1;
  return lines(
    distanceM === null
      ? t.html('waitlist.pick.name', { name })
      : t.html('waitlist.pick.far', { name, distance: distanceInWords(distanceM, t) }),
    t.html('free.address', { address: t.pick(house.address) }),
    t.html('free.language', {
      language: house.languages.map((language) => t.plain(`teaching.${language}`)).join(', '),
    }),
    house.joined ? t.html('waitlist.pick.joined') : waitingText(house, t),
    !house.joined && free > 0 ? t.html('waitlist.pick.free', { n: free }) : undefined,
    wish === 0 ? undefined : t.html('waitlist.pick.wish', { n: wish }),
  );
}

export function waitingText({ waiting }: Pick<WishableKindergarten, 'waiting'>, t: Texts): string {
  return t.html('waitlist.pick.waiting', { n: waiting });
}

function tickButton(
  id: ApplicationId,
  { kindergartenId, kindergarten }: WishableKindergarten,
  picks: readonly KindergartenId[],
  t: Texts,
): Button {
  const n = picks.indexOf(kindergartenId) + 1;
  const name = kindergartenShort(t.pick(kindergarten), 24);
  const label =
    n === 0 ? t.plain('waitlist.pick.untick', { name }) : t.plain('waitlist.pick.tick', { n, name });
  return button(label, 'wlpick/tick', [id, kindergartenId]);
}

function nextRow(id: ApplicationId, picks: readonly KindergartenId[], t: Texts): Keyboard {
  return picks.length === 0 ? [] : [[button(t.plain('waitlist.pick.next'), 'wlsum', [id], 'success')]];
}

export const waitlistPickScreen = defineScreen<View>({
  name: 'wlpick',
  access: 'PERSON',
  dialogs,
  load: async (ctx, [arg, page]) => {
    const view = await joining(ctx, arg);
    if (isRedirect(view)) return view;
    const id = view.applicationId;
    const { waitlists } = ctx.house.core;
    const list = await waitlists.kindergartens(personId(ctx), id, pageOf(page), PAGE_SIZE);
    return { view, list, picks: picksOf(ctx, id) };
  },
  render,
  actions: {
    tick: {
      run: async (ctx, [arg, picked]) => {
        const view = await ctx.house.core.waitlists.of(personId(ctx), idOf<ApplicationId>(arg));
        const kindergarten = idOf<KindergartenId>(picked, 'kindergarten.unknown');
        if (view.entries.some((entry) => entry.kindergartenId === kindergarten && entry.position !== null))
          throw new Refusal('waitlist.joined');
        tick(ctx, view.applicationId, kindergarten, roomOf(view));
        return {};
      },
      settled: ([arg]) => target('wlpick', idOf(arg)),
    },
  },
});
