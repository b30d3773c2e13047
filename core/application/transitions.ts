import type { ApplicationState } from './api.ts';

/** The active states: the ones of which a child may have only one application in a district. */
export const ACTIVE: readonly ApplicationState[] = [
  'IN_REVIEW',
  'QUEUED',
  'NOTIFIED',
  'REFERRED',
  'STOP_LISTED',
  'INACTIVE',
];

/** Those with something left to decide: a child that goes to a kindergarten may wait for another one. */
export const ALIVE_FOR_PARENTS: readonly ApplicationState[] = [...ACTIVE, 'ENROLLED'];

interface Transition {
  readonly from: readonly ApplicationState[];
  readonly to: ApplicationState;
}

/** Every way an application may change its state (DOMAIN §8.1). What is not here cannot happen. */
export const applicationTransitions = {
  /** registered */
  A1: { from: [], to: 'QUEUED' },
  /** submitted while the registry is down: the time is kept */
  A2: { from: [], to: 'IN_REVIEW' },
  A3: { from: ['IN_REVIEW'], to: 'QUEUED' },
  A4: { from: ['IN_REVIEW'], to: 'REJECTED' },
  /** the turn has come */
  A6: { from: ['QUEUED'], to: 'NOTIFIED' },
  /** a kindergarten was chosen in the turn */
  A7: { from: ['NOTIFIED'], to: 'REFERRED' },
  /** the turn lapsed */
  A8: { from: ['NOTIFIED'], to: 'QUEUED' },
  /** the turn was declined */
  A8c: { from: ['NOTIFIED'], to: 'QUEUED' },
  /** the turn was revoked because its place was withdrawn: kept first for the next publication (§7.4) */
  A8r: { from: ['NOTIFIED'], to: 'QUEUED' },
  /** a place of the open phase was won */
  A9: { from: ['QUEUED'], to: 'REFERRED' },
  A10: { from: ['REFERRED'], to: 'ENROLLED' },
  /** cancelled by the applicant within the 24 hours */
  A11: { from: ['REFERRED'], to: 'QUEUED' },
  /** the same while the turn's window still runs: the turn is given back (§13 question 6) */
  A11t: { from: ['REFERRED'], to: 'NOTIFIED' },
  /** did not come: stop-list */
  A12: { from: ['REFERRED'], to: 'STOP_LISTED' },
  /** did not come once too often */
  A13: { from: ['REFERRED'], to: 'REMOVED' },
  /** refused by the kindergarten, or the referral was revoked by an operator */
  A14: { from: ['REFERRED'], to: 'QUEUED' },
  A15: { from: ['IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE'], to: 'WITHDRAWN' },
  /** the withdrawal undone within 24 hours, to the queue */
  A15u: { from: ['WITHDRAWN'], to: 'QUEUED' },
  /** the same while the stop-list still runs */
  A15s: { from: ['WITHDRAWN'], to: 'STOP_LISTED' },
  /** undone or restored before anybody had admitted it: to be looked at, as before */
  A15r: { from: ['WITHDRAWN'], to: 'IN_REVIEW' },
  A16: { from: ['STOP_LISTED'], to: 'QUEUED' },
  A17: { from: ['QUEUED', 'NOTIFIED', 'STOP_LISTED', 'INACTIVE'], to: 'REMOVED' },
  /** interest confirmed */
  A18: { from: ['QUEUED'], to: 'QUEUED' },
  A18n: { from: ['NOTIFIED'], to: 'NOTIFIED' },
  A18s: { from: ['STOP_LISTED'], to: 'STOP_LISTED' },
  A19: { from: ['IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE'], to: 'REMOVED' },
  A20: { from: ['IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE'], to: 'REMOVED' },
  /** restored by an operator with the original time */
  A23: { from: ['REMOVED'], to: 'QUEUED' },
  /** the transfer was not completed in time (S2: «өтініш мұрағатқа ауыстырылады») */
  A24: { from: ['ENROLLED'], to: 'ARCHIVED' },
  /** the child left the kindergarten, also where the application was over before (A24 with a place that was kept) */
  A25: { from: ['ENROLLED', 'ARCHIVED'], to: 'ARCHIVED' },
  /** the old place was given up and the new kindergarten refused: first in the queue again; or nobody came in time (`transfer.onExpire`) */
  A26: { from: ['ENROLLED'], to: 'QUEUED' },
  A23r: { from: ['REMOVED'], to: 'IN_REVIEW' },
} as const satisfies Record<string, Transition>;

export type ApplicationTransition = keyof typeof applicationTransitions;
