import type { Texts } from '../../locales/index.ts';
import { type KezekContext, personId } from '../context.ts';
import {
  type ApplicationId,
  Refusal,
  remainingInWords,
  type TransferView,
  type WaitlistView,
} from '../core.ts';
import { idOf } from '../ids.ts';
import { button, footer, type Keyboard } from '../keyboard.ts';
import { defineScreen, type Redirect, type Rendered, redirect } from '../screen.ts';
import { heading } from '../screens/card.ts';
import { target } from '../session.ts';
import { at, crumbs, lastDigits, lines, paragraphs, sendPaper } from '../words.ts';
import { attendsText, safeText } from './words.ts';

export interface Moving {
  readonly view: WaitlistView;
  readonly transfer: TransferView;
  readonly now: Date;
}

/** The way to another kindergarten: what is to be done until when, or what came of it (S2). */
export function render(moving: Moving, t: Texts): Rendered {
  const { view, transfer } = moving;
  return {
    text: paragraphs(
      crumbs(t, 'crumb.waitlist', 'crumb.transfer'),
      lines(t.html('transfer.title'), heading(view, t)),
      transferFacts(transfer, t),
      ...(transfer.state === 'OPEN' ? openTexts(moving, t) : endTexts(moving, t)),
    ),
    keyboard: [...doings(moving, t), footer(t, target('wl', view.applicationId))],
  };
}

export function transferFacts(transfer: TransferView, t: Texts): string {
  const { referralNumber: referral, voucherNumber: voucher, voucherState } = transfer;
  return lines(
    t.html('transfer.from', { name: t.pick(transfer.from) }),
    t.html('transfer.to', { name: t.pick(transfer.to) }),
    t.html('transfer.numbers', { referral, voucher, state: t.plain(`transfer.voucher.${voucherState}`) }),
    t.html('transfer.issuedAt', { date: at(t, transfer.issuedAt) }),
  );
}

function openTexts({ view, transfer, now }: Moving, t: Texts): readonly (string | undefined)[] {
  const { leftAt, filedAt, admitUntil } = transfer;
  const left = remainingInWords(now, admitUntil, t.language);
  return [
    filedAt === null ? t.html('transfer.todo', { date: at(t, admitUntil), left }) : undefined,
    lines(
      leftAt === null ? t.html('transfer.leave') : t.html('transfer.left', { date: at(t, leftAt) }),
      filedAt === null ? t.html('transfer.file') : t.html('transfer.filed', { date: at(t, filedAt) }),
    ),
    refusedText(transfer, t),
    // From then on the term is kept, however long the kindergartens take.
    filedAt === null
      ? t.html(`transfer.late.${view.terms.onExpire}`)
      : t.html(leftAt === null ? 'transfer.waitsLeaving' : 'transfer.both'),
    safeText(transfer, t),
    cancelText(transfer, now, t),
  ];
}

function cancelText({ canCancel, cancelUntil }: TransferView, now: Date, t: Texts): string | undefined {
  const date = at(t, cancelUntil);
  if (canCancel) return t.html('transfer.cancelUntil', { date });
  return now > cancelUntil ? t.html('transfer.cancelOver', { date }) : undefined;
}

/** The present kindergarten said no: why, and what to do. Settled as soon as the leaving is registered all the same. */
function refusedText({ leavingRefused, leftAt }: TransferView, t: Texts): string | undefined {
  if (leavingRefused === null || leftAt !== null) return undefined;
  const { at: when, reason, note } = leavingRefused;
  return lines(
    t.html('transfer.refused', { date: at(t, when), reason: t.plain(`notice.reason.${reason}`) }),
    note === null ? undefined : t.html('transfer.refusedNote', { note }),
    t.html(`transfer.refusedDo.${reason}`),
  );
}

function endTexts({ view, transfer }: Moving, t: Texts): readonly (string | undefined)[] {
  const { state, endedAt, issuedAt } = transfer;
  if (state === 'OPEN') return [];
  const archived = state === 'FAILED' && view.status === 'ARCHIVED';
  return [
    t.html(`transfer.end.${state}`, { date: at(t, endedAt ?? issuedAt) }),
    attendsText(view, t),
    archived ? t.html('transfer.archived') : undefined,
  ];
}

function doings({ view, transfer }: Moving, t: Texts): Keyboard {
  const id = view.applicationId;
  const { documentId, canCancel, filedAt, state } = transfer;
  const runs = state === 'OPEN' && filedAt === null;
  // What was cancelled opens no door; it stays among the documents of the application.
  const paper = documentId !== null && (state === 'OPEN' || state === 'COMPLETED');
  const pdf = button(t.plain('button.pdf'), 'transfer/pdf', [id], state === 'OPEN' ? 'primary' : undefined);
  return [
    ...(paper ? [[pdf]] : []),
    ...(runs ? [[button(t.plain('family.ics'), 'ics', [id])]] : []),
    ...(state === 'OPEN' && canCancel && view.canSign
      ? [[button(t.plain('transfer.cancel.button'), 'transferno', [id])]]
      : []),
  ];
}

/** The transfer that runs, else the last one; the application when there was none. */
export async function loadTransfer(ctx: KezekContext, arg: string | undefined): Promise<Moving | Redirect> {
  const view = await ctx.house.core.waitlists.of(personId(ctx), idOf<ApplicationId>(arg));
  const { transfer, applicationId } = view;
  return transfer === null
    ? redirect(target('wl', applicationId))
    : { view, transfer, now: ctx.house.clock.now() };
}

export const transferScreen = defineScreen<Moving>({
  name: 'transfer',
  access: 'PERSON',
  load: (ctx, [arg]) => loadTransfer(ctx, arg),
  render,
  actions: {
    pdf: {
      run: async (ctx, [arg]) => {
        const { transfer, applicationId } = await ctx.house.core.waitlists.of(
          personId(ctx),
          idOf<ApplicationId>(arg),
        );
        const documentId = transfer?.documentId ?? null;
        if (transfer === null || documentId === null) throw new Refusal('document.unknown');
        const digits = lastDigits(transfer.referralNumber);
        await sendPaper(ctx, documentId, { key: 'transfer.paper', values: { digits } });
        return { to: target('transfer', applicationId), fresh: true };
      },
      settled: ([arg]) => target('transfer', idOf(arg)),
    },
  },
});
