import { localDate } from '../../core/calendar/civil-date.ts';
import type { Db } from '../../core/db/db.ts';
import type { DistrictId, WaitlistEntryId } from '../../core/ids.ts';
import { type Policy, policyOn } from '../../core/policy/policy.ts';
import { countColumns, countJoins, positionOf } from '../../core/waitlist/order.ts';

type Asked = Pick<Db, 'pool' | 'write'>;

/** What no step may break, beside the sanity checks that the product asks itself. */
const PROMISES: Readonly<Record<string, string>> = {
  'a place is in two hands': `
    SELECT place_id AS id FROM (
      SELECT place_id FROM referral WHERE closed_at IS NULL
      UNION ALL SELECT place_id FROM referral WHERE state = 'ACCEPTED' AND left_at IS NULL
      UNION ALL SELECT place_id FROM waitlist_entry WHERE state = 'PLACE_AVAILABLE') AS hand
     GROUP BY 1 HAVING count(*) > 1`,
  'a child has two live referrals': `
    SELECT child_id AS id FROM referral WHERE closed_at IS NULL GROUP BY 1 HAVING count(*) > 1`,
  // Where the place is given up at once it is the transfer that took it; with transfer.safe there is no such one.
  'a child has lost its place although nobody wrote down that it left': `
    SELECT last.child_id AS id FROM (
      SELECT DISTINCT ON (child_id) id, child_id, application_id, left_at FROM referral WHERE state = 'ACCEPTED'
       ORDER BY child_id, left_at DESC NULLS FIRST) AS last
     WHERE last.left_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM event e WHERE e.entity = 'APPLICATION' AND e.entity_id = last.application_id
                          AND e.after ->> 'state' = 'ARCHIVED' AND e.reason IS NOT NULL AND e.at = last.left_at)
       AND NOT EXISTS (SELECT FROM transfer t WHERE t.from_referral_id = last.id AND NOT t.safe AND t.left_at IS NOT NULL)`,
  'a child waits for a turn by the application by which it goes to a kindergarten': `
    SELECT a.id FROM application a JOIN referral r ON r.application_id = a.id AND r.state = 'ACCEPTED' AND r.left_at IS NULL
     WHERE a.state NOT IN ('ENROLLED', 'ARCHIVED')`,
  'a child is enrolled and goes nowhere': `
    SELECT a.id FROM application a WHERE a.state = 'ENROLLED'
       AND NOT EXISTS (SELECT FROM referral r WHERE r.application_id = a.id AND r.state = 'ACCEPTED' AND r.left_at IS NULL)
       AND NOT EXISTS (SELECT FROM transfer t WHERE t.application_id = a.id AND t.state = 'OPEN')`,
  'a sibling in a list is none, or one is not known': `
    SELECT w.id FROM waitlist_entry w WHERE w.state IN ('WAITING', 'PLACE_AVAILABLE')
       AND w.sibling <> has_sibling_in(w.kindergarten_id, w.application_id, w.child_id)`,
  'an offer that the first applicant was not told of': `
    SELECT w.id FROM waitlist_entry w JOIN application a ON a.id = w.application_id WHERE w.state = 'PLACE_AVAILABLE'
       AND NOT EXISTS (SELECT FROM notice n WHERE n.person_id = a.applicant_id AND n.code = 'N28'
                          AND n.application_id = a.id AND n.params ->> 'entry' = w.id::text)`,
  'a voucher does not follow its transfer': `
    SELECT t.id FROM transfer t JOIN voucher v ON v.id = t.voucher_id
     WHERE v.state <> CASE t.state WHEN 'OPEN' THEN 'ISSUED' WHEN 'COMPLETED' THEN 'ACTIVE' ELSE 'CANCELLED' END`,
  'the history of a list has a gap': gap('WAITLIST_ENTRY', 'waitlist_entry'),
  'the history of a transfer has a gap': gap('TRANSFER', 'transfer'),
};

