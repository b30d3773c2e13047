import { type CivilDate, civilDateOf } from './civil-date.ts';

/** The first three letters of every month, Kazakh and Russian: no two are alike. */
const MONTHS = [
  ['қаң', 'янв'],
  ['ақп', 'фев'],
  ['нау', 'мар'],
  ['сәу', 'апр'],
  ['мам', 'май', 'мая'],
  ['мау', 'июн'],
  ['шіл', 'июл'],
  ['там', 'авг'],
  ['қыр', 'сен'],
  ['қаз', 'окт'],
  ['қар', 'ноя'],
  ['жел', 'дек'],
] as const;

const DAY_FIRST = /^(\d{1,2})\s*[.,/\s-]\s*(\d{1,2})\s*[.,/\s-]\s*(\d{4}|\d{2})$/;
const YEAR_FIRST = /^(\d{4})\s*[.,/\s-]\s*(\d{1,2})\s*[.,/\s-]\s*(\d{1,2})$/;
const IN_WORDS = /^«?(\d{1,2})»?\s+(\p{L}{3,})\s+(\d{4}|\d{2})$/u;

/**
 * A date as people write it: 12.03.2026, 12/3/26, 2026-03-12, «12» наурыз 2026 ж., 12 марта 2026 года. Two digits of a
 * year are of this century. Undefined when it is no date, or no day of the calendar.
 */
export function readCivilDate(text: string): CivilDate | undefined {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/\s*(?:жыл\p{L}*|ж|год\p{L}*|г)\.?$/u, '')
    .trim();
  const [, year, month, day] = YEAR_FIRST.exec(plain) ?? [];
  if (year !== undefined) return civilDateOf(Number(year), Number(month), Number(day));
  const [, first, second, third] = DAY_FIRST.exec(plain) ?? [];
  if (third !== undefined) return civilDateOf(yearOf(third), Number(second), Number(first));
  const [, date, name, last] = IN_WORDS.exec(plain) ?? [];
  if (name === undefined || last === undefined) return undefined;
  const index = MONTHS.findIndex((starts) => starts.some((start) => name.startsWith(start)));
  return index < 0 ? undefined : civilDateOf(yearOf(last), index + 1, Number(date));
}

function yearOf(digits: string): number {
  return digits.length === 2 ? 2000 + Number(digits) : Number(digits);
}
