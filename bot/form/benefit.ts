import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Next, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import {
  atChild,
  backFrom,
  type ChildView,
  childId,
  childName,
  type From,
  fromOf,
  settledInForm,
  summaryRow,
  withFrom,
} from './form.ts';

/** After the benefit: the next question of a child just added, otherwise back to where one came from. */
export function afterBenefit(id: string, from: From): Target {
  if (from === 'n') return target('flang', id, 'n');
  return backFrom(from, target('fchild', id));
}

interface View extends ChildView {
  /** A claim with scans is about to be dropped: asked once more. */
  readonly sure: boolean;
}

/** «Жеңілдік берілген тұлға» (S1 step 9): the tick box of the form as a question. */
export function render({ view, child, from, sure }: View, t: Texts): Rendered {
  const { id, claim } = child;
  const args = withFrom<string>(from, id);
  const scans = claim === null ? [] : [[button(t.plain('form.benefit.scans'), 'scans', [claim.id, 'f'])]];
  const no = button(t.plain('form.benefit.no'), 'fben/none', args);
  const keyboard = sure
    ? [
        [button(t.plain('form.benefit.dropYes'), 'fben/drop', args, 'danger')],
        [button(t.plain('form.benefit.dropNo'), 'fben', args)],
      ]
    : [
        [no],
        [button(t.plain(claim === null ? 'form.benefit.yes' : 'form.benefit.other'), 'fcat', args)],
        ...scans,
        ...summaryRow(from, t),
      ];
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      lines(t.html('form.benefit.title'), t.html('form.benefit.ask', { name: childName(view, child, t) })),
      sure ? t.html('form.benefit.dropAsk', { n: claim?.scans.length ?? 0 }) : t.html('form.benefit.about'),
    ),
    keyboard: [...keyboard, footer(t, before(id, from))],
  };
}

function before(id: string, from: From): Target {
  return backFrom(from, target('fchild', ...withFrom<string>(from, id)));
}

async function none(ctx: KezekContext, [id = '', arg]: readonly string[]): Promise<Next> {
  const from = fromOf(arg);
  const view = await atChild(ctx, [id, from]);
  if ('redirect' in view) return { to: view.redirect };
  const { claim } = view.child;
  if (claim === null) return { to: afterBenefit(id, from) };
  if (claim.scans.length > 0) return { to: target('fben', id, from, 'x') };
  return drop(ctx, [id, from]);
}

async function drop(ctx: KezekContext, [id = '', arg]: readonly string[]): Promise<Next> {
  await ctx.house.core.drafts.setBenefit(actOf(ctx), childId(id), null);
  return { to: afterBenefit(id, fromOf(arg)) };
}

export const childBenefitScreen = defineScreen<View>({
  name: 'fben',
  access: 'PERSON',
  load: async (ctx, [id = '', from = '', sure]) => {
    const view = await atChild(ctx, [id, from]);
    return 'redirect' in view ? view : { ...view, sure: sure === 'x' && view.child.claim !== null };
  },
  render,
  actions: {
    none: { run: none, settled: settledInForm },
    drop: { run: drop, settled: settledInForm },
  },
});
