import type { Act, Bilingual, Page } from '../act.ts';
import type { ApplicationId, DocumentId, KindergartenId, PersonId, ReferralId } from '../ids.ts';

export type ReferralState =
  | 'ISSUED'
  | 'EXTENDED'
  | 'ARRIVED'
  | 'ACCEPTED'
  | 'CANCELLED_BY_APPLICANT'
  | 'EXPIRED'
  | 'REFUSED'
  | 'REVOKED';

export type RefusalReason = 'INCOMPLETE' | 'EXPIRED_DOCUMENTS' | 'VACCINATION_RATIO' | 'OTHER';

export interface ReferralView {
  readonly id: ReferralId;
  readonly number: string;
  readonly applicationId: ApplicationId;
  readonly childName: string;
  readonly state: ReferralState;
  readonly kindergarten: Bilingual;
  readonly address: Bilingual;
  readonly phone: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly groupName: string;
  readonly issuedAt: Date;
  /** The day by whose end the child must come: extended where it was extended. */
  readonly comeUntil: Date;
  readonly cancelUntil: Date;
  readonly canCancel: boolean;
  readonly canExtend: boolean;
  /** The latest day an extension may name. */
  readonly extendLimit: string | null;
  readonly documentId: DocumentId | null;
}

/** A referral as the kindergarten's head sees it: the staff desk needs the child's full name. */
export interface KindergartenReferral {
  readonly id: ReferralId;
  readonly number: string;
  readonly childFullName: string;
  readonly birthYear: number;
  readonly groupName: string;
  readonly state: ReferralState;
  readonly issuedAt: Date;
  /** Of a transfer: until when the admission must be applied for. */
  readonly comeUntil: Date;
  /** The child comes from another kindergarten (S2). */
  readonly isTransfer: boolean;
}

export interface Referrals {
  /** The live referral of the application, else its last one; null when there has been none. */
  ofApplication(personId: PersonId, id: ApplicationId): Promise<ReferralView | null>;
  byId(personId: PersonId, id: ReferralId): Promise<ReferralView>;
  /** R2. Refusals: referral.cancelTooLate {until}, referral.wrongState, referral.unknown. */
  cancel(act: Act, id: ReferralId): Promise<{ readonly turnKept: boolean }>;
  /** R3: `until` is a civil date. Refusals: referral.extendTooFar {limit}, referral.extendTwice, referral.extendTooLate, referral.wrongState. */
  extend(act: Act, id: ReferralId, until: string, reason: string): Promise<ReferralView>;
  /** For the head of this kindergarten. Refusal: staff.forbidden. */
  atKindergarten(
    act: Act,
    kindergartenId: KindergartenId,
    which: 'LIVE' | 'CLOSED',
    page: number,
    pageSize?: number,
  ): Promise<Page<KindergartenReferral>>;
  atKindergartenById(act: Act, id: ReferralId): Promise<KindergartenReferral>;
  /** R4. */
  markArrived(act: Act, id: ReferralId): Promise<void>;
  /** R5 and A10. */
  accept(act: Act, id: ReferralId): Promise<void>;
  /** R6 and A14. `note` is shown to the parent. */
  refuse(act: Act, id: ReferralId, reason: RefusalReason, note: string | null): Promise<void>;
}
