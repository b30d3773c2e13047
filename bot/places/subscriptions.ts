import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import type { SubscriptionId, SubscriptionView } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, rows } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { languageLabel } from './words.ts';

interface View {
  readonly subscriptions: readonly SubscriptionView[];
}

/** «Жазылымдарым»: of which places one is told, each ended by one tap. */
export function render({ subscriptions }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.subs'),
      t.html('subs.list'),
      ...(subscriptions.length === 0
        ? [t.html('subs.none')]
        : subscriptions.map((subscription, index) => entry(subscription, index + 1, t))),
      subscriptions.length === 0 ? undefined : t.html('subs.how'),
    ),
    keyboard: [
      ...rows(
        subscriptions.map(({ id }, index) =>
          button(t.plain('subs.stop', { n: index + 1 }), 'subs/stop', [id]),
        ),
        2,
      ),
      [button(t.plain('subs.add'), 'near', ['s'])],
      footer(t, target('near')),
    ],
  };
}

function entry(
  { birthYear: year, language, kindergarten, radius }: SubscriptionView,
  n: number,
  t: Texts,
): string {
  return lines(
    t.html('subs.entry', { n, year, language: languageLabel(language, t) }),
    kindergarten === null
      ? t.html('subs.within', { distance: t.plain('near.km', { n: (radius ?? 0) / 1000 }) })
      : t.html('subs.named', { name: t.pick(kindergarten) }),
  );
}

export const subscriptionsScreen = defineScreen<View>({
  name: 'subs',
  access: 'PERSON',
  load: async (ctx) => ({ subscriptions: await ctx.house.core.kindergartens.subscriptions(actOf(ctx)) }),
  render,
  actions: {
    stop: {
      anytime: true,
      run: async (ctx, [arg]) => {
        const id = idOf<SubscriptionId>(arg, 'subscription.unknown');
        await ctx.house.core.kindergartens.unsubscribe(actOf(ctx), id);
        return { to: target('subs'), toast: { key: 'subs.stopped' } };
      },
      settled: () => target('subs'),
    },
  },
});
