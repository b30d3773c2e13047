import { describe, expect, it } from 'vitest';
import type { StepCause } from './api.ts';
import { explained } from './explain.ts';
import { type Change, pointsOf } from './replay.ts';

const START = Date.UTC(2026, 10, 23, 5);

/** Changes one after another: [minute, cause, who, the number after]. */
type Told = [number, StepCause, string | null, number | null];
const timeline = (from: number | null, ...told: Told[]) => timelineOf(from, told);

function timelineOf(from: number | null, told: readonly Told[]) {
  let place = from;
  const changes = told.map(([minute, cause, child, to]): Change => {
    const change = { at: START + minute * 60_000, cause, child, own: child === 'me', from: place, to };
    place = to;
    return change;
  });
  return { since: new Date(START), until: new Date(START + 90_000_000), from, to: place, changes };
}

const told = (line: ReturnType<typeof timeline>) =>
  explained(line).steps.map(({ from, to, cause, own, children }) =>
    [`${from} → ${to}`, own ? `own ${cause}` : cause, children].join(' '),
  );

describe('why a number changed (DOMAIN §7.1, P3)', () => {
  it('joins neighbours of one cause and counts each child once', () => {
    expect(
      told(
        timeline(
          120,
          [1, 'RECEIVED', 'a', 119],
          [2, 'RECEIVED', 'b', 118],
          [3, 'BENEFIT', 'c', 119],
          [4, 'BENEFIT', 'd', 120],
          [5, 'BENEFIT', 'c', 121],
          [6, 'RECEIVED', 'e', 120],
        ),
      ),
    ).toEqual(['120 → 118 RECEIVED 2', '118 → 121 BENEFIT 2', '121 → 120 RECEIVED 1']);
  });

  it('leaves out a call of turns that changed nothing, whatever it moved, and joins what is left', () => {
    expect(
      told(
        timeline(
          40,
          [1, 'LEFT', 'a', 39],
          [2, 'TURN', null, 41],
          [2, 'TURN', 'b', 40],
          [2, 'TURN', 'c', 39],
          [3, 'TURN', null, 40],
          [4, 'TURN', 'd', 39],
          [5, 'LEFT', 'e', 38],
        ),
      ),
    ).toEqual(['40 → 38 LEFT 2']);
  });

  it('tells what the child itself did as its own, with everything else of that moment', () => {
    expect(
      told(
        timeline(
          9,
          [1, 'LEFT', 'a', 8],
          [1, 'RECEIVED', 'me', null],
          [2, 'RETURNED', 'me', 6],
          [3, 'BENEFIT', 'me', 2],
          [4, 'BENEFIT', 'b', 3],
        ),
      ),
    ).toEqual([
      '9 → null own RECEIVED 0',
      'null → 6 own RETURNED 0',
      '6 → 2 own BENEFIT 0',
      '2 → 3 BENEFIT 1',
    ]);
  });

  it('adds up by cause, the strongest first', () => {
    const line = timeline(
      20,
      [1, 'RECEIVED', 'a', 19],
      [2, 'BENEFIT_REGISTERED', 'b', 20],
      [3, 'RECEIVED', 'c', 19],
      [4, 'BENEFIT_REGISTERED', 'd', 20],
      [5, 'RECEIVED', 'a', 19],
      [6, 'RULES', null, 25],
    );
    expect(explained(line).causes).toEqual([
      { cause: 'RULES', own: false, by: 6, children: 0 },
      { cause: 'RECEIVED', own: false, by: -3, children: 2 },
      { cause: 'BENEFIT_REGISTERED', own: false, by: 2, children: 2 },
    ]);
  });
});

describe('the place over the time', () => {
  it('is the one after everything of a moment, and is told only where it changed', () => {
    const points = pointsOf(
      timeline(5, [1, 'LEFT', 'a', 4], [2, 'TURN', null, 6], [2, 'TURN', 'b', 4], [3, 'LEFT', 'me', null]),
    );
    expect(points.map(({ at, place }) => [(at.getTime() - START) / 60_000, place])).toEqual([
      [0, 5],
      [1, 4],
      [3, null],
    ]);
  });

  it('of a hundred and fifty thousand who came at once is told like that of two', () => {
    const many = Array.from({ length: 150_000 }, (_, n): [number, StepCause, string, number] => [
      2,
      'EARLIER_REGISTERED',
      `child ${n}`,
      n + 42,
    ]);
    expect(told(timelineOf(40, [[1, 'EARLIER_REGISTERED', 'a', 41], ...many]))).toEqual([
      '40 → 150041 EARLIER_REGISTERED 150001',
    ]);
  });
});
