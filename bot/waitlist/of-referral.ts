import { type KezekContext, personId } from '../context.ts';
import type { ReferralView } from '../core.ts';

/**
 * Whether a referral leads from one kindergarten to another: it has a screen of its own, for it knows neither stop-list
 * nor extension, and asks for two things to be done.
 */
export async function isTransfer(
  ctx: KezekContext,
  { id, applicationId }: Pick<ReferralView, 'id' | 'applicationId'>,
): Promise<boolean> {
  const { waitlists } = ctx.house.core;
  // Most parents have nothing there, and one question says so.
  const rows = await waitlists.list(personId(ctx));
  if (!rows.some((row) => row.applicationId === applicationId)) return false;
  const { transfer } = await waitlists.of(personId(ctx), applicationId);
  return transfer?.referralId === id;
}
