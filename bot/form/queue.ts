import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import { type DraftView, dateInWords, localDate } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { lines, paragraphs } from '../words.ts';
import { childName, stepTarget } from './form.ts';

/** Until when the form is kept, as a day. */
export function keptUntil({ expiresAt }: DraftView, t: Texts): string {
  return dateInWords(localDate(expiresAt), t.language);
}

/** A form that was begun is offered again, with where it stands. */
export function render(view: DraftView, t: Texts): Rendered {
  const { district, children, step } = view;
  return {
    text: paragraphs(
      t.html('form.resume.title'),
      lines(
        t.html('form.districtIs', { district: district === null ? '—' : t.pick(district.name) }),
        children.length === 0
          ? undefined
          : t.html('form.resume.children', {
              names: children.map((child) => childName(view, child, t)).join(', '),
            }),
        t.html('form.resume.step', { step: t.plain(`form.step.${step}`) }),
      ),
      t.html('form.resume.until', { date: keptUntil(view, t) }),
    ),
    keyboard: [
      [button(t.plain('form.resume.go'), 'queue', ['go'], 'success')],
      [button(t.plain('form.resume.anew'), 'fnew')],
      footer(t, home),
    ],
  };
}

/**
 * «Баланы кезекке қою» (S1 step 6): where the form stands. With `go` the person goes on at once; a form in which nothing
 * but the place was chosen is no form to be asked about.
 */
export const queueScreen = defineScreen<DraftView>({
  name: 'queue',
  access: 'PERSON',
  load: async (ctx, [go]) => {
    const view = await ctx.house.core.drafts.of(actOf(ctx));
    if (view === null || view.district === null) return redirect(stepTarget('DISTRICT'));
    const begun = view.children.length > 0 || (view.step !== 'DISTRICT' && view.step !== 'INTRO');
    return go === 'go' || !begun ? redirect(stepTarget(view.step)) : view;
  },
  render,
});

/** The second step of beginning anew: everything that was filled in is lost. */
export function renderAnew(_view: object, t: Texts): Rendered {
  return {
    text: paragraphs(t.html('form.anew.title'), t.html('form.anew.lost')),
    keyboard: [
      [button(t.plain('form.anew.yes'), 'fnew/yes', [], 'danger')],
      [button(t.plain('form.anew.no'), 'queue')],
      footer(t, target('queue')),
    ],
  };
}

export const anewScreen = defineScreen<DraftView>({
  name: 'fnew',
  access: 'PERSON',
  load: async (ctx) => (await ctx.house.core.drafts.of(actOf(ctx))) ?? redirect(stepTarget('DISTRICT')),
  render: renderAnew,
  actions: {
    yes: {
      run: async (ctx) => {
        await ctx.house.core.drafts.discard(actOf(ctx));
        return { to: stepTarget('DISTRICT'), toast: { key: 'form.anew.done' } };
      },
      settled: () => target('queue'),
    },
  },
});
