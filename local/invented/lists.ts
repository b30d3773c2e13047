import { at, civil, localDate, partsOf } from '../../core/calendar/civil-date.ts';
import { districtOf } from './districts.ts';
import { type Family, type InventedApplication, standing } from './families.ts';
import type { InventedGroup } from './kindergartens.ts';
import type { Adult, Registry } from './people.ts';
import { kk, PLAYED, playedAdult, playedChild, ru } from './played.ts';
import { january, type Publication, type Story, storyFamily, storyStart, type Turn } from './story.ts';

/** The district with the waiting list of S2 switched on. */
export const LISTS_DISTRICT = 'STP';
/** The birth year of its children, counted back: four of its kindergartens have groups of it. */
const BACK = 4;

/** The kindergartens of the waiting lists, each with its group of that year. */
export interface Houses {
  /** To which both families go that one plays; some wait for it too. */
  readonly present: InventedGroup;
  /** Full, with a list. */
  readonly wished: InventedGroup;
  /** Full, with a shorter one. */
  readonly second: InventedGroup;
  /** Has free places: joining is getting the referral. */
  readonly free: InventedGroup;
}

/** Who joins which lists, and how many working days before the last one. */
export interface Join {
  readonly daysBefore: number;
  readonly application: InventedApplication;
  readonly houses: readonly (keyof Houses)[];
}

/** Children who go to kindergartens and wait for others (S2), and the people one plays among them. */
export interface Lists {
  readonly houses: Houses;
  /** Мирас goes to the present kindergarten, is of the priority class and in no list yet; the father is linked. */
  readonly asem: Family;
  /** Тимофей goes there too, and is the first in the shorter list. */
  readonly natalya: Family;
  /** The heads, by the kindergarten. */
  readonly heads: Readonly<Record<keyof Houses, Adult>>;
  /** All who go to these kindergartens, the two before included, in the order of the queue. */
  readonly families: readonly Family[];
  readonly queue: Story['queues'][number];
  readonly joins: readonly Join[];
}

interface Part {
  readonly house: keyof Houses;
  readonly joins?: { readonly daysBefore: number; readonly houses: readonly (keyof Houses)[] };
  readonly benefit?: true;
  /** Does nothing at the turn, and so leaves a place open to all. */
  readonly lets?: true;
}

const to = (daysBefore: number, ...houses: readonly (keyof Houses)[]): Part['joins'] => ({
  daysBefore,
  houses,
});

/** Whom nobody plays. Two of each full kindergarten wait for nothing: when they leave, their place is offered. */
const OTHERS: readonly Part[] = [
  { house: 'present', joins: to(8, 'wished'), benefit: true },
  { house: 'present', joins: to(7, 'wished', 'second') },
  { house: 'present', joins: to(7, 'wished', 'second') },
  { house: 'present', joins: to(6, 'wished', 'second') },
  { house: 'present', joins: to(6, 'wished', 'second') },
  { house: 'present', joins: to(5, 'wished', 'second') },
  { house: 'present', joins: to(5, 'wished') },
  { house: 'present', joins: to(4, 'wished') },
  { house: 'wished', joins: to(6, 'present') },
  { house: 'wished', joins: to(4, 'present') },
  { house: 'wished' },
  { house: 'wished' },
  { house: 'second', joins: to(5, 'wished', 'present') },
  { house: 'second', joins: to(4, 'wished', 'present') },
  { house: 'second' },
  { house: 'second' },
  // The last one of the queue.
  { house: 'free', lets: true },
];

/** Everybody of the waiting lists. `now`: when one begins to play. */
export function inventLists(registry: Registry, groups: readonly InventedGroup[], now: Date): Lists {
  const { year } = partsOf(localDate(now));
  const birthYear = year - BACK;
  const start = storyStart(now);
  const houses = housesOf(groups, birthYear);
  const asem = inventAsem(registry, birthYear, start);
  const natalya = inventNatalya(registry, birthYear, start);
  const others = OTHERS.map(({ benefit }, index) =>
    storyFamily(registry, {
      district: LISTS_DISTRICT,
      came: january(birthYear, index + 3),
      start,
      tongue: index % 3 === 0 ? 'ru' : 'kk',
      benefitClass: benefit ? 'PRIORITY' : 'COMMON',
    }),
  );
  const families = [asem, natalya, ...others];
  const parts: readonly Part[] = [
    { house: 'present' },
    { house: 'present', joins: to(9, 'second') },
    ...OTHERS,
  ];
  const cast = families.flatMap(({ applications: [application] }, n) => {
    const part = parts[n];
    return application === undefined || part === undefined ? [] : [{ application, part }];
  });
  return {
    houses,
    asem,
    natalya,
    heads: inventHeads(registry),
    families,
    queue: {
      district: LISTS_DISTRICT,
      birthYear,
      language: 'kk',
      plans: new Map(
        cast.map(({ application, part }): [string, readonly Turn[]] => [
          application.id,
          [part.lets ? 'WAIT' : 'ENROL'],
        ]),
      ),
      groups: new Map(cast.map(({ application, part }) => [application.id, houses[part.house]])),
      published: publications(houses, parts),
    },
    joins: cast.flatMap(({ application, part: { joins } }) => (joins ? [{ application, ...joins }] : [])),
  };
}

