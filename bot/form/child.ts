import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { dateWithoutWeekday } from '../core.ts';
import { type Button, button, footer, type Keyboard } from '../keyboard.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { childFacts, reviewNote } from './children.ts';
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
  summaryRow,
  withFrom,
} from './form.ts';

/** The child as the registry knows it, to be confirmed; later with everything that can be changed. */
export function render(view: ChildView, t: Texts): Rendered {
  const { view: draft, child, from } = view;
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      lines(
        t.html('form.child.title', { name: childName(draft, child, t) }),
        t.html('form.field.value', {
          label: t.plain('form.child.born'),
          value: dateWithoutWeekday(child.birthDate, t.language),
        }),
        t.html('form.field.value', { label: t.plain('form.child.iin'), value: child.maskedIin }),
      ),
      reviewNote(child, t) ?? t.html('form.child.registry'),
      from === 'n' ? t.html('form.child.confirm') : lines(...childFacts(child, t)),
    ),
    keyboard: [
      ...(from === 'n' ? confirmRows(view, t) : editRows(view, t)),
      footer(t, backFrom(from, stepTarget('CHILDREN'))),
    ],
  };
}

function confirmRows({ child: { id, source } }: ChildView, t: Texts): Keyboard {
  return [
    [button(t.plain('form.child.yes'), 'fben', [id, 'n'], 'success')],
    ...(source === 'TYPED' ? [[button(t.plain('form.child.rename'), 'fname', [id, 'surname', 'n'])]] : []),
    [button(t.plain('form.child.other'), 'fchild/other', [id])],
  ];
}

function editRows({ child, from }: ChildView, t: Texts): Keyboard {
  const { id, claim, source } = child;
  const to = (label: string, screen: string): Button => button(label, screen, withFrom<string>(from, id));
  return [
    [to(t.plain('form.benefit.button'), 'fben'), to(t.plain('form.language.button'), 'flang')],
    ...(claim === null ? [] : [[button(t.plain('form.benefit.scans'), 'scans', [claim.id, 'f'])]]),
    ...(source === 'TYPED'
      ? [[button(t.plain('form.child.rename'), 'fname', withFrom<string>(from, id, 'surname'))]]
      : []),
    [to(t.plain('form.child.remove'), 'fdrop')],
    ...summaryRow(from, t),
  ];
}

/** «Басқа ЖСН»: the one just added was not meant; nothing is filled in for it yet. */
async function other(ctx: KezekContext, [id]: readonly string[]): Promise<Next> {
  await ctx.house.core.drafts.removeChild(actOf(ctx), childId(id));
  return { to: target('fiin') };
}

async function load(ctx: KezekContext, args: readonly string[]): Promise<ChildView | Redirect> {
  const view = await atChild(ctx, args);
  if ('redirect' in view) return view;
  const nameless = view.child.source === 'TYPED' && (view.child.surname ?? '') === '';
  // The registry was silent: there is nothing to be confirmed before the name is typed.
  return nameless && view.from === 'n' ? redirect(target('fname', view.child.id, 'surname', 'n')) : view;
}

export const childScreen = defineScreen<ChildView>({
  name: 'fchild',
  access: 'PERSON',
  load,
  render,
  actions: { other: { run: other, settled: settledInForm } },
});

/** The second step of taking a child out of the form. */
export function renderDrop({ view, child, from }: ChildView, t: Texts): Rendered {
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      t.html('form.drop.title', { name: childName(view, child, t) }),
      t.html('form.drop.lost'),
    ),
    keyboard: [
      [button(t.plain('form.drop.yes'), 'fdrop/yes', withFrom<string>(from, child.id), 'danger')],
      [button(t.plain('form.drop.no'), 'fchild', withFrom<string>(from, child.id))],
      footer(t, target('fchild', ...withFrom<string>(from, child.id))),
    ],
  };
}

export const childDropScreen = defineScreen<ChildView>({
  name: 'fdrop',
  access: 'PERSON',
  load: atChild,
  render: renderDrop,
  actions: {
    yes: {
      run: async (ctx, [id, from]) => {
        await ctx.house.core.drafts.removeChild(actOf(ctx), childId(id));
        return { to: backFrom(fromOf(from), stepTarget('CHILDREN')), toast: { key: 'form.drop.done' } };
      },
      settled: settledInForm,
    },
  },
});