function gap(entity: string, table: string): string {
  return `SELECT DISTINCT x.id FROM ${table} x LEFT JOIN (
      SELECT e.entity_id, e.before ->> 'state' AS was, e.after ->> 'state' AS became,
             lag(e.after ->> 'state') OVER (PARTITION BY e.entity_id ORDER BY e.id) AS previous,
             lead(e.id) OVER (PARTITION BY e.entity_id ORDER BY e.id) IS NULL AS is_last
        FROM event e WHERE e.entity = '${entity}') AS h ON h.entity_id = x.id
     WHERE h.entity_id IS NULL OR h.was IS DISTINCT FROM h.previous OR (h.is_last AND h.became <> x.state)`;
}

const ALL_PROMISES = Object.entries(PROMISES)
  .map(([name, sql]) => `SELECT '${name}' AS broken, v.id::text AS id FROM (${sql}) AS v`)
  .join('\nUNION ALL\n');

/** Who of a list may be asked about the place `p`. */
const MAY_BE_ASKED = `w.kindergarten_id = p.kindergarten_id AND w.queue_id = p.queue_id AND w.state = 'WAITING'
  AND (p.language = 'mixed' OR w.language IS NULL OR w.language = p.language) AND w.ends_on >= $1::date
  AND NOT EXISTS (SELECT FROM waitlist_entry o WHERE o.child_id = w.child_id AND o.state = 'PLACE_AVAILABLE')
  AND NOT EXISTS (SELECT FROM referral r WHERE r.child_id = w.child_id AND r.closed_at IS NULL)`;

/** The order of a list once more, as plain SQL: what `core/waitlist/order.ts` finds by its six lines. */
const orderOf = (policy: Policy, entry: string): string =>
  `${policy['waitlist.siblingsFirst'] ? `NOT ${entry}.sibling` : 'false'},
   ${policy['waitlist.order'] === 'CLASSES' ? `array_position(ARRAY['EXTRAORDINARY', 'PRIORITY', 'COMMON'], ${entry}.benefit_class)` : '1'},
   ${entry}.joined_at, ${entry}.id`;

const orderName = (policy: Policy): string =>
  `${policy['waitlist.order']} ${policy['waitlist.siblingsFirst']}`;

interface Told {
  readonly id: string;
  readonly sibling: boolean;
  readonly benefit_class: 'EXTRAORDINARY' | 'PRIORITY' | 'COMMON';
  readonly total: Parameters<typeof positionOf>[1];
  readonly earlier: Parameters<typeof positionOf>[2];
  readonly place: number;
}

/**
 * Watches a district's lists from step to step. `check` names what is broken; `isStill` says that no worker came:
 * only then whoever was asked just now must be the first of those who could be asked.
 */
