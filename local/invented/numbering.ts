import { localDate } from '../../core/calendar/civil-date.ts';
import type { Family, InventedApplication } from './families.ts';

/** An application with the numbers it was given when it was registered. */
export interface Numbered {
  readonly application: InventedApplication;
  readonly number: string;
  readonly documentNumber: string;
  /** The place by time among the children of its queue. */
  readonly rank: number;
}

/** All numbers in the order of registration, and the counters as they stand after the last of them. */
export function numberAll(families: readonly Family[]): {
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
  const byTime = families
    .flatMap((family) => family.applications)
    .sort((a, b) => a.registeredAt.getTime() - b.registeredAt.getTime() || (a.id < b.id ? -1 : 1));
  const numbered = byTime.map((application) => {
    const year = localDate(application.registeredAt).slice(0, 4);
    return {
      application,
      number: next(`AKM-${application.district}-${year}`),
      documentNumber: next(`D-${year}`),
      rank: count(queues, queueName(application)),
    };
  });
  return { numbered: new Map(numbered.map((one) => [one.application.id, one])), counters };
}

/** A queue is one district and birth year. */
export function queueName({ district, child }: InventedApplication): string {
  return `${district} ${child.birthDate.slice(0, 4)}`;
}
