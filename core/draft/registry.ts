import { type CivilDate, localDate } from '../calendar/civil-date.ts';
import type { QueueDeps } from '../context.ts';
import { type Iin, parseIin } from '../people/iin.ts';
import { nameOf } from '../people/sms.ts';
import type { RegisteredPerson } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import type { Relation } from './api.ts';

/** What the registry says of a child and of the person who applies for it. */
export type Answer =
  | {
      readonly relation: 'PROVEN' | 'UNPROVEN';
      readonly child: RegisteredPerson;
      readonly parents: readonly Iin[];
    }
  /** It was silent: nothing is known but the number itself. */
  | { readonly relation: 'UNKNOWN'; readonly child: null; readonly parents: readonly [] };

/**
 * Asks about a child, outside of any transaction. A registry that is down is an answer too (A2). Refusals:
 * child.notInRegistry, child.notYours: the registry names other parents, and anybody may know a child's IIN.
 */
export async function askRegistry(
  { ports: { registry }, log }: Pick<QueueDeps, 'ports' | 'log'>,
  child: Iin,
  applicant: Iin,
): Promise<Answer> {
  try {
    const person = await registry.person(child);
    if (person === undefined) throw new Refusal('child.notInRegistry');
    const parents = await registry.parents(child);
    if (parents.includes(applicant)) return { relation: 'PROVEN', child: person, parents };
    if (parents.length > 0) throw new Refusal('child.notYours');
    return { relation: 'UNPROVEN', child: person, parents };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    log.warn({ error: nameOf(error) }, 'form: the registry did not answer');
    return { relation: 'UNKNOWN', child: null, parents: [] };
  }
}

/** The number of a child as it was typed. Refusals: iin.*, login.own, child.bornInFuture. */
export function readChildIin(
  text: string,
  own: Iin,
  now: Date,
): { readonly iin: Iin; readonly birthDate: CivilDate } {
  const parsed = parseIin(text);
  if (!parsed.ok) throw new Refusal(`iin.${parsed.code}`);
  if (parsed.iin === own) throw new Refusal('login.own');
  if (parsed.birthDate > localDate(now)) throw new Refusal('child.bornInFuture');
  return { iin: parsed.iin, birthDate: parsed.birthDate };
}

/** Whether an application may stand in the queue at once, or has to be looked at first (A1, A2). */
export function needsReview(relation: Relation): boolean {
  return relation !== 'PROVEN';
}
