import { type LockedApplication, type LockedQueue, lockApplication } from '../application/move.ts';
import { type Actor, recordEvents } from '../audit/event.ts';
import { localDate } from '../calendar/civil-date.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, ReferralId, TransferId } from '../ids.ts';
import { type Policy, policyOn } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import type { TransferState } from './api.ts';
import { lockQueuesOfMove } from './attendance.ts';

export interface LockedTransfer {
  readonly id: TransferId;
  readonly application_id: ApplicationId;
  readonly child_id: ChildId;
  readonly referral_id: ReferralId;
  readonly from_referral_id: ReferralId;
  readonly voucher_id: string;
  readonly state: TransferState;
  readonly safe: boolean;
  readonly admit_until: Date;
  readonly left_at: Date | null;
  readonly leaving_refused_at: Date | null;
  readonly filed_at: Date | null;
}

/** The transfer that a referral belongs to, locked; undefined for a referral of the queue. Its application is locked before. */
export async function lockTransferOf(
  tx: WriteTx,
  referralId: ReferralId,
): Promise<LockedTransfer | undefined> {
  const [row] = await tx.$queryRaw<LockedTransfer[]>`
    SELECT id, application_id, child_id, referral_id, from_referral_id, voucher_id, state, safe, admit_until, left_at,
           leaving_refused_at, filed_at
      FROM transfer WHERE referral_id = ${referralId}::uuid FOR UPDATE`;
  return row;
}

export interface Case {
  readonly queue: LockedQueue;
  readonly application: LockedApplication;
  readonly transfer: LockedTransfer;
  readonly policy: Policy;
}

/** Locks a transfer with everything it may move: all queues concerned, the application, itself. Refusal: transfer.unknown. */
export async function lockCase(tx: WriteTx, at: Date, id: TransferId): Promise<Case> {
  const known = await tx.transfer.findUnique({
    where: { id },
    select: { application_id: true, referral_id: true },
  });
  if (known === null) throw new Refusal('transfer.unknown');
  await lockQueuesOfMove(tx, known.application_id as ApplicationId);
  const locked = await lockApplication(tx, known.application_id as ApplicationId);
  const transfer = await lockTransferOf(tx, known.referral_id as ReferralId);
  if (transfer === undefined) throw new Refusal('transfer.unknown');
  return { ...locked, transfer, policy: await policyOn(tx, locked.queue.district_id, localDate(at)) };
}

/** Writes one event of a transfer. `more` is what it tells beside the state. */
export async function recordTransfer(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  { transfer, application, policy }: Pick<Case, 'transfer' | 'application' | 'policy'>,
  transition: `T${number}`,
  { state = transfer.state, reason = null, ...more }: TransferEvent,
): Promise<void> {
  await recordEvents(tx, at, actor, [
    {
      entity: 'TRANSFER',
      entityId: transfer.id,
      applicationId: application.id,
      transition,
      before: { state: transfer.state },
      after: { state, ...more },
      reason,
      policyVersion: policy.version,
    },
  ]);
}

interface TransferEvent {
  readonly state?: TransferState;
  readonly reason?: string | null;
  /** Whose kindergarten the event is about. */
  readonly referral: ReferralId;
  readonly by?: 'HEAD' | 'DEPARTMENT';
}
