import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import {
  type ApplicationId,
  type ReferralId,
  type ReferralView,
  Refusal,
  remainingInWords,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, type Keyboard } from '../keyboard.ts';
import { type Action, defineScreen, type Rendered, redirect } from '../screen.ts';
import { target } from '../session.ts';
import { isTransfer } from '../waitlist/of-referral.ts';
import { at, crumbs, lastDigits, lines, paragraphs, sendPaper } from '../words.ts';

interface View {
  readonly referral: ReferralView;
  readonly now: Date;
}

/** «Жолдама»: where to come, until when, and until when it may be cancelled. */
export function render({ referral, now }: View, t: Texts): Rendered {
  const left = remainingInWords(now, referral.comeUntil, t.language);
  return {
    text: paragraphs(
      crumbs(t, 'crumb.referral'),
      lines(
        t.html('referral.title', { digits: lastDigits(referral.number), child: referral.childName }),
        t.html('card.state', { state: t.plain(`referralState.${referral.state}`) }),
      ),
      referralFacts(referral, t),
      alive(referral)
        ? lines(
            t.html('referral.comeUntil', { date: at(t, referral.comeUntil), left }),
            t.html(referral.canCancel ? 'referral.cancelUntil' : 'referral.cancelOver', {
              date: at(t, referral.cancelUntil),
            }),
          )
        : undefined,
      t.html(`referralHelp.${referral.state}`),
    ),
    keyboard: [...doings(referral, t), footer(t, target('card', referral.applicationId))],
  };
}

export function referralFacts(referral: ReferralView, t: Texts): string {
  return lines(
    t.html('group.name', { name: t.pick(referral.kindergarten) }),
    t.html('free.address', { address: t.pick(referral.address) }),
    t.html('free.language', { language: t.plain(`teaching.${referral.language}`) }),
    t.html('referral.group', { group: referral.groupName }),
    referral.phone === null ? undefined : t.html('group.phone', { phone: referral.phone }),
  );
}

function alive({ state }: ReferralView): boolean {
  return state === 'ISSUED' || state === 'EXTENDED';
}

function doings({ id, documentId, canExtend, canCancel }: ReferralView, t: Texts): Keyboard {
  const paper = documentId === null ? [] : [button(t.plain('button.pdf'), 'ref/pdf', [id], 'primary')];
  return [
    [...paper, button(t.plain('button.map'), 'ref/map', [id])],
    ...(canExtend ? [[button(t.plain('extend.button'), 'extend', [id])]] : []),
    ...(canCancel ? [[button(t.plain('cancel.button'), 'refcancel', [id])]] : []),
  ];
}

/** Sends something below the live message, which then moves under it. */
function sending(send: (ctx: KezekContext, referral: ReferralView) => Promise<void>): Action {
  return {
    run: async (ctx, [arg]) => {
      const referral = await load(ctx, arg);
      await send(ctx, referral);
      return { to: target('ref', referral.id), fresh: true };
    },
    settled: ([arg]) => target('ref', idOf(arg)),
  };
}

export function load(ctx: KezekContext, arg: string | undefined): Promise<ReferralView> {
  return ctx.house.core.referrals.byId(personId(ctx), idOf<ReferralId>(arg, 'referral.unknown'));
}

export const referralScreen = defineScreen<View>({
  name: 'ref',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const referral = await load(ctx, arg);
    if (await isTransfer(ctx, referral)) return redirect(target('transfer', referral.applicationId));
    return { referral, now: ctx.house.clock.now() };
  },
  render,
  actions: {
    pdf: sending(async (ctx, { documentId, number }) => {
      if (documentId === null) throw new Refusal('document.unknown');
      await sendPaper(ctx, documentId, { key: 'referral.paper', values: { digits: lastDigits(number) } });
    }),
    map: sending(async (ctx, { latitude, longitude, kindergarten, address }) => {
      await ctx.replyWithVenue(latitude, longitude, ctx.t.pick(kindergarten), ctx.t.pick(address));
    }),
  },
});

/** The referral of an application, whichever it is. */
export const referralOfScreen = defineScreen<object>({
  name: 'refof',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const id = idOf<ApplicationId>(arg);
    const referral = await ctx.house.core.referrals.ofApplication(personId(ctx), id);
    if (referral === null) return redirect(target('card', id), { key: 'referral.none' });
    return redirect(target('ref', referral.id));
  },
  render: () => ({ text: '', keyboard: [] }),
});
