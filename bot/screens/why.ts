import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import type { ApplicationCard, ApplicationId, UnmetCondition } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs, since } from '../words.ts';
import { heading } from './card.ts';

interface View {
  readonly card: ApplicationCard;
  readonly unmet: readonly UnmetCondition[];
}

/** «Неге таңдай алмаймын?»: the conditions of choosing that are not met now, and from when they will be (F-50). */
export function render({ card, unmet }: View, t: Texts): Rendered {
  const interest = unmet.some(({ code }) => code === 'INTEREST_OVERDUE') || card.canConfirmInterest;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      heading(card, t),
      t.html(unmet.length === 0 ? 'why.nothing' : 'why.title'),
      ...unmet.map((condition) => conditionText(condition, t)),
      unmet.length === 0 ? undefined : t.html('why.rule'),
    ),
    keyboard: [
      ...(unmet.length === 0 ? [[button(t.plain('choose.button'), 'free', [card.id], 'success')]] : []),
      ...(interest ? [[button(t.plain('interest.button'), 'interest', [card.id], 'success')]] : []),
      [button(t.plain('menu.position'), 'place', [card.id])],
      footer(t, target('card', card.id)),
    ],
  };
}

function conditionText({ code, from, position }: UnmetCondition, t: Texts): string {
  return lines(
    `▫️ ${t.html(`why.${code}`)}`,
    position === null ? undefined : t.html('why.position', { n: position }),
    from === null ? undefined : t.html('why.from', { date: since(t, from) }),
  );
}

export const whyScreen = defineScreen<View>({
  name: 'why',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const id = idOf<ApplicationId>(arg);
    const { applications } = ctx.house.core;
    const [card, unmet] = await Promise.all([
      applications.card(personId(ctx), id),
      applications.unmet(personId(ctx), id),
    ]);
    return { card, unmet };
  },
  render,
});
