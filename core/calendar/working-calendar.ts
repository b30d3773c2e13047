import { createHash } from 'node:crypto';
import { addDays, addMonths, at, type CivilDate, endOfDay, localDate, weekday } from './civil-date.ts';
import {
  calendarYears,
  type DayOverride,
  governmentSwaps,
  type HolidayCode,
  holidaysOf,
} from './kazakhstan.ts';

/** Why a day is worked or not. `substitute` is the day off given for a holiday that fell on a Saturday or Sunday. */
export type DayKind =
  | { readonly isWorking: boolean; readonly kind: 'override'; readonly basis: string }
  | { readonly isWorking: false; readonly kind: 'holiday' | 'substitute'; readonly holiday: HolidayCode }
  | { readonly isWorking: false; readonly kind: 'weekend' }
  | { readonly isWorking: true; readonly kind: 'weekday' };

/**
 * The working days of Kazakhstan, five-day week (DOMAIN §5.1–5.3). Every method throws RangeError for a day outside
 * of `calendarYears`: a guess about holidays nobody knows would be a wrong deadline.
 */
export interface WorkingCalendar {
  /** Changes whenever the rules or an override change; stored beside every deadline it produced. */
  readonly version: string;
  isWorking(date: CivilDate): boolean;
  describe(date: CivilDate): DayKind;
  /** The first working day strictly after `date`. */
  nextWorkingDay(date: CivilDate): CivilDate;
  /** The n-th working day strictly after `from`; `from` itself when n is 0. n is a whole number ≥ 0. */
  addWorkingDays(from: CivilDate, n: number): CivilDate;
  /** Working days d with from < d ≤ to, so that `addWorkingDays(from, n)` is n away; negative when `to` is earlier. */
  workingDaysBetween(from: CivilDate, to: CivilDate): number;
  /**
   * The end of the n-th working day after the event's local day (n ≥ 1): 23:59:59.999, or `cutoff` 'HH:MM' where the
   * district's policy names an hour (`deadline.cutoff`, DOMAIN §5.1).
   */
  deadlineWorkingDays(event: Date, n: number, cutoff?: string): Date;
  /**
   * The end of the n-th day after the event's local day, all days counted (n ≥ 1). With `roll` a last day that is off
   * moves to the next working day (28- and 30-day terms, DOMAIN §5.1).
   */
  deadlineCalendarDays(event: Date, n: number, roll: boolean): Date;
}

/** Raise by one whenever the tables or the algorithm of this folder change. */
const RULES = 'kz1';

/**
 * Builds a calendar. `overrides` are the rows that staff keep (by default the Government's swaps known today): each
 * wins over every rule; of two for the same day the last wins.
 */
export function createWorkingCalendar(overrides: readonly DayOverride[] = governmentSwaps): WorkingCalendar {
  const byDate = new Map(overrides.map((override) => [override.date, override]));
  const daysOff = new Map<number, YearOff>();

  function yearOff(year: number): YearOff {
    const known = daysOff.get(year);
    if (known !== undefined) return known;
    if (!(year >= calendarYears.first && year <= calendarYears.last)) {
      throw new RangeError(
        `the working calendar covers ${calendarYears.first}–${calendarYears.last}, not ${year}`,
      );
    }
    const computed = computeDaysOff(year);
    daysOff.set(year, computed);
    return computed;
  }

  function describe(date: CivilDate): DayKind {
    const off = yearOff(Number(date.slice(0, 4))).get(date);
    const override = byDate.get(date);
    if (override !== undefined) {
      return { isWorking: override.isWorking, kind: 'override', basis: override.basis };
    }
    if (off !== undefined) return { isWorking: false, ...off };
    return isWeekend(date) ? { isWorking: false, kind: 'weekend' } : { isWorking: true, kind: 'weekday' };
  }

  return calendarOver(describe, versionOf(byDate));
}

/** The exact time plus whole or part hours: the 24 hours of self-cancelling are not days (DOMAIN §5.1, T2). */
export function hoursAfter(instant: Date, hours: number): Date {
  return new Date(instant.getTime() + hours * 3_600_000);
}

/** The end of the same day of the month `months` later; 29 February → 28 February (DOMAIN §5.1, T6). */
export function monthsAfter(instant: Date, months: number): Date {
  return endOfDay(addMonths(localDate(instant), months));
}

/** A deadline that was told is never shortened: of the old and the recomputed one, the later (DOMAIN §5.1). */
export function outward(oldDeadline: Date, newDeadline: Date): Date {
  return newDeadline > oldDeadline ? newDeadline : oldDeadline;
}

type YearOff = ReadonlyMap<CivilDate, { kind: 'holiday' | 'substitute'; holiday: HolidayCode }>;

/** Holidays of a year and their substitute days, by the algorithm of DOMAIN §5.3. */
function computeDaysOff(year: number): YearOff {
  const holidays = holidaysOf(year);
  const off = new Map(
    holidays.map(({ date, code }) => [date, { kind: 'holiday' as 'holiday' | 'substitute', holiday: code }]),
  );
  for (const { date, code, transferable } of holidays) {
    if (!transferable || !isWeekend(date)) continue;
    let substitute = addDays(date, 1);
    while (isWeekend(substitute) || off.has(substitute)) substitute = addDays(substitute, 1);
    off.set(substitute, { kind: 'substitute', holiday: code });
  }
  return off;
}

function calendarOver(describe: (date: CivilDate) => DayKind, version: string): WorkingCalendar {
  const isWorking = (date: CivilDate): boolean => describe(date).isWorking;

  function nextWorkingDay(date: CivilDate): CivilDate {
    let day = addDays(date, 1);
    while (!isWorking(day)) day = addDays(day, 1);
    return day;
  }

  function addWorkingDays(from: CivilDate, n: number): CivilDate {
    wholeDays(n, 0);
    let day = from;
    for (let left = n; left > 0; left -= 1) day = nextWorkingDay(day);
    return day;
  }

  function workingDaysBetween(from: CivilDate, to: CivilDate): number {
    if (to < from) return -workingDaysBetween(to, from);
    let count = 0;
    for (let day = from; day < to; ) {
      day = addDays(day, 1);
      if (isWorking(day)) count += 1;
    }
    return count;
  }

  function deadlineWorkingDays(event: Date, n: number, cutoff?: string): Date {
    const day = addWorkingDays(localDate(event), wholeDays(n, 1));
    return cutoff === undefined ? endOfDay(day) : at(day, cutoff);
  }

  function deadlineCalendarDays(event: Date, n: number, roll: boolean): Date {
    const day = addDays(localDate(event), wholeDays(n, 1));
    return endOfDay(roll && !isWorking(day) ? nextWorkingDay(day) : day);
  }

  return {
    version,
    isWorking,
    describe,
    nextWorkingDay,
    addWorkingDays,
    workingDaysBetween,
    deadlineWorkingDays,
    deadlineCalendarDays,
  };
}

/** The same overrides give the same version in every process, whatever order they were read in. */
function versionOf(overrides: ReadonlyMap<CivilDate, DayOverride>): string {
  const rows = [...overrides.values()].map(({ date, isWorking }) => `${date}${isWorking ? '+' : '-'}`).sort();
  return `${RULES}-${createHash('sha256').update(rows.join()).digest('hex').slice(0, 8)}`;
}

function isWeekend(date: CivilDate): boolean {
  return weekday(date) >= 6;
}

function wholeDays(n: number, least: 0 | 1): number {
  if (!Number.isInteger(n) || n < least) throw new RangeError(`not a number of days: ${n}`);
  return n;
}
