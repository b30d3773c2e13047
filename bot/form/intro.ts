import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { countInWords, type DraftView, type ServiceTerms } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Next, type Redirect, type Rendered, redirect } from '../screen.ts';
import { lines, paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import { type From, fromOf, settledInForm, stand, stepTarget, withFrom } from './form.ts';

interface View {
  readonly from: From;
  readonly draft: DraftView;
  readonly terms: ServiceTerms;
}

/** `3WD` as «3 жұмыс күні», `30CD` as «күнтізбелік 30 күн». */
export function termInWords(term: string, t: Texts): string {
  const unit = term.endsWith('WD') ? 'workingDay' : 'calendarDay';
  return countInWords(Number.parseInt(term, 10), unit, t.language);
}

/** The rules of the place whose queue it is, each in one line. */
function termLines(terms: ServiceTerms, t: Texts): string {
  const count = (n: number, unit: Parameters<typeof countInWords>[1]) => countInWords(n, unit, t.language);
  const { minMonths } = terms;
  const min = minMonths % 12 === 0 ? count(minMonths / 12, 'age') : count(minMonths, 'month');
  return lines(
    t.html('form.terms.title'),
    t.html('form.terms.age', { min, max: count(terms.maxYears, 'age') }),
    t.html('form.terms.turn', { term: termInWords(terms.turnWindow, t) }),
    t.html('form.terms.showUp', { term: termInWords(terms.showUp, t) }),
    t.html('form.terms.stopList', { term: count(terms.stopListWorkingDays, 'workingDay') }),
    t.html('form.terms.misses', { times: count(terms.maxMisses, 'times') }),
    t.html('form.terms.interest', { term: count(terms.interestMonths, 'month') }),
  );
}

/** The description of the service and the way to the manual, which «Өтінімді беру» confirms as read (S1 step 7). */
export function render({ draft, terms, from }: View, t: Texts): Rendered {
  const district = draft.district === null ? '—' : t.pick(draft.district.name);
  return {
    text: paragraphs(
      formCrumbs(t, 'INTRO'),
      draft.rulesChanged ? t.html('form.intro.changed') : undefined,
      lines(t.html('form.intro.title'), t.html('form.districtIs', { district })),
      t.html('form.intro.what'),
      termLines(terms, t),
      t.html('form.intro.need'),
      t.html('form.intro.confirm'),
    ),
    keyboard: [
      [button(t.plain('form.intro.go'), 'fintro/read', withFrom<string>(from), 'success')],
      [button(t.plain('form.intro.manual'), 'manual', ['queue', 0, 'f'])],
      footer(t, stepTarget('DISTRICT')),
    ],
  };
}

async function load(ctx: KezekContext, [from]: readonly string[]): Promise<View | Redirect> {
  const { drafts } = ctx.house.core;
  const draft = await drafts.of(actOf(ctx));
  if (draft === null || draft.district === null) return redirect(stepTarget('DISTRICT'));
  // Whoever comes back from a later step, or must read again, goes on there afterwards.
  if (draft.step === 'DISTRICT') await stand(ctx, draft, 'INTRO');
  return { draft, terms: await drafts.terms(draft.district.id), from: fromOf(from) };
}

/** On to the step where the person was: the first one, unless the rules or the district changed later on. */
async function read(ctx: KezekContext, [from]: readonly string[]): Promise<Next> {
  const { drafts } = ctx.house.core;
  const act = actOf(ctx);
  const draft = await drafts.of(act);
  await drafts.confirmRead(act);
  if (fromOf(from) === 's') return { to: stepTarget('SUMMARY') };
  const first = draft === null || draft.step === 'DISTRICT' || draft.step === 'INTRO';
  return { to: stepTarget(first ? 'APPLICANT' : draft.step) };
}

export const introScreen = defineScreen<View>({
  name: 'fintro',
  access: 'PERSON',
  load,
  render,
  actions: { read: { run: read, settled: settledInForm } },
});
