import type { Texts } from '../../locales/index.ts';
import { dateWithoutWeekday, type Forecast, type NoForecast } from '../core.ts';
import { lines } from '../words.ts';

/** What `core.forecasts.of` says of a child. */
export type ForecastView = Forecast | { readonly none: NoForecast };

const WEEKS_OF_A_MONTH = 52 / 12;

/**
 * When the turn may come, as a range and never as a promise, or why nothing can be said. Empty where it is plain without
 * words: the turn is open, or the child is not in the numbers, which has its own paragraph.
 */
export function forecastText(view: ForecastView, t: Texts): string {
  if ('none' in view) {
    if (view.none === 'NOT_COUNTED' || view.none === 'TURN_IS_OPEN') return '';
    return t.html(`forecast.none.${view.none}`);
  }
  const [p50, p80] = [dateWithoutWeekday(view.p50, t.language), dateWithoutWeekday(view.p80, t.language)];
  if (p50 === p80) return lines(t.html('forecast.day', { date: p50 }), t.html('forecast.dayHelp'));
  return lines(
    t.html('forecast.range', { p50, p80 }),
    t.html('forecast.help', { months: Math.round(view.weeks / WEEKS_OF_A_MONTH) }),
  );
}
