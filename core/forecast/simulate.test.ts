import { describe, expect, it } from 'vitest';
import { type Chance, chance } from '../../local/testing/random.ts';
import { addDays, civil } from '../calendar/civil-date.ts';
import type { Forecast } from './api.ts';
import { type Cohort, type FlowWeek, type ForecastInput, WINDOW } from './flow.ts';
import { forecastOf } from './simulate.ts';

const TODAY = civil('2026-11-23');

const quiet: FlowWeek = {
  turns: 0,
  left: 0,
  waiting: 60,
  joined: { extraordinary: 0, priority: 0, common: 0 },
  risen: { extraordinary: 0, priority: 0 },
};

/** A queue that gets most of its places in the ten weeks of late summer; `strength` turns a week there. */
function cohort(random: Chance, older: number, weeks = WINDOW, strength = 6): Cohort {
  return {
    older,
    weeks: Array.from({ length: weeks }, (_, n) => {
      // The window ends in the 47th week of a year.
      const summer = (n + 47 + WINDOW - weeks) % 52;
      return {
        ...quiet,
        turns: summer >= 31 && summer < 41 ? random.between(0, strength * 2) : random.between(-1, 1),
        left: random.between(0, 1),
        joined: {
          extraordinary: random.between(0, 1),
          priority: random.between(0, 1),
          common: random.between(0, 2),
        },
        risen: { extraordinary: 0, priority: random.happens(0.05) ? 1 : 0 },
      };
    }),
  };
}

function input(random: Chance, more: Partial<ForecastInput> = {}): ForecastInput {
  return {
    today: TODAY,
    ageLimitOn: addDays(TODAY, 1400),
    child: { line: 'COMMON', ahead: 20, before: 0.4 },
    waiting: { restored: 0, extraordinary: 1, priority: 8, common: 60 },
    cycle: { position: 0, creditPriority: 0, creditCommon: 0 },
    ratio: { priority: 1, common: 3 },
    coming: [{ week: 10, line: 'common', count: 3 }],
    published: null,
    cohorts: [0, 1, 2, 3, 4].map((older) => cohort(random, older)),
    ...more,
  };
}

function dates(result: ReturnType<typeof forecastOf>): Forecast {
  if ('none' in result) throw new Error(`no forecast: ${result.none}`);
  return result;
}

const order = (result: ReturnType<typeof forecastOf>): [string, string] =>
  'none' in result ? ['9999', '9999'] : [result.p50, result.p80];

