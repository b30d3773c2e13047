import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import {
  type ApplicationId,
  remainingInWords,
  type WaitlistBar,
  type WaitlistEntryView,
  type WaitlistView,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, type Keyboard } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { heading, tabs } from '../screens/card.ts';
import { target } from '../session.ts';
import { at, crumbs, kindergartenShort, lines, paragraphs } from '../words.ts';
import { attendsText, statusText } from './words.ts';

interface View {
  readonly view: WaitlistView;
  readonly now: Date;
}

const isOpen = ({ state }: WaitlistEntryView): boolean => state === 'WAITING' || state === 'PLACE_AVAILABLE';

/** An application of «Күту тізімі»: where the child goes, the lists with the place in each, what runs, what there was. */
export function render({ view, now }: View, t: Texts): Rendered {
  const open = view.entries.filter(isOpen);
  const earlier = view.entries.filter((entry) => !isOpen(entry));
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist'),
      lines(
        heading(view, t),
        t.html('application.where', { district: t.pick(view.district), year: view.birthYear }),
        attendsText(view, t),
        open.length === 0 || view.status === 'TRANSFER' ? statusText(view, t) : undefined,
      ),
      open.length === 0
        ? undefined
        : lines(t.html('waitlist.lists'), ...open.map((entry) => openText(entry, now, t))),
      earlier.length === 0
        ? undefined
        : lines(t.html('waitlist.earlier'), ...earlier.map((entry) => endedText(entry, t))),
      lastTransferText(view, t),
      view.bar === null ? undefined : barText(view.bar, view, t),
    ),
    keyboard: [
      ...doings(view, t),
      ...open.filter(({ offer }) => offer === null).map((entry) => [listButton(entry, t)]),
      tabs(view.applicationId, undefined, t),
      footer(t, target('wls')),
    ],
  };
}

function openText({ kindergarten, position, length, offer }: WaitlistEntryView, now: Date, t: Texts): string {
  const name = t.pick(kindergarten);
  if (offer === null) return t.html('waitlist.place', { name, n: position ?? '—', length });
  const left = remainingInWords(now, offer.answerUntil, t.language);
  return t.html('waitlist.offered', { name, date: at(t, offer.answerUntil), left });
}

function endedText({ kindergarten, state }: WaitlistEntryView, t: Texts): string {
  return t.html('waitlist.was', { name: t.pick(kindergarten), state: t.plain(`waitlist.state.${state}`) });
}

/** One that runs is told by the status, and has a button. */
function lastTransferText({ transfer }: WaitlistView, t: Texts): string | undefined {
  if (transfer === null || transfer.state === 'OPEN' || transfer.endedAt === null) return undefined;
  return lines(
    t.html('transfer.last', { name: t.pick(transfer.to) }),
    t.html(`transfer.end.${transfer.state}`, { date: at(t, transfer.endedAt) }),
  );
}

/** Why «Күту тізіміне тұру» is not offered, and what to do instead. */
export function barText(bar: WaitlistBar, { terms }: Pick<WaitlistView, 'terms'>, t: Texts): string {
  return t.html(`waitlist.bar.${bar}`, { limit: terms.maxKindergartens });
}

function doings({ applicationId: id, entries, lists, transfer, bar }: WaitlistView, t: Texts): Keyboard {
  const one = (show: boolean, row: Button): Keyboard => (show ? [[row]] : []);
  const running = transfer?.state === 'OPEN';
  const open = button(t.plain('waitlist.transferButton'), 'transfer', [id], running ? 'success' : undefined);
  const join = button(t.plain('waitlist.join'), 'wlinfo', [id], lists === 0 ? 'primary' : undefined);
  const offered = entries.filter(({ offer }) => offer !== null);
  return [
    ...offered.map((entry) => [button(t.plain('waitlist.offerButton'), 'wloffer', [entry.id], 'success')]),
    ...one(transfer !== null, open),
    ...one(bar === null, join),
  ];
}

function listButton({ id, kindergarten, position }: WaitlistEntryView, t: Texts): Button {
  const name = kindergartenShort(t.pick(kindergarten), 18);
  const label =
    position === null
      ? t.plain('waitlist.listButtonNone', { name })
      : t.plain('waitlist.listButton', { name, n: position });
  return button(label, 'wlentry', [id]);
}

export const waitlistScreen = defineScreen<View>({
  name: 'wl',
  access: 'PERSON',
  load: async (ctx, [arg]) => ({
    view: await ctx.house.core.waitlists.of(personId(ctx), idOf<ApplicationId>(arg)),
    now: ctx.house.clock.now(),
  }),
  render,
});
