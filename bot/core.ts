import type {
  Applications,
  Benefits,
  Broadcasts,
  CivilDate,
  DocumentId,
  Drafts,
  Forecasts,
  Guardians,
  Kindergartens,
  Language,
  Notices,
  People,
  PersonId,
  Places,
  Privacy,
  Queues,
  Referrals,
  Reviews,
  Scans,
  Signing,
  Staff,
  Transfers,
  Waitlists,
} from '../core/index.ts';

// The one seam between the screens and core: what is not named here, no screen of a parent uses.
export {
  type Account,
  type Act,
  type Address,
  AlreadyApplied,
  type ApplicationCard,
  type ApplicationDeadline,
  type ApplicationId,
  type ApplicationState,
  type ApplicationSummary,
  type AttendingChild,
  type Audience,
  addDays,
  type BenefitCategory,
  type Bilingual,
  type BroadcastId,
  type BroadcastProgress,
  type CivilDate,
  CLAIM_RULES,
  type ClaimId,
  type ClaimOnDesk,
  type ClaimState,
  type ClaimToCheck,
  type ClaimView,
  type Clock,
  type CodeSent,
  type ContactView,
  countInWords,
  type DeclineReason,
  type DepartureReason,
  type DistrictId,
  type DistrictView,
  type DocumentId,
  type DocumentView,
  DRAFT_RULES,
  type DraftChild,
  type DraftChildId,
  type DraftStep,
  type DraftView,
  dateInWords,
  dateTimeInWords,
  dateWithoutWeekday,
  type Forecast,
  type FreeGroup,
  type GroupId,
  type GuardianLinkId,
  type GuardianView,
  type HistoryEntry,
  type KindergartenId,
  type KindergartenReferral,
  type KindergartenView,
  type Language,
  type LeavingRefusal,
  type LeavingView,
  type LinkedStatement,
  type LinkOnDesk,
  type LinkRequest,
  type LinkToReview,
  type Log,
  type Look,
  localDate,
  localTime,
  type Missing,
  maskEmail,
  maskIin,
  maskPhone,
  type NearFilter,
  type NearGroup,
  type NoForecast,
  type NotificationSettings,
  type Offer,
  type OfferView,
  type Origins,
  type Page,
  type PersonId,
  type PlaceCause,
  type PlaceExplained,
  type PlaceFilter,
  type PlacePoint,
  type PlaceStep,
  type Point,
  type PositionView,
  type PrivacySummary,
  type ProofMethod,
  parseCivilDate,
  parseEmail,
  parseId,
  parseIin,
  parsePhone,
  type ReferralId,
  type ReferralView,
  Refusal,
  type RefusalParams,
  type RefusalReason,
  type RegisteredApplication,
  type RejectionReason,
  type ReviewCard,
  type ReviewRow,
  type Role,
  readCivilDate,
  remainingInWords,
  SCAN_RULES,
  type ScanId,
  type ScanSource,
  type ScanStore,
  type ScanType,
  type ScanView,
  type ServiceTerms,
  type SignedResult,
  type SignLink,
  type StaffGroup,
  type StaffKindergarten,
  type StatementId,
  type StatementKind,
  type StatementState,
  type SubscriptionId,
  type SubscriptionView,
  type SubscriptionWish,
  shortDate,
  shortDateTime,
  shortWeekday,
  systemClock,
  type TransferId,
  type TransferView,
  type TypedName,
  type UnmetCondition,
  type WaitlistBar,
  type WaitlistCause,
  type WaitlistEntryId,
  type WaitlistEntryView,
  type WaitlistSummary,
  type WaitlistTerms,
  type WaitlistView,
  type WaitlistWhy,
  type WishableKindergarten,
} from '../core/index.ts';

/** A finished paper, ready to be sent. */
export interface DocumentFile {
  readonly fileName: string;
  readonly content: Uint8Array;
}

/** What the screens need of core. */
export interface BotCore {
  readonly people: People;
  readonly applications: Applications;
  readonly benefits: Benefits;
  readonly queues: Queues;
  readonly places: Places;
  readonly kindergartens: Kindergartens;
  readonly referrals: Referrals;
  readonly drafts: Drafts;
  readonly forecasts: Forecasts;
  readonly guardians: Guardians;
  readonly reviews: Reviews;
  readonly privacy: Privacy;
  readonly signing: Signing;
  readonly staff: Omit<Staff, 'grant' | 'revoke'>;
  readonly scans: Scans;
  readonly broadcasts: Broadcasts;
  readonly waitlists: Waitlists;
  readonly transfers: Transfers;
  readonly notices: Pick<Notices, 'list'>;
  readonly documents: {
    /** Refusal: document.unknown (also when it is somebody else's). */
    file(personId: PersonId, documentId: DocumentId, language: Language): Promise<DocumentFile>;
  };
  /** The working days as they are known now. */
  calendar(): Promise<{ isWorking(day: CivilDate): boolean }>;
}
