import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import type { Origins } from '../core.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { erase, home } from '../show.ts';
import { crumbs, lastDigits, paragraphs, shortened } from '../words.ts';
import { answerName } from './find.ts';
import { dialogs, onward, originsOf, type Purpose, purposeOf } from './looking.ts';

interface View {
  readonly purpose: Purpose;
  readonly origins: Origins;
  readonly subscriptions: number;
}

/** «Маңайдағы бос орындар»: from where shall be looked, or which kindergarten by its name. */
export function render({ purpose, origins, subscriptions }: View, t: Texts): Rendered {
  const homes = origins.homes.slice(0, 3).map(({ applicationId, childName, number }) => {
    const child = shortened(childName, 12);
    const { screen, args } = onward(purpose, { kind: 'a', id: applicationId }, origins.years);
    return [button(t.plain('near.home', { child, digits: lastDigits(number) }), screen, args)];
  });
  return {
    text: paragraphs(
      crumbs(t, 'crumb.near'),
      t.html('near.title'),
      t.html(purpose === 's' ? 'near.askForSubscription' : 'near.ask'),
      t.html('near.privacy'),
    ),
    keyboard: [
      [button(t.plain('near.here'), 'nearhere', [purpose], 'primary')],
      ...homes,
      ...(origins.districts.length === 0 ? [] : [[button(t.plain('near.district'), 'neardist', [purpose])]]),
      ...(subscriptions === 0 ? [] : [[button(t.plain('subs.mine', { n: subscriptions }), 'subs')]]),
      footer(t, purpose === 's' ? target('subs') : home),
    ],
  };
}

/** `/near` */
export const nearScreen = defineScreen<View>({
  name: 'near',
  access: 'PERSON',
  command: 'near',
  dialogs,
  load: async (ctx, [purpose]) => {
    const { kindergartens } = ctx.house.core;
    const person = { personId: personId(ctx), channel: 'SERVER' } as const;
    const [origins, subscriptions] = await Promise.all([originsOf(ctx), kindergartens.subscriptions(person)]);
    return { purpose: purposeOf(purpose), origins, subscriptions: subscriptions.length };
  },
  render,
  answer: async (ctx, [purpose], answer) =>
    (await takeLocation(ctx, purposeOf(purpose), answer)) ?? answerName(ctx, answer),
});

/** A reply keyboard whose button shares where one is; any point may be picked on the map as well. */
export const nearHereScreen = defineScreen<{ readonly purpose: Purpose }>({
  name: 'nearhere',
  access: 'PERSON',
  dialogs,
  secret: true,
  load: async (_ctx, [purpose]) => ({ purpose: purposeOf(purpose) }),
  render: (_view, t) => ({
    text: paragraphs(t.html('near.title'), t.html('near.share'), t.html('near.privacy')),
    keyboard: [],
    location: { share: t.plain('near.shareButton'), back: t.plain('button.back') },
  }),
  answer: async (ctx, [arg], answer) => {
    const purpose = purposeOf(arg);
    const taken = await takeLocation(ctx, purpose, answer);
    if (taken !== undefined) return taken;
    return answer.text === ctx.t.plain('button.back')
      ? { to: target('near', purpose), note: { key: 'near.notShared' }, fresh: true }
      : { note: { key: 'near.pressButton' }, fresh: true };
  },
});

/** Holds a shared location in memory, takes it off the chat and goes on; undefined when none was shared. */
async function takeLocation(
  ctx: KezekContext,
  purpose: Purpose,
  { location, erased }: Answer,
): Promise<Next | undefined> {
  if (location === undefined) return undefined;
  const { latitude, longitude } = location;
  ctx.house.spots.keep(ctx.address, { latitude, longitude });
  if (!erased) await erase(ctx);
  const { years } = await originsOf(ctx);
  return { to: onward(purpose, { kind: 'h' }, years), note: { key: 'near.accepted' }, fresh: true };
}

const PAGE_SIZE = 8;

interface DistrictsView {
  readonly purpose: Purpose;
  readonly origins: Origins;
  readonly page: number;
}

export function renderDistricts({ purpose, origins, page }: DistrictsView, t: Texts): Rendered {
  const { districts, years } = origins;
  const pages = Math.max(1, Math.ceil(districts.length / PAGE_SIZE));
  const shown = districts.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  return {
    text: paragraphs(crumbs(t, 'crumb.near'), t.html('near.askDistrict')),
    keyboard: [
      ...shown.map(({ id, name }) => {
        const { screen, args } = onward(purpose, { kind: 'd', id }, years);
        return [button(t.pick(name), screen, args)];
      }),
      ...pager('neardist', (to) => [purpose, to], page, pages),
      footer(t, target('near', purpose)),
    ],
  };
}

/** The centre of a district or city to look from. */
export const nearDistrictScreen = defineScreen<DistrictsView>({
  name: 'neardist',
  access: 'PERSON',
  dialogs,
  load: async (ctx, [purpose, page]) => {
    const origins = await originsOf(ctx);
    const last = Math.max(0, Math.ceil(origins.districts.length / PAGE_SIZE) - 1);
    return { purpose: purposeOf(purpose), origins, page: Math.min(pageOf(page), last) };
  },
  render: renderDistricts,
});
