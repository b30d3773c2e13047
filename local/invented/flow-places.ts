import {
  addDays,
  at,
  type CivilDate,
  civil,
  daysBetween,
  localDate,
  weekday,
} from '../../core/calendar/civil-date.ts';
import type { PastOptions } from './flow-queue.ts';
import type { Random } from './random.ts';

/**
 * How the places of a birth year come: most at the mass enrolment of August and September, of the year in which the
 * children are two above all, and in ones and twos over the rest of the year.
 */
const YEARS = [
  { age: 2, enrolment: 30, trickle: 8 },
  { age: 3, enrolment: 20, trickle: 10 },
  { age: 4, enrolment: 15, trickle: 9 },
  { age: 5, enrolment: 11, trickle: 8 },
] as const;

/** From when on turns were given: everybody at the front has come of age by then. */
const FIRST = '03-01';
const ENROLMENT = { from: '08-04', to: '09-22' } as const;

interface Season {
  readonly from: CivilDate;
  readonly to: CivilDate;
  /** Of the places of the birth year. */
  readonly share: number;
  /** Places at once. */
  readonly atMost: number;
}

/** On which mornings how many turns opened, in the order of time; the last window is over before `until`. */
export function publications(
  random: Random,
  { birthYear, places, present, until, now }: PastOptions,
): { at: Date; count: number }[] {
  const last = addDays(localDate(until), -5);
  const seasons = seasonsOf(birthYear, places);
  const part = (season: Season, to: CivilDate) =>
    season.share *
    Math.min(1, Math.max(0, daysBetween(season.from, to) / daysBetween(season.from, season.to)));
  // The places taken so far came in the years so far: those of this year's end are not given yet.
  const yearsEnd = civil(`${localDate(now).slice(0, 4)}-12-31`);
  const all = seasons.reduce((sum, season) => sum + part(season, yearsEnd), 0);
  const counts = new Map<CivilDate, number>();
  // Where nobody is left whose past it was, only what forecasts still look at.
  const since = present.length === 0 ? addDays(localDate(now), -760) : civil(`${birthYear}-01-01`);
  for (const season of seasons) {
    if (season.to < since) continue;
    const to = season.to < last ? season.to : last;
    for (let left = Math.round((places * part(season, last)) / all); left > 0; ) {
      const day = workingDay(addDays(season.from, random.int(0, daysBetween(season.from, to))));
      const count = Math.min(left, random.int(1, season.atMost));
      left -= count;
      if (day <= last) counts.set(day, (counts.get(day) ?? 0) + count);
    }
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, count]) => ({ at: new Date(at(day, '07:00').getTime() + 30_000), count }));
}

function seasonsOf(birthYear: number, places: number): Season[] {
  const many = Math.max(2, Math.round(places / 12));
  return YEARS.flatMap(({ age, enrolment, trickle }) => {
    const on = (day: string) => civil(`${birthYear + age}-${day}`);
    return [
      { from: on(age === 2 ? FIRST : '01-08'), to: on('12-25'), share: trickle, atMost: 2 },
      { from: on(ENROLMENT.from), to: on(ENROLMENT.to), share: enrolment, atMost: many },
    ];
  });
}

/** The calendar of working days does not reach back as far: weekdays will do. */
function workingDay(day: CivilDate): CivilDate {
  const of = weekday(day);
  return of > 5 ? addDays(day, 8 - of) : day;
}
