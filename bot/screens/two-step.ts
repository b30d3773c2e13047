import type { TextKey, Texts } from '../../locales/index.ts';
import type { KezekContext } from '../context.ts';
import { personId } from '../context.ts';
import type { ApplicationCard } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, type Style } from '../keyboard.ts';
import { defineScreen, type Next, type Rendered, redirect, type Screen } from '../screen.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { heading } from './card.ts';

/** Something that is asked once more before it is done to an application. */
interface Step {
  readonly name: string;
  readonly texts: 'decline' | 'withdraw' | 'undo' | 'interest';
  readonly style: Style;
  /** Whether it can be done now; what cannot leads back to the card. */
  readonly possible: (card: ApplicationCard) => boolean;
  /** What a person must know before; keys of texts with the values of `values`. */
  readonly explain: (card: ApplicationCard, t: Texts) => readonly string[];
  readonly run: (ctx: KezekContext, card: ApplicationCard) => Promise<Next>;
  /** Its «yes» is on a notice too: one tap there does it. */
  readonly anytime?: true;
  readonly otherwise?: (card: ApplicationCard, t: Texts) => string;
}

export interface StepView {
  readonly card: ApplicationCard;
  readonly possible: boolean;
}

export function renderStep(step: Step, { card, possible }: StepView, t: Texts): Rendered {
  const title: TextKey = `${step.texts}.title`;
  const ask = [
    [button(t.plain(`${step.texts}.yes`), `${step.name}/yes`, [card.id], step.style)],
    [button(t.plain(`${step.texts}.no`), 'card', [card.id])],
  ];
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      lines(t.html(title), heading(card, t)),
      ...(possible ? step.explain(card, t) : [step.otherwise?.(card, t)]),
    ),
    keyboard: [...(possible ? ask : []), footer(t, target('card', card.id))],
  };
}

export function twoStep(step: Step): Screen {
  return defineScreen<StepView>({
    name: step.name,
    access: 'PERSON',
    load: async (ctx, [arg]) => {
      const card = await ctx.house.core.applications.card(personId(ctx), idOf(arg));
      const possible = step.possible(card);
      return possible || step.otherwise !== undefined
        ? { card, possible }
        : redirect(target('card', card.id));
    },
    render: (view, t) => renderStep(step, view, t),
    actions: {
      yes: {
        ...(step.anytime === true ? { anytime: true } : {}),
        run: async (ctx, [arg]) => {
          const card = await ctx.house.core.applications.card(personId(ctx), idOf(arg));
          return { to: target('card', card.id), ...(await step.run(ctx, card)) };
        },
        settled: ([arg]) => target('card', idOf(arg)),
      },
    },
  });
}
