import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { type DraftView, Refusal } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Redirect, type Rendered } from '../screen.ts';
import { maskedEcho } from '../screens/iin.ts';
import { target } from '../session.ts';
import { paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import { atStep, backFrom, type From, fromOf, needText, stepTarget, withFrom } from './form.ts';

interface View {
  readonly draft: DraftView;
  readonly from: From;
}

/** «Баланың ЖСН-і» (S1 step 9), deleted from the chat at once. */
export function render({ draft, from }: View, t: Texts): Rendered {
  const first = draft.children.length === 0;
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      t.html(first ? 'form.iin.title' : 'form.iin.next'),
      t.html('iin.format'),
      t.html('form.iin.where'),
      t.html('iin.safety'),
    ),
    keyboard: [footer(t, backFrom(from, first ? stepTarget('APPLICANT') : stepTarget('CHILDREN')))],
  };
}

async function load(ctx: KezekContext, [from]: readonly string[]): Promise<View | Redirect> {
  const draft = await atStep(ctx, 'CHILDREN', fromOf(from));
  return 'redirect' in draft ? draft : { draft, from: fromOf(from) };
}

async function answer(ctx: KezekContext, [arg]: readonly string[], { text, erased }: Answer): Promise<Next> {
  if (text === undefined) return needText(erased);
  const note = maskedEcho(text, erased);
  const said = note === undefined ? {} : { note };
  try {
    const id = await ctx.house.core.drafts.addChild(actOf(ctx), text);
    return { to: target('fchild', id, 'n'), ...said };
  } catch (error) {
    const why = error instanceof Refusal ? barredBy(error) : undefined;
    if (why === undefined) throw error;
    return { to: target('fbarred', ...withFrom<string>(fromOf(arg), why)), ...said };
  }
}

/**
 * Refusals after which no other IIN helps, but another way does: `y` somebody else's child, `o` the other parent has
 * applied, `m` one has applied oneself.
 */
export type Barred = 'y' | 'o' | 'm';

export function barredBy({ code }: Refusal): Barred | undefined {
  if (code === 'child.notYours') return 'y';
  if (code === 'application.others') return 'o';
  return code === 'application.duplicate' ? 'm' : undefined;
}

export const childIinScreen = defineScreen<View>({
  name: 'fiin',
  access: 'PERSON',
  secret: true,
  load,
  render,
  answer,
  settled: () => target('fkids'),
});

interface BarredView {
  readonly why: Barred;
  readonly from: From;
  readonly support: string;
}

/** Why this child cannot be added, and what to do instead. */
export function renderBarred({ why, from, support }: BarredView, t: Texts): Rendered {
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      t.html(`form.barred.${why}`),
      t.html(`form.barred.${why}Do`, { support }),
    ),
    keyboard: [
      ...(why === 'm' ? [[button(t.plain('form.journal'), 'apps', [], 'success')]] : []),
      ...(why === 'm' ? [] : [[button(t.plain('form.barred.join'), 'guardian', [], 'success')]]),
      [button(t.plain('form.barred.other'), 'fiin', withFrom<string>(from))],
      footer(t, backFrom(from, stepTarget('CHILDREN'))),
    ],
  };
}

export const barredScreen = defineScreen<BarredView>({
  name: 'fbarred',
  access: 'PERSON',
  load: async (ctx, [why, from]) => ({
    why: why === 'y' || why === 'm' ? why : 'o',
    from: fromOf(from),
    support: ctx.house.supportPhone,
  }),
  render: renderBarred,
});
