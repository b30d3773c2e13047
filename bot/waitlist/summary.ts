import type { Texts } from '../../locales/index.ts';
import { actOf, type KezekContext, personId } from '../context.ts';
import type { ApplicationId, ProofMethod, WaitlistView, WishableKindergarten } from '../core.ts';
import { idOf } from '../ids.ts';
import { footer } from '../keyboard.ts';
import { defineScreen, isRedirect, type Redirect, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { keepCode } from '../screens/code-sent.ts';
import { toEds } from '../screens/esign.ts';
import { methodsOf, signRows } from '../screens/ways-to-sign.ts';
import { target } from '../session.ts';
import { crumbs, lines, paragraphs } from '../words.ts';
import { waitingText } from './pick.ts';
import { dialogs, keepPicks, picksData, picksOf } from './picks.ts';
import { joining } from './terms.ts';
import { dutiesText, waysText } from './words.ts';

interface View {
  readonly view: WaitlistView;
  /** In order of wish. */
  readonly wishes: readonly WishableKindergarten[];
  readonly methods: readonly ProofMethod[];
  readonly support: string;
}

/** What is about to be signed; where a place is free, that the signature takes it. */
export function render({ view, wishes, methods, support }: View, t: Texts): Rendered {
  const id = view.applicationId;
  const free = wishes.find((wish) => wish.free > 0);
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(t.html('waitlist.sum.title'), heading(view, t)),
      lines(t.html('waitlist.sum.what'), ...wishes.map((wish, index) => wishText(wish, index + 1, t))),
      ...(free === undefined
        ? []
        : [t.html('waitlist.sum.atOnce', { name: t.pick(free.kindergarten) }), dutiesText(view.terms, t)]),
      waysText(methods, support, t),
    ),
    keyboard: [...signRows(methods, 'wlsum', [id], t), footer(t, target('wlpick', id))],
  };
}

function wishText(wish: WishableKindergarten, n: number, t: Texts): string {
  return lines(
    t.html('waitlist.sum.entry', { n, name: t.pick(wish.kindergarten) }),
    t.html('free.address', { address: t.pick(wish.address) }),
    wish.free > 0 ? t.html('waitlist.pick.free', { n: wish.free }) : waitingText(wish, t),
  );
}

const SEARCHED_AT_ONCE = 50;

/** What was ticked, as it stands now; what cannot be wished for any more is left out. */
async function wishesOf(ctx: KezekContext, id: ApplicationId): Promise<readonly WishableKindergarten[]> {
  const picks = picksOf(ctx, id);
  const found: WishableKindergarten[] = [];
  for (let page = 0, pages = 1; page < pages && found.length < picks.length; page += 1) {
    const list = await ctx.house.core.waitlists.kindergartens(personId(ctx), id, page, SEARCHED_AT_ONCE);
    found.push(
      ...list.items.filter(({ kindergartenId, joined }) => !joined && picks.includes(kindergartenId)),
    );
    pages = list.pages;
  }
  const placeOf = ({ kindergartenId }: WishableKindergarten): number => picks.indexOf(kindergartenId);
  return found.sort((a, b) => placeOf(a) - placeOf(b));
}

async function load(ctx: KezekContext, [arg]: readonly string[]): Promise<View | Redirect> {
  const view = await joining(ctx, arg);
  if (isRedirect(view)) return view;
  const id = view.applicationId;
  const wishes = await wishesOf(ctx, id);
  if (wishes.length === 0) return redirect(target('wlpick', id));
  // What is shown is what will be signed.
  if (wishes.length < picksOf(ctx, id).length)
    keepPicks(
      ctx,
      id,
      wishes.map(({ kindergartenId }) => kindergartenId),
    );
  return { view, wishes, methods: await methodsOf(ctx, id, 'l'), support: ctx.house.supportPhone };
}

export const waitlistSummaryScreen = defineScreen<View>({
  name: 'wlsum',
  access: 'PERSON',
  dialogs,
  load,
  render,
  actions: {
    sign: {
      run: async (ctx, [arg]) => {
        const id = idOf<ApplicationId>(arg);
        const picks = picksOf(ctx, id);
        const prepared = await ctx.house.core.signing.prepareWaitlist(actOf(ctx), id, picks);
        keepCode(ctx, 'sign', picksData(ctx, id), prepared.code);
        return { to: target('sign', id, prepared.id, 'l') };
      },
      settled: ([arg]) => target('wl', idOf(arg)),
    },
    eds: {
      run: async (ctx, [arg]) => {
        const id = idOf<ApplicationId>(arg);
        const made = await ctx.house.core.signing.linkWaitlist(actOf(ctx), id, picksOf(ctx, id));
        return toEds(ctx, id, 'l', made, picksData(ctx, id));
      },
      settled: ([arg]) => target('wl', idOf(arg)),
    },
  },
});
