import { ageLimit } from '../../core/application/age.ts';
import type { BenefitClass } from '../../core/application/api.ts';
import {
  addDays,
  addMonths,
  at,
  type CivilDate,
  civil,
  civilDateOf,
  daysInMonth,
  endOfDay,
  localDate,
  partsOf,
  startOfDay,
} from '../../core/calendar/civil-date.ts';
import { monthsAfter } from '../../core/calendar/working-calendar.ts';
import { presets } from '../../core/policy/presets.ts';
import { districts, type InventedDistrict } from './districts.ts';
import { type Adult, adult, type Named, named, type Registry, surnameOf, type Tongue } from './people.ts';

export interface InventedChild extends Named {
  readonly id: string;
}

/** «Мүдделілікті растау» as it was pressed, and until when it holds. */
export interface Confirmation {
  readonly confirmedAt: Date;
  readonly dueAt: Date;
}

/** An application as it stands when it is written down: in the queue. `number` and `rank` are given when all are known. */
export interface InventedApplication {
  readonly id: string;
  readonly district: string;
  readonly child: InventedChild;
  readonly applicant: Adult;
  readonly registeredAt: Date;
  readonly benefitClass: BenefitClass;
  readonly preferredLanguage: Tongue | null;
  /** Oldest first. */
  readonly confirmations: readonly Confirmation[];
  readonly interestDueAt: Date;
  readonly eligibleFrom: CivilDate;
  readonly ageLimitOn: CivilDate;
}

