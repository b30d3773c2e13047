import type { BenefitClass } from '../../core/application/api.ts';
import {
  addDays,
  addMonths,
  at,
  type CivilDate,
  civil,
  daysInMonth,
  localDate,
  partsOf,
} from '../../core/calendar/civil-date.ts';
import { createWorkingCalendar } from '../../core/calendar/working-calendar.ts';
import { districtOf } from './districts.ts';
import { type Family, type InventedApplication, standing } from './families.ts';
import type { InventedGroup } from './kindergartens.ts';
import { adult, named, type Registry, surnameOf, type Tongue } from './people.ts';

/** What a family of the story does at a turn. `WAIT` does nothing, and the turn lapses if its days pass. */
export type Turn = 'ENROL' | 'MISS' | 'WAIT' | 'DECLINE' | 'CANCEL' | 'EXTEND' | 'ARRIVE' | 'CHOOSE';

/** The families of one queue in its order, each with what it does at its first, second … turn; the last repeats. */
export interface StoryQueue {
  readonly district: string;
  readonly birthYear: number;
  readonly language: Tongue;
  readonly plans: ReadonlyMap<string, readonly Turn[]>;
  /** Which group each of them chooses; the first one of district and year where nothing is said. */
  readonly groups?: ReadonlyMap<string, InventedGroup>;
  readonly published: readonly Publication[];
}

/** Working days before the last one, and how many places are published at noon: of the first group where none is named. */
export interface Publication {
  readonly daysBefore: number;
  readonly count: number;
  readonly group?: InventedGroup;
}

export interface Story {
  readonly families: readonly Family[];
  readonly queues: readonly StoryQueue[];
  readonly withdrawn: { readonly earlier: InventedApplication; readonly today: InventedApplication };
  /** Never confirmed and came of age for school: the rules take them out of the queue. */
  readonly removed: readonly InventedApplication[];
}

/** How many working days the story takes: at least one end of a month is among them. */
export const STORY_DAYS = 25;

const calendar = createWorkingCalendar();

/** The last working day before the day of `now`: everything that was done on it has been done. */
export function lastWorkingDay(now: Date): CivilDate {
  return workingDaysBefore(localDate(now), 1);
}

export function workingDaysBefore(day: CivilDate, count: number): CivilDate {
  let found = day;
  for (let left = count; left > 0; ) {
    found = addDays(found, -1);
    if (calendar.isWorking(found)) left -= 1;
  }
  return found;
}

export function storyStart(now: Date): Date {
  return at(workingDaysBefore(lastWorkingDay(now), STORY_DAYS), '09:00');
}

type Plan = readonly Turn[];
const TSELINOGRAD: readonly Plan[] = [
  ['ENROL'],
  ['ENROL'],
  ['ENROL'],
  ['WAIT', 'MISS'],
  ['DECLINE', 'EXTEND'],
  ['CANCEL', 'ENROL'],
  ['ENROL'],
  ['ARRIVE'],
  ['WAIT'],
  ['CHOOSE'],
  ['CHOOSE'],
  ['WAIT'],
  ['WAIT'],
  ['WAIT'],
];
const BURABAY: readonly Plan[] = [
  ['MISS'],
  ['MISS', 'ENROL'],
  ['ENROL'],
  ['ENROL'],
  ['ARRIVE'],
  ['CHOOSE'],
  ['WAIT'],
  ['WAIT'],
];
const KOKSHETAU: readonly Plan[] = [
  ['ENROL'],
  ['WAIT', 'MISS'],
  ['EXTEND'],
  ['ENROL'],
  ['ARRIVE'],
  ['WAIT'],
  ['CHOOSE'],
  ['WAIT'],
];

