import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext } from '../context.ts';
import type { DraftView } from '../core.ts';
import { button, footer } from '../keyboard.ts';
import { type Answer, defineScreen, type Next, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { paragraphs } from '../words.ts';
import { formCrumbs } from './crumbs.ts';
import { atStep, backFrom, type From, fromOf, settledInForm, stepTarget, withFrom } from './form.ts';

interface View {
  readonly draft: DraftView;
  readonly from: From;
}

/** Where the family lives, to about 100 m: wanted only to show what is near, and never asked for twice. */
export function render({ draft: { home }, from }: View, t: Texts): Rendered {
  const args = withFrom<string>(from);
  const share = button(
    t.plain(home === null ? 'form.home.share' : 'form.home.again'),
    'fpoint',
    args,
    home === null ? 'primary' : undefined,
  );
  const on = button(
    t.plain(from === 's' ? 'form.toSummary' : home === null ? 'form.skip' : 'form.next'),
    'fsum',
    [],
    home === null ? undefined : 'success',
  );
  return {
    text: paragraphs(
      formCrumbs(t, 'HOME'),
      t.html('form.home.title'),
      t.html(home === null ? 'form.home.why' : 'form.home.known'),
      t.html('form.home.exact'),
    ),
    keyboard: [
      [share],
      ...(home === null ? [] : [[button(t.plain('form.home.forget'), 'fhome/forget', args)]]),
      [on],
      footer(t, backFrom(from, stepTarget('CHILDREN'))),
    ],
  };
}

async function load(ctx: KezekContext, [arg]: readonly string[]) {
  const from = fromOf(arg);
  const draft = await atStep(ctx, 'HOME', from);
  return 'redirect' in draft ? draft : { draft, from };
}

/** A point may also come from the map of the messenger, without the button. */
async function take(
  ctx: KezekContext,
  [arg]: readonly string[],
  { location }: Answer,
): Promise<Next | undefined> {
  if (location === undefined) return undefined;
  const { latitude, longitude } = location;
  await ctx.house.core.drafts.setHome(actOf(ctx), { latitude, longitude });
  return { to: target('fhome', ...withFrom<string>(fromOf(arg))), note: { key: 'form.home.saved' } };
}

export const homeScreen = defineScreen<View>({
  name: 'fhome',
  access: 'PERSON',
  secret: true,
  load,
  render,
  answer: async (ctx, args, given) =>
    (await take(ctx, args, given)) ?? { note: { key: 'common.useButtons' } },
  settled: settledInForm,
  actions: {
    forget: {
      run: async (ctx, [from]) => {
        await ctx.house.core.drafts.setHome(actOf(ctx), null);
        return { to: target('fhome', ...withFrom<string>(fromOf(from))), toast: { key: 'form.home.gone' } };
      },
      settled: settledInForm,
    },
  },
});

/** The button that shares where one is; it is only on a keyboard of its own. */
export function renderPoint(_view: View, t: Texts): Rendered {
  return {
    text: paragraphs(formCrumbs(t, 'HOME'), t.html('form.home.press'), t.html('form.home.exact')),
    keyboard: [],
    location: { share: t.plain('form.home.here'), back: t.plain('button.back') },
  };
}

export const homePointScreen = defineScreen<View>({
  name: 'fpoint',
  access: 'PERSON',
  secret: true,
  load,
  render: renderPoint,
  answer: async (ctx, args, given) => {
    const back = target('fhome', ...args);
    if (given.text === ctx.t.plain('button.back')) return { to: back, note: { key: 'form.home.notSent' } };
    return (await take(ctx, args, given)) ?? { note: { key: 'form.home.pressButton' } };
  },
  settled: settledInForm,
});
