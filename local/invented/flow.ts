import type { BenefitClass } from '../../core/application/api.ts';
import { addDays, at, type CivilDate, localDate, partsOf } from '../../core/calendar/civil-date.ts';
import type { Family, InventedApplication } from './families.ts';
import { type PastMove, type PastQueue, pastOf } from './flow-queue.ts';
import type { InventedGroup } from './kindergartens.ts';
import { queueName } from './numbering.ts';
import type { Played } from './played.ts';
import type { Random } from './random.ts';
import type { Story } from './story.ts';

/** The years before the local world begins: who stood in its queues and is gone, and how the journal of places tells of it. */
export interface Flow {
  /** By `queueName`. */
  readonly queues: ReadonlyMap<string, PastQueue>;
  /** Children of the present who got their benefit only when the last turn had been given, by application. */
  readonly risenAt: ReadonlyMap<string, Date>;
}

export interface FlowOptions {
  readonly groups: readonly InventedGroup[];
  readonly families: readonly Family[];
  readonly story: Story;
  readonly played: Played;
  readonly now: Date;
  readonly storyStart: Date;
  /** How much of the full region is invented, 0 to 1: the past is as large as the present. */
  readonly share: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Birth years of children who are too old by now, but whose last two years the younger ones' forecasts learn from. */
const GROWN = 2;

export function inventFlow(random: Random, options: FlowOptions): Flow {
  const { groups, families, now, storyStart, share } = options;
  const present = Map.groupBy(
    families.flatMap((family) => family.applications),
    queueName,
  );
  const played = queuesWithTurns(options);
  const queues = new Map<string, PastQueue>();
  const { year } = partsOf(localDate(now));
  for (const [district, ofDistrict] of Map.groupBy(groups, (group) => group.district)) {
    const places = Map.groupBy(ofDistrict, ({ birthYear }) => birthYear);
    const usual = enrolledIn(ofDistrict) / Math.max(1, places.size);
    for (let back = 2; back <= 6 + GROWN; back += 1) {
      const birthYear = year - back;
      const name = `${district} ${birthYear}`;
      const mine = random.fork(name);
      const total = enrolledIn(places.get(birthYear) ?? []) || usual * (0.8 + 0.3 * mine.next());
      queues.set(
        name,
        pastOf(mine, {
          district,
          birthYear,
          places: Math.round(total * share),
          present: present.get(name) ?? [],
          until: new Date((played.has(name) ? storyStart : now).getTime() - DAY),
          now,
        }),
      );
    }
  }
  return { queues, risenAt: risenOf(random.fork('risen'), present, queues, played, options) };
}

const enrolledIn = (groups: readonly InventedGroup[]): number =>
  groups.reduce((sum, { enrolled }) => sum + enrolled, 0);

/** Where the story gives turns by the rules themselves. */
function queuesWithTurns({ story, played }: FlowOptions): Set<string> {
  const applications = [...played.sergey.applications, ...played.dana.applications];
  return new Set([
    ...story.queues.map(({ district, birthYear }) => `${district} ${birthYear}`),
    ...applications.map(queueName),
  ]);
}

/**
 * Who stands before all, or in the cycle, cannot have waited while others were served: such children of the present got
 * their benefit after the last turn. In a queue of the story that goes for both classes, as its turns went to neither, but
 * for those whose turns the story tells.
 */
function risenOf(
  random: Random,
  present: ReadonlyMap<string, readonly InventedApplication[]>,
  queues: ReadonlyMap<string, PastQueue>,
  played: ReadonlySet<string>,
  { story, now }: Pick<FlowOptions, 'story' | 'now'>,
): Map<string, Date> {
  const seven = at(localDate(now), '07:01');
  const lastTurns = seven.getTime() < now.getTime() - HOUR ? seven : at(addDays(localDate(now), -1), '07:01');
  const risen = new Map<string, Date>();
  const served = new Set(story.queues.flatMap(({ plans }) => [...plans.keys()]));
  for (const [name, applications] of present) {
    const last = played.has(name) ? lastTurns : queues.get(name)?.lastTurn;
    if (last === undefined) continue;
    const to = now.getTime() - HOUR / 6;
    for (const one of applications) {
      const passedOver: readonly BenefitClass[] = played.has(name)
        ? ['EXTRAORDINARY', 'PRIORITY']
        : ['EXTRAORDINARY'];
      if (!passedOver.includes(one.benefitClass) || countedFrom(one) >= last || served.has(one.id)) continue;
      risen.set(one.id, new Date(random.int(last.getTime() + 60_000, to)));
    }
  }
  return risen;
}

/** From when a child is in the numbers. */
export function countedFrom({
  registeredAt,
  eligibleFrom,
}: Pick<InventedApplication, 'registeredAt' | 'eligibleFrom'>): Date {
  const ofAge = cameOfAge(eligibleFrom);
  return ofAge > registeredAt ? ofAge : registeredAt;
}

/** When the worker's sweep counts who has come of age on that day. */
export function cameOfAge(eligibleFrom: CivilDate): Date {
  return new Date(at(eligibleFrom, '00:00').getTime() + 30_000);
}

export type { PastMove, PastQueue };
