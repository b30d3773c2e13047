import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import type { ApplicationCard, ApplicationId } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { at, childLabel, lines, paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';

interface View {
  readonly cards: readonly ApplicationCard[];
}

/** «Балаңыз кезекке қойылды. Кезек нөмірі: {n}» (S1 step 13), for each child of the form. */
export function render({ cards }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      formCrumbs(t, 'DONE'),
      ...cards.map((card) => outcomeText(card, t)),
      t.html('form.sent.after'),
    ),
    keyboard: [
      ...cards.map((card) => [button(`👶 ${childLabel(t, card)}`, 'card', [card.id])]),
      [button(t.plain('form.journal'), 'apps', [], 'success')],
      footer(t),
    ],
  };
}

function outcomeText(card: ApplicationCard, t: Texts): string {
  const n = card.positionAtRegistration;
  if (n === null || card.state === 'IN_REVIEW') return lines(heading(card, t), t.html('form.sent.review'));
  const due = t.html('deadline.INTEREST', { date: at(t, card.interestDueAt) });
  return lines(heading(card, t), t.html('form.sent.queued', { n }), due);
}

export const doneScreen = defineScreen<View>({
  name: 'fdone',
  access: 'PERSON',
  load: async (ctx, ids) => {
    if (ids.length === 0) return redirect(target('apps'));
    const { applications } = ctx.house.core;
    const cards = ids.map((id) => applications.card(personId(ctx), idOf<ApplicationId>(id)));
    return { cards: await Promise.all(cards) };
  },
  render,
});
