import type { BenefitClass } from '../application/api.ts';
import type { NamedQuery, WriteTx } from '../db/db.ts';
import type { ApplicationId, ChildId, KindergartenId, PersonId, WaitlistEntryId } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';

/** One of the six kinds of entries that a list counts apart. */
export interface Kind {
  readonly sibling: boolean;
  readonly benefitClass: BenefitClass;
}

/** How many of each kind there are. */
export type Counts = Readonly<
  Record<
    'extraordinary' | 'priority' | 'common' | 'own_extraordinary' | 'own_priority' | 'own_common',
    number
  >
>;

type OrderPolicy = Pick<Policy, 'waitlist.order' | 'waitlist.siblingsFirst'>;

const CLASSES: readonly BenefitClass[] = ['EXTRAORDINARY', 'PRIORITY', 'COMMON'];

/**
 * Where a kind stands by the district's policy: all of a lower band come before all of a higher one; inside a band the
 * time of joining decides, then the id. The rule of the list's order; everything else follows from it.
 */
export function bandOf({ sibling, benefitClass }: Kind, policy: OrderPolicy): number {
  const byClass = policy['waitlist.order'] === 'CLASSES' ? CLASSES.indexOf(benefitClass) : 0;
  return policy['waitlist.siblingsFirst'] && !sibling ? byClass + CLASSES.length : byClass;
}

export const kinds: readonly Kind[] = [true, false].flatMap((sibling) =>
  CLASSES.map((benefitClass) => ({ sibling, benefitClass })),
);

/** Whether `a` comes before `b` in a list. */
export function isAhead(a: Standing, b: Standing, policy: OrderPolicy): boolean {
  const bands = bandOf(a, policy) - bandOf(b, policy);
  if (bands !== 0) return bands < 0;
  const times = a.joinedAt.getTime() - b.joinedAt.getTime();
  return times === 0 ? a.id < b.id : times < 0;
}

/** What decides about a place in a list. */
export interface Standing extends Kind {
  readonly id: WaitlistEntryId;
  readonly joinedAt: Date;
}

/** The place in a list, from 1: `total` are all who wait, `earlier` those who joined before. */
export function positionOf(mine: Kind, total: Counts, earlier: Counts, policy: OrderPolicy): number {
  const band = bandOf(mine, policy);
  let ahead = 0;
  for (const kind of kinds) {
    const other = bandOf(kind, policy);
    if (other < band) ahead += total[columnOf(kind)];
    if (other === band) ahead += earlier[columnOf(kind)];
  }
  return ahead + 1;
}

export function lengthOf(total: Counts): number {
  return kinds.reduce((sum, kind) => sum + total[columnOf(kind)], 0);
}

function columnOf({ sibling, benefitClass }: Kind): keyof Counts {
  const column = benefitClass.toLowerCase() as 'extraordinary' | 'priority' | 'common';
  return sibling ? `own_${column}` : column;
}

const COLUMNS = [
  'extraordinary',
  'priority',
  'common',
  'own_extraordinary',
  'own_priority',
  'own_common',
] as const;

/** SQL: the counts of the whole list of an entry of the alias, as jsonb `total`, and of those who joined earlier, `earlier`. */
export const countColumns = `to_jsonb(total) AS total, to_jsonb(earlier) AS earlier`;
export const countJoins = (entry: string): string => `
  LEFT JOIN LATERAL (SELECT ${COLUMNS.map((name) => `coalesce(sum(t.${name}), 0)::integer AS ${name}`).join(', ')}
      FROM waitlist_tally t
     WHERE t.kindergarten_id = ${entry}.kindergarten_id AND t.queue_id = ${entry}.queue_id AND t.level = 0) AS total ON true
  LEFT JOIN LATERAL waitlist_ahead(${entry}.kindergarten_id, ${entry}.queue_id, ${entry}.joined_at, ${entry}.id) AS earlier ON true`;

/** The next child of a list, as the one who offers needs it. */
export interface Candidate {
  readonly id: WaitlistEntryId;
  readonly application_id: ApplicationId;
  readonly child_id: ChildId;
  readonly applicant_id: PersonId;
}

/** SQL: the entry `w` waits, and its child has neither an offer nor a referral. */
export const MAY_BE_ASKED = `w.state = 'WAITING'
        AND NOT EXISTS (SELECT FROM waitlist_entry AS o WHERE o.child_id = w.child_id AND o.state = 'PLACE_AVAILABLE')
        AND NOT EXISTS (SELECT FROM referral AS r WHERE r.child_id = w.child_id AND r.closed_at IS NULL)`;

/** The next child of a list, by the function of the database that keeps its plan (migration `waiting_list`). */
export const nextQuery: NamedQuery = {
  name: 'waitlist-next',
  text: `SELECT id, application_id, child_id, applicant_id
    FROM waitlist_next($1::uuid, $2::uuid, $3::integer[], $4::boolean[], $5::text[], $6::text, $7::uuid[], $8::date)`,
};

export interface ListKey {
  readonly kindergartenId: KindergartenId;
  readonly queueId: string;
  readonly language: 'kk' | 'ru' | 'mixed';
}

/** The parameters of `nextQuery`. `passed`: children who are not asked now; `today`: a civil date. */
export function nextValues(
  { kindergartenId, queueId, language }: ListKey,
  policy: OrderPolicy,
  passed: readonly ChildId[],
  today: string,
): readonly unknown[] {
  return [
    kindergartenId,
    queueId,
    kinds.map((kind) => bandOf(kind, policy)),
    kinds.map(({ sibling }) => sibling),
    kinds.map(({ benefitClass }) => benefitClass),
    language,
    [...passed],
    today,
  ];
}

/** Who is to be asked about a free place; undefined when nobody waits for it. The queue is locked. */
export async function nextInList(
  tx: WriteTx,
  key: ListKey,
  policy: OrderPolicy,
  passed: readonly ChildId[],
  today: string,
): Promise<Candidate | undefined> {
  const values = nextValues(key, policy, passed, today);
  const [next] = await tx.$queryRawUnsafe<Candidate[]>(nextQuery.text, ...values);
  return next;
}
