import { addDays, daysBetween } from '../../../core/calendar/civil-date.ts';
import type { Forecast, NoForecast } from '../../../core/forecast/api.ts';
import { SEASON } from '../../../core/forecast/flow.ts';
import type { Sample } from './samples.ts';

/** What one would say without seasons or ages: the place divided by the mean weekly flow of the last twelve months. */
export function naiveForecast({ input, place }: Sample): Forecast | { readonly none: NoForecast } {
  const weeks = input.cohorts.find(({ older }) => older === 0)?.weeks.slice(-SEASON) ?? [];
  const flow = weeks.reduce((sum, { turns, left }) => sum + turns + left, 0) / weeks.length;
  if (weeks.length < SEASON / 2 || flow <= 0) return { none: 'LITTLE_HISTORY' };
  const days = (share: number) => Math.ceil((7 * waitFor(place, share)) / flow);
  const [p50, p80] = [days(0.5), days(0.8)];
  if (p80 > daysBetween(input.today, input.ageLimitOn)) return { none: 'NOT_BEFORE_AGE_LIMIT' };
  return { p50: addDays(input.today, p50), p80: addDays(input.today, p80), weeks: weeks.length };
}

/** Standard normal deviates of the shares. */
const DEVIATE: Readonly<Record<number, number>> = { 0.5: 0, 0.8: 0.8416 };

/** How long n events of a Poisson process of one a unit take at most in that share of cases (Wilson and Hilferty). */
function waitFor(n: number, share: number): number {
  const z = DEVIATE[share] ?? 0;
  return n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3;
}
