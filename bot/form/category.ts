import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { BenefitCategory } from '../core.ts';
import { button, footer, pageOf, pager } from '../keyboard.ts';
import { defineScreen, type Next, type Rendered } from '../screen.ts';
import { categoryLines, categoryRows } from '../screens/category-rows.ts';
import { target } from '../session.ts';
import { paragraphs } from '../words.ts';
import { afterBenefit } from './benefit.ts';
import { formCrumbs } from './crumbs.ts';
import { atChild, type ChildView, childId, fromOf, settledInForm, withFrom } from './form.ts';

const PAGE_SIZE = 5;

interface View extends ChildView {
  readonly categories: readonly BenefitCategory[];
  readonly page: number;
}

/** The dictionary of benefits with the paper that proves each, and S1's warning about copies; the one chosen is ticked. */
export function render({ child, from, categories, page }: View, t: Texts): Rendered {
  const { id } = child;
  const first = page * PAGE_SIZE;
  const shown = categories.slice(first, first + PAGE_SIZE);
  const pages = Math.max(1, Math.ceil(categories.length / PAGE_SIZE));
  const chosen = child.claim?.category.code;
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      t.html('form.category.title'),
      categoryLines(shown, t, first),
      t.html('form.category.copies'),
    ),
    keyboard: [
      ...categoryRows(
        shown,
        t,
        (label, { code }) =>
          button(`${code === chosen ? '✅ ' : ''}${label}`, 'fcat/take', withFrom<string>(from, id, code)),
        first,
      ),
      ...pager('fcat', (to) => [id, from, to], page, pages),
      footer(t, target('fben', ...withFrom<string>(from, id))),
    ],
  };
}

async function take(ctx: KezekContext, [id = '', code = '', from]: readonly string[]): Promise<Next> {
  const claim = await ctx.house.core.drafts.setBenefit(actOf(ctx), childId(id), code);
  return { to: claim === null ? afterBenefit(id, fromOf(from)) : target('scans', claim, 'f') };
}

export const categoryScreen = defineScreen<View>({
  name: 'fcat',
  access: 'PERSON',
  load: async (ctx, [id = '', from = '', page]) => {
    const [view, categories] = await Promise.all([
      atChild(ctx, [id, from]),
      ctx.house.core.benefits.categories(),
    ]);
    const last = Math.max(0, Math.ceil(categories.length / PAGE_SIZE) - 1);
    return 'redirect' in view ? view : { ...view, categories, page: Math.min(pageOf(page), last) };
  },
  render,
  actions: { take: { run: take, settled: settledInForm } },
});
