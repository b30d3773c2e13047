import type { CivilDate } from '../calendar/civil-date.ts';
import type { CycleState, Ratio, Slot, Waiting } from '../queue/order.ts';

/** How far back the flow is looked at (F-29), in weeks. */
export const WINDOW = 104;

/** The seasons come round after 52 weeks; the day and a quarter that is missing is less than a week in four years. */
export const SEASON = 52;

/** The lines a child may stand in by its class. */
export type Line = 'extraordinary' | 'priority' | 'common';

export const lineOf = {
  RESTORED: 'restored',
  EXTRAORDINARY: 'extraordinary',
  PRIORITY: 'priority',
  COMMON: 'common',
} as const;

/** What one week brought to a queue. */
export interface FlowWeek {
  /** Turns opened, less those that came to nothing and the children who came back from a referral: net, may be negative. */
  readonly turns: number;
  /** Who waited for a turn and went without one: withdrew, was removed, took a place that was open to all. */
  readonly left: number;
  /** Who waited when the week began. */
  readonly waiting: number;
  /** Who came to the end of a line, beyond the children known to come of age. */
  readonly joined: Readonly<Record<Line, number>>;
  /** Who got a benefit, less those whose benefit ended: they stand in the new line by their old time. */
  readonly risen: Readonly<Record<Exclude<Line, 'common'>, number>>;
}

/** The weeks of one queue before today, oldest first, the last of them ending today; only those since it is known. */
export interface Cohort {
  /** How many years older its children are: 0 for the child's own queue. */
  readonly older: number;
  readonly weeks: readonly FlowWeek[];
}

export interface ForecastInput {
  readonly today: CivilDate;
  /** The last day on which the child can be in the queue. */
  readonly ageLimitOn: CivilDate;
  readonly child: {
    readonly line: Slot;
    /** How many of the line stand before. */
    readonly ahead: number;
    /** The share of the whole queue that registered before, 0 to 1. */
    readonly before: number;
  };
  /** Who waits, by line; the child is one of them. */
  readonly waiting: Waiting;
  readonly cycle: CycleState;
  readonly ratio: Ratio;
  /** Children under age who will be counted: in which week from now, and how many; of the own line those who registered before. */
  readonly coming: readonly { readonly week: number; readonly line: Line; readonly count: number }[];
  /** Places that open a turn each on a day that is already known. */
  readonly published: { readonly on: CivilDate; readonly count: number } | null;
  readonly cohorts: readonly Cohort[];
}
