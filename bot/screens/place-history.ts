import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import {
  type ApplicationCard,
  type ApplicationId,
  localDate,
  type PlaceCause,
  type PlaceExplained,
  type PlaceStep,
  shortDate,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { heading } from './card.ts';
import { sendChart } from './place-chart.ts';

/** A week, a month, all that is known. */
const PERIODS = ['w', 'm', 'a'] as const;
type Period = (typeof PERIODS)[number];
const DAYS: Readonly<Record<Period, number>> = { w: 7, m: 30, a: 36_500 };

/** More steps than these are told by their causes and the last few. */
const MOST_STEPS = 8;
const LAST_STEPS = 4;
const MOST_CAUSES = 5;

interface View {
  readonly card: ApplicationCard;
  readonly explained: PlaceExplained;
  readonly period: Period;
  readonly now: Date;
}

/** «Неге өзгерді?»: what moved the number, step by step (DOMAIN §7.1, P3). */
export function render({ card, explained, period, now }: View, t: Texts): Rendered {
  const day = (at: Date) => shortDate(localDate(at));
  return {
    text: paragraphs(
      crumbs(t, 'crumb.position'),
      lines(heading(card, t), t.html('moved.title')),
      lines(t.html('moved.from', { from: day(explained.since), to: day(now) }), change(explained, t)),
      ...(explained.steps.length > MOST_STEPS ? summary(explained, t) : [told(explained.steps, t)]),
      explained.steps.length === 0 ? undefined : t.html('moved.help'),
    ),
    keyboard: [
      PERIODS.map((name) =>
        button(`${name === period ? '• ' : ''}${t.plain(`moved.period.${name}`)}`, 'moved', [card.id, name]),
      ),
      [button(t.plain('moved.chart'), 'moved/chart', [card.id, period])],
      footer(t, target('place', card.id)),
    ],
  };
}

function change({ from, to, steps }: PlaceExplained, t: Texts): string {
  if (from !== to) return t.html('moved.change', { from: number(from, t), to: number(to, t) });
  if (steps.length > 0) return t.html('moved.change', { from: number(from, t), to: number(to, t) });
  return from === null ? t.html('moved.stillUncounted') : t.html('moved.still', { n: from });
}

function number(place: number | null, t: Texts): string {
  return place === null ? t.plain('moved.uncounted') : `${place}`;
}

function told(steps: readonly PlaceStep[], t: Texts): string {
  return lines(...steps.map((step) => stepText(step, t)));
}

function stepText({ from, to, cause, own, children, at }: PlaceStep, t: Texts): string {
  return t.html('moved.step', {
    sign: from === null || to === null ? '•' : sign(to - from),
    from: number(from, t),
    to: number(to, t),
    why: why({ cause, own, children }, t),
    date: shortDate(localDate(at)),
  });
}

/** Many steps: what each cause came to, then what happened last. */
function summary({ causes, steps }: PlaceExplained, t: Texts): string[] {
  const last = steps.slice(-LAST_STEPS);
  const earlier = { from: number(steps[0]?.from ?? null, t), to: number(last[0]?.from ?? null, t) };
  return [
    lines(
      t.html('moved.causes'),
      ...causes.slice(0, MOST_CAUSES).map((cause) =>
        t.html('moved.sum', {
          sign: sign(cause.by),
          by: Math.abs(cause.by),
          why: why(cause, t),
        }),
      ),
    ),
    lines(t.html('moved.last'), t.html('moved.earlier', earlier), told(last, t)),
  ];
}

/** The number grows: the turn is further away. */
export function sign(by: number): string {
  return by < 0 ? '▲' : '▼';
}

/** The cause in words. */
function why({ cause, own, children }: Pick<PlaceCause, 'cause' | 'own' | 'children'>, t: Texts): string {
  if (own) return t.plain(`moved.own.${cause}`);
  const { who, form } = childrenInWords(children, t);
  const others = cause === 'TURN_CAME' || cause === 'TURN_ENDED' ? 'TURN' : cause;
  return t.plain(`moved.why.${others}.${form}`, { who });
}

/** «екі бала» / «двое детей» up to seven, figures above; `form` is that of the verb after it. */
export function childrenInWords(
  children: number,
  t: Texts,
): { readonly who: string; readonly form: 'one' | 'many' } {
  const form = new Intl.PluralRules(t.language).select(children);
  const many = form === 'one' || form === 'few' ? form : 'many';
  const inWords = `moved.who.${children}`;
  const who = t.has(inWords) ? t.plain(inWords) : t.plain(`moved.who.${many}`, { n: children });
  return { who, form: form === 'one' ? 'one' : 'many' };
}

export const placeHistoryScreen = defineScreen<View>({
  name: 'moved',
  access: 'PERSON',
  load: async (ctx, [arg, wanted]) => {
    const id = idOf<ApplicationId>(arg);
    const period = PERIODS.find((name) => name === wanted) ?? 'm';
    const now = ctx.house.clock.now();
    const { applications, queues } = ctx.house.core;
    const since = new Date(now.getTime() - DAYS[period] * 86_400_000);
    const [card, explained] = await Promise.all([
      applications.card(personId(ctx), id),
      queues.explain(personId(ctx), id, since),
    ]);
    return { card, explained, period, now };
  },
  render,
  actions: {
    chart: {
      run: async (ctx, [id, period]) => {
        await sendChart(ctx, idOf(id));
        return { to: target('moved', idOf(id), period ?? 'm'), fresh: true };
      },
      settled: ([id, period]) => target('moved', idOf(id), period ?? 'm'),
    },
  },
});
