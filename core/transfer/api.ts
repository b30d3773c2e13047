import type { Act, Bilingual, Page } from '../act.ts';
import type {
  ApplicationId,
  DistrictId,
  DocumentId,
  KindergartenId,
  ReferralId,
  TransferId,
} from '../ids.ts';

/**
 * DOMAIN §8.7. OPEN: the checklist runs. COMPLETED: the new kindergarten has taken the child. FAILED: not in time.
 * CANCELLED: given up by the parent within the hours of cancelling, or refused by the new kindergarten.
 */
export type TransferState = 'OPEN' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

export type LeavingRefusal = 'DEBT' | 'NO_REQUEST' | 'OTHER';
export type DepartureReason = 'PARENT_REQUEST' | 'MOVED' | 'SCHOOL' | 'OTHER';

/** A transfer as the child's parents see it. */
export interface TransferView {
  readonly id: TransferId;
  readonly applicationId: ApplicationId;
  readonly state: TransferState;
  readonly from: Bilingual;
  readonly to: Bilingual;
  readonly referralId: ReferralId;
  readonly referralNumber: string;
  readonly voucherNumber: string;
  readonly voucherState: VoucherState;
  readonly documentId: DocumentId | null;
  readonly issuedAt: Date;
  /** Until when the admission must be applied for in the new kindergarten. */
  readonly admitUntil: Date;
  readonly cancelUntil: Date;
  readonly canCancel: boolean;
  /** First tick: the present kindergarten has registered that the child leaves. */
  readonly leftAt: Date | null;
  /** The present kindergarten has said no; the department decides. */
  readonly leavingRefused: {
    readonly at: Date;
    readonly reason: LeavingRefusal;
    readonly note: string | null;
  } | null;
  /** Second tick: the new kindergarten has taken the papers. */
  readonly filedAt: Date | null;
  /** The present place is kept until the new kindergarten has taken the child. */
  readonly safe: boolean;
  readonly endedAt: Date | null;
}

/** VOUCHER: ISSUED (берілді), ACTIVE (қолданыста: the new kindergarten has taken the child), CANCELLED (жойылды). */
export type VoucherState = 'ISSUED' | 'ACTIVE' | 'CANCELLED';

/** A child that leaves, as the heads and the department see it: they need the full name. */
export interface LeavingView {
  readonly id: TransferId;
  readonly applicationNumber: string;
  readonly childFullName: string;
  readonly birthYear: number;
  readonly from: Bilingual;
  readonly to: Bilingual;
  readonly groupName: string;
  readonly state: TransferState;
  readonly issuedAt: Date;
  readonly admitUntil: Date;
  readonly leftAt: Date | null;
  readonly filedAt: Date | null;
  readonly refused: TransferView['leavingRefused'];
  readonly safe: boolean;
}

/** A child of a kindergarten, for its head. */
export interface AttendingChild {
  readonly referralId: ReferralId;
  readonly childFullName: string;
  readonly birthYear: number;
  readonly groupName: string;
  readonly since: Date;
  /** A transfer is under way: its leaving is confirmed there. */
  readonly transferId: TransferId | null;
}

export interface Transfers {
  /** Children who leave this kindergarten by a transfer and whose leaving is not registered yet. Refusal: staff.forbidden. */
  leaving(
    act: Act,
    kindergartenId: KindergartenId,
    page: number,
    pageSize?: number,
  ): Promise<Page<LeavingView>>;
  /**
   * What waits for the department: leavings that were refused, and those the present kindergarten is silent about although
   * the papers are filed and the term is over. Refusal: staff.forbidden.
   */
  disputed(act: Act, districtId: DistrictId, page: number, pageSize?: number): Promise<Page<LeavingView>>;
  /** For the head of the old kindergarten and for operators of its district. Refusals: transfer.unknown, staff.forbidden. */
  one(act: Act, id: TransferId): Promise<LeavingView>;
  /** «Шығарылды»: by the head, or by an operator of the district after a refusal. Refusals: transfer.unknown, transfer.over, transfer.left, staff.forbidden. */
  confirmLeaving(act: Act, id: TransferId): Promise<void>;
  /** The head says no; `note` is shown to the parent. The department decides. Refusals: as above. */
  refuseLeaving(act: Act, id: TransferId, reason: LeavingRefusal, note: string | null): Promise<void>;
  /** The children of a kindergarten, by name. Refusal: staff.forbidden. */
  attending(
    act: Act,
    kindergartenId: KindergartenId,
    page: number,
    pageSize?: number,
  ): Promise<Page<AttendingChild>>;
  /** A child left for good: the place is published, the waiting lists end, the application goes to the archive. Refusals: referral.unknown, transfer.left, transfer.open, staff.forbidden. */
  recordDeparture(act: Act, referralId: ReferralId, reason: DepartureReason): Promise<void>;
}
