import type { Actor } from '../audit/event.ts';
import { recordEvents } from '../audit/event.ts';
import type { WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, KindergartenId, PlaceId, ReferralId, TurnWindowId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import type { ReferralState, RefusalReason } from './api.ts';

/** Every way a referral may change its state (DOMAIN §8.3). R3a extends only once: K7. */
export const referralTransitions = {
  R1: { from: [], to: 'ISSUED' },
  R2: { from: ['ISSUED', 'EXTENDED'], to: 'CANCELLED_BY_APPLICANT' },
  R3: { from: ['ISSUED'], to: 'EXTENDED' },
  R4: { from: ['ISSUED', 'EXTENDED'], to: 'ARRIVED' },
  R5: { from: ['ARRIVED'], to: 'ACCEPTED' },
  R6: { from: ['ARRIVED'], to: 'REFUSED' },
  R7: { from: ['ISSUED', 'EXTENDED'], to: 'EXPIRED' },
  R8: { from: ['ISSUED', 'EXTENDED', 'ARRIVED'], to: 'REVOKED' },
} as const satisfies Record<string, { from: readonly ReferralState[]; to: ReferralState }>;

export type ReferralTransition = keyof typeof referralTransitions;

export const LIVE: readonly ReferralState[] = ['ISSUED', 'EXTENDED', 'ARRIVED'];

export interface LockedReferral {
  readonly id: ReferralId;
  readonly number: string;
  readonly application_id: ApplicationId;
  readonly child_id: ChildId;
  readonly place_id: PlaceId;
  readonly kindergarten_id: KindergartenId;
  readonly turn_window_id: TurnWindowId | null;
  readonly state: ReferralState;
  readonly issued_at: Date;
  readonly come_until: Date;
  readonly cancel_until: Date;
  readonly extended_until: Date | null;
  readonly calendar_version: string;
}

/** Locks a referral; its queue and application must be locked before (`lockApplication`). */
export async function lockReferral(tx: WriteTx, id: ReferralId): Promise<LockedReferral> {
  const [row] = await tx.$queryRaw<LockedReferral[]>`
    SELECT id, number, application_id, child_id, place_id, kindergarten_id, turn_window_id, state, issued_at,
           come_until, cancel_until, extended_until, calendar_version
      FROM referral WHERE id = ${id}::uuid FOR UPDATE`;
  if (row === undefined) throw new Refusal('referral.unknown');
  return row;
}

/** The application a referral belongs to, read before any lock is taken. Refusal: referral.unknown. */
export async function applicationOfReferral(tx: WriteTx, id: ReferralId): Promise<ApplicationId> {
  const row = await tx.referral.findUnique({ where: { id }, select: { application_id: true } });
  if (row === null) throw new Refusal('referral.unknown');
  return row.application_id as ApplicationId;
}

interface Move {
  readonly reason?: string | null;
  readonly policyVersion?: string | null;
  readonly extendedUntil?: Date;
  readonly extensionReason?: string;
  readonly refusalReason?: RefusalReason;
  readonly refusalNote?: string | null;
  readonly calendarVersion?: string;
}

/** Carries a locked referral over one transition of the table and writes its event. Refusal: referral.wrongState. */
export async function moveReferral(
  tx: WriteTx,
  at: Date,
  actor: Actor,
  referral: LockedReferral,
  transition: ReferralTransition,
  move: Move = {},
): Promise<void> {
  const { from, to } = referralTransitions[transition];
  if (!(from as readonly string[]).includes(referral.state)) {
    throw new Refusal('referral.wrongState', { state: referral.state, transition });
  }
  const live = LIVE.includes(to);
  await tx.referral.update({
    where: { id: referral.id },
    data: {
      state: to,
      state_since: at,
      closed_at: live ? null : at,
      ...(to === 'ARRIVED' ? { arrived_at: at } : {}),
      ...(move.extendedUntil === undefined
        ? {}
        : { extended_until: move.extendedUntil, extension_reason: move.extensionReason ?? '' }),
      ...(move.refusalReason === undefined
        ? {}
        : { refusal_reason: move.refusalReason, refusal_note: move.refusalNote ?? null }),
      ...(move.calendarVersion === undefined ? {} : { calendar_version: move.calendarVersion }),
    },
    select: { id: true },
  });
  await recordEvents(tx, at, actor, [
    {
      entity: 'REFERRAL',
      entityId: referral.id,
      applicationId: referral.application_id,
      transition,
      before: { state: referral.state },
      after: {
        state: to,
        ...(move.extendedUntil === undefined ? {} : { until: move.extendedUntil.toISOString() }),
      },
      reason: move.reason ?? null,
      policyVersion: move.policyVersion ?? null,
    },
  ]);
}
