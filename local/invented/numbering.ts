import { localDate } from '../../core/calendar/civil-date.ts';
import type { Family, InventedApplication } from './families.ts';
import type { PastQueue } from './flow-queue.ts';

/** An application with the numbers it was given when it was registered. */
export interface Numbered {
  readonly application: InventedApplication;
  readonly number: string;
  readonly documentNumber: string;
  /** The place by time among the children of its queue who kept a place then. */
  readonly rank: number;
}

interface Came {
  readonly at: Date;
  readonly district: string;
  /** The queue's name. */
  readonly queue: string;
  /** Undefined for a child of the past, who has a number of which nothing is left. */
  readonly application?: InventedApplication;
}

/** All numbers in the order of registration, and the counters as they stand after the last of them. */
export function numberAll(
  families: readonly Family[],
  past: ReadonlyMap<string, PastQueue>,
): {
  readonly numbered: Map<string, Numbered>;
  readonly counters: Map<string, number>;
} {
  const counters = new Map<string, number>();
  const queues = new Map<string, number>();
  const count = (of: Map<string, number>, name: string): number => {
    const value = (of.get(name) ?? 0) + 1;
    of.set(name, value);
    return value;
  };
  const next = (series: string): string => `${series}-${String(count(counters, series)).padStart(6, '0')}`;
  const left = new Map([...past].map(([name, { stays }]) => [name, departures(stays)]));
  const numbered: Numbered[] = [];
  for (const { at, district, queue, application } of inOrder(families, past)) {
    const year = localDate(at).slice(0, 4);
    const number = next(`AKM-${district}-${year}`);
    const documentNumber = next(`D-${year}`);
    const rank = count(queues, queue) - (left.get(queue)?.(at) ?? 0);
    if (application !== undefined) numbered.push({ application, number, documentNumber, rank });
  }
  return { numbered: new Map(numbered.map((one) => [one.application.id, one])), counters };
}

/** Everybody who ever came, the children of the past among those of the present. */
function inOrder(families: readonly Family[], past: ReadonlyMap<string, PastQueue>): Came[] {
  const present = families
    .flatMap((family) => family.applications)
    .map((application) => ({
      at: application.registeredAt,
      district: application.district,
      queue: queueName(application),
      application,
    }));
  const gone = [...past].flatMap(([queue, { district, stays }]) =>
    stays.map(({ from }) => ({ at: from, district, queue })),
  );
  const id = (one: Came) => one.application?.id ?? '';
  return [...present, ...gone].sort(
    (a: Came, b: Came) => a.at.getTime() - b.at.getTime() || (id(a) < id(b) ? -1 : 1),
  );
}

/** How many of a queue had gone by a moment; asked with moments that only grow. */
function departures(stays: PastQueue['stays']): (at: Date) => number {
  const moments = stays.map(({ until }) => until.getTime()).sort((a, b) => a - b);
  let gone = 0;
  return (at) => {
    while ((moments[gone] ?? Number.POSITIVE_INFINITY) <= at.getTime()) gone += 1;
    return gone;
  };
}

/** A queue is one district and birth year. */
export function queueName({ district, child }: InventedApplication): string {
  return `${district} ${child.birthDate.slice(0, 4)}`;
}
