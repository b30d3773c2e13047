import { describe, expect, it } from 'vitest';
import { backOff } from './outcome.ts';
import { adaptiveRate } from './rate.ts';

describe('the rate', () => {
  it('gives way by a fifth and comes back by one in every quiet minute', () => {
    let now = 0;
    const rate = adaptiveRate(30, () => now);
    rate.lower();
    expect(rate.perSecond).toBeCloseTo(24);
    now = 59_999;
    expect(rate.perSecond).toBeCloseTo(24);
    now = 60_000;
    expect(rate.perSecond).toBeCloseTo(25);
    now = 3_600_000;
    expect(rate.perSecond).toBe(30);
    for (let n = 0; n < 50; n += 1) rate.lower();
    expect(rate.perSecond).toBe(1);
  });
});

describe('the back-off', () => {
  it('doubles from five seconds to twenty minutes', () => {
    expect([1, 2, 3, 20, 100].map((attempt) => backOff(attempt, 0.5))).toEqual([
      5000, 10_000, 20_000, 1_200_000, 1_200_000,
    ]);
    expect(backOff(1, 0)).toBe(4500);
    expect(backOff(1, 1)).toBe(5500);
  });
});
