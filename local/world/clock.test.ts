import { afterAll, describe, expect, it } from 'vitest';
import { makeTemporaryFolder, removeTemporaryFolder } from '../testing/temporary.ts';
import { clockActions, movableClock } from './clock.ts';

const folder = makeTemporaryFolder();
afterAll(() => removeTemporaryFolder(folder));

const moved = (name: string, from: string) =>
  clockActions
    .find((action) => action.name === name)
    ?.target(new Date(from))
    .toISOString();

describe('the movable clock', () => {
  it('is ahead by what it was moved, after a restart too, and never goes back', () => {
    const clock = movableClock(folder);
    const target = new Date(Date.now() + 40 * 24 * 3_600_000);
    clock.moveTo(target);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(target.getTime());
    clock.moveTo(new Date());
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(target.getTime());
    expect(movableClock(folder).now().getTime()).toBeGreaterThanOrEqual(target.getTime());
  });

  it.each([
    ['hour', '2026-12-15T20:30:00Z', '2026-12-15T21:30:00.000Z'],
    // 20:30 in London is the next day in Kazakhstan already.
    ['morning', '2026-12-15T20:30:00Z', '2026-12-17T02:00:00.000Z'],
    ['morning', '2026-12-15T05:00:00Z', '2026-12-16T02:00:00.000Z'],
    // 16 December is a holiday.
    ['working-day', '2026-12-15T05:00:00Z', '2026-12-17T05:00:00.000Z'],
    ['working-day', '2026-12-18T05:00:00Z', '2026-12-21T05:00:00.000Z'],
    ['year', '2026-12-15T05:12:00Z', '2027-12-15T05:12:00.000Z'],
    ['year', '2028-02-29T05:12:00Z', '2029-02-28T05:12:00.000Z'],
  ])('%s after %s is %s', (name, from, expected) => {
    expect(moved(name, from)).toBe(expected);
  });
});
