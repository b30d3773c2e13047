import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, at, type CivilDate, civil, localDate, weekday } from './civil-date.ts';
import { calendarReviewedUntil, governmentSwaps } from './kazakhstan.ts';
import { createWorkingCalendar, hoursAfter, monthsAfter, outward } from './working-calendar.ts';

const calendar = createWorkingCalendar();

const day2024to2031 = fc.integer({ min: 0, max: 8 * 365 }).map((n) => addDays(civil('2024-01-01'), n));
const smallCount = fc.integer({ min: 0, max: 40 });

function daysOf(year: number): CivilDate[] {
  const days: CivilDate[] = [];
  for (let day = civil(`${year}-01-01`); day.startsWith(`${year}-`); day = addDays(day, 1)) days.push(day);
  return days;
}

const weekdaysOff = (year: number): string[] =>
  daysOf(year)
    .filter((day) => weekday(day) <= 5 && !calendar.isWorking(day))
    .map((day) => day.slice(5));

describe('the working year', () => {
  it('has the days off of 2026 (DOMAIN §5.2)', () => {
    expect(weekdaysOff(2026)).toEqual([
      '01-01',
      '01-02',
      '01-07',
      '03-09',
      '03-23',
      '03-24',
      '03-25',
      '05-01',
      '05-07',
      '05-11',
      '05-27',
      '07-06',
      '10-26',
      '12-16',
    ]);
    expect(calendar.isWorking(civil('2026-08-31'))).toBe(true);
    expect(calendar.isWorking(civil('2026-03-16'))).toBe(true);
  });

  it('has the days off of 2027 (DOMAIN §5.2)', () => {
    expect(weekdaysOff(2027)).toEqual([
      '01-01',
      '01-04',
      '01-07',
      '03-08',
      '03-15',
      '03-22',
      '03-23',
      '03-24',
      '05-03',
      '05-07',
      '05-10',
      '07-06',
      '10-25',
      '12-16',
    ]);
  });

  it('has the days off and the swaps of 2024 and 2025', () => {
    expect(weekdaysOff(2024).join(' ')).toBe(
      '01-01 01-02 03-08 03-21 03-22 03-25 05-01 05-07 05-08 05-09 07-08 08-30 10-25 12-16',
    );
    expect(calendar.isWorking(civil('2024-05-04'))).toBe(true);
    expect(weekdaysOff(2025).join(' ')).toBe(
      '01-01 01-02 01-03 01-07 03-10 03-21 03-24 03-25 05-01 05-07 05-09 06-06 07-07 09-01 10-27 12-16',
    );
    expect(calendar.isWorking(civil('2025-01-05'))).toBe(true);
  });

  it.each([
    [2025, 246],
    [2026, 247],
    [2027, 247],
  ])('%i has %i working days', (year, count) => {
    expect(daysOf(year).filter(calendar.isWorking)).toHaveLength(count);
  });

  it('sends both New Year days of 2028 over the weekend and keeps Kurban Ait where it falls', () => {
    expect(weekdaysOff(2028).slice(0, 3)).toEqual(['01-03', '01-04', '01-07']);
    expect(calendar.describe(civil('2028-05-05'))).toEqual({
      isWorking: false,
      kind: 'holiday',
      holiday: 'kurbanAit',
    });
    expect(calendar.describe(civil('2028-05-08'))).toEqual({
      isWorking: false,
      kind: 'substitute',
      holiday: 'defender',
    });
  });

  it('does not move Christmas or Kurban Ait from a weekend', () => {
    expect(calendar.isWorking(civil('2024-01-08'))).toBe(true);
    expect(calendar.isWorking(civil('2024-06-17'))).toBe(true);
    expect(calendar.isWorking(civil('2027-05-17'))).toBe(true);
  });

  it('goes on by the same rules after the reviewed years', () => {
    expect(calendarReviewedUntil).toBe('2028-12-31');
    expect(calendar.isWorking(civil('2029-03-15'))).toBe(false);
    expect(calendar.isWorking(civil('2029-01-01'))).toBe(false);
  });

  it('names the year it does not know', () => {
    expect(() => calendar.isWorking(civil('2023-12-29'))).toThrow(/2023/);
    expect(() => calendar.addWorkingDays(civil('2036-12-31'), 1)).toThrow(/2037/);
  });
});

