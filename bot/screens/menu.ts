import type { Texts } from '../../locales/index.ts';
import { actOf, personId, personOf } from '../context.ts';
import {
  type ApplicationSummary,
  dateInWords,
  localDate,
  remainingInWords,
  type WaitlistSummary,
} from '../core.ts';
import { type Button, button } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { at, lastDigits, lines, paragraphs, shortened } from '../words.ts';

/** From 60 days before its end the confirmation is asked for (DOMAIN §8.5). */
const INTEREST_SOON = 60 * 24 * 3_600_000;
const MOST_URGENT = 3;

interface View {
  readonly name: string;
  readonly applications: number;
  /** Somebody's child goes to a kindergarten, and may wait for another one. */
  readonly waitlist: boolean;
  /** What needs doing now, the nearest deadline first. */
  readonly urgent: readonly Urgent[];
  readonly staff: boolean;
  readonly now: Date;
  /** Until when the form that is not sent yet is kept; null when there is none. */
  readonly formUntil: Date | null;
  readonly support: string;
}

export interface Urgent {
  readonly application: Pick<ApplicationSummary, 'id' | 'childName' | 'number'>;
  /** OFFER: a place of «Күту тізімі» waits for an answer; TRANSFER: the way to another kindergarten runs. */
  readonly kind: 'TURN_WINDOW' | 'SHOW_UP' | 'INTEREST' | 'OFFER' | 'TRANSFER';
  readonly at: Date;
}

/** The deadlines that ask for something, nearest first; a stop-list only passes. */
export function urgentOf(
  applications: readonly ApplicationSummary[],
  waitlists: readonly WaitlistSummary[],
  now: Date,
): readonly Urgent[] {
  const urgent = waitlists.flatMap(urgentThere);
  const there = new Set(urgent.map(({ application }) => application.id));
  for (const application of applications) {
    const { deadline } = application;
    if (deadline === null || deadline.kind === 'STOP_LIST') continue;
    // The referral of a transfer is told as what it is.
    if (deadline.kind === 'SHOW_UP' && there.has(application.id)) continue;
    if (deadline.kind === 'INTEREST' && deadline.at.getTime() - now.getTime() > INTEREST_SOON) continue;
    urgent.push({ application, kind: deadline.kind, at: deadline.at });
  }
  return urgent.sort((a, b) => a.at.getTime() - b.at.getTime()).slice(0, MOST_URGENT);
}

function urgentThere({ applicationId: id, childName, number, status, deadline }: WaitlistSummary): Urgent[] {
  if (deadline === null || (status !== 'PLACE_AVAILABLE' && status !== 'TRANSFER')) return [];
  const kind = status === 'TRANSFER' ? status : 'OFFER';
  return [{ application: { id, childName, number }, kind, at: deadline }];
}

export function render(view: View, t: Texts): Rendered {
  const { urgent, name, now } = view;
  return {
    text: paragraphs(
      t.html('menu.title', { name }),
      ...urgent.map((item) => urgentText(item, now, t)),
      formText(view, t),
      view.applications === 0 ? t.html('menu.noApplications') : undefined,
      lines(t.html('menu.section'), t.html('menu.choose')),
      t.html('menu.support', { support: view.support }),
    ),
    keyboard: [...urgent.map((item) => [urgentButton(item, t)]), ...formRow(view, t), ...menuRows(view, t)],
  };
}

function formText({ formUntil }: View, t: Texts): string | undefined {
  if (formUntil === null) return undefined;
  return t.html('menu.form', { date: dateInWords(localDate(formUntil), t.language) });
}

function formRow({ formUntil }: View, t: Texts): readonly (readonly Button[])[] {
  return formUntil === null ? [] : [[button(t.plain('menu.formButton'), 'queue', [], 'success')]];
}

function urgentText({ application, kind, at: deadline }: Urgent, now: Date, t: Texts): string {
  const { childName: child, number } = application;
  const head = t.html(`menu.urgent.${kind}`, { child, digits: lastDigits(number) });
  return lines(
    head,
    t.html('menu.until', { date: at(t, deadline), left: remainingInWords(now, deadline, t.language) }),
  );
}

export function urgentButton({ application, kind }: Urgent, t: Texts): Button {
  const label = t.plain(`menu.urgentButton.${kind}`, { child: shortened(application.childName, 12) });
  const screen = {
    TURN_WINDOW: 'free',
    SHOW_UP: 'refof',
    INTEREST: 'interest',
    OFFER: 'wlofferof',
    TRANSFER: 'transfer',
  }[kind];
  return button(label, screen, [application.id], 'success');
}

function menuRows(
  { staff, applications, waitlist, formUntil }: View,
  t: Texts,
): readonly (readonly Button[])[] {
  const style = applications === 0 ? 'primary' : undefined;
  // The open form has a button of its own, above.
  const register = formUntil === null ? [[button(t.plain('menu.register'), 'queue', [], style)]] : [];
  const inbox = button(t.plain('menu.notices'), 'notices');
  // Short labels share a row: a menu of one screen.
  const own = [
    [button(t.plain('menu.family'), 'family'), button(t.plain('menu.referral'), 'pick', ['refof'])],
    [button(t.plain('menu.applications'), 'apps')],
    ...(waitlist ? [[button(t.plain('menu.waitlist'), 'wls')]] : []),
    [button(t.plain('menu.position'), 'pick', ['place'])],
    [button(t.plain('menu.free'), 'pick', ['free'])],
    [button(t.plain('menu.near'), 'near')],
    [button(t.plain('menu.interest'), 'pick', ['interest'])],
  ];
  const guardian = [button(t.plain('settings.guardian'), 'guardian')];
  const help = button(t.plain('button.help'), 'help');
  const settings = button(t.plain('menu.settings'), 'settings');
  const desk = staff ? [[button(t.plain('menu.staff'), 'staff')]] : [];
  return applications === 0
    ? [...register, guardian, ...(staff ? [[inbox]] : []), ...desk, [settings, help]]
    : [...own, ...register, ...desk, [inbox, settings], [help]];
}

export const menuScreen = defineScreen<View>({
  name: 'menu',
  access: 'PERSON',
  load: async (ctx) => {
    const { house } = ctx;
    const [{ items, total }, waitlists, formUntil] = await Promise.all([
      house.core.applications.list(personId(ctx), 0, 20),
      house.core.waitlists.list(personId(ctx)),
      house.core.drafts.keptUntil(actOf(ctx)),
    ]);
    const now = house.clock.now();
    const { name, roles } = personOf(ctx);
    return {
      name,
      applications: total,
      waitlist: waitlists.length > 0,
      urgent: urgentOf(items, waitlists, now),
      staff: roles.length > 0,
      now,
      formUntil,
      support: house.supportPhone,
    };
  },
  render,
});
