import { describe, expect, it } from 'vitest';
import { chance } from '../../local/testing/random.ts';
import { type CycleState, nextTurn, type Ratio, type Waiting } from '../queue/order.ts';
import { serve } from './serve.ts';

const lines = {
  RESTORED: 'restored',
  EXTRAORDINARY: 'extraordinary',
  PRIORITY: 'priority',
  COMMON: 'common',
} as const;

function oneByOne(start: CycleState, ratio: Ratio, waiting: Waiting, turns: number) {
  const left = { ...waiting };
  const taken = { restored: 0, extraordinary: 0, priority: 0, common: 0 };
  let state = start;
  for (let given = 0; given < turns; given += 1) {
    const next = nextTurn(state, ratio, left);
    if (next === undefined) break;
    left[lines[next.slot]] -= 1;
    taken[lines[next.slot]] += 1;
    state = next.state;
  }
  return { taken, state };
}

describe('many turns at once', () => {
  it('are those that would be given one by one', () => {
    const random = chance(7);
    for (let i = 0; i < 3_000; i += 1) {
      const ratio = { priority: random.between(0, 2), common: random.between(1, 4) };
      const line = () => (random.happens(0.3) ? 0 : random.between(0, 12));
      const waiting = { restored: line(), extraordinary: line(), priority: line(), common: line() };
      const state = {
        position: random.between(0, ratio.priority + ratio.common - 1),
        creditPriority: random.between(0, 2),
        creditCommon: random.between(0, 2),
      };
      const turns = random.between(0, 40);
      expect(serve(state, ratio, waiting, turns)).toEqual(oneByOne(state, ratio, waiting, turns));
    }
  });

  it('end where nobody waits, and never where a line has no end', () => {
    const state = { position: 0, creditPriority: 0, creditCommon: 0 };
    const ratio = { priority: 1, common: 3 };
    const waiting = { restored: 1, extraordinary: 1, priority: 2, common: Number.POSITIVE_INFINITY };
    expect(serve(state, ratio, waiting, 1_000_000).taken).toEqual({
      restored: 1,
      extraordinary: 1,
      priority: 2,
      common: 999_996,
    });
    expect(serve(state, ratio, { ...waiting, common: 0 }, 10).taken.priority).toBe(2);
  });
});
