import type { Act, Page } from '../act.ts';
import type { CivilDate } from '../calendar/civil-date.ts';
import type { Relation } from '../draft/api.ts';
import type { ApplicationId, DistrictId } from '../ids.ts';

export type RejectionReason =
  | 'CHILD_UNKNOWN'
  | 'NOT_A_PARENT'
  | 'WRONG_DATA'
  | 'TOO_OLD'
  | 'DUPLICATE'
  | 'OTHER';

export interface ReviewRow {
  readonly id: ApplicationId;
  readonly number: string;
  readonly childName: string;
  readonly registeredAt: Date;
  readonly relation: Relation;
}

export interface ReviewCard extends ReviewRow {
  readonly child: { readonly fullName: string; readonly maskedIin: string; readonly birthDate: CivilDate };
  readonly applicant: { readonly fullName: string; readonly maskedIin: string };
}

/** Applications that were sent while the registry was silent, or whose parenthood it does not know (A2–A4). */
export interface Reviews {
  /** Oldest first. Refusal: staff.forbidden. */
  list(act: Act, districtId: DistrictId, page: number, pageSize?: number): Promise<Page<ReviewRow>>;
  /** Logged as a look at the person's data. Refusals: application.unknown, staff.forbidden, application.wrongState. */
  card(act: Act, id: ApplicationId): Promise<ReviewCard>;
  /** A3: into the queue, by the time of its sending. Refusals: as `card`, child.tooOld. */
  approve(act: Act, id: ApplicationId): Promise<void>;
  /** A4, N3. Refusals: as `card`, review.needsNote (OTHER without words). */
  reject(act: Act, id: ApplicationId, reason: RejectionReason, note?: string): Promise<void>;
}
