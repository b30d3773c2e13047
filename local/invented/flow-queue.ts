import type { BenefitClass } from '../../core/application/api.ts';
import {
  addDays,
  addMonths,
  at,
  type CivilDate,
  civil,
  daysBetween,
  localDate,
} from '../../core/calendar/civil-date.ts';
import { presets } from '../../core/policy/presets.ts';
import { type CycleState, nextTurn } from '../../core/queue/order.ts';
import type { InventedApplication } from './families.ts';
import { publications } from './flow-places.ts';
import type { Random } from './random.ts';

type Stood = 'OUT' | 'WAITING' | 'TURN';

/** A row of the journal of places. */
export interface PastMove {
  readonly at: Date;
  readonly cause: 'REGISTERED' | 'BENEFIT' | 'CAME_OF_AGE' | 'TURN' | 'RECEIVED' | 'LEFT';
  readonly child: string;
  readonly registeredAt: Date;
  readonly classWas: BenefitClass;
  readonly classIs: BenefitClass;
  readonly stoodWas: Stood;
  readonly stoodIs: Stood;
}

/** What has happened in one queue before the local world begins; nobody of it stands there any more. */
export interface PastQueue {
  readonly district: string;
  readonly birthYear: number;
  /** When each of its children came and went. */
  readonly stays: readonly { readonly from: Date; readonly until: Date }[];
  readonly moves: readonly PastMove[];
  /** The pointer of the cycle before a publication, where it moved. It ends where a new queue begins. */
  readonly cycle: readonly { readonly at: Date; readonly was: number }[];
  readonly lastTurn: Date | undefined;
}

