import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Next, type Note, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { crumbs, paragraphs } from '../words.ts';
import { maskedEcho } from './iin.ts';

interface View {
  /** Opened from the form, to which Back leads. */
  readonly form: boolean;
}

/** «Өтінішті ата-ананың ЖСН-ға біріктіру» (S3): what it gives, and the child's IIN, which is deleted from the chat. */
export function render({ form }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.settings'),
      t.html('guardian.title'),
      t.html('guardian.explain'),
      t.html('guardian.how'),
      t.html('guardian.safety'),
      t.html('guardian.ask'),
    ),
    keyboard: [footer(t, form ? target('queue', 'go') : target('settings'))],
  };
}

export const guardianScreen = defineScreen<View>({
  name: 'guardian',
  access: 'PERSON',
  secret: true,
  load: async (_ctx, [from]) => ({ form: from === 'f' }),
  render,
  answer: async (ctx, _args, { text, erased }): Promise<Next> => {
    if (text === undefined) return { note: { key: 'common.needText' } };
    const { linked, asked } = await ctx.house.core.guardians.request(actOf(ctx), text);
    const echo = maskedEcho(text, erased);
    if (asked) return { to: target('guardasked'), ...(echo === undefined ? {} : { note: echo }) };
    const [only, ...more] = linked;
    const note: Note = { key: 'guardian.joined', and: echo };
    return { to: only === undefined || more.length > 0 ? target('apps') : target('card', only), note };
  },
  settled: () => target('apps'),
});

/** The same words whether there is such an application or not: only its parents may know. */
export function renderAsked(_view: object, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.settings'),
      t.html('guardian.asked'),
      t.html('guardian.askedNext'),
      t.html('guardian.askedSilence'),
    ),
    keyboard: [[button(t.plain('menu.notices'), 'notices')], footer(t, home)],
  };
}

export const guardianAskedScreen = defineScreen<object>({
  name: 'guardasked',
  access: 'PERSON',
  load: async () => ({}),
  render: renderAsked,
});
