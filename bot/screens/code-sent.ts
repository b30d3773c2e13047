import type { Texts } from '../../locales/index.ts';
import type { KezekContext } from '../context.ts';
import { type CodeSent, Refusal } from '../core.ts';
import type { Next } from '../screen.ts';
import type { Dialog } from '../session.ts';
import { hour } from '../words.ts';

/** What may be remembered of a code that is on its way: when and to which masked number, never the code. */
export interface SentView {
  readonly maskedPhone: string | undefined;
  readonly expiresAt: Date | undefined;
  readonly resendAt: Date | undefined;
  /** The code is void: another one must be asked for. */
  readonly spent: boolean;
}

/** Begins or goes on with the dialog that waits for a code. */
export function keepCode(ctx: KezekContext, name: string, data: Dialog['data'], sent: CodeSent): void {
  const { maskedPhone, expiresAt, resendAt } = sent;
  const dates = { expiresAt: expiresAt.toISOString(), resendAt: resendAt.toISOString() };
  ctx.session.dialog = { name, data: { ...data, spent: false, maskedPhone, ...dates } };
}

export function sentOf(ctx: KezekContext): SentView {
  const data = ctx.session.dialog?.data ?? {};
  return {
    maskedPhone: asText(data.maskedPhone),
    expiresAt: asDate(data.expiresAt),
    resendAt: asDate(data.resendAt),
    spent: data.spent === true,
  };
}

const VOID: ReadonlySet<string> = new Set(['code.exhausted', 'code.late', 'code.none']);

/** Remembers that the code is void, so that the screen does not go on telling until when it may be typed. */
export async function trying<T>(ctx: KezekContext, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const { dialog } = ctx.session;
    if (error instanceof Refusal && VOID.has(error.code) && dialog !== undefined)
      ctx.session.dialog = { ...dialog, data: { ...dialog.data, spent: true } };
    throw error;
  }
}

export function codeText(view: SentView, t: Texts): string {
  if (view.spent) return t.html('code.spent');
  if (view.maskedPhone === undefined || view.expiresAt === undefined) return t.html('code.wait');
  return t.html('code.sent', { phone: unbroken(view.maskedPhone), until: hour(view.expiresAt) });
}

/** Asks for another code, or says from when one may. */
export async function again(ctx: KezekContext, resend: () => Promise<CodeSent>): Promise<Next> {
  const { resendAt } = sentOf(ctx);
  if (resendAt !== undefined && ctx.house.clock.now() < resendAt) {
    return { toast: { key: 'code.tooEarly', values: { time: secondsTime(resendAt) } }, alert: true };
  }
  const { dialog } = ctx.session;
  keepCode(ctx, dialog?.name ?? 'login', dialog?.data ?? {}, await resend());
  return { toast: { key: 'code.sentAgain' } };
}

/** A number stays on one line of a narrow screen. */
function unbroken(phone: string): string {
  return phone.replaceAll(' ', '\u00a0');
}

/** Rounded up to the minute, so that the told moment is never too early. */
function secondsTime(instant: Date): string {
  return hour(new Date(Math.ceil(instant.getTime() / 60_000) * 60_000));
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function asDate(value: unknown): Date | undefined {
  return typeof value === 'string' ? new Date(value) : undefined;
}
