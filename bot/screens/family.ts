import { InputFile } from 'grammy';
import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import {
  type ApplicationDeadline,
  type ApplicationId,
  type ApplicationSummary,
  remainingInWords,
  type WaitlistSummary,
} from '../core.ts';
import { calendarFile } from '../ics.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { home } from '../show.ts';
import { statusText } from '../waitlist/words.ts';
import { at, childLabel, crumbs, lastDigits, lines, paragraphs } from '../words.ts';
import { type Urgent, urgentButton, urgentOf } from './menu.ts';

const SHOWN = 12;

/** The state of the application says it. */
const NOT_TOLD: readonly WaitlistSummary['status'][] = ['NONE', 'ARCHIVED'];

interface FamilyView {
  readonly applications: readonly ApplicationSummary[];
  readonly waitlists: readonly WaitlistSummary[];
  readonly now: Date;
}

/** All children on one screen: what needs doing first with its deadline, then how each one stands (F-38). */
export function renderFamily({ applications, waitlists, now }: FamilyView, t: Texts): Rendered {
  const urgent = urgentOf(applications, waitlists, now);
  const first = [...new Set(urgent.map(({ application }) => application.id))];
  const sorted = [
    ...first.flatMap((id) => applications.filter((application) => application.id === id)),
    ...applications.filter(({ id }) => !first.includes(id)),
  ].slice(0, SHOWN);
  const waitlistOf = (id: ApplicationId): WaitlistSummary | undefined =>
    waitlists.find(({ applicationId }) => applicationId === id);
  return {
    text: paragraphs(
      crumbs(t, 'crumb.family'),
      t.html('family.title'),
      ...(applications.length === 0 ? [t.html('family.none')] : [firstText(urgent, now, t)]),
      ...sorted.map((application) => childText(application, waitlistOf(application.id), t)),
    ),
    keyboard: [
      ...urgent.map((item) => [urgentButton(item, t)]),
      ...sorted.map((application) => childRow(application, waitlistOf(application.id), t)),
      footer(t, home),
    ],
  };
}

function firstText(urgent: readonly Urgent[], now: Date, t: Texts): string {
  if (urgent.length === 0) return t.html('family.nothing');
  const things = urgent.map(({ application, kind, at: deadline }, index) =>
    lines(
      `${index + 1}. ${t.html(`family.do.${kind}`, { child: application.childName })}`,
      t.html('family.due', { date: at(t, deadline), left: remainingInWords(now, deadline, t.language) }),
    ),
  );
  return lines(t.html('family.first'), ...things);
}

function childText(application: ApplicationSummary, waitlist: WaitlistSummary | undefined, t: Texts): string {
  const { childName: child, number, birthYear: year, state, position, deadline } = application;
  return lines(
    t.html('family.row', { child, digits: lastDigits(number) }),
    application.role === 'GUARDIAN' ? `<i>${t.html('family.other')}</i>` : undefined,
    t.html('application.where', { district: t.pick(application.district), year }),
    [t.html(`state.${state}`), position === null ? '' : t.html('family.place', { n: position })]
      .filter(Boolean)
      .join(' · '),
    deadline === null ? undefined : t.html(`deadline.${deadline.kind}`, { date: at(t, deadline.at) }),
    waitlist === undefined || NOT_TOLD.includes(waitlist.status) ? undefined : statusText(waitlist, t),
  );
}

function childRow(
  application: ApplicationSummary,
  waitlist: WaitlistSummary | undefined,
  t: Texts,
): readonly Button[] {
  const open = button(childLabel(t, application), 'card', [application.id]);
  const none = application.deadline === null && (waitlist?.deadline ?? null) === null;
  return none ? [open] : [open, button('📅', 'ics', [application.id])];
}

export const familyScreen = defineScreen<FamilyView>({
  name: 'family',
  access: 'PERSON',
  load: async (ctx) => {
    const { applications, waitlists } = ctx.house.core;
    const [{ items }, waiting] = await Promise.all([
      applications.list(personId(ctx), 0, 20),
      waitlists.list(personId(ctx)),
    ]);
    return { applications: items, waitlists: waiting, now: ctx.house.clock.now() };
  },
  render: renderFamily,
});

interface IcsView {
  readonly id: ApplicationId;
  readonly childName: string;
  readonly number: string;
  readonly deadlines: readonly ApplicationDeadline[];
}

/** A calendar file for each deadline of an application, or for all of them (F-11). */
export function renderIcs({ id, childName, number, deadlines }: IcsView, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.family'),
      t.html('family.icsTitle'),
      t.html('application.heading', { child: childName, digits: lastDigits(number) }),
      deadlines.length === 0
        ? t.html('family.icsNone')
        : lines(
            ...deadlines.map(
              ({ kind, at: deadline }) => `• ${t.html(`ics.${kind}`)}: <b>${at(t, deadline)}</b>`,
            ),
          ),
      t.html('family.icsExplain'),
    ),
    keyboard: [
      ...deadlines.map(({ kind }) => [button(t.plain(`family.icsButton.${kind}`), 'ics/one', [id, kind])]),
      ...(deadlines.length > 1 ? [[button(t.plain('family.icsAll'), 'ics/one', [id], 'primary')]] : []),
      footer(t, target('card', id)),
    ],
  };
}

async function load(ctx: KezekContext, [arg]: readonly string[]): Promise<IcsView> {
  const id = idOf<ApplicationId>(arg);
  const { applications } = ctx.house.core;
  const [{ childName, number }, deadlines] = await Promise.all([
    applications.card(personId(ctx), id),
    applications.deadlines(personId(ctx), id),
  ]);
  return { id, childName, number, deadlines };
}

export const icsScreen = defineScreen<IcsView>({
  name: 'ics',
  access: 'PERSON',
  load,
  render: renderIcs,
  actions: {
    one: {
      run: async (ctx, args) => {
        const view = await load(ctx, args);
        const kind = args[1];
        const wanted = view.deadlines.filter((deadline) => kind === undefined || deadline.kind === kind);
        if (wanted.length === 0) return { note: { key: 'family.icsNone' } };
        const digits = lastDigits(view.number);
        const file = calendarFile({ ...view, digits, deadlines: wanted }, ctx.house.clock.now(), ctx.t);
        await ctx.replyWithDocument(new InputFile(Buffer.from(file, 'utf8'), `kezek-${digits}.ics`), {
          caption: ctx.t.html('family.icsCaption', { digits }),
          parse_mode: 'HTML',
        });
        return { to: target('ics', view.id), fresh: true };
      },
      settled: ([arg]) => target('ics', idOf(arg)),
    },
  },
});
