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

/** Why somebody moved in the queue; the words of `queue_move.cause`. TURN with CYCLE: others were called, or gave a turn back. */
export type MoveCause =
  | 'REGISTERED'
  | 'BENEFIT'
  | 'BENEFIT_ENDED'
  | 'CAME_OF_AGE'
  | 'TURN'
  | 'RECEIVED'
  | 'LEFT'
  | 'RETURNED';

/**
 * Why a child's number changed. TURN_CAME, TURN_ENDED: its own turn; TURN: those of others. BENEFIT_REGISTERED: others joined with a benefit; EARLIER_REGISTERED: others joined with an
 * earlier time (their applications had to be reviewed); RULES: the district changed the ratio of the classes.
 */
export type StepCause =
  | MoveCause
  | 'TURN_CAME'
  | 'TURN_ENDED'
  | 'BENEFIT_REGISTERED'
  | 'EARLIER_REGISTERED'
  | 'RULES';

/** The service-order place from a moment on; null while the child was not in the numbers. */
export interface PlacePoint {
  readonly at: Date;
  readonly place: number | null;
}

/** One step of the explanation: «120 → 118: two received places». */
export interface PlaceStep {
  /** null: the child was not in the numbers before, or is not after; such a step is always an own one. */
  readonly from: number | null;
  readonly to: number | null;
  readonly cause: StepCause;
  /** The child itself moved: its benefit was confirmed, its turn came, it returned. */
  readonly own: boolean;
  /** Children because of whom it moved, each counted once; 0 where it was not because of children. */
  readonly children: number;
  /** When the last part of it happened. */
  readonly at: Date;
}

/** All that one cause did in the whole time. */
export interface PlaceCause {
  readonly cause: StepCause;
  readonly own: boolean;
  /** By how much the number grew; below 0: the turn came nearer. */
  readonly by: number;
  readonly children: number;
}

export interface PlaceExplained {
  readonly since: Date;
  readonly from: number | null;
  readonly to: number | null;
  /** In the order of time, neighbours of one cause joined; they lead from `from` to `to` exactly. */
  readonly steps: readonly PlaceStep[];
  /** The same by cause, the strongest first; together with the own steps from or to null they add up to the change. */
  readonly causes: readonly PlaceCause[];
}

export interface Queues {
  /** Refusal: application.unknown. */
  position(personId: PersonId, id: ApplicationId): Promise<PositionView>;
  /**
   * The place since a moment, as it was shown at the time: the first point is that moment itself, then every change. Not
   * before the registration and not more than 24 months back. Refusal: application.unknown.
   */
  history(personId: PersonId, id: ApplicationId, since: Date): Promise<readonly PlacePoint[]>;
  /** Why the number is what it is (DOMAIN §7.1, P3), since the same moments as `history`. Refusal: application.unknown. */
  explain(personId: PersonId, id: ApplicationId, since: Date): Promise<PlaceExplained>;
  /** The place over time as a PNG for a phone. Refusals: application.unknown, chart.little (nothing to draw yet). */
  chart(personId: PersonId, id: ApplicationId, language: Language): Promise<Uint8Array>;
}
