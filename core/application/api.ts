import type { Act, Bilingual, Language, Page } from '../act.ts';
import type { ClaimState } from '../benefit/api.ts';
import type { CivilDate } from '../calendar/civil-date.ts';
import type { ParentRole } from '../guardian/rights.ts';
import type { ApplicationId, ChildId, DistrictId, DocumentId, PersonId } from '../ids.ts';

export type ApplicationState =
  | 'IN_REVIEW'
  | 'QUEUED'
  | 'NOTIFIED'
  | 'REFERRED'
  | 'STOP_LISTED'
  | 'INACTIVE'
  | 'ENROLLED'
  | 'WITHDRAWN'
  | 'REMOVED'
  | 'REJECTED'
  | 'ARCHIVED';

export type BenefitClass = 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';

export type RemovalReason =
  | 'MISSES'
  | 'NO_CONFIRMATION'
  | 'AGE_LIMIT'
  | 'ENROLLED_ELSEWHERE'
  | 'DUPLICATE'
  | 'MOVED'
  | 'DECEASED'
  | 'FALSE_DOCUMENTS';

/** A row of the journal of applications. */
export interface ApplicationSummary {
  readonly id: ApplicationId;
  /** GUARDIAN: the person was joined to it as the second parent (DOMAIN §8.8). */
  readonly role: ParentRole;
  /** `AKM-TSL-2023-004512` */
  readonly number: string;
  /** The first name only: messages carry no surnames (DOMAIN §6.3). */
  readonly childName: string;
  readonly district: Bilingual;
  readonly birthYear: number;
  readonly state: ApplicationState;
  /** Service-order place while QUEUED and of age; null otherwise. */
  readonly position: number | null;
  /** The nearest deadline of the present state: end of the turn window, show-up, stop-list, interest. */
  readonly deadline: {
    readonly kind: 'TURN_WINDOW' | 'SHOW_UP' | 'STOP_LIST' | 'INTEREST';
    readonly at: Date;
  } | null;
}

export interface ApplicationCard extends ApplicationSummary {
  readonly registeredAt: Date;
  readonly positionAtRegistration: number | null;
  readonly benefitClass: BenefitClass;
  /** The benefit that counts or is waited for, else the last one there was; never its category. Null: none was claimed. */
  readonly benefit: {
    readonly state: Exclude<ClaimState, 'DRAFT'>;
    readonly validUntil: CivilDate | null;
    /** The parent is asked for a better copy until then. */
    readonly copyUntil: Date | null;
  } | null;
  readonly preferredLanguage: Language | null;
  readonly underAgeUntil: string | null;
  readonly missCount: number;
  readonly maxMisses: number;
  readonly interestDueAt: Date;
  /** From 60 days before the due date interest may be confirmed (DOMAIN §8.5). */
  readonly canConfirmInterest: boolean;
  readonly canChoose: boolean;
  /** Whether this parent may choose, sign, cancel and withdraw: the second one where the district lets them. */
  readonly canSign: boolean;
  readonly canWithdraw: boolean;
  /** Set for 24 hours after a withdrawal by the applicant. */
  readonly undoWithdrawalUntil: Date | null;
  readonly removalReason: RemovalReason | null;
  readonly stopListedUntil: Date | null;
  readonly turnClosesAt: Date | null;
}

/** Something that runs for an application now (DOMAIN §5.4). */
export interface ApplicationDeadline {
  /** Stays the same as long as the deadline runs. */
  readonly id: string;
  readonly kind:
    | 'TURN_WINDOW'
    | 'SELF_CANCEL'
    | 'SHOW_UP'
    | 'STOP_LIST'
    | 'INTEREST'
    | 'AGE_LIMIT'
    | 'BENEFIT'
    | 'BENEFIT_COPY'
    | 'WAITLIST_OFFER'
    | 'TRANSFER';
  readonly at: Date;
}

