import type { KezekContext } from '../context.ts';
import type { SignedResult } from '../core.ts';
import type { Next } from '../screen.ts';
import { target } from '../session.ts';
import { lastDigits, sendPaper } from '../words.ts';

/** The lists that were joined, or, where a place was free or offered, «басқа ұйымға жолдама берілді» (S2) with its paper. */
export async function joinedOrReferred(
  ctx: KezekContext,
  { applicationId, transfer }: Extract<SignedResult, { kind: 'WAITLIST' | 'TRANSFER' }>,
): Promise<Next> {
  if (transfer === null) return { to: target('wl', applicationId), note: { key: 'waitlist.joined' } };
  const { documentId, referralNumber } = transfer;
  const digits = lastDigits(referralNumber);
  if (documentId !== null) await sendPaper(ctx, documentId, { key: 'transfer.paper', values: { digits } });
  return { to: target('transfer', applicationId), note: { key: 'transfer.issued' }, fresh: true };
}
