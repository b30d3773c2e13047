import type { Act, Bilingual, Page } from '../act.ts';
import type { BenefitClass } from '../application/api.ts';
import type { CivilDate } from '../calendar/civil-date.ts';
import type { ApplicationId, ClaimId, DistrictId } from '../ids.ts';
import type { ScanView } from '../scan/api.ts';

/** CLAIMED мәлімделді · PENDING_CHECK тексерілуде · CONFIRMED расталды · DECLINED расталмады · EXPIRED мерзімі өтті (§3.1). */
export type ClaimState = 'DRAFT' | 'CLAIMED' | 'PENDING_CHECK' | 'CONFIRMED' | 'DECLINED' | 'EXPIRED';

export type DeclineReason =
  | 'UNREADABLE'
  | 'WRONG_DOCUMENT'
  | 'OUTDATED'
  | 'OTHER_PERSON'
  | 'NO_COPY'
  | 'OTHER';

/** An entry of the dictionary of benefits (§3.1). */
export interface BenefitCategory {
  /** `LARGE` */
  readonly code: string;
  readonly name: Bilingual;
  readonly class: Exclude<BenefitClass, 'COMMON'>;
  /** Which paper proves it. */
  readonly proof: Bilingual;
  /** How long the paper is good from its own date; null: until it says otherwise. */
  readonly validMonths: number | null;
}

export interface ClaimView {
  readonly id: ClaimId;
  /** Null while the form is not sent. */
  readonly applicationId: ApplicationId | null;
  readonly category: BenefitCategory;
  readonly state: ClaimState;
  readonly since: Date;
  readonly scans: readonly ScanView[];
  readonly declineReason: DeclineReason | null;
  readonly declineNote: string | null;
  /** A better copy was asked for, until then. */
  readonly copyUntil: Date | null;
  readonly validUntil: CivilDate | null;
}

/** A claim as the operator's list shows it. */
export interface ClaimToCheck {
  readonly id: ClaimId;
  readonly applicationNumber: string;
  readonly childName: string;
  readonly claimedAt: Date;
  readonly scans: number;
  /** Somebody looks at it now; null: nobody. */
  readonly takenBy: 'ME' | 'OTHER' | null;
}

/** What an operator must see to decide: the paper has to be of this child and these parents. */
export interface ClaimOnDesk extends ClaimView {
  readonly applicationId: ApplicationId;
  readonly districtId: DistrictId;
  readonly applicationNumber: string;
  readonly child: { readonly fullName: string; readonly maskedIin: string; readonly birthDate: CivilDate };
  readonly applicant: { readonly fullName: string; readonly maskedIin: string };
  readonly registeredAt: Date;
}

export const CLAIM_RULES = {
  maxNote: 300,
  /** How long an operator holds a claim that was taken: whoever goes away in the middle keeps no parent waiting. */
  holdMinutes: 30,
} as const;

export interface Benefits {
  categories(): Promise<readonly BenefitCategory[]>;
  /** All claims of an application, newest first, for its applicant. Refusal: application.unknown. */
  ofApplication(act: Act, id: ApplicationId): Promise<readonly ClaimView[]>;
  /** A new claim from the card, in DRAFT until it is sent; answers the one that is begun already. Refusals: application.unknown, application.wrongState, benefit.unknown, claim.open (one is being checked). */
  begin(act: Act, id: ApplicationId, category: string): Promise<ClaimId>;
  /** One's own claim, also of a form. Refusal: claim.unknown. */
  claim(act: Act, id: ClaimId): Promise<ClaimView>;
  /** DRAFT → CLAIMED, or the better copy is given in. Refusals: claim.unknown, claim.closed, claim.noScans, claim.sameScans (a better copy was asked for and none came), application.wrongState. */
  send(act: Act, id: ClaimId): Promise<void>;
  /** Forgets a DRAFT. Refusals: claim.unknown, claim.closed. */
  drop(act: Act, id: ClaimId): Promise<void>;

  /** The operator's list of a district, oldest first: what waits for an operator, not for a parent. Refusal: staff.forbidden. */
  toCheck(act: Act, districtId: DistrictId, page: number, pageSize?: number): Promise<Page<ClaimToCheck>>;
  /** Takes a claim for half an hour, or for another one: CLAIMED → PENDING_CHECK. Logged as a look at the person's data. Refusals: claim.unknown, staff.forbidden, claim.taken (another operator has it), claim.closed (decided, waiting for the parent, or no longer in the queue). */
  take(act: Act, id: ClaimId): Promise<ClaimOnDesk>;
  /**
   * The claim that the operator has taken, to be shown again: the look was logged when it was taken. Refusals:
   * claim.unknown, staff.forbidden, claim.taken, claim.closed (also when it was laid back).
   */
  onDesk(act: Act, id: ClaimId): Promise<ClaimOnDesk>;
  /** Lays it back: PENDING_CHECK → CLAIMED. Refusals: as `onDesk`. */
  release(act: Act, id: ClaimId): Promise<void>;
  /**
   * The child stands in the claim's class with the original time. `documentDate`: the date of the paper, from which
   * `validMonths` count; `validUntil`: where the paper itself names its end; of two ends the earlier. Refusals: as
   * `onDesk`, claim.outdated {until}, claim.needsDate, claim.badDate (in the future, or an end too far away).
   */
  confirm(
    act: Act,
    id: ClaimId,
    paper: { readonly documentDate?: CivilDate; readonly validUntil?: CivilDate },
  ): Promise<void>;
  /** The child stays in the common class with the original time. `note` for OTHER, at most 300 signs. Refusals: as `onDesk`, claim.needsNote {limit}. */
  decline(act: Act, id: ClaimId, reason: Exclude<DeclineReason, 'NO_COPY'>, note?: string): Promise<void>;
  /** N4: PENDING_CHECK → CLAIMED with a term for a better copy; answers its end. Refusals: as `onDesk`. */
  askForCopy(act: Act, id: ClaimId): Promise<Date>;
}
