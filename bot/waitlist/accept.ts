import type { Texts } from '../../locales/index.ts';
import { actOf, personId } from '../context.ts';
import type { ProofMethod } from '../core.ts';
import { footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { keepCode } from '../screens/code-sent.ts';
import { toEds } from '../screens/esign.ts';
import { methodsOf, signRows } from '../screens/ways-to-sign.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { entryId } from './entry.ts';
import { loadOffer, type Offered, offerText } from './offer.ts';
import { dutiesText, waysText } from './words.ts';

interface View extends Offered {
  readonly methods: readonly ProofMethod[];
  readonly support: string;
}

/** What accepting means, before it is signed. */
export function render(accepted: View, t: Texts): Rendered {
  const { entry, view, methods, support } = accepted;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(t.html('waitlist.accept.title'), heading(view, t)),
      offerText(accepted, t),
      t.html('waitlist.accept.what'),
      dutiesText(view.terms, t),
      waysText(methods, support, t),
    ),
    keyboard: [...signRows(methods, 'wlaccept', [entry.id], t), footer(t, target('wloffer', entry.id))],
  };
}

export const waitlistAcceptScreen = defineScreen<View>({
  name: 'wlaccept',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const offered = await loadOffer(ctx, arg);
    if (isRedirect(offered)) return offered;
    const { entry, view } = offered;
    if (!view.canSign) return redirect(target('wloffer', entry.id));
    const methods = await methodsOf(ctx, entry.applicationId, 't');
    return { ...offered, methods, support: ctx.house.supportPhone };
  },
  render,
  actions: {
    sign: {
      run: async (ctx, [arg]) => {
        const { core } = ctx.house;
        const { id, applicationId } = await core.waitlists.entry(personId(ctx), entryId(arg));
        const prepared = await core.signing.prepareTransfer(actOf(ctx), id);
        keepCode(ctx, 'sign', {}, prepared.code);
        return { to: target('sign', applicationId, prepared.id, 't') };
      },
      settled: ([arg]) => target('wlentry', entryId(arg)),
    },
    eds: {
      run: async (ctx, [arg]) => {
        const { core } = ctx.house;
        const { id, applicationId } = await core.waitlists.entry(personId(ctx), entryId(arg));
        return toEds(ctx, applicationId, 't', await core.signing.linkTransfer(actOf(ctx), id));
      },
      settled: ([arg]) => target('wlentry', entryId(arg)),
    },
  },
});