export function watchLists(db: Asked, district: DistrictId, now: () => Date) {
  const asked = new Set<string>();

  async function outOfTurn(policy: Policy, today: string, isStill: boolean): Promise<string[]> {
    const { rows } = await db.pool.query<{ id: string; ahead: string | null }>({
      name: `walk-asked ${orderName(policy)}`,
      text: `SELECT n.id, (SELECT w.id FROM waitlist_entry w WHERE ${MAY_BE_ASKED}
            AND (${orderOf(policy, 'w')}) < (${orderOf(policy, 'n')}) LIMIT 1) AS ahead
           FROM waitlist_entry n JOIN place p ON p.id = n.place_id WHERE n.state = 'PLACE_AVAILABLE'`,
      values: [today],
    });
    const fresh = rows.filter(({ id }) => !asked.has(id));
    for (const { id } of fresh) asked.add(id);
    return isStill
      ? fresh.flatMap(({ id, ahead }) => (ahead === null ? [] : [`${id} was asked before ${ahead}`]))
      : [];
  }

  async function leftLying(policy: Policy, today: string): Promise<string[]> {
    if (!policy['waitlist.enabled']) return [];
    const states = policy['waitlist.places'] === 'FREED' ? ['PUBLISHED', 'OPEN'] : ['OPEN'];
    const { rows } = await db.pool.query<{ id: string; entry: string }>({
      name: 'walk-left-lying',
      text: `SELECT p.id, w.id AS entry FROM place p JOIN waitlist_entry w ON ${MAY_BE_ASKED}
           JOIN kindergarten k ON k.id = p.kindergarten_id WHERE p.state = ANY ($2) AND k.is_active`,
      values: [today, states],
    });
    return rows.map(({ id, entry }) => `the free place ${id} is not offered to ${entry}`);
  }

  async function wrongPlaces(policy: Policy): Promise<string[]> {
    const { rows } = await db.pool.query<Told>({
      name: `walk-places ${orderName(policy)}`,
      text: `SELECT w.id, w.sibling, w.benefit_class, ${countColumns}, (row_number() OVER (
             PARTITION BY w.kindergarten_id, w.queue_id ORDER BY ${orderOf(policy, 'w')}))::integer AS place
           FROM waitlist_entry w ${countJoins('w')} WHERE w.state = 'WAITING'`,
    });
    return rows.flatMap(({ id, sibling, benefit_class: benefitClass, total, earlier, place }) => {
      const told = positionOf({ sibling, benefitClass }, total, earlier, policy);
      return told === place ? [] : [`${id} is told ${told}, is ${place}`];
    });
  }

  return {
    check: async (isStill: boolean): Promise<string[]> => {
      const today = localDate(now());
      const policy = await db.write((tx) => policyOn(tx, district, today));
      return [
        ...(await outOfTurn(policy, today, isStill)),
        ...(await leftLying(policy, today)),
        ...(await wrongPlaces(policy)),
      ];
    },
  };
}

/** Empty while every promise is kept. */
export async function brokenPromises(db: Pick<Db, 'pool'>): Promise<string[]> {
  const { rows } = await db.pool.query<{ broken: string; id: string }>({
    name: 'walk-promises',
    text: ALL_PROMISES,
  });
  return rows.map(({ broken, id }) => `${broken}: ${id}`);
}

interface Move {
  readonly entry_id: string;
  readonly joined_at: Date;
  readonly is_class: string | null;
  readonly is_sibling: boolean | null;
}

/** The place of an entry at a moment, by going through its list's journal from the beginning; null where it was not in it. */
export async function positionAt(db: Asked, id: WaitlistEntryId, at: Date): Promise<number | null> {
  const { rows: moves } = await db.pool.query<Move>(
    `SELECT m.entry_id, m.joined_at, m.is_class, m.is_sibling FROM waitlist_entry w
       JOIN waitlist_move m ON m.kindergarten_id = w.kindergarten_id AND m.queue_id = w.queue_id
      WHERE w.id = $1 AND m.at <= $2 ORDER BY m.id`,
    [id, at],
  );
  const list = new Map<string, Move>();
  for (const move of moves) {
    if (move.is_class === null) list.delete(move.entry_id);
    else list.set(move.entry_id, move);
  }
  const { rows } = await db.pool.query<{ district_id: string }>(
    'SELECT a.district_id FROM waitlist_entry w JOIN application a ON a.id = w.application_id WHERE w.id = $1',
    [id],
  );
  const policy = await db.write((tx) => policyOn(tx, rows[0]?.district_id ?? '', localDate(at)));
  const ranks = [...list.values()].map((move) => ({ id: move.entry_id, rank: rankOf(move, policy) }));
  const order = ranks.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map((one) => one.id);
  return order.includes(id) ? order.indexOf(id) + 1 : null;
}

/** A text that sorts as the list does. */
function rankOf({ entry_id, joined_at, is_class, is_sibling }: Move, policy: Policy): string {
  const classes = ['EXTRAORDINARY', 'PRIORITY', 'COMMON'];
  return [
    policy['waitlist.siblingsFirst'] && is_sibling !== true ? 1 : 0,
    policy['waitlist.order'] === 'CLASSES' ? classes.indexOf(is_class ?? '') : 0,
    joined_at.toISOString(),
    entry_id,
  ].join(' ');
}
