import type { Texts } from '../../locales/index.ts';
import { DRAFT_RULES, type DraftChild, type DraftView, shortDate } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import { atStep, childButton, childName, stepTarget } from './form.ts';

/** What is filled in for one child, without its IIN and without which benefit it is (DOMAIN §6.3). */
export function childFacts(child: DraftChild, t: Texts): readonly string[] {
  return [
    t.html('form.field.value', { label: t.plain('form.benefit.label'), value: benefitWords(child, t) }),
    t.html('form.field.value', {
      label: t.plain('form.language.label'),
      value: t.plain(`form.language.${child.preferredLanguage ?? 'any'}`),
    }),
  ];
}

function benefitWords({ claim }: DraftChild, t: Texts): string {
  if (claim === null) return t.plain('form.benefit.is.no');
  const n = claim.scans.length;
  return n === 0 ? t.plain('form.benefit.is.noScans') : t.plain('form.benefit.is.scans', { n });
}

/** Why the application will be looked at before the child stands in the queue. */
export function reviewNote({ relation }: DraftChild, t: Texts): string | undefined {
  return relation === 'PROVEN' ? undefined : t.html(`form.child.${relation}`);
}

/** «2-қадам: Бала туралы ақпаратты енгізу»: several children in one form. */
export function render(view: DraftView, t: Texts): Rendered {
  const { children } = view;
  const room = children.length < DRAFT_RULES.maxChildren;
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      t.html('form.children.title'),
      ...children.map((child, n) =>
        lines(
          t.html('form.children.entry', {
            n: n + 1,
            name: childName(view, child, t),
            born: shortDate(child.birthDate),
          }),
          ...childFacts(child, t),
        ),
      ),
    ),
    keyboard: [
      ...children.map((child) => [button(childButton(view, child, t), 'fchild', [child.id])]),
      ...(room ? [[button(t.plain('form.children.add'), 'fiin')]] : []),
      [button(t.plain('form.next'), 'fhome', [], 'success')],
      footer(t, stepTarget('APPLICANT')),
    ],
  };
}

export const childrenScreen = defineScreen<DraftView>({
  name: 'fkids',
  access: 'PERSON',
  load: async (ctx) => {
    const view = await atStep(ctx, 'CHILDREN');
    return !('redirect' in view) && view.children.length === 0 ? redirect(target('fiin')) : view;
  },
  render,
});
