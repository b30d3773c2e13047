import { type CivilDate, civil, civilDateOf } from './civil-date.ts';

/** Codes of the holidays; their names are in locales/calendar.*.json under `holiday.<code>`. */
export type HolidayCode =
  | 'newYear'
  | 'christmas'
  | 'womensDay'
  | 'constitution'
  | 'nauryz'
  | 'unity'
  | 'defender'
  | 'victory'
  | 'capital'
  | 'republic'
  | 'independence'
  | 'kurbanAit';

/** A day of the law on holidays. Only a `transferable` one on a Saturday or Sunday gives another day off. */
export type Holiday = {
  readonly date: CivilDate;
  readonly code: HolidayCode;
  readonly transferable: boolean;
};

/** One day whose status was set by hand, with the act that did it: wins over every rule. */
export type DayOverride = { readonly date: CivilDate; readonly isWorking: boolean; readonly basis: string };

type YearlyHoliday = {
  readonly month: number;
  readonly day: number;
  readonly code: HolidayCode;
  readonly transferable: boolean;
  readonly fromYear?: number;
  readonly untilYear?: number;
};

/**
 * Days of the law "On holidays" and of the Labour Code, art. 84(5) (DOMAIN §5.2). Christmas and the first day of
 * Kurban Ait are days off that are never moved. 30 August was a holiday for the last time in 2025; Constitution Day is
 * kept on 15 March, for the first time in 2027.
 */
const yearly: readonly YearlyHoliday[] = [
  { month: 1, day: 1, code: 'newYear', transferable: true },
  { month: 1, day: 2, code: 'newYear', transferable: true },
  { month: 1, day: 7, code: 'christmas', transferable: false },
  { month: 3, day: 8, code: 'womensDay', transferable: true },
  { month: 3, day: 15, code: 'constitution', transferable: true, fromYear: 2027 },
  { month: 3, day: 21, code: 'nauryz', transferable: true },
  { month: 3, day: 22, code: 'nauryz', transferable: true },
  { month: 3, day: 23, code: 'nauryz', transferable: true },
  { month: 5, day: 1, code: 'unity', transferable: true },
  { month: 5, day: 7, code: 'defender', transferable: true },
  { month: 5, day: 9, code: 'victory', transferable: true },
  { month: 7, day: 6, code: 'capital', transferable: true },
  { month: 8, day: 30, code: 'constitution', transferable: true, untilYear: 2025 },
  { month: 10, day: 25, code: 'republic', transferable: true },
  { month: 12, day: 16, code: 'independence', transferable: true },
];

/**
 * The first day of Kurban Ait. To 2026 as announced; 2027 and later as reckoned by the Umm al-Qura calendar, while the
 * clergy names the day some weeks ahead: a different day is entered as an override of the two days.
 */
export const kurbanAit: readonly CivilDate[] = [
  '2024-06-16',
  '2025-06-06',
  '2026-05-27',
  '2027-05-16',
  '2028-05-05',
  '2029-04-24',
  '2030-04-13',
  '2031-04-02',
  '2032-03-22',
  '2033-03-12',
  '2034-03-01',
  '2035-02-19',
  '2036-02-08',
].map(civil);

/** The calendar can be asked about these years (both inclusive)… */
export const calendarYears = { first: 2024, last: 2036 } as const;

/**
 * …and was checked against published acts and the reckoned Kurban Ait up to this day. Later days follow the same
 * algorithm and the holidays known today: a term that reaches beyond may move, and only outward (`outward`).
 */
export const calendarReviewedUntil: CivilDate = civil('2028-12-31');

/** Days of rest moved for the five-day week by the Government or its ministry (Labour Code, art. 85(3)). */
export const governmentSwaps: readonly DayOverride[] = [
  swap('2024-05-04', true, 'order of the Minister of Labour of 17.04.2024'),
  swap('2024-05-08', false, 'order of the Minister of Labour of 17.04.2024'),
  swap('2025-01-03', false, 'order of the Minister of Labour of 21.11.2024 No. 436'),
  swap('2025-01-05', true, 'order of the Minister of Labour of 21.11.2024 No. 436'),
];

/** The holidays of a year, in order, as the law names them: neither substitute days nor overrides. */
export function holidaysOf(year: number): Holiday[] {
  const fixed = yearly.flatMap(({ month, day, code, transferable, fromYear, untilYear }) => {
    const date = civilDateOf(year, month, day);
    const inForce = year >= (fromYear ?? year) && year <= (untilYear ?? year);
    return date !== undefined && inForce ? [{ date, code, transferable }] : [];
  });
  const moving = kurbanAit
    .filter((date) => date.startsWith(`${year}-`))
    .map((date): Holiday => ({ date, code: 'kurbanAit', transferable: false }));
  return [...fixed, ...moving].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function swap(date: string, isWorking: boolean, basis: string): DayOverride {
  return { date: civil(date), isWorking, basis };
}
