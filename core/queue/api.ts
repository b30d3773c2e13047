import type { BenefitClass } from '../application/api.ts';
import type { ApplicationId, PersonId } from '../ids.ts';

/** The numbers shown to a parent (DOMAIN §7.1). Places count from 1. */
export interface Position {
  readonly number: string;
  readonly atRegistration: number | null;
  /** Rank among all who are counted in the queue, by registration time. */
  readonly common: number;
  readonly commonTotal: number;
  /** Rank inside the own benefit class. */
  readonly inClass: number;
  readonly classTotal: number;
  readonly benefitClass: BenefitClass;
  /** Where the next turns will find the child when classes are merged 1 : 3. */
  readonly service: number;
  /** Children who have a turn right now; they stand before `service`. */
  readonly choosingNow: number;
}

export interface PositionView {
  /** null when the child keeps the place but is not counted now (under age, stop-list, referral). */
  readonly position: Position | null;
  readonly notCountedBecause: 'UNDER_AGE' | 'STOP_LISTED' | 'REFERRED' | 'IN_REVIEW' | 'LEFT' | null;
  readonly until: Date | null;
  readonly registeredAt: Date;
  readonly birthYear: number;
  /** Free places of the queue now: with a turn, open to all, and to be opened. */
  readonly places: { readonly priority: number; readonly open: number; readonly published: number };
}

export interface Queues {
  /** Refusal: application.unknown. */
  position(personId: PersonId, id: ApplicationId): Promise<PositionView>;
}
