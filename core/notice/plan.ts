import type { ApplicationId, KindergartenId, PersonId, ReferralId } from '../ids.ts';

/** A notice that a transaction owes somebody. The text is `notice.<code>` filled with params when it is sent. */
export interface OwedNotice {
  readonly code: string;
  /** Exactly one of `personId` (the applicant) and `kindergartenId` (its heads). */
  readonly personId?: PersonId;
  readonly kindergartenId?: KindergartenId;
  readonly applicationId?: ApplicationId;
  readonly referralId?: ReferralId;
  /** Dates as ISO strings, dictionary words as ids. Never an IIN, surname, phone, address or benefit. */
  readonly params: Readonly<Record<string, string | number | null>>;
  /** A second notice with the same key is not planned. */
  readonly dedupeKey?: string;
}
