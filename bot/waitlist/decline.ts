import type { Texts } from '../../locales/index.ts';
import { actOf } from '../context.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { entryId, loadEntry } from './entry.ts';
import { loadOffer, type Offered, offerText } from './offer.ts';

/** L4, asked once more: the place goes on to the next child, and this one leaves the list. */
export function render(offered: Offered, t: Texts): Rendered {
  const { entry, view } = offered;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(t.html('waitlist.decline.title'), heading(view, t)),
      offerText(offered, t),
      t.html('waitlist.decline.warning'),
    ),
    keyboard: [
      [button(t.plain('waitlist.decline.yes'), 'wldecline/yes', [entry.id], 'danger')],
      [button(t.plain('waitlist.decline.no'), 'wloffer', [entry.id])],
      footer(t, target('wloffer', entry.id)),
    ],
  };
}

export const waitlistDeclineScreen = defineScreen<Offered>({
  name: 'wldecline',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const offered = await loadOffer(ctx, arg);
    if (isRedirect(offered)) return offered;
    return offered.view.canSign ? offered : redirect(target('wloffer', offered.entry.id));
  },
  render,
  actions: {
    yes: {
      run: async (ctx, [arg]) => {
        const { entry } = await loadEntry(ctx, arg);
        await ctx.house.core.waitlists.decline(actOf(ctx), entry.id);
        return {
          to: target('wl', entry.applicationId),
          note: { key: 'waitlist.decline.done', values: { name: ctx.t.pick(entry.kindergarten) } },
        };
      },
      settled: ([arg]) => target('wlentry', entryId(arg)),
    },
  },
});
