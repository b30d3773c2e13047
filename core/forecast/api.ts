import type { CivilDate } from '../calendar/civil-date.ts';
import type { ApplicationId, PersonId } from '../ids.ts';

/** When the turn is likely to come: by `p50` in half of such cases, by `p80` in four of five. */
export interface Forecast {
  readonly p50: CivilDate;
  readonly p80: CivilDate;
  /** Weeks of history it stands on. */
  readonly weeks: number;
}

/**
 * Why there is none: too little has happened yet, the child is not in the numbers now, its turn has come already, or it is
 * not likely enough (four of five) that the turn comes before the age limit.
 */
export type NoForecast = 'LITTLE_HISTORY' | 'NOT_COUNTED' | 'TURN_IS_OPEN' | 'NOT_BEFORE_AGE_LIMIT';

export interface Forecasts {
  /** Refusal: application.unknown. */
  of(personId: PersonId, id: ApplicationId): Promise<Forecast | { readonly none: NoForecast }>;
}