/** The story with the queue of the waiting lists in it. */
export function withLists(story: Story, { families, queue }: Lists): Story {
  return { ...story, families: [...story.families, ...families], queues: [...story.queues, queue] };
}

function housesOf(groups: readonly InventedGroup[], birthYear: number): Houses {
  const ofYear = groups.filter((group) => group.district === LISTS_DISTRICT && group.birthYear === birthYear);
  const [present, wished, second, free] = [
    ...new Map(ofYear.map((group) => [group.kindergartenId, group])).values(),
  ];
  if (present === undefined || wished === undefined || second === undefined || free === undefined)
    throw new Error(`too few kindergartens of ${LISTS_DISTRICT} have groups of ${birthYear}`);
  return { present, wished, second, free };
}

/**
 * As many places as children come, so that the two wished ones are full; weeks later one of the last kindergarten, which
 * nobody takes in the turn, so that it stays open.
 */
function publications(houses: Houses, parts: readonly Part[]): readonly Publication[] {
  const coming = (house: keyof Houses) => parts.filter((part) => part.house === house && !part.lets).length;
  const early = (['present', 'wished', 'second'] as const).map((house) => ({
    daysBefore: 22,
    count: coming(house),
    group: houses[house],
  }));
  return [...early, { daysBefore: 14, count: 1, group: houses.free }];
}

function inventAsem(registry: Registry, birthYear: number, start: Date): Family {
  const applicant = playedAdult(registry, PLAYED + 1, kk('Әсем', 'Үлгілиев', 'female'), {
    birthDate: '1993-06-14',
    email: 'asem@mysal.example',
  });
  const spouse = playedAdult(registry, PLAYED + 2, kk('Дәулет', 'Үлгілиев', 'male'), {
    birthDate: '1991-01-30',
  });
  const who = kk('Мирас', 'Үлгілиев', 'male');
  const application = goingTo(registry, birthYear, start, { applicant, who, day: 2, benefit: true });
  return { applicant, spouse, applications: [application], notQueued: [] };
}

function inventNatalya(registry: Registry, birthYear: number, start: Date): Family {
  const applicant = playedAdult(registry, PLAYED + 3, ru('Наталья', 'Условнов', 'female'), {
    birthDate: '1989-09-05',
    email: 'natalya@primer.example',
  });
  const who = ru('Тимофей', 'Условнов', 'male');
  const application = goingTo(registry, birthYear, start, { applicant, who, day: 3 });
  return { applicant, spouse: null, applications: [application], notQueued: [] };
}

interface Going {
  readonly applicant: Adult;
  readonly who: Parameters<typeof playedChild>[1];
  /** Of January, on which the child was born. */
  readonly day: number;
  readonly benefit?: true;
}

function goingTo(
  registry: Registry,
  birthYear: number,
  start: Date,
  { applicant, who, day, benefit }: Going,
): InventedApplication {
  const birth = civil(`${birthYear}-01-0${day}`);
  const registeredAt = at(civil(`${birthYear}-01-1${day}`), '08:10');
  return standing(registry, {
    district: districtOf(LISTS_DISTRICT),
    child: { ...playedChild(registry, who, birth), id: registry.random.uuid(registeredAt.getTime()) },
    applicant,
    registeredAt,
    now: start,
    benefitClass: benefit ? 'PRIORITY' : 'COMMON',
    preferredLanguage: null,
    careful: true,
  });
}

function inventHeads(registry: Registry): Lists['heads'] {
  const head = (n: number, who: Parameters<typeof playedAdult>[2], birthDate: string): Adult =>
    playedAdult(registry, PLAYED + n, who, { birthDate });
  return {
    present: head(4, kk('Салтанат', 'Көрнекиев', 'female'), '1977-03-17'),
    wished: head(5, ru('Людмила', 'Тестов', 'female'), '1972-08-08'),
    second: head(6, ru('Светлана', 'Небывалов', 'female'), '1980-11-23'),
    free: head(7, kk('Райхан', 'Жасандиев', 'female'), '1975-02-26'),
  };
}
