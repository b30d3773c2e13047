import type { Act } from '../act.ts';
import {
  type LockedApplication,
  type LockedQueue,
  lockOwnApplication,
  moveApplication,
} from '../application/move.ts';
import { type Actor, personActor, recordEvents } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, TurnWindowId } from '../ids.ts';
import { markApplied } from '../inbox/applied.ts';
import { cancelTimers } from '../jobs/timers.ts';
import { planNotices } from '../notice/plan.ts';
import { settlePhase } from '../place/phase.ts';
import { assertLogin } from '../policy/login.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';

export interface OpenWindow {
  readonly id: TurnWindowId;
  readonly slot: 'RESTORED' | 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly closes_at: Date;
}

/** Locks the open turn window of a locked application; undefined without one. */
export async function lockWindow(tx: WriteTx, id: ApplicationId): Promise<OpenWindow | undefined> {
  const [window] = await tx.$queryRaw<OpenWindow[]>`
    SELECT id, slot, closes_at FROM turn_window WHERE application_id = ${id}::uuid AND state = 'OPEN' FOR UPDATE`;
  return window;
}

/** Closes a window without a referral; its deadline row ends with it. */
export async function closeWindow(
  tx: WriteTx,
  at: Date,
  id: TurnWindowId,
  state: 'LAPSED' | 'DECLINED' | 'REVOKED',
): Promise<void> {
  await tx.turn_window.update({ where: { id }, data: { state, closed_at: at }, select: { id: true } });
  await cancelTimers(tx, at, { subjectId: id });
}

/**
 * The slot of a turn that came to nothing goes back to its class (§7.2, compensation). Extraordinary and restored
 * turns stand outside the cycle and return nothing.
 */
export async function returnSlot(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queue: LockedQueue,
  slot: OpenWindow['slot'],
): Promise<void> {
  if (slot !== 'PRIORITY' && slot !== 'COMMON') return;
  const column = slot === 'PRIORITY' ? 'credit_priority' : 'credit_common';
  await tx.queue.update({
    where: { id: queue.id },
    data: { [column]: { increment: 1 }, moved_at: at },
    select: { id: true },
  });
  await recordEvents(tx, at, actor, [
    {
      entity: 'QUEUE',
      entityId: queue.id,
      applicationId: null,
      transition: 'Q1',
      before: {},
      after: { owed: slot },
    },
  ]);
}

/** A8 with T1: the window's time is over. The child stays in the queue, the place opens to the group year (S0, S3). */
export async function lapseWindow(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queue: LockedQueue,
  application: LockedApplication,
  window: OpenWindow,
  policy: Policy,
): Promise<void> {
  await closeWindow(tx, at, window.id, 'LAPSED');
  await moveApplication(tx, at, actor, application, 'A8', {
    lapseCount: application.lapse_count + 1,
    policyVersion: policy.version,
  });
  await returnSlot(tx, at, actor, queue, window.slot);
  await settlePhase(tx, at, actor, queue.id, policy, 'OPEN');
  await planNotices(tx, at, [
    { code: 'N11', personId: application.applicant_id, applicationId: application.id, params: {} },
  ]);
}

/**
 * A8c: the parent gives the turn up early and without penalty: what a lapse would do, only sooner. Were the place kept
 * for the next turn, the same child, still the first, would get it back every morning.
 * Refusals: application.unknown, turn.none.
 */
export async function declineTurn(tx: WriteTx, at: Date, act: Act, id: ApplicationId): Promise<void> {
  await markApplied(tx, act, at);
  const { queue, application } = await lockOwnApplication(tx, at, act.personId, id, 'SIGN');
  const window = await lockWindow(tx, id);
  if (window === undefined || application.state !== 'NOTIFIED') throw new Refusal('turn.none');
  const policy = await policyOn(tx, queue.district_id, localDate(at));
  assertLogin(policy, at, act, 'CHOICE');
  const actor = personActor(act);
  await closeWindow(tx, at, window.id, 'DECLINED');
  await moveApplication(tx, at, actor, application, 'A8c', { policyVersion: policy.version });
  await returnSlot(tx, at, actor, queue, window.slot);
  await settlePhase(tx, at, actor, queue.id, policy, 'OPEN');
}

/**
 * Takes an application out of whatever it holds before it leaves the queue: an open window is closed, a live referral
 * is left to the caller. Its place serves the next turn.
 */
export async function dropWindow(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  queue: LockedQueue,
  application: LockedApplication,
): Promise<boolean> {
  const window = await lockWindow(tx, application.id);
  if (window === undefined) return false;
  await closeWindow(tx, at, window.id, 'DECLINED');
  await returnSlot(tx, at, actor, queue, window.slot);
  return true;
}
