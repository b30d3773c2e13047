import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { type Target, target } from '../session.ts';
import { lines, paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import {
  atChild,
  backFrom,
  type ChildView,
  childId,
  erasedNote,
  fromOf,
  needText,
  oneLine,
  settledInForm,
  stepTarget,
  withFrom,
} from './form.ts';

const PARTS = ['surname', 'name', 'patronymic'] as const;
type Part = (typeof PARTS)[number];

function partOf(arg: string | undefined): Part {
  return PARTS.find((part) => part === arg) ?? 'surname';
}

interface View extends ChildView {
  readonly part: Part;
}

/** The registry was silent: the name is asked part by part, and the application will be looked at (A2). */
export function render({ child, part, from }: View, t: Texts): Rendered {
  const skip = button(
    t.plain('form.name.noPatronymic'),
    'fname/skip',
    withFrom<string>(from, child.id, part),
  );
  return {
    text: paragraphs(
      formCrumbs(t, 'CHILDREN'),
      part === 'surname' ? t.html('form.name.why') : undefined,
      lines(
        t.html(`form.name.ask.${part}`),
        t.html('form.address.count', { n: PARTS.indexOf(part) + 1, of: PARTS.length }),
      ),
      t.html('form.name.asInPaper'),
      t.html('iin.safety'),
    ),
    keyboard: [...(part === 'patronymic' ? [[skip]] : []), footer(t, before(child.id, part, from))],
  };
}

function before(id: string, part: Part, from: ChildView['from']): Target {
  const earlier = PARTS[PARTS.indexOf(part) - 1];
  if (earlier !== undefined) return target('fname', ...withFrom<string>(from, id, earlier));
  return from === 'n' ? stepTarget('CHILDREN') : target('fchild', ...withFrom<string>(from, id));
}

async function set(
  ctx: KezekContext,
  [id = '', arg, from]: readonly string[],
  value: string | null,
): Promise<Target> {
  const part = partOf(arg);
  const parts = part === 'patronymic' ? { patronymic: value } : { [part]: value ?? '' };
  await ctx.house.core.drafts.nameChild(actOf(ctx), childId(id), parts);
  const next = PARTS[PARTS.indexOf(part) + 1];
  const came = fromOf(from);
  if (next !== undefined) return target('fname', ...withFrom<string>(came, id, next));
  return came === 's'
    ? backFrom(came, stepTarget('CHILDREN'))
    : target('fchild', ...withFrom<string>(came, id));
}

async function answer(ctx: KezekContext, args: readonly string[], { text, erased }: Answer): Promise<Next> {
  if (text === undefined) return needText(erased);
  return { to: await set(ctx, args, oneLine(text)), note: erasedNote(erased) };
}

export const childNameScreen = defineScreen<View>({
  name: 'fname',
  access: 'PERSON',
  secret: true,
  load: async (ctx, [id = '', part, from = '']) => {
    const view = await atChild(ctx, [id, from]);
    return 'redirect' in view ? view : { ...view, part: partOf(part) };
  },
  render,
  answer,
  settled: settledInForm,
  actions: {
    skip: { run: async (ctx, args) => ({ to: await set(ctx, args, null) }), settled: settledInForm },
  },
});
