import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import { type ApplicationId, type OfferView, remainingInWords } from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Redirect, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { at, crumbs, lines, paragraphs } from '../words.ts';
import { type EntryView, loadEntry } from './entry.ts';
import { houseText } from './words.ts';

export interface Offered extends EntryView {
  readonly offer: OfferView;
  readonly now: Date;
}

/** A place that is kept for the child until the parent has answered. */
export function render(offered: Offered, t: Texts): Rendered {
  const { entry, view } = offered;
  const answers = [
    [button(t.plain('waitlist.offer.accept'), 'wlaccept', [entry.id], 'success')],
    [button(t.plain('waitlist.offer.decline'), 'wldecline', [entry.id])],
  ];
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(t.html('waitlist.offer.title'), heading(view, t)),
      offerText(offered, t),
      t.html('waitlist.offer.silent'),
      view.canSign ? undefined : t.html('waitlist.onlyOwner'),
    ),
    keyboard: [
      ...(view.canSign ? answers : []),
      [button(t.plain('family.ics'), 'ics', [entry.applicationId])],
      footer(t, target('wl', entry.applicationId)),
    ],
  };
}

/** Which place, and until when it is kept. */
export function offerText({ entry, offer, now }: Offered, t: Texts): string {
  const { groupName: group, birthYear: year, language, answerUntil } = offer;
  const left = remainingInWords(now, answerUntil, t.language);
  return lines(
    houseText(entry, t),
    t.html('group.group', { group, year }),
    t.html('free.language', { language: t.plain(`teaching.${language}`) }),
    t.html('waitlist.offer.until', { date: at(t, answerUntil), left }),
  );
}

/** An offer that is over leads to its list, which says what came of it. */
export async function loadOffer(ctx: KezekContext, arg: string | undefined): Promise<Offered | Redirect> {
  const loaded = await loadEntry(ctx, arg);
  const { entry } = loaded;
  const { offer } = entry;
  return offer === null
    ? redirect(target('wlentry', entry.id))
    : { ...loaded, offer, now: ctx.house.clock.now() };
}

export const waitlistOfferScreen = defineScreen<Offered>({
  name: 'wloffer',
  access: 'PERSON',
  load: (ctx, [arg]) => loadOffer(ctx, arg),
  render,
});

/** The offer of an application, whichever it is. */
export const waitlistOfferOfScreen = defineScreen<object>({
  name: 'wlofferof',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const view = await ctx.house.core.waitlists.of(personId(ctx), idOf<ApplicationId>(arg));
    const offered = view.entries.find(({ offer }) => offer !== null);
    return redirect(offered === undefined ? target('wl', view.applicationId) : target('wloffer', offered.id));
  },
  render: () => ({ text: '', keyboard: [] }),
});
