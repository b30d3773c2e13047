import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CycleState, nextTurn, type Ratio, type Slot, servicePlace, type Waiting } from './order.ts';

const ONE_TO_THREE: Ratio = { priority: 1, common: 3 };
const START: CycleState = { position: 0, creditPriority: 0, creditCommon: 0 };

/** Serves everyone one turn at a time: the brute-force order. */
function serveAll(start: CycleState, ratio: Ratio, waiting: Waiting): { slot: Slot; nth: number }[] {
  const left = { ...waiting };
  const served = { RESTORED: 0, EXTRAORDINARY: 0, PRIORITY: 0, COMMON: 0 };
  const order: { slot: Slot; nth: number }[] = [];
  let state = start;
  for (;;) {
    const turn = nextTurn(state, ratio, left);
    if (turn === undefined) return order;
    state = turn.state;
    served[turn.slot] += 1;
    order.push({ slot: turn.slot, nth: served[turn.slot] });
    const key = (
      {
        RESTORED: 'restored',
        EXTRAORDINARY: 'extraordinary',
        PRIORITY: 'priority',
        COMMON: 'common',
      } as const
    )[turn.slot];
    left[key] -= 1;
  }
}

const letters = (order: { slot: Slot }[]) => order.map(({ slot }) => slot[0]).join('');

describe('order of turns, 1 : 3 (DOMAIN §7.2)', () => {
  it('gives one priority turn and three common ones, over and over', () => {
    expect(
      letters(serveAll(START, ONE_TO_THREE, { restored: 0, extraordinary: 0, priority: 2, common: 7 })),
    ).toBe('PCCCPCCCC');
  });

  it('goes on where the last publication stopped: a single place does not always go to the priority class', () => {
    let state = START;
    let given = '';
    for (let day = 0; day < 8; day += 1) {
      const turn = nextTurn(state, ONE_TO_THREE, { restored: 0, extraordinary: 0, priority: 9, common: 9 });
      state = turn?.state ?? state;
      given += turn?.slot[0];
    }
    expect(given).toBe('PCCCPCCC');
  });

  it('serves restored turns, then the extraordinary class, without moving the pointer', () => {
    const order = serveAll(START, ONE_TO_THREE, { restored: 1, extraordinary: 2, priority: 1, common: 2 });
    expect(letters(order)).toBe('REEPCC');
  });

  it('keeps the debt of an empty class, but never more than one cycle of it', () => {
    let state = START;
    for (let i = 0; i < 10; i += 1) {
      state =
        nextTurn(state, ONE_TO_THREE, { restored: 0, extraordinary: 0, priority: 0, common: 5 })?.state ??
        state;
    }
    expect(
      letters(serveAll(state, ONE_TO_THREE, { restored: 0, extraordinary: 0, priority: 3, common: 6 })),
    ).toBe('PCCCPCCCP');
  });

  it('returns a lapsed slot to its class first', () => {
    const state = { position: 2, creditPriority: 1, creditCommon: 0 };
    expect(
      letters(serveAll(state, ONE_TO_THREE, { restored: 0, extraordinary: 0, priority: 2, common: 3 })),
    ).toBe('PCCPC');
  });

  it('has a closed form equal to serving one by one', () => {
    const count = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(
        fc.record({ priority: fc.integer({ min: 0, max: 4 }), common: fc.integer({ min: 1, max: 5 }) }),
        fc.record({
          position: fc.integer({ min: 0, max: 12 }),
          creditPriority: fc.integer({ min: 0, max: 4 }),
          creditCommon: fc.integer({ min: 0, max: 4 }),
        }),
        fc.record({
          restored: fc.integer({ min: 0, max: 3 }),
          extraordinary: count,
          priority: count,
          common: count,
        }),
        (ratio, state, waiting) => {
          serveAll(state, ratio, waiting).forEach(({ slot, nth }, index) => {
            if (slot !== 'RESTORED')
              expect(servicePlace(state, ratio, waiting, { slot, nth })).toBe(index + 1);
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});
