import type { Texts } from '../../locales/index.ts';
import { personId } from '../context.ts';
import {
  type ApplicationCard,
  type ApplicationId,
  type CivilDate,
  dateInWords,
  shortDateTime,
  type WaitlistSummary,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { type Button, button, footer, type Keyboard } from '../keyboard.ts';
import { defineScreen, type Rendered } from '../screen.ts';
import { target } from '../session.ts';
import { attendsText, statusText } from '../waitlist/words.ts';
import { at, crumbs, lastDigits, lines, paragraphs } from '../words.ts';

/** The three tabs of a card (S1): info, history, documents. The one that is open is marked. */
export function tabs(
  id: ApplicationId,
  open: 'card' | 'history' | 'docs' | undefined,
  t: Texts,
): readonly Button[] {
  return (['card', 'history', 'docs'] as const).map((tab) =>
    button(`${tab === open ? '• ' : ''}${t.plain(`card.tab.${tab}`)}`, tab, [id]),
  );
}

export function heading(card: Pick<ApplicationCard, 'childName' | 'number'>, t: Texts): string {
  return t.html('application.heading', { child: card.childName, digits: lastDigits(card.number) });
}

interface View {
  readonly card: ApplicationCard;
  /** How it stands in «Күту тізімі», for a child that goes to a kindergarten. */
  readonly waitlist: WaitlistSummary | undefined;
}

/** «Өтініш туралы ақпарат». Of a benefit only how it stands: its category is personal, and a chat is not a cabinet (DOMAIN §6.3). */
export function render({ card, waitlist }: View, t: Texts): Rendered {
  return {
    text: paragraphs(
      crumbs(t, 'crumb.applications', 'crumb.application'),
      lines(
        heading(card, t),
        t.html('application.where', { district: t.pick(card.district), year: card.birthYear }),
        t.html('card.registered', { date: shortDateTime(card.registeredAt) }),
      ),
      lines(
        t.html('card.state', { state: t.plain(`state.${card.state}`) }),
        t.html(`stateHelp.${card.state}`),
      ),
      waitlist === undefined ? lines(...facts(card, t)) : attendance(card, waitlist, t),
      guardianText(card, t),
    ),
    keyboard: [tabs(card.id, 'card', t), ...doings(card, t), footer(t, target('apps'))],
  };
}

/** The place the child has, and the one it may get. */
function attendance(card: ApplicationCard, waitlist: WaitlistSummary, t: Texts): string {
  return lines(
    attendsText(waitlist, t),
    waitlist.status === 'NONE' ? undefined : statusText(waitlist, t),
    benefitText(card, t),
  );
}

function facts(card: ApplicationCard, t: Texts): string[] {
  const found: (string | undefined)[] = [
    card.position === null ? undefined : t.html('card.place', { n: card.position }),
    card.turnClosesAt === null
      ? undefined
      : t.html('deadline.TURN_WINDOW', { date: at(t, card.turnClosesAt) }),
    card.deadline?.kind !== 'SHOW_UP'
      ? undefined
      : t.html('deadline.SHOW_UP', { date: at(t, card.deadline.at) }),
    card.stopListedUntil === null
      ? undefined
      : t.html('deadline.STOP_LIST', { date: at(t, card.stopListedUntil) }),
    card.underAgeUntil === null
      ? undefined
      : t.html('card.underAge', { date: dateInWords(card.underAgeUntil as CivilDate, t.language) }),
    benefitText(card, t),
    card.removalReason === null ? undefined : t.html(`removal.${card.removalReason}`),
    card.missCount === 0 ? undefined : t.html('card.misses', { n: card.missCount, max: card.maxMisses }),
    inQueue(card) ? t.html('deadline.INTEREST', { date: at(t, card.interestDueAt) }) : undefined,
    card.undoWithdrawalUntil === null
      ? undefined
      : t.html('card.undo', { date: at(t, card.undoWithdrawalUntil) }),
  ];
  return found.filter((fact) => fact !== undefined);
}

/** A second parent is told that they are one, and what is left to the other. */
function guardianText({ role, canSign }: ApplicationCard, t: Texts): string | undefined {
  if (role === 'OWNER') return undefined;
  return lines(t.html('card.guardian'), canSign ? undefined : t.html('card.guardianOnly'));
}

function benefitText({ benefit }: ApplicationCard, t: Texts): string | undefined {
  if (benefit === null) return undefined;
  const { state, validUntil, copyUntil } = benefit;
  if (copyUntil !== null) return t.html('card.benefitCopy', { date: at(t, copyUntil) });
  const words = t.plain(`benefit.state.${state}`);
  return state === 'CONFIRMED' && validUntil !== null
    ? t.html('card.benefitUntil', { state: words, date: dateInWords(validUntil, t.language) })
    : t.html('card.benefit', { state: words });
}

function inQueue({ state }: ApplicationCard): boolean {
  return state === 'QUEUED' || state === 'NOTIFIED' || state === 'STOP_LISTED';
}

function doings(card: ApplicationCard, t: Texts): Keyboard {
  const { id, state } = card;
  const one = (show: boolean, ...row: readonly Button[]): Keyboard => (show ? [row] : []);
  const interest = button(t.plain('interest.button'), 'interest', [id], 'success');
  return [
    ...one(card.canChoose, button(t.plain('choose.button'), 'free', [id], 'success')),
    ...one(state === 'REFERRED', button(t.plain('menu.referral'), 'refof', [id], 'success')),
    ...one(state === 'ENROLLED', button(t.plain('menu.waitlist'), 'wl', [id])),
    ...one(card.canConfirmInterest, interest),
    ...one(card.undoWithdrawalUntil !== null, button(t.plain('undo.button'), 'undo', [id], 'success')),
    ...one(inQueue(card), button(t.plain('menu.position'), 'place', [id])),
    ...one(inQueue(card) && !card.canChoose, button(t.plain('menu.free'), 'free', [id])),
    ...one(
      !card.canChoose && (inQueue(card) || state === 'IN_REVIEW'),
      button(t.plain('why.button'), 'why', [id]),
    ),
    ...one(card.canSign && state === 'NOTIFIED', button(t.plain('decline.button'), 'decline', [id])),
    ...one(
      card.role === 'OWNER' && (card.canWithdraw || card.benefit !== null),
      button(t.plain('benefit.button'), 'benefit', [id]),
    ),
    card.role === 'OWNER'
      ? [button(t.plain('card.guardians'), 'guardians', [id])]
      : [button(t.plain('card.leave'), 'guardleave', [id])],
    ...one(card.canWithdraw, button(t.plain('withdraw.button'), 'withdraw', [id])),
  ];
}

export const cardScreen = defineScreen<View>({
  name: 'card',
  access: 'PERSON',
  load: async (ctx, [id]) => {
    const { applications, waitlists } = ctx.house.core;
    const card = await applications.card(personId(ctx), idOf(id));
    const rows = card.state === 'ENROLLED' ? await waitlists.list(personId(ctx)) : [];
    return { card, waitlist: rows.find(({ applicationId }) => applicationId === card.id) };
  },
  render,
});
