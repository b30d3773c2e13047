import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  at,
  civil,
  compareDates,
  daysBetween,
  endOfDay,
  fullMonths,
  fullYears,
  localDate,
  localTime,
  parseCivilDate,
  startOfDay,
  weekday,
} from './civil-date.ts';

const anyDay = fc.integer({ min: -20_000, max: 40_000 }).map((days) => addDays(civil('2000-01-01'), days));
const anyInstant = fc.date({
  min: new Date('2005-01-01T00:00:00Z'),
  max: new Date('2040-01-01T00:00:00Z'),
  noInvalidDate: true,
});

describe('civil dates', () => {
  it('takes only days of the calendar', () => {
    expect(parseCivilDate('2024-02-29')).toBe('2024-02-29');
    const wrong = [
      '2026-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-01-00',
      '26-01-01',
      '2026-1-1',
      ' 2026-01-01',
      '',
    ];
    expect(wrong.map(parseCivilDate)).toEqual(wrong.map(() => undefined));
    expect(() => civil('1900-02-29')).toThrow(RangeError);
  });

  it('adds months to the last day where the day does not exist', () => {
    expect(addMonths(civil('2024-02-29'), 12)).toBe('2025-02-28');
    expect(addMonths(civil('2024-02-29'), 48)).toBe('2028-02-29');
    expect(addMonths(civil('2026-08-31'), 1)).toBe('2026-09-30');
    expect(addMonths(civil('2026-01-15'), -1)).toBe('2025-12-15');
    expect(addMonths(civil('2026-12-31'), 2)).toBe('2027-02-28');
  });

  it('knows the days of the week', () => {
    expect(weekday(civil('2026-03-27'))).toBe(5);
    expect(weekday(civil('2027-03-21'))).toBe(7);
    expect(weekday(civil('1900-01-01'))).toBe(1);
  });

  it('counts days there and back', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -3000, max: 3000 }), (day, n) => {
        const other = addDays(day, n);
        expect(daysBetween(day, other)).toBe(n);
        expect(Math.sign(compareDates(day, other))).toBe(Math.sign(-n) + 0);
        expect((((weekday(other) - weekday(day) - n) % 7) + 7) % 7).toBe(0);
      }),
    );
  });
});

describe('days and hours in Kazakhstan', () => {
  it('begins a day five hours before UTC does', () => {
    expect(startOfDay(civil('2026-03-27')).toISOString()).toBe('2026-03-26T19:00:00.000Z');
    expect(endOfDay(civil('2026-03-27')).toISOString()).toBe('2026-03-27T18:59:59.999Z');
    expect(at(civil('2026-03-27'), '18:00').toISOString()).toBe('2026-03-27T13:00:00.000Z');
    expect(localDate(new Date('2026-03-26T18:59:59.999Z'))).toBe('2026-03-26');
    expect(localDate(new Date('2026-03-26T19:00:00Z'))).toBe('2026-03-27');
    expect(localTime(new Date('2026-03-26T19:00:59Z'))).toBe('00:00');
  });

  it('was six hours before UTC until the end of February 2024', () => {
    expect(at(civil('2023-01-21'), '08:01').toISOString()).toBe('2023-01-21T02:01:00.000Z');
    expect(startOfDay(civil('2024-02-29')).toISOString()).toBe('2024-02-28T18:00:00.000Z');
    expect(endOfDay(civil('2024-02-29')).toISOString()).toBe('2024-02-29T18:59:59.999Z');
    expect(startOfDay(civil('2024-03-01')).toISOString()).toBe('2024-02-29T19:00:00.000Z');
  });

  it('means the later of the two equal hours of 29 February 2024', () => {
    expect(at(civil('2024-02-29'), '22:59').toISOString()).toBe('2024-02-29T16:59:00.000Z');
    expect(at(civil('2024-02-29'), '23:00').toISOString()).toBe('2024-02-29T18:00:00.000Z');
    expect(at(civil('2024-02-29'), '23:30').toISOString()).toBe('2024-02-29T18:30:00.000Z');
  });

  it('refuses what is no time of day', () => {
    for (const time of ['24:00', '9:00', '12:60', '', '12:00:00']) {
      expect(() => at(civil('2026-03-27'), time)).toThrow(RangeError);
    }
  });

  it('agrees with the time zone database', () => {
    const almaty = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Asia/Almaty',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    fc.assert(
      fc.property(anyInstant, (instant) => {
        expect(`${localDate(instant)} ${localTime(instant)}`).toBe(almaty.format(instant));
      }),
    );
  });

  it('holds every instant between the start and the end of its own day', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const day = localDate(instant);
        expect(startOfDay(day) <= instant && instant <= endOfDay(day)).toBe(true);
        expect(startOfDay(addDays(day, 1)).getTime() - endOfDay(day).getTime()).toBe(1);
      }),
    );
  });
});

describe('ages', () => {
  it('completes a month or a year on the day itself', () => {
    expect(fullMonths(civil('2024-03-27'), civil('2026-03-26'))).toBe(23);
    expect(fullMonths(civil('2024-03-27'), civil('2026-03-27'))).toBe(24);
    expect(fullYears(civil('2020-09-01'), civil('2026-08-31'))).toBe(5);
    expect(fullYears(civil('2020-09-01'), civil('2026-09-01'))).toBe(6);
  });

  it('completes a year of 29 February on 28 February', () => {
    expect(fullYears(civil('2024-02-29'), civil('2025-02-27'))).toBe(0);
    expect(fullYears(civil('2024-02-29'), civil('2025-02-28'))).toBe(1);
  });

  it('is negative before birth', () => {
    expect(fullMonths(civil('2026-03-27'), civil('2026-03-26'))).toBe(-1);
    expect(fullYears(civil('2026-03-27'), civil('2026-03-26'))).toBe(-1);
  });

  it('is the largest number of months that fits', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (birth, on) => {
        const months = fullMonths(birth, on);
        expect(addMonths(birth, months) <= on).toBe(true);
        expect(addMonths(birth, months + 1) > on).toBe(true);
      }),
    );
  });
});
