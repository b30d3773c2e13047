import type { ApplicationState, UnmetCondition } from '../application/api.ts';
import { civil, localDate, startOfDay } from '../calendar/civil-date.ts';
import { Refusal } from '../refusal.ts';

/** What decides whether a child may choose a kindergarten now. */
export interface ChoiceFacts {
  readonly state: ApplicationState;
  readonly eligibleFrom: string;
  readonly underAge: boolean;
  readonly interestDueAt: Date;
  readonly stopListedUntil: Date | null;
  /** The end of the open turn window; null without one. */
  readonly turnClosesAt: Date | null;
  readonly openMode: 'FCFS' | 'SEALED';
  /** Free places of the queue by phase. */
  readonly priorityPlaces: number;
  readonly openPlaces: number;
  /** The child has a live referral from another application. */
  readonly referredElsewhere: boolean;
  /** Place in the service order, for the words of NOT_YOUR_TURN. */
  readonly position: number | null;
}

/**
 * Every condition of choosing that is not met, with its date where it is known (S0, S3: age, turn, free places;
 * DOMAIN §2.2, F-50). Empty: the button «Мемлекеттік балабақшаны таңдау» is shown.
 */
export function unmetConditions(facts: ChoiceFacts, now: Date): UnmetCondition[] {
  const unmet = (code: UnmetCondition['code'], from: Date | null = null, position: number | null = null) => ({
    code,
    from,
    position,
  });
  switch (facts.state) {
    case 'REFERRED':
      return [unmet('HAS_REFERRAL')];
    case 'IN_REVIEW':
      return [unmet('IN_REVIEW')];
    case 'QUEUED':
    case 'NOTIFIED':
    case 'STOP_LISTED':
      break;
    default:
      return [unmet('NOT_IN_QUEUE')];
  }
  const conditions: UnmetCondition[] = [];
  const eligible = civil(facts.eligibleFrom);
  if (facts.underAge || eligible > localDate(now)) conditions.push(unmet('TOO_YOUNG', startOfDay(eligible)));
  if (facts.state === 'STOP_LISTED') conditions.push(unmet('STOP_LISTED', facts.stopListedUntil));
  if (facts.interestDueAt < now) conditions.push(unmet('INTEREST_OVERDUE'));
  if (facts.referredElsewhere) conditions.push(unmet('HAS_REFERRAL'));
  const hasTurn = facts.turnClosesAt !== null && facts.turnClosesAt >= now;
  const openToAll = facts.openMode === 'FCFS' ? facts.openPlaces : 0;
  const reachable = (hasTurn ? facts.priorityPlaces : 0) + openToAll;
  if (!hasTurn && openToAll === 0) conditions.push(unmet('NOT_YOUR_TURN', null, facts.position));
  if (reachable === 0 && (hasTurn || facts.priorityPlaces + facts.openPlaces === 0))
    conditions.push(unmet('NO_FREE_PLACES'));
  return conditions;
}

const REFUSALS = {
  TOO_YOUNG: 'choice.tooYoung',
  NOT_YOUR_TURN: 'choice.notYourTurn',
  NO_FREE_PLACES: 'choice.noPlaces',
  STOP_LISTED: 'choice.stopListed',
  INTEREST_OVERDUE: 'choice.interestOverdue',
  HAS_REFERRAL: 'choice.hasReferral',
  IN_REVIEW: 'choice.inReview',
  NOT_IN_QUEUE: 'choice.notInQueue',
  FROZEN: 'choice.frozen',
  ONLY_OWNER: 'guardian.onlyOwner',
} as const satisfies Record<UnmetCondition['code'], string>;

/** The first unmet condition as a refusal with the same date. */
export function refuseUnmet(conditions: readonly UnmetCondition[]): void {
  const [first] = conditions;
  if (first === undefined) return;
  throw new Refusal(REFUSALS[first.code], {
    from: first.from?.toISOString() ?? null,
    until: first.from?.toISOString() ?? null,
  });
}
