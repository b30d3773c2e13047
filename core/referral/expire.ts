import { giveTimeToConfirm } from '../application/interest.ts';
import { type LockedApplication, type LockedQueue, moveApplication } from '../application/move.ts';
import type { Actor } from '../audit/event.ts';
import { calendarIn } from '../calendar/stored.ts';
import type { WriteTx } from '../db/db.ts';
import { cancelTimers, setTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { movePlaces } from '../place/move.ts';
import { pickOpensAt, settlePhase } from '../place/phase.ts';
import type { Policy } from '../policy/policy.ts';
import { type LockedReferral, moveReferral } from './transitions.ts';

/** R7 with A12 or A13 (S0, S3): the child was not brought in time. */
export async function expireReferral(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  deadline: Date,
  locked: { queue: LockedQueue; application: LockedApplication; referral: LockedReferral; policy: Policy },
): Promise<void> {
  const { queue, application, referral, policy } = locked;
  await moveReferral(tx, at, actor, referral, 'R7', { policyVersion: policy.version });
  await cancelTimers(tx, at, { subjectId: referral.id });
  await movePlaces(tx, at, actor, [referral.place_id], 'P5', { pickOpensAt: pickOpensAt(policy, at) });
  const misses = application.miss_count + 1;
  const maxMisses = policy['referral.maxMisses'];
  const about = { applicationId: application.id, referralId: referral.id };
  if (misses >= maxMisses) {
    await moveApplication(tx, at, actor, application, 'A13', {
      missCount: misses,
      removalReason: 'MISSES',
      policyVersion: policy.version,
    });
    await cancelTimers(tx, at, { applicationId: application.id });
    await planNotices(tx, at, [
      { code: 'N18', personId: application.applicant_id, ...about, params: { misses } },
    ]);
  } else {
    const until = (await calendarIn(tx)).deadlineWorkingDays(deadline, policy['stopList.workingDays']);
    await tx.stop_list_entry.create({
      data: {
        application_id: application.id,
        referral_id: referral.id,
        miss_number: misses,
        listed_at: deadline,
        until,
      },
      select: { id: true },
    });
    await moveApplication(tx, at, actor, application, 'A12', {
      missCount: misses,
      stopListedUntil: until,
      policyVersion: policy.version,
      detail: { until: until.toISOString() },
    });
    await giveTimeToConfirm(tx, at, application);
    await setTimers(tx, at, [
      {
        kind: 'STOP_LIST',
        subjectId: application.id,
        applicationId: application.id,
        startAt: deadline,
        deadlineAt: until,
      },
    ]);
    await planNotices(tx, at, [
      {
        code: 'N15',
        personId: application.applicant_id,
        ...about,
        params: { until: until.toISOString(), miss: misses, maxMisses },
      },
    ]);
  }
  await settlePhase(tx, at, actor, queue.id, policy, 'NEXT_TURN');
  await planNotices(tx, at, [
    { code: 'N36', kindergartenId: referral.kindergarten_id, ...about, params: { event: 'NOT_COME' } },
  ]);
}
