import type { Language } from '../act.ts';
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

/** Why a place in the queue moved; the words of `queue_move.cause`. TURN with CYCLE: others were called, or gave a turn back. */
export type MoveCause =
  | 'REGISTERED'
  | 'BENEFIT'
  | 'BENEFIT_ENDED'
  | 'CAME_OF_AGE'
  | 'TURN'
  | 'RECEIVED'
  | 'LEFT'
  | 'RETURNED';

/** The service-order place from a moment on; null while the child was not in the numbers. */
export interface PlacePoint {
  readonly at: Date;
  readonly place: number | null;
}

/** One step of the explanation: «120 → 118: two received places». */
export interface PlaceStep {
  readonly from: number;
  readonly to: number;
  readonly cause: MoveCause;
  /** Children because of whom it moved. */
  readonly children: number;
}

export interface PlaceExplained {
  readonly since: Date;
  readonly from: number | null;
  readonly to: number | null;
  /** In the order of time, neighbours of one cause joined; they lead from `from` to `to` exactly. */
  readonly steps: readonly PlaceStep[];
}

export interface Queues {
  /** Refusal: application.unknown. */
  position(personId: PersonId, id: ApplicationId): Promise<PositionView>;
  /** The place since a moment (not before the registration), as it was shown at the time. Refusal: application.unknown. */
  history(personId: PersonId, id: ApplicationId, since: Date): Promise<readonly PlacePoint[]>;
  /** Why the number is what it is (DOMAIN §7.1, P3). Refusal: application.unknown. */
  explain(personId: PersonId, id: ApplicationId, since: Date): Promise<PlaceExplained>;
  /** The place over time as a PNG for a phone. Refusals: application.unknown, chart.little (nothing to draw yet). */
  chart(personId: PersonId, id: ApplicationId, language: Language): Promise<Uint8Array>;
}