export interface Family {
  readonly applicant: Adult;
  /** The other parent, known to the state's registry only. */
  readonly spouse: Adult | null;
  readonly applications: readonly InventedApplication[];
  /** In the registry, not in the queue. */
  readonly notQueued: readonly Named[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How many wait of each age: birth years counted back from this year. */
const AGES = [
  { back: 0, weight: 9 },
  { back: 1, weight: 18 },
  { back: 2, weight: 25 },
  { back: 3, weight: 24 },
  { back: 4, weight: 15 },
  { back: 5, weight: 9 },
] as const;

const CLASSES = [
  { benefitClass: 'EXTRAORDINARY', weight: 3 },
  { benefitClass: 'PRIORITY', weight: 12 },
  { benefitClass: 'COMMON', weight: 85 },
] as const;

/** Days on which everybody came at once: the portal's first working morning, and before the school year. */
const RUSHES = ['01-05', '06-01', '08-15', '09-01'] as const;

/** Everybody of the region who waits, until `count` children stand in the queue. `now` is the moment they are seen at. */
export function inventFamilies(registry: Registry, now: Date, count: number): Family[] {
  const families: Family[] = [];
  for (let children = 0; children < count; ) {
    const family = inventFamily(registry, now, Math.min(3, count - children));
    families.push(family);
    children += family.applications.length;
  }
  return families;
}

const SIZES = [
  { size: 1, weight: 76 },
  { size: 2, weight: 20 },
  { size: 3, weight: 4 },
] as const;

function inventFamily(registry: Registry, now: Date, atMost: number): Family {
  const { random } = registry;
  const tongue: Tongue = random.chance(0.66) ? 'kk' : 'ru';
  const district = random.weighted(districts);
  const surname = surnameOf(random, tongue);
  const years = new Set<number>();
  const { year } = partsOf(localDate(now));
  for (let wanted = Math.min(atMost, random.weighted(SIZES).size); years.size < wanted; ) {
    years.add(year - random.weighted(AGES).back);
  }
  const births = [...years].map((one) => birthIn(registry, one, now));
  const registrations = births.map((birth) => registrationAfter(registry, birth, now));
  const first = Math.min(...registrations.map((moment) => moment.getTime()));
  const mother = random.chance(0.78);
  const applicant = adult(registry, surname, tongue, mother ? 'female' : 'male', first);
  const spouse = random.chance(0.3)
    ? adult(registry, surname, tongue, mother ? 'male' : 'female', first)
    : null;
  const applications = births.map((birth, index) => {
    const sex = random.chance(0.5) ? 'male' : 'female';
    const registeredAt = registrations[index] ?? now;
    const child = {
      ...named(registry, { surname, tongue, sex, birthDate: birth }),
      id: random.uuid(registeredAt.getTime()),
    };
    return standing(registry, { district, child, applicant, registeredAt, now });
  });
  return { applicant, spouse, applications, notQueued: [] };
}

interface Standing {
  readonly district: InventedDistrict;
  readonly child: InventedChild;
  readonly applicant: Adult;
  readonly registeredAt: Date;
  readonly now: Date;
  readonly benefitClass?: BenefitClass;
  readonly preferredLanguage?: Tongue | null;
  /** Confirms weeks before it is due, so that nothing is due soon after `now`. */
  readonly careful?: boolean;
}

/** An application that has been in the queue since `registeredAt`, confirmed every year as it must be. */
export function standing(registry: Registry, options: Standing): InventedApplication {
  const { random } = registry;
  const { district, child, applicant, registeredAt, now } = options;
  const policy = presets[district.preset];
  const confirmations: Confirmation[] = [];
  let due = monthsAfter(registeredAt, policy['interest.months']);
  const confirm = (confirmedAt: Date) => {
    due = monthsAfter(confirmedAt, policy['interest.months']);
    confirmations.push({ confirmedAt, dueAt: due });
  };
  // Interest can be confirmed from 60 days before it is due.
  const [within, earliest, latest] = options.careful ? [45, 59, 46] : [0, 50, 2];
  while (due.getTime() < now.getTime() + within * DAY) {
    const morning = at(addDays(localDate(due), -random.int(latest, earliest)), '09:00').getTime();
    confirm(new Date(morning + random.int(0, 11 * HOUR)));
  }
  return {
    id: random.uuid(registeredAt.getTime()),
    district: district.code,
    child,
    applicant,
    registeredAt,
    benefitClass: options.benefitClass ?? random.weighted(CLASSES).benefitClass,
    preferredLanguage:
      options.preferredLanguage === undefined
        ? random.chance(0.4)
          ? applicant.language
          : null
        : options.preferredLanguage,
    confirmations,
    interestDueAt: due,
    eligibleFrom: addMonths(child.birthDate, policy['age.minMonths']),
    ageLimitOn: ageLimit(child.birthDate, policy),
  };
}

/** The first day of birth whose child is not near the age limit, three months before which families are warned. */
function birthIn(registry: Registry, year: number, now: Date): CivilDate {
  const today = localDate(now);
  const youngest = addDays(today, -21);
  const oldest = addDays(addMonths(today, -12 * presets.A_DEFAULT['age.maxYears']), 150);
  for (;;) {
    const month = registry.random.int(1, 12);
    const day = registry.random.int(1, daysInMonth(year, month));
    const birth = civilDateOf(year, month, day) ?? civil(`${year}-06-15`);
    if (birth <= youngest && birth >= oldest) return birth;
    // A year of which no such day is left yields its nearest neighbour.
    if (civil(`${year}-12-31`) < oldest) return oldest;
    if (civil(`${year}-01-01`) > youngest) return youngest;
  }
}

/**
 * When they came to register: mostly in the child's first year, by day, and often in a rush. Never before the 20th of
 * February of the birth year: who came earlier is told about by name (see story).
 */
function registrationAfter(registry: Registry, birth: CivilDate, now: Date): Date {
  const { random } = registry;
  const earliest = [addDays(birth, 5), civil(`${birth.slice(0, 4)}-02-20`)].reduce((a, b) => (a > b ? a : b));
  const from = startOfDay(earliest).getTime();
  const to = now.getTime() - 2 * HOUR;
  if (from >= to) return new Date(to - random.int(0, HOUR));
  if (random.chance(0.3)) {
    const rush = random.pick(rushesBetween(from, to) ?? [from]);
    if (rush > from) return new Date(Math.min(to, rush + Math.floor(random.next() ** 3 * 3 * HOUR)));
  }
  for (let tries = 0; tries < 20; tries += 1) {
    const day = localDate(new Date(from - Math.log(1 - random.next()) * 280 * DAY));
    const moment = at(day, '07:00').getTime() + random.int(0, 16 * HOUR - 1);
    if (moment > from && moment < to) return new Date(moment);
  }
  return new Date(random.int(from, to));
}

function rushesBetween(from: number, to: number): number[] | undefined {
  const years = [0, 1, 2, 3, 4, 5].map((later) => new Date(from).getUTCFullYear() + later);
  const all = years.flatMap((year) => RUSHES.map((day) => at(civil(`${year}-${day}`), '08:00').getTime()));
  const fitting = all.filter((moment) => moment > from && moment < to).slice(0, 5);
  return fitting.length > 0 ? fitting : undefined;
}

/** The end of the day before which a child still counts as waiting. */
export function ageLimitAt(application: InventedApplication): Date {
  return endOfDay(application.ageLimitOn);
}