describe('the forecast', () => {
  it('says the same to whoever asks again', () => {
    expect(forecastOf(input(chance(1)))).toEqual(forecastOf(input(chance(1))));
  });

  it('has its later date not before its earlier one, both after today and before the age limit', () => {
    for (let seed = 1; seed < 25; seed += 1) {
      const given = input(chance(seed));
      const { p50, p80 } = dates(forecastOf(given));
      expect(p50 <= p80 && p50 > TODAY && p80 <= given.ageLimitOn).toBe(true);
    }
  });

  it.each(['EXTRAORDINARY', 'PRIORITY', 'COMMON', 'RESTORED'] as const)(
    'never gives an earlier date for more places ahead in the own line (%s)',
    (line) => {
      for (let seed = 1; seed < 6; seed += 1) {
        let [p50, p80] = ['', ''];
        for (let ahead = 0; ahead < 60; ahead += 4) {
          const given = input(chance(seed), { child: { line, ahead, before: 0.4 } });
          const [later50, later80] = order(forecastOf(given));
          expect(later50 >= p50 && later80 >= p80).toBe(true);
          [p50, p80] = [later50, later80];
        }
      }
    },
  );

  it('never gives an earlier date for more children of the lines before', () => {
    for (let seed = 1; seed < 6; seed += 1) {
      let [p50, p80] = ['', ''];
      for (let more = 0; more < 40; more += 5) {
        const waiting = { restored: more, extraordinary: 1 + more, priority: 8, common: 60 };
        const [later50, later80] = order(forecastOf(input(chance(seed), { waiting })));
        expect(later50 >= p50 && later80 >= p80).toBe(true);
        [p50, p80] = [later50, later80];
      }
    }
  });

  it('moves with time: the same history a hundred days later gives dates a hundred days later', () => {
    const now = dates(forecastOf(input(chance(3))));
    const later = input(chance(3), { today: addDays(TODAY, 100), ageLimitOn: addDays(TODAY, 1500) });
    expect(dates(forecastOf(later))).toEqual({
      ...now,
      p50: addDays(now.p50, 100),
      p80: addDays(now.p80, 100),
    });
  });

  it('waits for the season in which places come', () => {
    const { p50 } = dates(forecastOf(input(chance(4), { coming: [] })));
    expect(p50.slice(5) >= '07-20' && p50.slice(5) <= '10-20').toBe(true);
  });

  it('learns from older children what the own queue has not seen yet', () => {
    const random = chance(5);
    const young: Cohort = { older: 0, weeks: Array.from({ length: 30 }, () => quiet) };
    const alone = input(random, { cohorts: [young] });
    expect(forecastOf(alone)).toEqual({ none: 'LITTLE_HISTORY' });
    const helped = dates(forecastOf({ ...alone, cohorts: [young, cohort(random, 1), cohort(random, 2)] }));
    expect(helped.weeks).toBe(WINDOW);
  });

  it('is not made of little', () => {
    const short = input(chance(6), { cohorts: [cohort(chance(6), 0, 25)] });
    expect(forecastOf(short)).toEqual({ none: 'LITTLE_HISTORY' });
    const still = { older: 0, weeks: Array.from({ length: WINDOW }, () => quiet) };
    expect(forecastOf(input(chance(6), { cohorts: [still] }))).toEqual({ none: 'LITTLE_HISTORY' });
    expect(forecastOf(input(chance(6), { cohorts: [] }))).toEqual({ none: 'LITTLE_HISTORY' });
  });

  it('promises nothing beyond the age limit', () => {
    const far = input(chance(8), { child: { line: 'COMMON', ahead: 900, before: 0.9 } });
    expect(forecastOf(far)).toEqual({ none: 'NOT_BEFORE_AGE_LIMIT' });
    const near = input(chance(8), { ageLimitOn: addDays(TODAY, 60) });
    expect(forecastOf(near)).toEqual({ none: 'NOT_BEFORE_AGE_LIMIT' });
  });

  it('knows the places that open tomorrow', () => {
    const on = addDays(TODAY, 1);
    const child = { line: 'COMMON', ahead: 2, before: 0 } as const;
    const first = forecastOf(input(chance(9), { child, published: { on, count: 6 } }));
    expect(dates(first)).toMatchObject({ p50: on, p80: on });
    const second = forecastOf(input(chance(9), { child, published: { on, count: 3 } }));
    expect(dates(second).p50 > on).toBe(true);
  });

  it('gives places to the benefit classes first', () => {
    const of = (line: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON') =>
      dates(forecastOf(input(chance(10), { child: { line, ahead: 7, before: 0.4 } }))).p50;
    expect(of('EXTRAORDINARY') < of('PRIORITY')).toBe(true);
    expect(of('EXTRAORDINARY') < of('COMMON')).toBe(true);
  });

  it('is not silenced by weeks in which everybody who waited went', () => {
    const random = chance(7);
    const emptied = [0, 1, 2, 3, 4].map((older) => {
      const { weeks } = cohort(random, older);
      return {
        older,
        weeks: weeks.map((week, n) => (n % 13 === 0 ? { ...week, waiting: 2, left: 2 } : week)),
      };
    });
    for (const line of ['COMMON', 'PRIORITY', 'EXTRAORDINARY', 'RESTORED'] as const) {
      const told = forecastOf(input(random, { cohorts: emptied, child: { line, ahead: 3, before: 0.4 } }));
      expect(told, line).toHaveProperty('p50');
    }
  });

  it('of a history with a million turns in a week is no more work', () => {
    const weeks = Array.from({ length: WINDOW }, (_, n) => ({ ...quiet, turns: n % 2 === 0 ? 2e6 : -1e6 }));
    expect(forecastOf(input(chance(7), { cohorts: [{ older: 0, weeks }] }))).toHaveProperty('p80');
  });
});
