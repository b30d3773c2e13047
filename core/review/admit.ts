import { giveTimeToConfirm } from '../application/interest.ts';
import { type LockedApplication, type LockedQueue, moveApplication } from '../application/move.ts';
import { number } from '../application/register.ts';
import type { Actor } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import type { WriteTx } from '../db/db.ts';
import { cancelTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { RejectionReason } from './api.ts';

export interface LockedReview {
  readonly queue: LockedQueue;
  readonly application: LockedApplication;
}

/** A3: into the queue by the time of its sending, with number, paper and N1. Refusals: application.wrongState, child.tooOld {limit}. */
export async function admit(
  deps: QueueDeps,
  tx: WriteTx,
  at: Date,
  actor: Actor,
  { queue, application }: LockedReview,
  relation: 'PROVEN' | null,
): Promise<void> {
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  if (application.age_limit_on < localDate(at)) {
    throw new Refusal('child.tooOld', { limit: application.age_limit_on });
  }
  await moveApplication(tx, at, actor, application, 'A3', { policyVersion: policy.version });
  // Nobody was asked for interest meanwhile, or could have answered.
  await giveTimeToConfirm(tx, at, application);
  if (relation !== null) {
    await tx.application.update({
      where: { id: application.id },
      data: { relation },
      select: { id: true },
    });
  }
  const { id, applicant_id: applicantId, registered_at: registeredAt } = application;
  await number(deps, tx, at, { id, queueId: queue.id, applicantId, registeredAt }, policy);
}

/** A4 with N3: refused with a reason that the parent reads. Refusal: application.wrongState. */
export async function turnDown(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  { queue, application }: LockedReview,
  reason: RejectionReason,
  note: string | null,
): Promise<void> {
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  await moveApplication(tx, at, actor, application, 'A4', {
    policyVersion: policy.version,
    rejection: { reason, note },
    reason: reason === 'OTHER' ? note : reason,
  });
  await cancelTimers(tx, at, { applicationId: application.id });
  await planNotices(tx, at, [
    { code: 'N3', personId: application.applicant_id, applicationId: application.id, params: { reason } },
  ]);
}
