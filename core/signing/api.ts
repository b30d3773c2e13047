import type { Act, ProofMethod } from '../act.ts';
import type { ApplicationState } from '../application/api.ts';
import type {
  ApplicationId,
  DocumentId,
  GroupId,
  KindergartenId,
  StatementId,
  WaitlistEntryId,
} from '../ids.ts';
import type { CodeSent } from '../people/api.ts';
import type { ReferralView } from '../referral/api.ts';
import type { RefusalParams } from '../refusal.ts';
import type { TransferView } from '../transfer/api.ts';
import type { WaitlistEntryView } from '../waitlist/api.ts';

/** WAITLIST: to join the lists of kindergartens; TRANSFER: to accept a place that is on offer. */
export type StatementKind = 'CHOICE' | 'WISHES' | 'REGISTRATION' | 'WAITLIST' | 'TRANSFER';

export interface PreparedStatement {
  readonly id: StatementId;
  readonly kind: StatementKind;
  readonly code: CodeSent;
}

/** A one-time way to the signing page: whoever opens it first has it. */
export interface SignLink {
  /** For a button's address only, never for a text or a log: the token stands after its «#». */
  readonly url: string;
  /** Until when it may be opened. */
  readonly openUntil: Date;
}

export interface LinkedStatement {
  readonly id: StatementId;
  readonly kind: StatementKind;
  readonly link: SignLink;
}

export type SignedResult =
  | { readonly kind: 'CHOICE'; readonly referral: ReferralView }
  | { readonly kind: 'WISHES'; readonly roundAt: Date }
  | {
      readonly kind: 'WAITLIST';
      readonly applicationId: ApplicationId;
      /** The lists that were joined; empty where a place was free and the referral is given. */
      readonly entries: readonly WaitlistEntryView[];
      /** A place was free at once (S2: «басқа мектепке дейінгі ұйымға жолдама берілді»). */
      readonly transfer: TransferView | null;
    }
  | { readonly kind: 'TRANSFER'; readonly applicationId: ApplicationId; readonly transfer: TransferView }
  | {
      readonly kind: 'REGISTRATION';
      /** One for each child of the form, in its order. */
      readonly applications: readonly RegisteredApplication[];
    };

export interface RegisteredApplication {
  readonly id: ApplicationId;
  readonly number: string;
  readonly childName: string;
  readonly state: ApplicationState;
  /** The number in the queue (S1 step 13); null while the application is looked at (A2). */
  readonly position: number | null;
}

/** Where a statement stands, for the chat that waits for the page. */
export type StatementState =
  | { readonly state: 'OPEN'; readonly expiresAt: Date }
  | { readonly state: 'SIGNED'; readonly result: SignedResult }
  | { readonly state: 'VOID'; readonly code: string; readonly params: RefusalParams }
  | { readonly state: 'EXPIRED' };

