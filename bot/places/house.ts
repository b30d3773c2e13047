import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import type { KindergartenId, KindergartenView, NearGroup, Offer } from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { crumbs, hour, lines, paragraphs, shortened } from '../words.ts';
import { dialogs, listOf, pointOfList } from './looking.ts';
import { distanceInWords, loadLine } from './words.ts';

interface View {
  readonly house: KindergartenView;
  readonly offers: readonly Offer[];
  readonly back: Target;
  readonly now: Date;
}

/** A kindergarten as everybody may see it: where it is, its groups, what is free, and for whom (P7, P8, F-26). */
export function render({ house, offers, back, now }: View, t: Texts): Rendered {
  const { distance, phone } = house;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.near'),
      lines(
        t.html('group.name', { name: t.pick(house.name) }),
        t.html('free.address', { address: t.pick(house.address) }),
        t.html('near.districtIs', { district: t.pick(house.district) }),
        phone === null ? undefined : t.html('group.phone', { phone }),
        distance === null ? undefined : t.html('near.distance', { distance: distanceInWords(distance, t) }),
        loadLine(house, t),
      ),
      house.groups.length === 0
        ? t.html('near.noGroups')
        : lines(t.html('near.groups'), ...house.groups.map((group) => groupLine(group, t))),
      t.html('near.asOf', { time: hour(now) }),
      offers.length === 0 ? undefined : t.html('near.offers'),
    ),
    keyboard: [
      ...offers.map((offer) => [offerButton(offer, t)]),
      [
        button(t.plain('button.map'), 'kg/map', [house.id]),
        button(t.plain('subs.tell'), 'subyear', ['k', house.id]),
      ],
      footer(t, back),
    ],
  };
}

function groupLine({ birthYear: year, language, open, priority, capacity }: NearGroup, t: Texts): string {
  const words = { year, language: t.plain(`teaching.${language}`), capacity };
  const free = open + priority;
  if (free === 0) return t.html('near.groupFull', words);
  return lines(
    t.html('near.group', { ...words, free }),
    priority === 0 ? undefined : t.html('near.groupPhases', { open, priority }),
  );
}

function offerButton(
  { applicationId, childName, groupId, language, birthYear: year }: Offer,
  t: Texts,
): Button {
  const child = shortened(childName, 10);
  const label = t.plain('near.offer', { child, language: t.plain(`teachingShort.${language}`), year });
  return button(label, 'group', [applicationId, groupId], 'success');
}

/** The point on the map; its address stands in the text too, for those who cannot see a map. */
async function sendMap(
  ctx: KezekContext,
  { latitude, longitude, name, address }: KindergartenView,
): Promise<void> {
  await ctx.replyWithVenue(latitude, longitude, ctx.t.pick(name), ctx.t.pick(address));
}

const idOfHouse = (arg: string | undefined) => idOf<KindergartenId>(arg, 'kindergarten.unknown');

export const houseScreen = defineScreen<View>({
  name: 'kg',
  access: 'PERSON',
  dialogs,
  load: async (ctx, [arg]) => {
    const id = idOfHouse(arg);
    const { kindergartens } = ctx.house.core;
    const [house, offers] = await Promise.all([
      kindergartens.one(id, await pointOfList(ctx)),
      kindergartens.offers(personId(ctx), id),
    ]);
    return { house, offers, back: listOf(ctx), now: ctx.house.clock.now() };
  },
  render,
  actions: {
    map: {
      run: async (ctx, [arg]) => {
        const id = idOfHouse(arg);
        await sendMap(ctx, await ctx.house.core.kindergartens.one(id));
        return { to: target('kg', id), fresh: true };
      },
      settled: ([arg]) => target('kg', idOfHouse(arg)),
    },
  },
});
