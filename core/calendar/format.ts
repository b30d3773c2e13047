import kk from '../../locales/calendar.kk.json' with { type: 'json' };
import ru from '../../locales/calendar.ru.json' with { type: 'json' };
import type { Language } from '../act.ts';
import { fill } from '../text/fill.ts';
import { type CivilDate, localDate, localTime, partsOf, weekday } from './civil-date.ts';
import type { HolidayCode } from './kazakhstan.ts';

type Words = typeof kk;
type NumberKey = keyof Words['month'];
type PluralForm = 'one' | 'few' | 'many' | 'other';

/** What can be counted in words. */
export type Unit = keyof Words['count'];

const words: Record<Language, Words> = { kk, ru };

/** «27 наурыз 2026 ж., жұма» / «пятница, 27 марта 2026 г.»: every deadline carries its weekday (DOMAIN §9). */
export function dateInWords(date: CivilDate, language: Language): string {
  return fill(words[language].dateWithWeekday, dateParts(date, language));
}

/** «27 наурыз 2026 ж.» / «27 марта 2026 г.»: for birth dates and headings. */
export function dateWithoutWeekday(date: CivilDate, language: Language): string {
  return fill(words[language].date, dateParts(date, language));
}

/** «27 наурыз» / «27 марта»: for short lists where the year is plain. */
export function dayAndMonth(date: CivilDate, language: Language): string {
  return fill(words[language].dayAndMonth, dateParts(date, language));
}

/** «27 наурыз 2026 ж., жұма, 18:00» / «пятница, 27 марта 2026 г., 18:00», local time. */
export function dateTimeInWords(instant: Date, language: Language): string {
  const date = dateInWords(localDate(instant), language);
  return fill(words[language].withTime, { date, time: localTime(instant) });
}

/** «жұма, 18:00» / «пятница, 18:00», local time: the second line under a date. */
export function weekdayAndTime(instant: Date, language: Language): string {
  const date = weekdayName(localDate(instant), language);
  return fill(words[language].withTime, { date, time: localTime(instant) });
}

/** «жұма» / «пятница». */
export function weekdayName(date: CivilDate, language: Language): string {
  return words[language].weekday[`${weekday(date)}`];
}

/** «27.03.2026», the same in both languages. */
export function shortDate(date: CivilDate): string {
  return `${date.slice(8)}.${date.slice(5, 7)}.${date.slice(0, 4)}`;
}

/** «27.03.2026 18:00», local time, the same in both languages. */
export function shortDateTime(instant: Date): string {
  return `${shortDate(localDate(instant))} ${localTime(instant)}`;
}

/** «жм» / «пт». */
export function shortWeekday(date: CivilDate, language: Language): string {
  return words[language].weekdayShort[`${weekday(date)}`];
}

/** A number with its noun in the nominative: «5 жұмыс күні» / «5 рабочих дней». `n` is a whole number ≥ 0. */
export function countInWords(n: number, unit: Unit, language: Language): string {
  return fill(words[language].count[unit][pluralForm(n, language)], { n });
}

/**
 * How long until the deadline, the two largest parts, cut and never rounded up: «2 күн 3 сағат» / «2 дня 3 часа»,
 * «5 часов 20 минут», «меньше минуты», «срок истёк».
 */
export function remainingInWords(now: Date, deadline: Date, language: Language): string {
  const { remaining } = words[language];
  const left = deadline.getTime() - now.getTime();
  if (left < 0) return remaining.over;
  const minutes = Math.floor(left / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return twoParts(days, 'day', hours - days * 24, 'hour', language);
  if (hours > 0) return twoParts(hours, 'hour', minutes - hours * 60, 'minute', language);
  return minutes > 0 ? countInWords(minutes, 'minute', language) : remaining.lessThanMinute;
}

/** The holiday's name as it is called in the calendar. */
export function holidayName(code: HolidayCode, language: Language): string {
  return words[language].holiday[code];
}

function twoParts(
  first: number,
  firstUnit: Unit,
  second: number,
  secondUnit: Unit,
  language: Language,
): string {
  const large = countInWords(first, firstUnit, language);
  if (second === 0) return large;
  const small = countInWords(second, secondUnit, language);
  return fill(words[language].remaining.two, { first: large, second: small });
}

function dateParts(date: CivilDate, language: Language): Record<string, string | number> {
  const { year, month, day } = partsOf(date);
  return {
    year,
    day,
    month: words[language].month[`${month}` as NumberKey],
    weekday: weekdayName(date, language),
  };
}

/** Kazakh counts with the noun in the singular; Russian has three forms for whole numbers. */
function pluralForm(n: number, language: Language): PluralForm {
  if (language === 'kk') return 'other';
  const tens = n % 100;
  const ones = n % 10;
  if (ones === 1 && tens !== 11) return 'one';
  if (ones >= 2 && ones <= 4 && (tens < 12 || tens > 14)) return 'few';
  return 'many';
}