export interface PastOptions {
  readonly district: string;
  readonly birthYear: number;
  /** How many were given a place. */
  readonly places: number;
  readonly present: readonly InventedApplication[];
  readonly until: Date;
  readonly now: Date;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RATIO = { priority: presets.A_DEFAULT['ratio.priority'], common: presets.A_DEFAULT['ratio.common'] };
const CYCLE = RATIO.priority + RATIO.common;
const MONTHS = presets.A_DEFAULT['age.minMonths'];
/** The share of turns that go to children who stand before all. */
const EXTRAORDINARY = 0.04;
/** The share of those at the front who leave before their turn. */
const LEAVE = 0.1;

interface Slot {
  readonly at: Date;
  /** The publication before this one. */
  readonly after: Date;
  readonly line: BenefitClass;
}

interface Past {
  readonly id: string;
  readonly registeredAt: Date;
  readonly countedAt: Date;
  /** The class in which the child came, and when it got another one. */
  readonly came: BenefitClass;
  readonly rise?: { readonly at: Date; readonly to: BenefitClass };
  readonly turnAt?: Date;
  readonly gone: Date;
  readonly goneBy: 'RECEIVED' | 'LEFT';
}

/**
 * The past of one queue, so that the present follows from it: turns go by the service order of their time, to children
 * who registered before all who wait today; those who registered later left, or took a place that was open to all.
 */
export function pastOf(random: Random, options: PastOptions): PastQueue {
  const { district, birthYear, present, until } = options;
  const published = publications(random, options);
  const { slots, cycle } = slotsOf(random, published);
  const front = frontOf(options);
  const of = (line: BenefitClass) => slots.filter((slot) => slot.line === line);
  const common = lineOf(random, front, birthYear, 'COMMON', of('COMMON'));
  const priority = lineOf(random, front, birthYear, 'PRIORITY', of('PRIORITY')).map((child) =>
    rising(random, child, common),
  );
  const children = [
    ...common,
    ...priority,
    ...of('EXTRAORDINARY').map((slot) => firstOfAll(random, slot)),
    ...behind(random, front, birthYear, Math.round(present.length / 4), until),
  ];
  return {
    district,
    birthYear,
    stays: children.map(({ registeredAt, gone }) => ({ from: registeredAt, until: gone })),
    moves: children.flatMap(movesOf).sort((a, b) => a.at.getTime() - b.at.getTime()),
    cycle,
    lastTurn: slots.at(-1)?.at,
  };
}

/** Everybody who gets a turn registers before this moment: before all of today, and in the first weeks of the year. */
function frontOf({ birthYear, present }: PastOptions): Date {
  const first = Math.min(...present.map(({ registeredAt }) => registeredAt.getTime()));
  return new Date(Math.min(first - MINUTE, at(civil(`${birthYear}-02-15`), '12:00').getTime()));
}

/** Whose turns the places open, by the rules; whole cycles, so that the queue ends with its pointer where it began. */
function slotsOf(random: Random, published: readonly { readonly at: Date; readonly count: number }[]) {
  const lines = published.flatMap(({ at: opened, count }, n) =>
    Array.from({ length: count }, () => ({
      at: opened,
      after: published[n - 1]?.at ?? new Date(opened.getTime() - 30 * 24 * HOUR),
      first: random.chance(EXTRAORDINARY),
    })),
  );
  let whole = lines.filter(({ first }) => !first).length;
  whole -= whole % CYCLE;
  const slots: Slot[] = [];
  const cycle: { at: Date; was: number }[] = [];
  let state: CycleState = { position: 0, creditPriority: 0, creditCommon: 0 };
  let given = 0;
  // Of one morning, those who stand before all come first.
  const ordered = lines.toSorted(
    (a, b) => a.at.getTime() - b.at.getTime() || Number(b.first) - Number(a.first),
  );
  for (const { first, ...slot } of ordered) {
    if (first) {
      slots.push({ ...slot, line: 'EXTRAORDINARY' });
      continue;
    }
    const next = nextTurn(state, RATIO, { restored: 0, extraordinary: 0, priority: 1, common: 1 });
    if (next === undefined || given === whole) continue;
    given += 1;
    if (cycle.at(-1)?.at.getTime() !== slot.at.getTime()) cycle.push({ at: slot.at, was: state.position });
    slots.push({ ...slot, line: next.slot === 'PRIORITY' ? 'PRIORITY' : 'COMMON' });
    state = next.state;
  }
  return { slots, cycle: cycle.filter(({ was }, n) => was !== (cycle[n + 1]?.was ?? 0)) };
}

/** The front of one class in the order of registration: each gets the next turn, but for those who leave before it. */
function lineOf(
  random: Random,
  front: Date,
  birthYear: number,
  line: BenefitClass,
  slots: readonly Slot[],
): Past[] {
  const leavers = Math.round(slots.length * LEAVE);
  const registered = Array.from({ length: slots.length + leavers }, () =>
    early(random, front, birthYear),
  ).sort((a, b) => a.getTime() - b.getTime());
  // The last one gets the last turn: who leaves stands before somebody.
  const leaving = new Set<number>();
  while (leaving.size < leavers) leaving.add(random.int(0, registered.length - 2));
  let served = 0;
  return registered.flatMap((registeredAt, n): Past[] => {
    const slot = slots[served];
    if (slot === undefined) return [];
    const born = addDays(localDate(registeredAt), -random.int(1, dayOfYear(registeredAt) - 1));
    const counted = sweep(addMonths(born, MONTHS));
    const child = { id: random.uuid(registeredAt.getTime()), registeredAt, countedAt: counted, came: line };
    if (leaving.has(n)) {
      const gone = new Date(random.int(counted.getTime() + MINUTE, slot.at.getTime() - MINUTE));
      return [{ ...child, gone, goneBy: 'LEFT' }];
    }
    served += 1;
    return [{ ...child, turnAt: slot.at, gone: choice(random, slot.at), goneBy: 'RECEIVED' }];
  });
}

/** The first working morning of the year, when everybody came at once, or some day of the weeks after it. */
function early(random: Random, front: Date, birthYear: number): Date {
  const rush = at(civil(`${birthYear}-01-05`), '08:00').getTime();
  if (random.chance(0.4)) return new Date(rush + Math.floor(random.next() ** 3 * 3 * HOUR));
  return new Date(random.int(at(civil(`${birthYear}-01-03`), '09:00').getTime(), front.getTime()));
}

const dayOfYear = (moment: Date): number =>
  daysBetween(civil(`${localDate(moment).slice(0, 4)}-01-01`), localDate(moment)) + 1;

const sweep = (day: CivilDate): Date => new Date(at(day, '00:00').getTime() + MINUTE / 2);

/** A window is of three working days; most choose on the first. */
const choice = (random: Random, turnAt: Date): Date =>
  new Date(turnAt.getTime() + Math.floor(random.next() ** 2 * 58 * HOUR) + 5 * MINUTE);

/** Half of the priority class came in the common one: the benefit was proved before the turn of anybody behind the child there. */
function rising(random: Random, child: Past, common: readonly Past[]): Past {
  const behind = common.find((one) => one.turnAt !== undefined && one.registeredAt > child.registeredAt);
  const own = (child.turnAt ?? child.gone).getTime();
  const to = Math.min(own, behind?.turnAt?.getTime() ?? own) - HOUR;
  const from = child.countedAt.getTime() + HOUR;
  if (from >= to || random.chance(0.5)) return child;
  return { ...child, came: 'COMMON', rise: { at: new Date(random.int(from, to)), to: 'PRIORITY' } };
}

/** Who stands before all comes between two publications, of age already, and is served by the next one. */
function firstOfAll(random: Random, { at: turnAt, after }: Slot): Past {
  const day = addDays(localDate(after), random.int(0, daysBetween(localDate(after), localDate(turnAt)) - 1));
  const registeredAt = new Date(random.int(at(day, '09:00').getTime(), at(day, '21:00').getTime()));
  return {
    id: random.uuid(registeredAt.getTime()),
    registeredAt,
    countedAt: registeredAt,
    came: 'EXTRAORDINARY',
    turnAt,
    gone: choice(random, turnAt),
    goneBy: 'RECEIVED',
  };
}

/** Who registered behind the children of today, and is gone: moved away, grown into school, quick where a place was open to all. */
function behind(random: Random, front: Date, birthYear: number, count: number, until: Date): Past[] {
  const first = Math.max(front.getTime(), at(civil(`${birthYear}-02-20`), '09:00').getTime());
  return Array.from({ length: count }, (): Past | undefined => {
    const registeredAt = new Date(first - Math.log(1 - random.next()) * 300 * 24 * HOUR);
    const soonest = civil(`${birthYear}-01-10`);
    const born = addDays(
      soonest,
      random.int(0, Math.min(340, daysBetween(soonest, localDate(registeredAt)) - 5)),
    );
    const ofAge = sweep(addMonths(born, MONTHS));
    const countedAt = ofAge > registeredAt ? ofAge : registeredAt;
    if (countedAt.getTime() + 30 * HOUR >= until.getTime()) return undefined;
    return {
      id: random.uuid(registeredAt.getTime()),
      registeredAt,
      countedAt,
      came: random.chance(0.1) ? 'PRIORITY' : 'COMMON',
      gone: new Date(random.int(countedAt.getTime() + 24 * HOUR, until.getTime())),
      goneBy: random.chance(0.3) ? 'RECEIVED' : 'LEFT',
    };
  }).filter((child) => child !== undefined);
}

function movesOf({ id: child, registeredAt, countedAt, came, rise, turnAt, gone, goneBy }: Past): PastMove[] {
  const is = rise?.to ?? came;
  const move = (moment: Date, cause: PastMove['cause'], stoodWas: Stood, stoodIs: Stood): PastMove => ({
    at: moment,
    cause,
    child,
    registeredAt,
    classWas: is,
    classIs: is,
    stoodWas,
    stoodIs,
  });
  const counted = move(countedAt, countedAt > registeredAt ? 'CAME_OF_AGE' : 'REGISTERED', 'OUT', 'WAITING');
  return [
    { ...counted, classWas: came, classIs: came },
    ...(rise === undefined ? [] : [{ ...move(rise.at, 'BENEFIT', 'WAITING', 'WAITING'), classWas: came }]),
    ...(turnAt === undefined ? [] : [move(turnAt, 'TURN', 'WAITING', 'TURN')]),
    move(gone, goneBy, turnAt === undefined ? 'WAITING' : 'TURN', 'OUT'),
  ];
}
