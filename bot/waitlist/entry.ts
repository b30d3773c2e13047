import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import {
  localDate,
  shortDate,
  type WaitlistCause,
  type WaitlistEntryId,
  type WaitlistEntryView,
  type WaitlistView,
  type WaitlistWhy,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { childrenInWords, sign } from '../screens/place-history.ts';
import { target } from '../session.ts';
import { at, crumbs, lines, paragraphs } from '../words.ts';
import { houseText } from './words.ts';

export interface EntryView {
  readonly entry: WaitlistEntryView;
  readonly view: WaitlistView;
}

interface View extends EntryView {
  /** While the child waits. */
  readonly why: WaitlistWhy | null;
  readonly now: Date;
}

export const entryId = (arg: string | undefined): WaitlistEntryId => idOf(arg, 'waitlist.unknown');

/** One list: the place in it, why it is what it is, and the way out. */
export function render({ entry, view, why, now }: View, t: Texts): Rendered {
  const waits = entry.state === 'WAITING';
  const leave = button(t.plain('waitlist.leave.button'), 'wlleave', [entry.id]);
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(t.html('waitlist.entry.title'), heading(view, t)),
      houseText(entry, t),
      waits ? placeText(entry, t) : endText(entry, t),
      ...(why === null ? [] : whyText(why, now, t)),
    ),
    keyboard: [
      [button(t.plain('button.map'), 'wlentry/map', [entry.id])],
      ...(waits && view.canSign ? [[leave]] : []),
      footer(t, target('wl', entry.applicationId)),
    ],
  };
}

function placeText({ position, length, joinedAt, sibling }: WaitlistEntryView, t: Texts): string {
  return lines(
    position === null ? undefined : t.html('waitlist.entry.place', { n: position, length }),
    t.html('waitlist.entry.since', { date: at(t, joinedAt) }),
    sibling ? t.html('waitlist.entry.sibling') : undefined,
  );
}

function endText({ state }: WaitlistEntryView, t: Texts): string {
  const help = `waitlist.stateHelp.${state}`;
  return lines(
    t.html('waitlist.entry.ended', { state: t.plain(`waitlist.state.${state}`) }),
    t.has(help) ? t.html(help) : undefined,
  );
}

function whyText({ since, before, now: place, causes }: WaitlistWhy, now: Date, t: Texts): string[] {
  const day = (moment: Date): string => shortDate(localDate(moment));
  if (causes.length === 0) return [t.html('waitlist.entry.still', { from: day(since) })];
  return [
    lines(
      t.html('waitlist.entry.why', { from: day(since), to: day(now) }),
      t.html('waitlist.entry.moved', { before, now: place }),
      ...causes.map((cause) => causeText(cause, t)),
    ),
    t.html('waitlist.entry.help'),
  ];
}

function causeText({ cause, count, by }: WaitlistCause, t: Texts): string {
  const { who, form } = childrenInWords(count, t);
  const why = t.plain(`waitlist.cause.${cause}.${form}`, { who });
  return t.html('moved.sum', { sign: by === 0 ? '•' : sign(by), by: Math.abs(by), why });
}

/** A list of one's own child, with the application it belongs to. Refusal: waitlist.unknown. */
export async function loadEntry(ctx: KezekContext, arg: string | undefined): Promise<EntryView> {
  const { waitlists } = ctx.house.core;
  const entry = await waitlists.entry(personId(ctx), entryId(arg));
  return { entry, view: await waitlists.of(personId(ctx), entry.applicationId) };
}

export const waitlistEntryScreen = defineScreen<View>({
  name: 'wlentry',
  access: 'PERSON',
  load: async (ctx, [arg]) => {
    const loaded = await loadEntry(ctx, arg);
    const { entry } = loaded;
    if (entry.offer !== null) return redirect(target('wloffer', entry.id));
    const waits = entry.state === 'WAITING';
    const why = waits ? await ctx.house.core.waitlists.why(personId(ctx), entry.id) : null;
    return { ...loaded, why, now: ctx.house.clock.now() };
  },
  render,
  actions: {
    map: {
      run: async (ctx, [arg]) => {
        const entry = await ctx.house.core.waitlists.entry(personId(ctx), entryId(arg));
        const { latitude, longitude, kindergarten, address } = entry;
        await ctx.replyWithVenue(latitude, longitude, ctx.t.pick(kindergarten), ctx.t.pick(address));
        return { to: target('wlentry', entry.id), fresh: true };
      },
      settled: ([arg]) => target('wlentry', entryId(arg)),
    },
  },
});