/** Some dozens of families who came first in their queues, so that nobody else was passed over when they were served. */
export function inventStory(registry: Registry, now: Date): Story {
  const start = storyStart(now);
  const { year } = partsOf(localDate(now));
  const queue = (
    district: string,
    back: number,
    language: Tongue,
    plans: readonly Plan[],
    published: StoryQueue['published'],
  ) => {
    const families = plans.map((_, index) =>
      storyFamily(registry, { district, came: january(year - back, index), start, tongue: language }),
    );
    const ids = families.map((one) => first(one).id);
    return {
      families,
      queue: {
        district,
        birthYear: year - back,
        language,
        published,
        plans: new Map(ids.map((id, i) => [id, plans[i] ?? []])),
      },
    };
  };
  const queues = [
    queue('TSL', 4, 'kk', TSELINOGRAD, [
      { daysBefore: 24, count: 6 },
      { daysBefore: 10, count: 4 },
      { daysBefore: 2, count: 3 },
    ]),
    queue('BRB', 3, 'kk', BURABAY, [
      { daysBefore: 25, count: 2 },
      { daysBefore: 8, count: 2 },
      { daysBefore: 2, count: 2 },
    ]),
    queue('KOK', 3, 'ru', KOKSHETAU, [
      { daysBefore: 18, count: 4 },
      { daysBefore: 10, count: 2 },
      { daysBefore: 1, count: 2 },
    ]),
  ];
  const schoolAge = lastMonthEnd(now);
  const others = {
    earlier: storyFamily(registry, {
      district: 'ATB',
      came: { birth: civil(`${year - 3}-01-08`), registeredAt: at(civil(`${year - 3}-02-03`), '10:15') },
      start,
      tongue: 'ru',
    }),
    today: storyFamily(registry, {
      district: 'ATB',
      came: { birth: civil(`${year - 3}-01-19`), registeredAt: at(civil(`${year - 3}-02-04`), '12:41') },
      start,
      tongue: 'kk',
    }),
    forgot: storyFamily(registry, {
      district: 'ATB',
      came: {
        birth: civil(`${year - 4}-01-21`),
        registeredAt: at(addMonths(workingDaysBefore(lastWorkingDay(now), 9), -12), '13:20'),
      },
      start,
      tongue: 'ru',
      careful: false,
    }),
    grown: storyFamily(registry, {
      district: 'ESL',
      came: {
        birth: addMonths(civil(`${schoolAge.slice(0, 8)}10`), -72),
        registeredAt: at(addMonths(schoolAge, -30), '15:02'),
      },
      start,
      tongue: 'kk',
    }),
  };
  return {
    families: [...queues.flatMap((one) => one.families), ...Object.values(others)],
    queues: queues.map((one) => one.queue),
    withdrawn: { earlier: first(others.earlier), today: first(others.today) },
    removed: [first(others.forgot), first(others.grown)],
  };
}

export interface Came {
  readonly birth: CivilDate;
  readonly registeredAt: Date;
}

/** Born and registered one after another in the first weeks of the year. */
export function january(year: number, index: number): Came {
  const birth = civil(`${year}-01-${String(2 + index).padStart(2, '0')}`);
  return { birth, registeredAt: at(addDays(birth, 14), '08:30') };
}

interface StoryFamily {
  readonly district: string;
  readonly came: Came;
  readonly start: Date;
  readonly tongue: Tongue;
  readonly benefitClass?: BenefitClass;
  readonly careful?: boolean;
}

/** A mother with one child, as they stood in the queue when the story began. */
export function storyFamily(
  registry: Registry,
  { district, came, start, tongue, benefitClass = 'COMMON', careful = true }: StoryFamily,
): Family {
  const surname = surnameOf(registry.random, tongue);
  const applicant = adult(registry, surname, tongue, 'female', came.registeredAt.getTime());
  const sex = registry.random.chance(0.5) ? 'male' : 'female';
  const child = {
    ...named(registry, { surname, tongue, sex, birthDate: came.birth }),
    id: registry.random.uuid(came.registeredAt.getTime()),
  };
  const application = standing(registry, {
    district: districtOf(district),
    child,
    applicant,
    registeredAt: came.registeredAt,
    now: start,
    benefitClass,
    preferredLanguage: null,
    careful,
  });
  return { applicant, spouse: null, applications: [application], notQueued: [] };
}

function first({ applications }: Family): InventedApplication {
  const [application] = applications;
  if (application === undefined) throw new Error('a family without an application');
  return application;
}

/** The last day of the month before. */
function lastMonthEnd(now: Date): CivilDate {
  const before = addMonths(localDate(now), -1);
  const { year, month } = partsOf(before);
  return civil(`${before.slice(0, 8)}${String(daysInMonth(year, month)).padStart(2, '0')}`);
}
