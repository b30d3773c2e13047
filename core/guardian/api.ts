import type { Act, Page } from '../act.ts';
import type { ApplicationId, DistrictId, GuardianLinkId } from '../ids.ts';

export type GuardianLinkState = 'PENDING_OWNER' | 'OPERATOR_REVIEW' | 'LINKED' | 'REFUSED' | 'UNLINKED';

/** A second parent of an application, as its first applicant sees them. Never a phone, an e-mail or an address. */
export interface GuardianView {
  readonly id: GuardianLinkId;
  /** First name and patronymic. */
  readonly name: string;
  readonly state: GuardianLinkState;
  readonly since: Date;
  /** Whether the first applicant may take them out: not a parent whom the registry names. */
  readonly removable: boolean;
}

/** One's own request to join an application. */
export interface LinkRequest {
  readonly id: GuardianLinkId;
  readonly applicationId: ApplicationId;
  readonly state: GuardianLinkState;
}

export interface LinkToReview {
  readonly id: GuardianLinkId;
  readonly applicationNumber: string;
  readonly childName: string;
  readonly requestedAt: Date;
  /** The first applicant said no to this person before. */
  readonly ownerRefused: boolean;
}

export interface LinkOnDesk extends LinkToReview {
  readonly child: { readonly fullName: string; readonly maskedIin: string };
  readonly applicant: { readonly fullName: string };
  readonly guardian: { readonly fullName: string; readonly maskedIin: string };
  readonly districtId: DistrictId;
}

/** «Өтінішті ата-ананың ЖСН-ға біріктіру» (S3, DOMAIN §8.8). */
export interface Guardians {
  /**
   * Joins every application of the child in which one is not yet: LINKED at once where the registry names one as a parent;
   * otherwise the first applicant is asked (N35). So that nobody learns whether a stranger's child stands in a queue,
   * the answer is the same whether there is an application or not, unless the registry proves parenthood.
   * Refusals: iin.*, login.own, guardian.none (proven parent, no application), guardian.already, guardian.tooOften {until}.
   */
  request(
    act: Act,
    childIin: string,
  ): Promise<{ readonly linked: readonly ApplicationId[]; readonly asked: boolean }>;
  /** For the first applicant alone. Refusal: application.unknown. */
  of(act: Act, id: ApplicationId): Promise<readonly GuardianView[]>;
  /** The first applicant's request as N35 shows it. Refusal: guardian.unknown. */
  asked(
    act: Act,
    id: GuardianLinkId,
  ): Promise<
    GuardianView & {
      readonly applicationId: ApplicationId;
      readonly childName: string;
      readonly numberTail: string;
    }
  >;
  /** The first applicant agrees or not. Refusals: guardian.unknown, guardian.decided. */
  answer(act: Act, id: GuardianLinkId, agrees: boolean): Promise<void>;
  /** The first applicant takes the other one out, or the other one leaves. Refusals: guardian.unknown, guardian.proven (the registry's parent can only leave by themselves). */
  unlink(act: Act, id: GuardianLinkId): Promise<void>;
  /** The own link to an application that one has joined; null for the first applicant. */
  mine(act: Act, id: ApplicationId): Promise<LinkRequest | null>;

  /** Requests to which the first applicant gave no answer in time, or repeated after a refusal; who waits longest first. Refusal: staff.forbidden. */
  toReview(act: Act, districtId: DistrictId, page: number, pageSize?: number): Promise<Page<LinkToReview>>;
  /** Logged as a look at the first applicant's data; at the other one's when they are joined. Refusals: guardian.unknown, guardian.decided, staff.forbidden. */
  onDesk(act: Act, id: GuardianLinkId): Promise<LinkOnDesk>;
  /** Refusals: guardian.unknown, guardian.decided, staff.forbidden. */
  decide(act: Act, id: GuardianLinkId, agrees: boolean): Promise<void>;
}
