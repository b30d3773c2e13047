import type {
  Applications,
  Broadcasts,
  CivilDate,
  DocumentId,
  Language,
  Notices,
  People,
  PersonId,
  Places,
  Queues,
  Referrals,
  Scans,
  Signing,
  Staff,
} from '../core/index.ts';

// The one seam between the screens and core: what is not named here, no screen of a parent uses.
export {
  type Account,
  type Act,
  AlreadyApplied,
  type ApplicationCard,
  type ApplicationId,
  type ApplicationState,
  type ApplicationSummary,
  type Audience,
  addDays,
  type Bilingual,
  type BroadcastId,
  type BroadcastProgress,
  type CivilDate,
  type ClaimId,
  type Clock,
  type CodeSent,
  type ContactView,
  countInWords,
  type DistrictId,
  type DistrictView,
  type DocumentId,
  type DocumentView,
  dateInWords,
  dateTimeInWords,
  dateWithoutWeekday,
  type FreeGroup,
  type GroupId,
  type HistoryEntry,
  type KindergartenId,
  type KindergartenReferral,
  type Language,
  type LinkedStatement,
  type Log,
  localDate,
  localTime,
  maskEmail,
  maskIin,
  maskPhone,
  type NotificationSettings,
  type Page,
  type PersonId,
  type PlaceFilter,
  type PositionView,
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
  type Role,
  remainingInWords,
  SCAN_RULES,
  type ScanId,
  type ScanSource,
  type ScanType,
  type ScanView,
  type SignedResult,
  type SignLink,
  type StaffGroup,
  type StaffKindergarten,
  type StatementId,
  type StatementKind,
  type StatementState,
  shortDate,
  shortDateTime,
  shortWeekday,
  systemClock,
  type UnmetCondition,
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
  readonly queues: Pick<Queues, 'position'>;
  readonly places: Places;
  readonly referrals: Referrals;
  readonly signing: Signing;
  readonly staff: Omit<Staff, 'grant' | 'revoke'>;
  readonly scans: Scans;
  readonly broadcasts: Broadcasts;
  readonly notices: Pick<Notices, 'list'>;
  readonly documents: {
    /** Refusal: document.unknown (also when it is somebody else's). */
    file(personId: PersonId, documentId: DocumentId, language: Language): Promise<DocumentFile>;
  };
  /** The working days as they are known now. */
  calendar(): Promise<{ isWorking(day: CivilDate): boolean }>;
}
