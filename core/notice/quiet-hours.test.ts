import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTime } from '../calendar/civil-date.ts';
import { awakeFrom, isUrgent } from './quiet-hours.ts';

const local = (text: string) => new Date(`${text}+05:00`);

describe('quiet hours', () => {
  it('move the night to 07:00 and leave the day alone', () => {
    expect(awakeFrom(local('2026-03-27T21:59:59'))).toEqual(local('2026-03-27T21:59:59'));
    expect(awakeFrom(local('2026-03-27T22:00:00'))).toEqual(local('2026-03-28T07:00:00'));
    expect(awakeFrom(local('2026-03-28T00:00:00'))).toEqual(local('2026-03-28T07:00:00'));
    expect(awakeFrom(local('2026-03-28T06:59:59'))).toEqual(local('2026-03-28T07:00:00'));
    expect(awakeFrom(local('2026-03-28T07:00:00'))).toEqual(local('2026-03-28T07:00:00'));
  });

  it('never send in the night, never wait longer than nine hours', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2025-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (moment) => {
          const awake = awakeFrom(moment);
          const time = localTime(awake);
          expect(time >= '07:00' && time < '22:00').toBe(true);
          expect(awake.getTime() - moment.getTime()).toBeGreaterThanOrEqual(0);
          expect(awake.getTime() - moment.getTime()).toBeLessThanOrEqual(9 * 3_600_000);
        },
      ),
    );
  });

  it('give way to a deadline less than twelve hours away that has not passed', () => {
    const night = local('2026-03-27T23:00:00');
    expect(isUrgent(night, local('2026-03-28T10:59:59'))).toBe(true);
    expect(isUrgent(night, local('2026-03-28T11:00:00'))).toBe(false);
    expect(isUrgent(night, local('2026-03-27T22:59:59'))).toBe(false);
  });
});
