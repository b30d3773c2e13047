import type { Act, Bilingual } from '../act.ts';
import type { ClaimView } from '../benefit/api.ts';
import type { CivilDate } from '../calendar/civil-date.ts';
import type { ClaimId, DistrictId, DraftChildId, DraftId } from '../ids.ts';

/** Where a person goes on: the steps of S1 in their order. */
export type DraftStep = 'DISTRICT' | 'INTRO' | 'APPLICANT' | 'CHILDREN' | 'HOME' | 'SUMMARY';

/** S1 step 8. Kept encrypted. Every part at most 100 signs; a part that is not told yet is empty. */
export interface Address {
  readonly city: string;
  /** May stay empty: a city without districts. */
  readonly district: string;
  readonly street: string;
  readonly house: string;
  /** May stay empty: a house without flats. */
  readonly flat: string;
}

/** A name as it is typed, part by part. */
export interface TypedName {
  readonly surname: string;
  readonly name: string;
  /** Null: the child has none. */
  readonly patronymic: string | null;
}

/** PROVEN: the registry names the applicant as a parent; UNPROVEN: it names nobody; UNKNOWN: it was silent. */
export type Relation = 'PROVEN' | 'UNPROVEN' | 'UNKNOWN';

export interface DraftChild {
  readonly id: DraftChildId;
  readonly maskedIin: string;
  readonly surname: string | null;
  /** Null until it is typed, where the registry was silent. */
  readonly name: string | null;
  readonly patronymic: string | null;
  readonly birthDate: CivilDate;
  readonly source: 'REGISTRY' | 'TYPED';
  readonly relation: Relation;
  readonly preferredLanguage: 'kk' | 'ru' | null;
  readonly claim: ClaimView | null;
}

/** A point on the map, in degrees. Kept to three decimals, about 100 m. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** What must be there before the form can be sent. `child` where it is about one of them. */
export interface Missing {
  readonly what: 'DISTRICT' | 'READ' | 'ADDRESS' | 'EMAIL' | 'PHONE' | 'CHILD' | 'CHILD_NAME' | 'SCANS';
  readonly child?: DraftChildId;
}

export interface DraftView {
  readonly id: DraftId;
  readonly step: DraftStep;
  readonly district: { readonly id: DistrictId; readonly name: Bilingual } | null;
  /** When the manual was confirmed as read; null when not, or when the district has changed its rules since. */
  readonly readAt: Date | null;
  /** The rules have changed since the manual was read: it must be read again, and nothing else is lost. */
  readonly rulesChanged: boolean;
  readonly applicant: {
    readonly maskedIin: string;
    readonly surname: string;
    readonly name: string;
    readonly patronymic: string | null;
    readonly birthDate: CivilDate;
    readonly address: Address | null;
  };
  readonly children: readonly DraftChild[];
  readonly home: Point | null;
  readonly missing: readonly Missing[];
  readonly expiresAt: Date;
}

/** What the description of the service says (S1 step 7), with the district's own terms. */
export interface ServiceTerms {
  readonly minMonths: number;
  readonly maxYears: number;
  /** `3WD`, as policies have it. */
  readonly turnWindow: string;
  readonly showUp: string;
  readonly maxMisses: number;
  readonly stopListWorkingDays: number;
  readonly interestMonths: number;
}

/** `iinsPerHour`: what the registry says of a number must not be a way to search it for children. */
export const DRAFT_RULES = { livesDays: 60, warnedDaysBefore: 7, maxChildren: 8, iinsPerHour: 30 } as const;

/**
 * The form that is not sent yet: one per person, kept through restarts, lost sessions and logouts for 60 days after it was
 * touched last (T12). Every change answers nothing; the screen reads `of` again.
 */
export interface Drafts {
  /** The person's form; null when none is begun. */
  of(act: Act): Promise<DraftView | null>;
  /** Until when the form is kept; null when none is begun. All that the menu wants of it. */
  keptUntil(act: Act): Promise<Date | null>;
  terms(districtId: DistrictId): Promise<ServiceTerms>;
  /** Begins a form, or changes the district of the one that is there (its manual must be read anew). Refusal: district.unknown. */
  begin(act: Act, districtId: DistrictId): Promise<void>;
  /** «Өтінімді беру»: the manual was read (S1 step 7). Refusal of all below: draft.none. */
  confirmRead(act: Act): Promise<void>;
  /** Where the person goes on after a restart. */
  goTo(act: Act, step: DraftStep): Promise<void>;
  /**
   * Sets the parts that are given and leaves the others: a chat asks for them one by one, and what was told must survive a
   * restart. Refusals: address.incomplete (city, street or house emptied), address.long {limit}.
   */
  setAddress(act: Act, parts: Partial<Address>): Promise<void>;
  /**
   * A child by IIN, with what the registry knows; a silent registry is no obstacle: the name is typed then and the
   * application goes to review with its time kept (A2). Refusals: iin.*, child.bornInFuture, child.tooOld {limit},
   * child.notInRegistry, child.notYours, child.twice, child.tooMany {limit}, application.duplicate {number} (one's own), application.others (the other parent's: it can be joined),
   * login.own (the own IIN was typed), child.tooOften {until} (30 numbers in an hour).
   */
  addChild(act: Act, iin: string): Promise<DraftChildId>;
  /**
   * Only where the registry was silent; sets the parts that are given. Surname and name must both be there before the form
   * can be sent (CHILD_NAME). Refusals: child.unknown, name.format, child.fromRegistry.
   */
  nameChild(act: Act, id: DraftChildId, parts: Partial<TypedName>): Promise<void>;
  removeChild(act: Act, id: DraftChildId): Promise<void>;
  /** A benefit for this child: its claim to add scans to. Another category keeps the scans; null drops claim and scans. Refusal: benefit.unknown. */
  setBenefit(act: Act, id: DraftChildId, category: string | null): Promise<ClaimId | null>;
  setLanguage(act: Act, id: DraftChildId, language: 'kk' | 'ru' | null): Promise<void>;
  setHome(act: Act, home: Point | null): Promise<void>;
  /** Forgets the form with everything in it. */
  discard(act: Act): Promise<void>;
}
