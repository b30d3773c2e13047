import { ageLimit } from '../../../core/application/age.ts';
import {
  addMonths,
  type CivilDate,
  civil,
  civilDateOf,
  daysInMonth,
} from '../../../core/calendar/civil-date.ts';
import { presets } from '../../../core/policy/presets.ts';
import type { Random } from '../../invented/random.ts';
import { type Child, type Day, dayOf, isWeekend, type Life, type Line } from './queue-life.ts';

/** How a district lives: how much there is, how much is wanted, how steady the years are. */
export interface District {
  readonly name: string;
  /** Places a birth year gets in its whole time. */
  readonly places: number;
  /** Children for every place. */
  readonly demand: number;
  /** By how much a year differs from the next (deviation of the logarithm). */
  readonly unsteady: number;
  /** More places every year, as a share. */
  readonly growth: number;
  /** The chance that a year brings a new kindergarten. */
  readonly building: number;
}

export const DISTRICTS: readonly District[] = [
  { name: 'small', places: 30, demand: 1.1, unsteady: 0.15, growth: 0, building: 0 },
  { name: 'small, wanted', places: 35, demand: 1.8, unsteady: 0.25, growth: 0, building: 0.05 },
  { name: 'emptying', places: 45, demand: 1.2, unsteady: 0.15, growth: -0.05, building: 0 },
  { name: 'steady', places: 80, demand: 1.3, unsteady: 0.1, growth: 0, building: 0 },
  { name: 'middle', places: 90, demand: 1.6, unsteady: 0.2, growth: 0.02, building: 0.05 },
  { name: 'restless', places: 90, demand: 1.5, unsteady: 0.4, growth: 0, building: 0.1 },
  { name: 'growing', places: 120, demand: 1.9, unsteady: 0.2, growth: 0.08, building: 0.15 },
  { name: 'town', places: 160, demand: 1.4, unsteady: 0.15, growth: 0.02, building: 0.05 },
  { name: 'town, wanted', places: 180, demand: 2.2, unsteady: 0.2, growth: 0.03, building: 0.1 },
  { name: 'city', places: 300, demand: 1.7, unsteady: 0.15, growth: 0.03, building: 0.15 },
];

/** The share of a birth year's places by the year of age: at the mass enrolment and in ones and twos over the year. */
const AGES = [
  { age: 2, enrolment: 0.4, trickle: 0.09 },
  { age: 3, enrolment: 0.17, trickle: 0.07 },
  { age: 4, enrolment: 0.09, trickle: 0.06 },
  { age: 5, enrolment: 0.06, trickle: 0.06 },
] as const;

const CLASSES = [
  { line: 'EXTRAORDINARY', weight: 3 },
  { line: 'PRIORITY', weight: 12 },
  { line: 'COMMON', weight: 85 },
] as const;

/** What makes the years of a district differ, drawn once for all its queues. */
export function yearsOf(random: Random, district: District, from: number, to: number) {
  const factor = new Map<number, number>();
  const opened = new Map<number, Day>();
  for (let year = from; year <= to; year += 1) {
    const trend = (1 + district.growth) ** (year - from - (to - from) / 2);
    factor.set(year, trend * Math.exp(district.unsteady * normal(random)));
    if (random.chance(district.building))
      opened.set(year, dayOf(civil(`${year}-01-01`)) + random.int(30, 330));
  }
  return { factor, opened };
}

export type Years = ReturnType<typeof yearsOf>;

export function lifeOf(random: Random, district: District, years: Years, birthYear: number): Life {
  const policy = presets.A_DEFAULT;
  const generation = Math.exp(0.1 * normal(random));
  const count = Math.round(
    district.places * district.demand * generation * (1 + district.growth) ** (birthYear - 2017),
  );
  const children = Array.from({ length: count }, () => inventChild(random, birthYear, policy));
  const until = Math.max(...children.map((child) => child.ageLimitOn)) + 1;
  const leaves = new Map<Child, Day>();
  const benefits = new Map<Child, { on: Day; line: Line }>();
  for (const child of children) {
    const start = Math.floor(child.registeredAt);
    leaves.set(child, start + 1 + Math.floor(-Math.log(1 - random.next()) * 3650));
    if (random.chance(0.06)) {
      const on = Math.max(start, child.eligibleFrom) + random.int(1, 900);
      benefits.set(child, { on, line: random.chance(0.2) ? 'EXTRAORDINARY' : 'PRIORITY' });
    }
  }
  const published = publications(random, district, years, birthYear);
  return { children, leaves, benefits, published, from: dayOf(civil(`${birthYear}-01-01`)), until };
}

function inventChild(random: Random, year: number, policy: (typeof presets)['A_DEFAULT']): Child {
  const month = random.int(1, 12);
  const birth = civilDateOf(year, month, random.int(1, daysInMonth(year, month))) ?? civil(`${year}-06-15`);
  const after = random.chance(0.25) ? enrolmentRush(random, birth) : -Math.log(1 - random.next()) * 300;
  return {
    registeredAt: dayOf(birth) + 5 + after + random.next() * 0.4,
    eligibleFrom: dayOf(addMonths(birth, policy['age.minMonths'])),
    ageLimitOn: dayOf(ageLimit(birth, policy)),
    line: random.weighted(CLASSES).line,
    stood: 'OUT',
    gone: false,
    wentOn: undefined,
    turns: [],
  };
}

/** Days from birth to a summer when many come. */
function enrolmentRush(random: Random, birth: CivilDate): number {
  const summer = addMonths(civil(`${birth.slice(0, 4)}-06-01`), 12 * random.int(1, 3));
  return dayOf(summer) - dayOf(birth) + random.int(0, 60);
}

function publications(random: Random, district: District, years: Years, birthYear: number): Map<Day, number> {
  const published = new Map<Day, number>();
  const publish = (day: Day, count: number) => {
    let working = day;
    while (isWeekend(working)) working += 1;
    if (count > 0) published.set(working, (published.get(working) ?? 0) + count);
  };
  for (const { age, enrolment, trickle } of AGES) {
    const year = birthYear + age;
    const first = dayOf(civil(`${year}-01-01`));
    const scale = district.places * (years.factor.get(year) ?? 1);
    const august = dayOf(civil(`${year}-08-01`));
    for (let left = poisson(random, scale * enrolment); left > 0; ) {
      const count = Math.min(left, random.int(1, Math.max(2, Math.round(scale / 12))));
      publish(august + random.int(0, 50), count);
      left -= count;
    }
    for (let left = poisson(random, scale * trickle); left > 0; left -= 1)
      publish(first + random.int(0, 364), 1);
    const opened = years.opened.get(year);
    if (opened !== undefined) publish(opened, poisson(random, age <= 3 ? 22 : 10));
  }
  return published;
}

function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count += 1;
  return count;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
