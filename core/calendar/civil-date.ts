declare const civilDate: unique symbol;

/** A day of the calendar, 'YYYY-MM-DD'. Not an instant: a birth date or "until 27 March" has no hour and no zone. */
export type CivilDate = string & { readonly [civilDate]: 'CivilDate' };

/** 1 = Monday … 7 = Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A time of day, 'HH:MM', 00:00 to 23:59. */
export type TimeOfDay = `${number}:${number}`;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The whole of Kazakhstan went to UTC+5 on 1 March 2024, 00:00 of the old time (DOMAIN §5.1); Almaty, Astana and the
 * Akmola region were at UTC+6 before. Written as a rule and not asked from Intl, so that a machine with an old time
 * zone table cannot move a parent's deadline by an hour. Exact for every instant since 31 October 2004.
 */
const OFFSET_CHANGED_AT = Date.UTC(2024, 1, 29, 18);
const offsetAt = (instantMs: number): number => (instantMs < OFFSET_CHANGED_AT ? 6 : 5) * HOUR;

/** Takes 'YYYY-MM-DD' from outside; undefined when it is no day of the calendar (2026-02-30, 26-1-1). */
export function parseCivilDate(text: string): CivilDate | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  return civilDateOf(Number(year), Number(month), Number(day));
}

/** A date of the source code or of our own data. Throws RangeError when it is no day of the calendar. */
export function civil(text: string): CivilDate {
  const date = parseCivilDate(text);
  if (date === undefined) throw new RangeError(`not a calendar date: ${text}`);
  return date;
}

/** The day of a DATE column, which Prisma reads as its midnight in UTC. */
export function storedDay(column: Date): CivilDate {
  return civil(column.toISOString().slice(0, 10));
}

/** Year 1000–9999, month 1–12, day 1–31; undefined when there is no such day. */
export function civilDateOf(year: number, month: number, day: number): CivilDate | undefined {
  if (!Number.isInteger(year) || year < 1000 || year > 9999) return undefined;
  if (!Number.isInteger(month) || month < 1 || month > 12) return undefined;
  if (!Number.isInteger(day) || day < 1 || day > daysInMonth(year, month)) return undefined;
  return pack(year, month, day);
}

/** The parts of a date as numbers, month 1–12. */
export function partsOf(date: CivilDate): { year: number; month: number; day: number } {
  return { year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) };
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Adds whole days; `days` may be negative. */
export function addDays(date: CivilDate, days: number): CivilDate {
  return fromUtc(toUtc(date) + days * DAY);
}

/**
 * The same day `months` later (or earlier, when negative); the last day of the month where that day does not exist:
 * 29 February + 12 months is 28 February (DOMAIN §5.1).
 */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const { year, month, day } = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(index / 12);
  const targetMonth = index - targetYear * 12 + 1;
  return pack(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

/** Negative when `a` is earlier, 0 when equal, positive when later: fit for sort(). */
export function compareDates(a: CivilDate, b: CivilDate): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Days from `from` to `to`: 1 for today and tomorrow, negative when `to` is earlier. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return Math.round((toUtc(to) - toUtc(from)) / DAY);
}

export function weekday(date: CivilDate): Weekday {
  const sundayFirst = new Date(toUtc(date)).getUTCDay();
  return (sundayFirst === 0 ? 7 : sundayFirst) as Weekday;
}

/** The day on the wall calendar in Kazakhstan at this instant. */
export function localDate(instant: Date): CivilDate {
  return fromUtc(wallClockMs(instant));
}

/** The time of day in Kazakhstan at this instant, minutes cut off: 'HH:MM'. */
export function localTime(instant: Date): TimeOfDay {
  return new Date(wallClockMs(instant)).toISOString().slice(11, 16) as TimeOfDay;
}

/** 00:00:00.000 of the day in Kazakhstan. */
export function startOfDay(date: CivilDate): Date {
  return new Date(instantMs(toUtc(date)));
}

/** 23:59:59.999 of the day in Kazakhstan: the last instant at which a deadline of that day is still kept. */
export function endOfDay(date: CivilDate): Date {
  return new Date(instantMs(toUtc(date) + DAY - 1));
}

/**
 * The instant at which clocks in Kazakhstan show `time` on `date`. On 29 February 2024 the hour 23:00–23:59 came
 * twice: the later one is meant, as no deadline may be shortened. Throws RangeError when `time` is not 'HH:MM'.
 */
export function at(date: CivilDate, time: string): Date {
  const [, hours, minutes] = TIME.exec(time) ?? [];
  if (hours === undefined) throw new RangeError(`not a time of day: ${time}`);
  return new Date(instantMs(toUtc(date) + Number(hours) * HOUR + Number(minutes) * MINUTE));
}

/**
 * Full months of life on the day `on`: the largest n with birth + n months ≤ `on`. Negative before birth. Who was born
 * on 29 February completes a year on 28 February (the rule of `addMonths`).
 */
export function fullMonths(birth: CivilDate, on: CivilDate): number {
  const from = partsOf(birth);
  const to = partsOf(on);
  const months = (to.year - from.year) * 12 + (to.month - from.month);
  return addMonths(birth, months) > on ? months - 1 : months;
}

/** Full years of life on the day `on` (see `fullMonths`). */
export function fullYears(birth: CivilDate, on: CivilDate): number {
  return Math.floor(fullMonths(birth, on) / 12);
}

function pack(year: number, month: number, day: number): CivilDate {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}` as CivilDate;
}

/** The date as if it were UTC midnight: a line of days without zones, used for arithmetic only. */
function toUtc(date: CivilDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function fromUtc(ms: number): CivilDate {
  return new Date(ms).toISOString().slice(0, 10) as CivilDate;
}

function wallClockMs(instant: Date): number {
  return instant.getTime() + offsetAt(instant.getTime());
}

/** From wall clock to instant; of two possible instants the later. */
function instantMs(wallMs: number): number {
  const later = wallMs - 5 * HOUR;
  return later >= OFFSET_CHANGED_AT ? later : wallMs - 6 * HOUR;
}
