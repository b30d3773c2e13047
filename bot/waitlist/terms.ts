import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import type { ApplicationId, WaitlistView } from '../core.ts';
import { termInWords } from '../form/intro.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Redirect, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { dialogs } from './picks.ts';
import { dutiesText } from './words.ts';

/** The information window of S2, with the terms of the child's own district. */
export function render(view: WaitlistView, t: Texts): Rendered {
  const { terms, applicationId } = view;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(t.html('waitlist.info.title'), heading(view, t)),
      lines(
        t.html('waitlist.info.how'),
        t.html(`waitlist.info.${terms.order}`),
        terms.siblingsFirst ? t.html('waitlist.info.siblings') : undefined,
        t.html('waitlist.info.answer', { term: termInWords(terms.answer, t) }),
        t.html('waitlist.info.atOnce'),
        t.html('waitlist.info.max', { max: terms.maxKindergartens }),
      ),
      dutiesText(terms, t),
    ),
    keyboard: [
      [button(t.plain('waitlist.info.ok'), 'wlpick', [applicationId], 'success')],
      footer(t, target('wl', applicationId)),
    ],
  };
}

/** What the steps of joining are about; back to the application, which says why, when joining is not possible. */
export async function joining(ctx: KezekContext, arg: string | undefined): Promise<WaitlistView | Redirect> {
  const view = await ctx.house.core.waitlists.of(personId(ctx), idOf<ApplicationId>(arg));
  return view.bar === null ? view : redirect(target('wl', view.applicationId));
}

export const waitlistTermsScreen = defineScreen<WaitlistView>({
  name: 'wlinfo',
  access: 'PERSON',
  dialogs,
  load: (ctx, [arg]) => joining(ctx, arg),
  render,
});