describe('working days', () => {
  it.each([
    [3, '2026-03-19', '2026-03-27'],
    [5, '2026-05-06', '2026-05-15'],
    [10, '2026-12-14', '2026-12-29'],
    [10, '2026-12-11', '2026-12-28'],
    [3, '2026-12-30', '2027-01-06'],
    [5, '2026-12-31', '2027-01-12'],
    [3, '2026-12-12', '2026-12-17'],
    [3, '2027-03-19', '2027-03-29'],
    [5, '2027-04-30', '2027-05-12'],
    [2, '2026-11-20', '2026-11-24'],
  ])('%i after %s is %s (DOMAIN §5.3)', (n, from, to) => {
    expect(calendar.addWorkingDays(civil(from), n)).toBe(to);
    expect(calendar.workingDaysBetween(civil(from), civil(to))).toBe(n);
  });

  it('never ends on a day off and never goes back', () => {
    fc.assert(
      fc.property(day2024to2031, smallCount, (from, n) => {
        const to = calendar.addWorkingDays(from, n);
        if (n > 0) expect(calendar.isWorking(to)).toBe(true);
        expect(to >= from).toBe(true);
        expect(calendar.workingDaysBetween(from, to)).toBe(n);
      }),
    );
  });

  it('is additive', () => {
    fc.assert(
      fc.property(day2024to2031, smallCount, smallCount, (from, a, b) => {
        const inTwoSteps = calendar.addWorkingDays(calendar.addWorkingDays(from, a), b);
        expect(calendar.addWorkingDays(from, a + b)).toBe(inTwoSteps);
      }),
    );
  });

  it('is monotone: a later start or a longer term never ends earlier', () => {
    fc.assert(
      fc.property(day2024to2031, smallCount, smallCount, smallCount, (from, later, n, more) => {
        const end = calendar.addWorkingDays(from, n);
        expect(calendar.addWorkingDays(addDays(from, later), n) >= end).toBe(true);
        expect(calendar.addWorkingDays(from, n + more) >= end).toBe(true);
      }),
    );
  });

  it('lets an override win over every rule', () => {
    fc.assert(
      fc.property(day2024to2031, fc.boolean(), (date, isWorking) => {
        const changed = createWorkingCalendar([...governmentSwaps, { date, isWorking, basis: 'order' }]);
        expect(changed.describe(date)).toEqual({ isWorking, kind: 'override', basis: 'order' });
        expect(changed.workingDaysBetween(addDays(date, -1), date)).toBe(isWorking ? 1 : 0);
      }),
    );
  });

  it('never ends earlier when a day is taken off', () => {
    fc.assert(
      fc.property(day2024to2031, smallCount, smallCount, (from, n, distance) => {
        const off = { date: addDays(from, distance), isWorking: false, basis: 'order' };
        const changed = createWorkingCalendar([...governmentSwaps, off]);
        expect(changed.addWorkingDays(from, n) >= calendar.addWorkingDays(from, n)).toBe(true);
      }),
    );
  });

  it('counts backwards as it counts forwards', () => {
    expect(calendar.workingDaysBetween(civil('2026-03-27'), civil('2026-03-19'))).toBe(-3);
  });

  it('refuses what is no number of days', () => {
    for (const n of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => calendar.addWorkingDays(civil('2026-03-19'), n)).toThrow(RangeError);
    }
    expect(() => calendar.deadlineWorkingDays(new Date('2026-03-19T05:00:00Z'), 0)).toThrow(RangeError);
  });
});

describe('the version of a calendar', () => {
  it('is the same for the same days in any order, and another for other days', () => {
    const reversed = createWorkingCalendar([...governmentSwaps].reverse());
    expect(reversed.version).toBe(calendar.version);
    expect(createWorkingCalendar([]).version).not.toBe(calendar.version);
  });
});

describe('deadlines', () => {
  const evening = at(civil('2026-03-19'), '23:50');

  it('ends with the last working day, whatever the hour of the event', () => {
    expect(calendar.deadlineWorkingDays(evening, 3).toISOString()).toBe('2026-03-27T18:59:59.999Z');
    const morning = at(civil('2026-03-19'), '00:00');
    expect(calendar.deadlineWorkingDays(morning, 3)).toEqual(calendar.deadlineWorkingDays(evening, 3));
  });

  it('ends at the hour that the district named', () => {
    expect(calendar.deadlineWorkingDays(evening, 3, '18:30')).toEqual(at(civil('2026-03-27'), '18:30'));
  });

  it('counts calendar days and rolls only when told to', () => {
    const event = at(civil('2026-11-13'), '10:00');
    expect(localDate(calendar.deadlineCalendarDays(event, 30, false))).toBe('2026-12-13');
    expect(localDate(calendar.deadlineCalendarDays(event, 30, true))).toBe('2026-12-14');
    expect(localDate(calendar.deadlineCalendarDays(event, 28, true))).toBe('2026-12-11');
    expect(calendar.deadlineCalendarDays(event, 30, true).toISOString()).toBe('2026-12-14T18:59:59.999Z');
  });

  it('counts 24 hours to the millisecond', () => {
    expect(hoursAfter(new Date('2026-03-19T05:00:00.123Z'), 24).toISOString()).toBe(
      '2026-03-20T05:00:00.123Z',
    );
  });

  it('counts months to the end of the same day', () => {
    const event = at(civil('2028-02-29'), '09:00');
    expect(monthsAfter(event, 12).toISOString()).toBe('2029-02-28T18:59:59.999Z');
  });

  it('moves only outward', () => {
    const told = new Date('2026-03-27T18:59:59.999Z');
    const sooner = new Date('2026-03-26T18:59:59.999Z');
    expect(outward(told, sooner)).toEqual(told);
    expect(outward(sooner, told)).toEqual(told);
  });
});
