import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import {
  atChild,
  backFrom,
  type ChildView,
  childId,
  childName,
  fromOf,
  settledInForm,
  stepTarget,
  withFrom,
} from './form.ts';

const CHOICES = ['kk', 'ru', 'any'] as const;

/** The language in which a group is wished for; it can be changed later, and places in others stay possible. */
export function render({ view, child, from }: ChildView, t: Texts): Rendered {
  const chosen =
    from === 'n' && child.preferredLanguage === null ? undefined : (child.preferredLanguage ?? 'any');
  const back = from === 'n' ? target('fben', child.id, 'n') : target('fchild', child.id);
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      lines(t.html('form.language.title'), t.html('form.language.ask', { name: childName(view, child, t) })),
      t.html('form.language.about'),
    ),
    keyboard: [
      ...CHOICES.map((choice) => [
        button(
          `${choice === chosen ? '✅ ' : ''}${t.plain(`form.language.choose.${choice}`)}`,
          'flang/set',
          withFrom<string>(from, child.id, choice),
        ),
      ]),
      footer(t, backFrom(from, back)),
    ],
  };
}

async function set(ctx: KezekContext, [id, choice, arg]: readonly string[]): Promise<Next> {
  const from = fromOf(arg);
  const language = choice === 'kk' || choice === 'ru' ? choice : null;
  await ctx.house.core.drafts.setLanguage(actOf(ctx), childId(id), language);
  return { to: from === '' ? target('fchild', childId(id)) : backFrom(from, stepTarget('CHILDREN')) };
}

export const childLanguageScreen = defineScreen<ChildView>({
  name: 'flang',
  access: 'PERSON',
  load: atChild,
  render,
  actions: { set: { run: set, settled: settledInForm } },
});