export interface HistoryEntry {
  readonly at: Date;
  /** The transition's id in the tables: `A7`, `R3`, `W2`, `B3`, `G1` … ; text `history.<transition>` */
  readonly transition: string;
  /** Who did it, as the parent who asks would say. */
  readonly by: 'ME' | 'OTHER_PARENT' | 'DEPARTMENT' | 'KINDERGARTEN' | 'SYSTEM';
  /** A code (text `reason.<code>`), a code with words of the staff after it («OTHER: …»), or their words alone. */
  readonly reason: string | null;
  /** Words of the staff that were written for the parent. */
  readonly note: string | null;
  /** What this set a term to: of the turn, the referral, the stop-list, the interest, the better copy. */
  readonly until: Date | null;
  /** Until when a benefit was confirmed. */
  readonly validUntil: CivilDate | null;
  /** The referral's kindergarten. */
  readonly kindergarten: Bilingual | null;
}

export interface DocumentView {
  readonly id: DocumentId;
  readonly number: string;
  readonly kind: 'REGISTRATION' | 'REFERRAL';
  /** The referral's; a child that was transferred has several. */
  readonly kindergarten: Bilingual | null;
  readonly createdAt: Date;
  /** What it came of was signed with ЭЦҚ: `Signing.proofLink` leads to the signed file. */
  readonly hasProof: boolean;
}

/** A condition of choosing that is not met now (F-50), with the date from which it will be, where that is known. */
export interface UnmetCondition {
  readonly code:
    | 'TOO_YOUNG'
    | 'NOT_YOUR_TURN'
    | 'NO_FREE_PLACES'
    | 'STOP_LISTED'
    | 'INTEREST_OVERDUE'
    | 'HAS_REFERRAL'
    | 'IN_REVIEW'
    | 'NOT_IN_QUEUE'
    | 'FROZEN'
    /** Only the first applicant chooses in this district. */
    | 'ONLY_OWNER';
  readonly from: Date | null;
  readonly position: number | null;
}

export interface Registration {
  readonly childIin: string;
  readonly districtId: DistrictId;
  readonly benefitClass?: BenefitClass;
  readonly preferredLanguage?: Language | null;
  /** Only imports and tests give it; otherwise the moment of the action. */
  readonly registeredAt?: Date;
}

export interface Applications {
  /** Newest first. One statement. */
  list(personId: PersonId, page: number, pageSize?: number): Promise<Page<ApplicationSummary>>;
  /** Refusal: application.unknown (also when it is somebody else's). */
  card(personId: PersonId, id: ApplicationId): Promise<ApplicationCard>;
  history(
    personId: PersonId,
    id: ApplicationId,
    page: number,
    pageSize?: number,
  ): Promise<Page<HistoryEntry>>;
  /** Nearest first; none for somebody who may not see the application. */
  deadlines(personId: PersonId, id: ApplicationId): Promise<readonly ApplicationDeadline[]>;
  documents(personId: PersonId, id: ApplicationId): Promise<readonly DocumentView[]>;
  /** Why «Мемлекеттік балабақшаны таңдау» is not shown now; empty when it is. */
  unmet(personId: PersonId, id: ApplicationId): Promise<readonly UnmetCondition[]>;
  /**
   * A1: puts a child in the queue. Refusals: iin.*, child.bornInFuture, child.tooOld {limit}, child.notInRegistry,
   * child.notYours, application.duplicate {number}.
   */
  register(
    act: Act,
    registration: Registration,
  ): Promise<{
    readonly id: ApplicationId;
    readonly childId: ChildId;
    readonly number: string;
    /** Null while the application is looked at. */
    readonly position: number | null;
  }>;
  /** A18. Refusals: interest.notYet {from}, application.wrongState. */
  confirmInterest(act: Act, id: ApplicationId): Promise<{ readonly nextDueAt: Date }>;
  /** A8c: declines the turn before its end, without penalty. */
  declineTurn(act: Act, id: ApplicationId): Promise<void>;
  /** A15. Refusals: application.wrongState. */
  withdraw(act: Act, id: ApplicationId): Promise<{ readonly undoUntil: Date }>;
  /** Undo of A15 within 24 hours. Refusals: withdrawal.tooLate, application.duplicate. */
  undoWithdrawal(act: Act, id: ApplicationId): Promise<void>;
}
