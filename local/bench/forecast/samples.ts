import { civil } from '../../../core/calendar/civil-date.ts';
import { type Cohort, type ForecastInput, lineOf } from '../../../core/forecast/flow.ts';
import { servicePlace } from '../../../core/queue/order.ts';
import { createRandom, type Random } from '../../invented/random.ts';
import { cohortOn } from './known.ts';
import {
  type Child,
  type Day,
  dateOf,
  dayOf,
  type Line,
  liveQueue,
  type Move,
  type Noon,
  RATIO,
} from './queue-life.ts';
import { DISTRICTS, lifeOf, yearsOf } from './region.ts';

/** One child on one day: what was known, and what came of it. */
export interface Sample {
  readonly district: string;
  readonly line: Line;
  readonly input: ForecastInput;
  /** The place in the service order among those who wait. */
  readonly place: number;
  /** Days until the turn; Infinity: it never came; undefined: the family left before, nobody will ever know. */
  readonly real: number | undefined;
}

const BIRTH_YEARS = { first: 2010, sampledFrom: 2015, last: 2023 } as const;
const DAYS_PER_QUEUE = 10;
const CHILDREN_PER_DAY = 4;

interface Asked {
  readonly child: Child;
  readonly noon: Omit<Noon, 'lines' | 'underAge'>;
  readonly ahead: number;
  readonly before: number;
  readonly coming: ForecastInput['coming'];
}

/** Lets every queue of the invented region live, and asks about some children on some days. */
export function collectSamples(seed: string): { samples: Sample[]; queues: number; moves: number } {
  const samples: Sample[] = [];
  let [queues, moves] = [0, 0];
  for (const district of DISTRICTS) {
    const random = createRandom(`${seed}/${district.name}`);
    const years = yearsOf(random.fork('years'), district, BIRTH_YEARS.first, BIRTH_YEARS.last + 7);
    const journals = new Map<number, Move[]>();
    for (let year = BIRTH_YEARS.first; year <= BIRTH_YEARS.last; year += 1) {
      const life = lifeOf(random.fork(`life ${year}`), district, years, year);
      const asking = random.fork(`ask ${year}`);
      const days = year < BIRTH_YEARS.sampledFrom ? new Set<Day>() : daysOf(asking, year);
      const asked: Asked[] = [];
      const journal = liveQueue(random.fork(`people ${year}`), life, (noon) => {
        if (days.has(noon.day)) asked.push(...ask(asking, noon));
      });
      journals.set(year, journal);
      queues += 1;
      moves += journal.length;
      for (const one of asked) samples.push(sampleOf(one, journals, year, district.name));
    }
  }
  return { samples, queues, moves };
}

/** Days between the second birthday of the oldest and half a year before the first reach the age limit. */
function daysOf(random: Random, birthYear: number): Set<Day> {
  const from = dayOf(civil(`${birthYear + 2}-02-01`));
  const to = dayOf(civil(`${birthYear + 5}-06-30`));
  return new Set(Array.from({ length: DAYS_PER_QUEUE }, () => random.int(from, to)));
}

function ask(random: Random, { day, waiting, cycle, lines, underAge }: Noon): Asked[] {
  const all = [...lines.EXTRAORDINARY, ...lines.PRIORITY, ...lines.COMMON];
  const chosen = new Set(
    Array.from({ length: Math.min(CHILDREN_PER_DAY, all.length) }, () => random.pick(all)),
  );
  return [...chosen].map((child) => ({
    child,
    noon: { day, waiting, cycle },
    ahead: lines[child.line].indexOf(child),
    before: all.filter((one) => one.registeredAt < child.registeredAt).length / all.length,
    coming: underAge
      .filter((one) => one.line !== child.line || one.registeredAt < child.registeredAt)
      .map((one) => ({
        week: Math.floor((one.eligibleFrom - day) / 7),
        line: lineOf[one.line],
        count: 1,
      })),
  }));
}

function sampleOf(
  { child, noon: { day, waiting, cycle }, ahead, before, coming }: Asked,
  journals: ReadonlyMap<number, Move[]>,
  year: number,
  district: string,
): Sample {
  const cohorts: Cohort[] = [0, 1, 2, 3, 4, 5].flatMap((older) => {
    const journal = journals.get(year - older);
    return journal === undefined ? [] : [cohortOn(journal, older, day)];
  });
  const turn = child.turns.find((on) => on > day);
  return {
    district,
    line: child.line,
    place: servicePlace(cycle, RATIO, waiting, { slot: child.line, nth: ahead + 1 }),
    real: turn === undefined ? (leftEarly(child) ? undefined : Number.POSITIVE_INFINITY) : turn - day,
    input: {
      today: dateOf(day),
      ageLimitOn: dateOf(child.ageLimitOn),
      child: { line: child.line, ahead, before },
      waiting,
      cycle,
      ratio: RATIO,
      coming,
      published: null,
      cohorts,
    },
  };
}

function leftEarly(child: Child): boolean {
  return child.wentOn !== undefined && child.wentOn < child.ageLimitOn;
}
