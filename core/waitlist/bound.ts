import type { LockedApplication, LockedQueue } from '../application/move.ts';
import type { WriteTx } from '../db/db.ts';
import type { Policy } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { Attendance } from '../transfer/attendance.ts';

/** A child that may be given another kindergarten, with everything locked. */
export interface Checked {
  readonly queue: LockedQueue;
  readonly application: LockedApplication;
  readonly from: Attendance;
  readonly policy: Policy;
}

/** Refusals: waitlist.transfer, choice.hasReferral. */
export async function assertUnbound(tx: WriteTx, { id, child_id }: LockedApplication): Promise<void> {
  const live = await tx.referral.findFirst({
    where: { child_id, closed_at: null },
    select: { application_id: true },
  });
  if (live !== null)
    throw new Refusal(live.application_id === id ? 'waitlist.transfer' : 'choice.hasReferral');
}
