import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import type { Refusal } from '../core.ts';
import { button, footer, type Keyboard } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import { backFrom, childName, type From, fromOf, stepTarget, withFrom } from './form.ts';

/**
 * Refusals after which no other IIN helps, but another way does: `y` somebody else's child, `o` the other parent has
 * applied, `m` one has applied oneself.
 */
export type Barred = 'y' | 'o' | 'm';

export function barredBy({ code }: Pick<Refusal, 'code'>): Barred | undefined {
  if (code === 'child.notYours') return 'y';
  if (code === 'application.others') return 'o';
  return code === 'application.duplicate' ? 'm' : undefined;
}

/** Where a form is mended that was refused because of one of its children; undefined when it was not. */
export function mendTarget(refusal: Pick<Refusal, 'code' | 'params'>): Target | undefined {
  const { child } = refusal.params;
  if (typeof child !== 'string') return undefined;
  const why = barredBy(refusal);
  return why === undefined ? target('fchild', child, 's') : target('fbarred', why, 's', child);
}

interface View {
  readonly why: Barred;
  readonly from: From;
  readonly support: string;
  /** A child of the form that was refused at its sending; undefined while its IIN is typed. */
  readonly child: { readonly id: string; readonly name: string } | undefined;
}

/** Why this child cannot be added or sent, and what to do instead. */
export function render({ why, from, support, child }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      formCrumbs(t, child === undefined ? 'CHILDREN' : 'SUMMARY'),
      lines(
        child === undefined ? undefined : t.html('form.child.title', { name: child.name }),
        t.html(`form.barred.${why}`),
      ),
      t.html(`form.barred.${why}Do`, { support }),
      child === undefined ? undefined : t.html('form.barred.kept'),
    ),
    keyboard: [
      why === 'm'
        ? [button(t.plain('form.journal'), 'apps', [], 'success')]
        : [button(t.plain('form.barred.join'), 'guardian', ['f'], 'success')],
      ...otherwise(from, child, t),
      footer(t, backFrom(from, stepTarget('CHILDREN'))),
    ],
  };
}

function otherwise(from: From, child: View['child'], t: Texts): Keyboard {
  return child === undefined
    ? [[button(t.plain('form.barred.other'), 'fiin', withFrom<string>(from))]]
    : [[button(t.plain('form.child.remove'), 'fdrop', withFrom<string>(from, child.id))]];
}

export const barredScreen = defineScreen<View>({
  name: 'fbarred',
  access: 'PERSON',
  load: async (ctx, [why, from, id]) => {
    const draft = await ctx.house.core.drafts.of(actOf(ctx));
    const child = draft?.children.find((known) => known.id === id);
    return {
      why: why === 'y' || why === 'm' ? why : 'o',
      from: fromOf(from),
      support: ctx.house.supportPhone,
      child:
        draft === null || child === undefined
          ? undefined
          : { id: child.id, name: childName(draft, child, ctx.t) },
    };
  },
  render,
});
