import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { type DraftView, Refusal } from '../core.ts';
import { footer } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Redirect, type Rendered } from '../screen.ts';
import { maskedEcho } from '../screens/iin.ts';
import { target } from '../session.ts';
import { paragraphs } from '../words.ts';
import { barredBy } from './barred.ts';
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

export const childIinScreen = defineScreen<View>({
  name: 'fiin',
  access: 'PERSON',
  secret: true,
  load,
  render,
  answer,
  settled: () => target('fkids'),
});
