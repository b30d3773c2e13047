import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import { type ApplicationCard, type ApplicationId, type PositionView, shortDateTime } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { at, crumbs, lastDigits, lines, paragraphs, since } from '../words.ts';
import { heading } from './card.ts';
import { type ForecastView, forecastText } from './forecast.ts';
import { sendChart } from './place-chart.ts';

interface View {
  readonly card: ApplicationCard;
  readonly view: PositionView;
  readonly forecast: ForecastView;
}

/** The four numbers of DOMAIN §7.1, each with one sentence that says what it means. */
export function render({ card, view, forecast }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.position'),
      lines(
        heading(card, t),
        t.html('application.where', { district: t.pick(card.district), year: view.birthYear }),
      ),
      card.turnClosesAt === null ? undefined : t.html('free.yourTurn', { date: at(t, card.turnClosesAt) }),
      ...(view.position === null ? notCounted(view, t) : numbers(card, view, view.position, t)),
      forecastText(forecast, t),
      placesText(view, t),
    ),
    keyboard: [
      [
        card.turnClosesAt === null
          ? button(t.plain('menu.free'), 'free', [card.id])
          : button(t.plain('choose.button'), 'free', [card.id], 'success'),
      ],
      ...(card.turnClosesAt === null ? [[button(t.plain('why.button'), 'why', [card.id])]] : []),
      [button(t.plain('moved.button'), 'moved', [card.id])],
      [button(t.plain('moved.chart'), 'place/chart', [card.id])],
      footer(t, target('card', card.id)),
    ],
  };
}

function numbers(
  { number }: ApplicationCard,
  view: PositionView,
  position: NonNullable<PositionView['position']>,
  t: Texts,
): string[] {
  const { common, commonTotal, inClass, classTotal, service, choosingNow, atRegistration } = position;
  const registered = { digits: lastDigits(number), date: shortDateTime(view.registeredAt) };
  return [
    lines(t.html('position.service', { n: service }), t.html('position.serviceHelp')),
    lines(t.html('position.common', { n: common, total: commonTotal }), t.html('position.commonHelp')),
    lines(t.html('position.inClass', { n: inClass, total: classTotal }), t.html('position.inClassHelp')),
    lines(
      atRegistration === null
        ? t.html('position.registeredOnly', registered)
        : t.html('position.registered', { ...registered, n: atRegistration }),
      t.html('position.registeredHelp', registered),
    ),
    choosingNow === 0 ? '' : t.html('position.choosingNow', { n: choosingNow }),
  ];
}

function notCounted({ notCountedBecause: reason, until, registeredAt }: PositionView, t: Texts): string[] {
  const why = reason === null ? '' : t.html(`position.notCounted.${reason}`);
  return [
    lines(
      t.html('position.noneNow'),
      why,
      until === null ? undefined : t.html('position.until', { date: since(t, until) }),
    ),
    reason === 'LEFT' ? '' : t.html('position.kept', { date: shortDateTime(registeredAt) }),
  ];
}

function placesText({ places, birthYear }: PositionView, t: Texts): string {
  return lines(
    t.html('position.places', { year: birthYear }),
    t.html('position.placesPriority', { n: places.priority }),
    t.html('position.placesOpen', { n: places.open }),
    t.html('position.placesPublished', { n: places.published }),
  );
}

export const positionScreen = defineScreen<View>({
  name: 'place',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const id = idOf<ApplicationId>(arg);
    const { applications, forecasts, queues } = ctx.house.core;
    const [card, view, forecast] = await Promise.all([
      applications.card(personId(ctx), id),
      queues.position(personId(ctx), id),
      forecasts.of(personId(ctx), id),
    ]);
    return { card, view, forecast };
  },
  render,
  actions: {
    chart: {
      run: async (ctx, [id]) => {
        await sendChart(ctx, idOf(id));
        return { to: target('place', idOf(id)), fresh: true };
      },
      settled: ([id]) => target('place', idOf(id)),
    },
  },
});
