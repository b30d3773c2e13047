import type { Act, Bilingual, Page } from '../act.ts';
import type { BenefitClass } from '../application/api.ts';
import type { ParentRole } from '../guardian/rights.ts';
import type { ApplicationId, KindergartenId, PersonId, WaitlistEntryId } from '../ids.ts';
import type { TransferView } from '../transfer/api.ts';

/**
 * DOMAIN §8.7. WAITING and PLACE_AVAILABLE are open. REFERRAL_ISSUED: the place was accepted; DECLINED and LAPSED: it was
 * not, and the child is out of this list; CANCELLED: left by the parent, or over with what it stood on.
 */
export type EntryState =
  | 'WAITING'
  | 'PLACE_AVAILABLE'
  | 'REFERRAL_ISSUED'
  | 'DECLINED'
  | 'LAPSED'
  | 'CANCELLED';

/** A row of «Күту тізімі»: an application whose child attends a kindergarten, or was being transferred. */
export interface WaitlistSummary {
  readonly applicationId: ApplicationId;
  readonly role: ParentRole;
  readonly number: string;
  /** The first name only. */
  readonly childName: string;
  readonly district: Bilingual;
  readonly birthYear: number;
  /** Where the child goes now; null: nowhere. */
  readonly attends: Bilingual | null;
  /** In how many kindergartens' lists the child waits, one on offer included. */
  readonly lists: number;
  /** What is first to be done or known. ARCHIVED: the application is over (S2: «өтініш мұрағатқа ауыстырылады»). */
  readonly status: 'NONE' | 'WAITING' | 'PLACE_AVAILABLE' | 'TRANSFER' | 'ARCHIVED';
  /** Of the offer, or of the admission; null where nothing runs. */
  readonly deadline: Date | null;
}

/** The place that is kept for the child until the parent has answered. */
export interface OfferView {
  readonly offeredAt: Date;
  readonly answerUntil: Date;
  readonly groupName: string;
  readonly language: 'kk' | 'ru' | 'mixed';
  readonly birthYear: number;
}

export interface WaitlistEntryView {
  readonly id: WaitlistEntryId;
  readonly applicationId: ApplicationId;
  readonly kindergartenId: KindergartenId;
  readonly kindergarten: Bilingual;
  readonly address: Bilingual;
  readonly phone: string | null;
  readonly latitude: number;
  readonly longitude: number;
  readonly state: EntryState;
  readonly joinedAt: Date;
  readonly benefitClass: BenefitClass;
  /** A brother or sister goes to this kindergarten. */
  readonly sibling: boolean;
  /** The place in the list, from 1, while WAITING; null otherwise. */
  readonly position: number | null;
  /** How many wait in this list. */
  readonly length: number;
  /** While PLACE_AVAILABLE. */
  readonly offer: OfferView | null;
}

/** What the information window says (S2), with the district's own terms. */
export interface WaitlistTerms {
  /** `2WD`, as policies have it: how long an offered place is kept. */
  readonly answer: string;
  /** `5WD`: the time to complete the admission. */
  readonly admission: string;
  /** The present place is kept until the new kindergarten has taken the child. */
  readonly safe: boolean;
  /** What becomes of the application when the admission is not completed in time. */
  readonly onExpire: 'ARCHIVE' | 'KEEP';
  readonly maxKindergartens: number;
  readonly order: 'CLASSES' | 'TIME';
  readonly siblingsFirst: boolean;
}

/** Why «Күту тізіміне тұру» is not offered now. */
export type WaitlistBar =
  /** the district has no waiting list */
  | 'OFF'
  /** the child goes to no kindergarten by this application */
  | 'NOT_ATTENDING'
  | 'ARCHIVED'
  /** a transfer is under way */
  | 'TRANSFER'
  /** a referral by another application */
  | 'HAS_REFERRAL'
  /** a place is on offer and waits for the answer */
  | 'ANSWER_FIRST'
  /** in as many lists as the district allows */
  | 'FULL'
  /** only the first applicant acts in this district */
  | 'ONLY_OWNER';

export interface WaitlistView extends WaitlistSummary {
  readonly canSign: boolean;
  readonly bar: WaitlistBar | null;
  readonly terms: WaitlistTerms;
  /** Open ones first, the one on offer before all; then what came of earlier ones, newest first, at most 10. */
  readonly entries: readonly WaitlistEntryView[];
  /** The one that runs, else the last one; null when there was none. */
  readonly transfer: TransferView | null;
}

/** A kindergarten that can be wished for: of the child's district, with groups of its year, not the present one. */
export interface WishableKindergarten {
  readonly kindergartenId: KindergartenId;
  readonly kindergarten: Bilingual;
  readonly address: Bilingual;
  readonly languages: readonly ('kk' | 'ru' | 'mixed')[];
  /** How many wait in its list. */
  readonly waiting: number;
  /** Places that would be given at once: joining and accepting are one step then (S2). */
  readonly free: number;
  /** From the home that the application tells, in metres; null without one. */
  readonly distanceM: number | null;
  /** The child is in this list already. */
  readonly joined: boolean;
}

/** One cause of a change of place in a list. `by`: how many places down (positive) or up it moved the child. */
export interface WaitlistCause {
  readonly cause: /** joined later, and stands ahead by benefit or sibling */
    | 'JOINED_AHEAD'
    /** a benefit was confirmed, or a brother or sister came to the kindergarten */
    | 'MOVED_AHEAD'
    /** a benefit ended, or the brother or sister left */
    | 'MOVED_BEHIND'
    /** was offered a place */
    | 'OFFERED'
    /** left the list */
    | 'LEFT'
    /** is back in the list: the place that was on offer was withdrawn */
    | 'CAME_BACK'
    /** the child's own benefit or sibling changed */
    | 'OWN';
  readonly count: number;
  readonly by: number;
}

export interface WaitlistWhy {
  readonly entry: WaitlistEntryView;
  /** The place at `since`: when the list was joined, or the last 30 days where it is longer ago. */
  readonly since: Date;
  readonly before: number;
  readonly now: number;
  /** Their sum is `now − before`. */
  readonly causes: readonly WaitlistCause[];
}

export interface Waitlists {
  /** Newest first. Empty for who has no child in a kindergarten. */
  list(personId: PersonId): Promise<readonly WaitlistSummary[]>;
  /** Refusal: application.unknown. */
  of(personId: PersonId, id: ApplicationId): Promise<WaitlistView>;
  /** Nearest first where the home is known, by name otherwise. Refusals: application.unknown, waitlist.* as `bar` says. */
  kindergartens(
    personId: PersonId,
    id: ApplicationId,
    page: number,
    pageSize?: number,
  ): Promise<Page<WishableKindergarten>>;
  /** Refusal: waitlist.unknown. */
  entry(personId: PersonId, id: WaitlistEntryId): Promise<WaitlistEntryView>;
  /** Why the place in the list is what it is. Refusals: waitlist.unknown, waitlist.notWaiting. */
  why(personId: PersonId, id: WaitlistEntryId): Promise<WaitlistWhy>;
  /**
   * Gives up the offered place: it goes to the next child, and this one leaves the list. Refusals: waitlist.unknown,
   * waitlist.noOffer, waitlist.lapsed {until}, guardian.onlyOwner.
   */
  decline(act: Act, id: WaitlistEntryId): Promise<void>;
  /** Leaves a list. Refusals: waitlist.unknown, waitlist.notWaiting, guardian.onlyOwner. */
  leave(act: Act, id: WaitlistEntryId): Promise<void>;
}