export interface Signing {
  /** The methods by which this person may sign this now: the district's `sign.methods`, as far as this server can. */
  methods(
    act: Act,
    applicationId: ApplicationId,
    kind: Exclude<StatementKind, 'REGISTRATION'>,
  ): Promise<readonly ProofMethod[]>;
  /** The same for the person's form. Refusal: draft.none. */
  registrationMethods(act: Act): Promise<readonly ProofMethod[]>;
  /**
   * «Қол қою және жіберу»: writes the statement of a choice and sends a one-time code as its signature.
   * Refusals: those of choosing (choice.notYourTurn, choice.taken, choice.stopListed {until}, choice.tooYoung {from},
   * choice.interestOverdue, choice.hasReferral, choice.wrongYear), application.unknown, group.unknown, login.noContact,
   * login.again {methods}, sign.method {methods}, code.tooOften {resendAt}, code.notSent. Asked for the same again
   * within a minute, answers the same statement.
   */
  prepareChoice(act: Act, applicationId: ApplicationId, groupId: GroupId): Promise<PreparedStatement>;
  /** Groups in order of wish, at most 20. Refusals: as above, wishes.noRound, wishes.none, wishes.tooMany. */
  prepareWishes(
    act: Act,
    applicationId: ApplicationId,
    groups: readonly GroupId[],
  ): Promise<PreparedStatement>;
  /**
   * «Жіберу» (S1 step 10): writes the statement of the person's form and sends a one-time code as its signature. The
   * registry is asked anew first. Refusals: draft.none, draft.incomplete {what}, child.*, application.duplicate {number},
   * application.others, each with `child`, the id in the form of whom it is about; and those of `prepareChoice` about login and codes.
   */
  prepareRegistration(act: Act): Promise<PreparedStatement>;
  /** The same, to be signed with ЭЦҚ on the page. */
  linkRegistration(act: Act): Promise<LinkedStatement>;
  /** The same statement, to be signed with ЭЦҚ on the page. Refusals: as `prepareChoice`, link.tooOften {until}, sign.unavailable. */
  linkChoice(act: Act, applicationId: ApplicationId, groupId: GroupId): Promise<LinkedStatement>;
  linkWishes(act: Act, applicationId: ApplicationId, groups: readonly GroupId[]): Promise<LinkedStatement>;
  /**
   * «Күту тізіміне тұру»: the kindergartens in order of wish; where one of them has a free place, its referral is given at
   * once. Refusals: application.unknown, waitlist.off, waitlist.notAttending, waitlist.archived, waitlist.transfer,
   * choice.hasReferral, waitlist.answerFirst, waitlist.tooMany {limit}, waitlist.none, waitlist.twice, waitlist.own
   * (the kindergarten the child goes to), waitlist.joined, waitlist.wrongKindergarten, guardian.onlyOwner, and those of
   * `prepareChoice` about login and codes.
   */
  prepareWaitlist(
    act: Act,
    applicationId: ApplicationId,
    kindergartens: readonly KindergartenId[],
  ): Promise<PreparedStatement>;
  linkWaitlist(
    act: Act,
    applicationId: ApplicationId,
    kindergartens: readonly KindergartenId[],
  ): Promise<LinkedStatement>;
  /**
   * Accepts the place that is on offer. Refusals: waitlist.unknown, waitlist.noOffer, waitlist.lapsed {until},
   * choice.hasReferral, guardian.onlyOwner, and those of `prepareChoice` about login and codes.
   */
  prepareTransfer(act: Act, entryId: WaitlistEntryId): Promise<PreparedStatement>;
  linkTransfer(act: Act, entryId: WaitlistEntryId): Promise<LinkedStatement>;
  /** Another way for a statement that is not signed yet. Refusals: those of `resend`, sign.method, link.tooOften {until}. */
  link(act: Act, id: StatementId): Promise<SignLink>;
  /** Refusals: statement.unknown, statement.signed, statement.expired, sign.method, code.tooOften {resendAt}, code.notSent. */
  resend(act: Act, id: StatementId): Promise<CodeSent>;
  /** Refusal: statement.unknown. */
  state(act: Act, id: StatementId): Promise<StatementState>;
  /**
   * Checks the code and performs the statement once, in one transaction; signing it again answers the same result.
   * Refusals: code.wrong {left}, code.late, code.exhausted, code.none, code.format, statement.expired, statement.unknown,
   * sign.method {methods} (the district has changed its rules meanwhile), and those of choosing: choice.taken means
   * somebody was faster and the turn is kept. A refusal of choosing makes the statement void for good: signing it again
   * is refused alike, a new choice needs a new statement.
   */
  sign(act: Act, id: StatementId, code: string): Promise<SignedResult>;
  /**
   * A way to the signed file and the record of its check, which hold the IIN and so never go through the chat. For a
   * referral whose choice was signed with ЭЦҚ. Refusals: document.unknown, signature.none, link.tooOften {until}.
   */
  proofLink(act: Act, documentId: DocumentId): Promise<SignLink>;
}
