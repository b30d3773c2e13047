import type { Db } from '../db/db.ts';

/** A promise of the data that is broken, with the ids of the rows that break it. */
export interface Violation {
  readonly check: string;
  readonly ids: readonly string[];
}

const ACTIVE = `('IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE')`;
const END_OF_PAPER = `((b.valid_until + 1)::timestamp AT TIME ZONE INTERVAL '05:00') - interval '1 ms'`;
const END_OF_LIMIT = `((a.age_limit_on + 1)::timestamp AT TIME ZONE INTERVAL '05:00') - interval '1 ms'`;

/** Every check is one statement that returns the ids of violating rows; none on sound data. */
const CHECKS: Readonly<Record<string, string>> = {
  'a statement signed with ЭЦҚ has no signature, or another one has': `
    SELECT s.id FROM statement s WHERE (s.method IS NOT DISTINCT FROM 'EDS')
        <> EXISTS (SELECT FROM signature g WHERE g.statement_id = s.id)`,
  'a signature is of another person than its statement': `
    SELECT g.id FROM signature g JOIN statement s ON s.id = g.statement_id WHERE s.person_id <> g.person_id`,
  'a key was found revoked after its signature was accepted: the department must decide': `
    SELECT id FROM signature WHERE revocation = 'REVOKED' AND statement_id IS NOT NULL`,
  'a child has two live referrals': `
    SELECT child_id AS id FROM referral WHERE closed_at IS NULL GROUP BY 1 HAVING count(*) > 1`,
  'REFERRED is not the same as a live referral of the queue': `
    SELECT a.id FROM application a WHERE (a.state = 'REFERRED')
        <> EXISTS (SELECT FROM referral r WHERE r.application_id = a.id AND r.closed_at IS NULL
             AND NOT EXISTS (SELECT FROM transfer t WHERE t.referral_id = r.id))`,
  'HELD is not the same as a live referral': `
    SELECT p.id FROM place p WHERE (p.state = 'HELD')
        <> EXISTS (SELECT FROM referral r WHERE r.place_id = p.id AND r.closed_at IS NULL)`,
  'FILLED is not the same as an accepted referral': `
    SELECT p.id FROM place p WHERE (p.state = 'FILLED')
        <> EXISTS (SELECT FROM referral r WHERE r.place_id = p.id AND r.state = 'ACCEPTED' AND r.left_at IS NULL)`,
  'a referral is to a place of another queue, kindergarten or child': `
    SELECT r.id FROM referral r JOIN application a ON a.id = r.application_id JOIN place p ON p.id = r.place_id
     WHERE p.queue_id <> a.queue_id OR p.kindergarten_id <> r.kindergarten_id OR a.child_id <> r.child_id`,
  'NOTIFIED is not the same as an open window': `
    SELECT a.id FROM application a WHERE (a.state = 'NOTIFIED')
        <> EXISTS (SELECT FROM turn_window w WHERE w.application_id = a.id AND w.state = 'OPEN')`,
  'a queue has not as many open windows as PRIORITY places': `
    SELECT q.id FROM queue q
     WHERE (SELECT count(*) FROM turn_window w WHERE w.queue_id = q.id AND w.state = 'OPEN')
        <> (SELECT count(*) FROM place p WHERE p.queue_id = q.id AND p.state = 'PRIORITY')`,
  'a used window has no referral': `
    SELECT w.id FROM turn_window w
     WHERE w.state = 'USED' AND NOT EXISTS (SELECT FROM referral r WHERE r.turn_window_id = w.id)`,
  'a group has more children and places than its capacity': `
    SELECT g.id FROM kindergarten_group g WHERE g.enrolled
        + (SELECT count(*) FROM place p WHERE p.group_id = g.id
            AND p.state IN ('DECLARED', 'PUBLISHED', 'PRIORITY', 'OPEN', 'OFFERED', 'HELD')) > g.capacity`,
  'a group counts fewer enrolled than its filled places': `
    SELECT g.id FROM kindergarten_group g
     WHERE g.enrolled < (SELECT count(*) FROM place p WHERE p.group_id = g.id AND p.state = 'FILLED')`,
  'OFFERED is not the same as an open offer': `
    SELECT p.id FROM place p WHERE (p.state = 'OFFERED')
        <> EXISTS (SELECT FROM waitlist_entry w WHERE w.place_id = p.id AND w.state = 'PLACE_AVAILABLE')`,
  'a child waits in a list without going to a kindergarten by that application': `
    SELECT w.id FROM waitlist_entry w WHERE w.state IN ('WAITING', 'PLACE_AVAILABLE') AND NOT EXISTS (
      SELECT FROM referral r JOIN application a ON a.id = r.application_id
       WHERE r.application_id = w.application_id AND r.child_id = w.child_id AND r.state = 'ACCEPTED' AND a.state = 'ENROLLED'
         AND (r.left_at IS NULL OR EXISTS (SELECT FROM transfer t WHERE t.child_id = w.child_id AND t.state = 'OPEN' AND NOT t.safe)))`,
  'an entry is of another queue, class or child than its application': `
    SELECT w.id FROM waitlist_entry w JOIN application a ON a.id = w.application_id
     WHERE w.queue_id <> a.queue_id OR w.child_id <> a.child_id
        OR (w.state IN ('WAITING', 'PLACE_AVAILABLE') AND w.benefit_class <> a.benefit_class)`,
  'the counts of a waiting list are not those of its entries': `
    SELECT coalesce(t.kindergarten_id, w.kindergarten_id) AS id
      FROM (SELECT kindergarten_id, queue_id, extraordinary + priority + common AS others,
                   own_extraordinary + own_priority + own_common AS own FROM waitlist_tally WHERE level = 0) AS t
      FULL JOIN (SELECT kindergarten_id, queue_id, count(*) FILTER (WHERE NOT sibling) AS others,
                        count(*) FILTER (WHERE sibling) AS own
                   FROM waitlist_entry WHERE state = 'WAITING' GROUP BY 1, 2) AS w
        ON w.kindergarten_id = t.kindergarten_id AND w.queue_id = t.queue_id
     WHERE coalesce(t.others, 0) <> coalesce(w.others, 0) OR coalesce(t.own, 0) <> coalesce(w.own, 0)`,
  'an open transfer has no live referral, no issued voucher, or nothing it started from': `
    SELECT t.id FROM transfer t WHERE t.state = 'OPEN' AND NOT EXISTS (
      SELECT FROM referral r, voucher v, referral f
       WHERE r.id = t.referral_id AND r.closed_at IS NULL AND v.id = t.voucher_id AND v.state = 'ISSUED'
         AND f.id = t.from_referral_id AND f.state = 'ACCEPTED' AND (NOT t.safe OR f.left_at IS NULL))`,
  'an offer lacks its deadline': missingTimer(
    `waitlist_entry`,
    `x.state = 'PLACE_AVAILABLE'`,
    'WAITLIST_OFFER',
    'x.answer_until',
  ),
  'a transfer whose admission is not applied for lacks its deadline': missingTimer(
    `transfer`,
    `x.state = 'OPEN' AND x.filed_at IS NULL`,
    'TRANSFER',
    'x.admit_until',
  ),
  'an open window lacks its deadline': missingTimer(
    `turn_window`,
    `x.state = 'OPEN'`,
    'TURN_WINDOW',
    'x.closes_at',
  ),
  'an issued referral lacks its deadline': missingTimer(
    `referral`,
    `x.state = 'ISSUED' AND NOT EXISTS (SELECT FROM transfer t WHERE t.referral_id = x.id)`,
    'SHOW_UP',
    'x.come_until',
  ),
  'an extended referral lacks its deadline': missingTimer(
    `referral`,
    `x.state = 'EXTENDED'`,
    'EXTENSION',
    'x.extended_until',
  ),
  'a stop-list lacks its end': missingTimer(
    `application`,
    `x.state = 'STOP_LISTED'`,
    'STOP_LIST',
    'x.stop_listed_until',
  ),
  'an active application lacks its interest deadline': missingTimer(
    `application`,
    `x.state IN ${ACTIVE}`,
    'INTEREST',
    'x.interest_due_at',
  ),
  'an active application lacks its age limit': `
    SELECT a.id FROM application a WHERE a.state IN ${ACTIVE} AND NOT EXISTS (
      SELECT FROM timer t WHERE t.kind = 'AGE_LIMIT' AND t.subject_id = a.id AND t.state = 'PENDING'
         AND t.deadline_at = ${END_OF_LIMIT})`,
  'a deadline runs for what has ended': `
    SELECT t.id FROM timer t JOIN application a ON a.id = t.application_id
      LEFT JOIN turn_window w ON t.kind = 'TURN_WINDOW' AND w.id = t.subject_id
      LEFT JOIN referral r ON t.kind IN ('SELF_CANCEL', 'SHOW_UP', 'EXTENSION') AND r.id = t.subject_id
      LEFT JOIN benefit_claim b ON t.kind IN ('BENEFIT', 'BENEFIT_COPY') AND b.id = t.subject_id
      LEFT JOIN guardian_link g ON t.kind = 'GUARDIAN' AND g.id = t.subject_id AND g.application_id = t.application_id
      LEFT JOIN waitlist_entry o ON t.kind = 'WAITLIST_OFFER' AND o.id = t.subject_id
      LEFT JOIN transfer x ON t.kind = 'TRANSFER' AND x.id = t.subject_id
     WHERE t.state = 'PENDING' AND CASE t.kind
             WHEN 'TURN_WINDOW' THEN w.state = 'OPEN' AND w.closes_at = t.deadline_at
             WHEN 'SELF_CANCEL' THEN r.state IN ('ISSUED', 'EXTENDED') AND r.cancel_until = t.deadline_at
             WHEN 'SHOW_UP' THEN r.state = 'ISSUED' AND r.come_until = t.deadline_at
             WHEN 'EXTENSION' THEN r.state = 'EXTENDED' AND r.extended_until = t.deadline_at
             WHEN 'STOP_LIST' THEN a.state = 'STOP_LISTED' AND a.stop_listed_until = t.deadline_at
             WHEN 'INTEREST' THEN a.state IN ${ACTIVE} AND a.interest_due_at = t.deadline_at
             WHEN 'BENEFIT' THEN a.state IN ${ACTIVE} AND b.state = 'CONFIRMED' AND ${END_OF_PAPER} = t.deadline_at
             WHEN 'BENEFIT_COPY' THEN a.state IN ${ACTIVE} AND b.state = 'CLAIMED' AND b.copy_until = t.deadline_at
             WHEN 'GUARDIAN' THEN g.state = 'PENDING_OWNER'
             WHEN 'WAITLIST_OFFER' THEN o.state = 'PLACE_AVAILABLE' AND o.answer_until = t.deadline_at
             WHEN 'TRANSFER' THEN x.state = 'OPEN' AND x.filed_at IS NULL AND x.admit_until = t.deadline_at
             ELSE a.state IN ${ACTIVE} AND ${END_OF_LIMIT} = t.deadline_at END IS NOT TRUE`,
  'an application stands in another class than its confirmed benefit gives': `
    SELECT a.id FROM application a
      LEFT JOIN benefit_claim b ON b.application_id = a.id AND b.state = 'CONFIRMED'
      LEFT JOIN benefit_category c ON c.code = b.category
     WHERE a.benefit_class <> coalesce(c.class, 'COMMON')`,
  'a confirmed benefit lacks the end of its paper': claimTimer(
    `b.state = 'CONFIRMED' AND b.valid_until IS NOT NULL`,
    'BENEFIT',
    END_OF_PAPER,
  ),
  'a better copy is waited for without a deadline': claimTimer(
    `b.state = 'CLAIMED' AND b.copy_until IS NOT NULL`,
    'BENEFIT_COPY',
    'b.copy_until',
  ),
  'a claim waits to be checked without a paper': `
    SELECT b.id FROM benefit_claim b
     WHERE (b.state = 'PENDING_CHECK' OR b.state = 'CLAIMED' AND b.copy_until IS NULL)
       AND NOT EXISTS (SELECT FROM scan s WHERE s.claim_id = b.id)`,
  'the first applicant is asked about the second parent without a deadline': `
    SELECT g.id FROM guardian_link g WHERE g.state = 'PENDING_OWNER' AND NOT EXISTS (
      SELECT FROM timer t WHERE t.kind = 'GUARDIAN' AND t.subject_id = g.id AND t.state = 'PENDING')`,
  'the second parent of an application is its first applicant': `
    SELECT g.id FROM guardian_link g JOIN application a ON a.id = g.application_id WHERE a.applicant_id = g.person_id`,
  'a referral was chosen, or wishes were placed, by somebody who is no parent of the application': `
    SELECT s.id FROM statement s JOIN application a ON a.id = s.application_id
     WHERE s.signed_at IS NOT NULL AND s.person_id <> a.applicant_id AND NOT EXISTS (
       SELECT FROM guardian_link g JOIN event e ON e.entity = 'GUARDIAN_LINK' AND e.entity_id = g.id
        WHERE g.application_id = a.id AND g.person_id = s.person_id AND e.after->>'state' = 'LINKED'
          AND e.at <= s.signed_at)`,
  'a stop-list has no entry, or an entry outlived it': `
    SELECT a.id FROM application a
      LEFT JOIN stop_list_entry s ON s.application_id = a.id AND s.lifted_at IS NULL
     WHERE (a.state = 'STOP_LISTED' AND s.until IS DISTINCT FROM a.stop_listed_until)
        OR (a.state IN ('QUEUED', 'NOTIFIED', 'REFERRED', 'ENROLLED') AND s.id IS NOT NULL)`,
  'a wish waits for a draw although its child has left the queue': `
    SELECT w.id FROM wish w JOIN application a ON a.id = w.application_id
     WHERE w.outcome IS NULL AND a.state NOT IN ('QUEUED', 'NOTIFIED')`,
  'a referral has no paper': `
    SELECT r.id FROM referral r WHERE NOT EXISTS (SELECT FROM document d WHERE d.referral_id = r.id)`,
  'the history of an application has a gap': historyGap('APPLICATION', 'application'),
  'the history of a referral has a gap': historyGap('REFERRAL', 'referral'),
  'the history of a place has a gap': historyGap('PLACE', 'place'),
  'the history of a second parent has a gap': historyGap('GUARDIAN_LINK', 'guardian_link'),
  'the history of a benefit has a gap': historyGap('BENEFIT_CLAIM', 'benefit_claim', `x.state <> 'DRAFT'`),
  'the tally of a queue is not what a count gives': `
    SELECT DISTINCT coalesce(k.queue_id, c.queue_id) AS id
      FROM (SELECT a.queue_id, l.level, tally_bucket(a.registered_at, l.level) AS bucket,
                   ${['EXTRAORDINARY', 'PRIORITY', 'COMMON']
                     .map(
                       (name) => `count(*) FILTER (WHERE benefit_class = '${name}') AS all_${name},
                   count(*) FILTER (WHERE benefit_class = '${name}' AND waiting) AS wait_${name}`,
                     )
                     .join(', ')}
              FROM application a, generate_series(0, 4) AS l (level) WHERE a.counted GROUP BY 1, 2, 3) AS c
      FULL JOIN queue_tally k ON k.queue_id = c.queue_id AND k.level = c.level AND k.bucket = c.bucket
     WHERE (coalesce(c.all_extraordinary, 0), coalesce(c.all_priority, 0), coalesce(c.all_common, 0),
            coalesce(c.wait_extraordinary, 0), coalesce(c.wait_priority, 0), coalesce(c.wait_common, 0))
        <> (coalesce(k.all_extraordinary, 0), coalesce(k.all_priority, 0), coalesce(k.all_common, 0),
            coalesce(k.wait_extraordinary, 0), coalesce(k.wait_priority, 0), coalesce(k.wait_common, 0))`,
};

/** Names of all checks, in the order in which they run. */
export const sanityCheckNames: readonly string[] = Object.keys(CHECKS);

const IDS_SHOWN = 20;

/**
 * What the data of the queue promise beyond what the database's own constraints refuse (DOMAIN §7.4, §8): asked
 * nightly of live data, and after every step of the random walk. Empty on sound data; at most 20 ids of each check.
 * All checks see one moment.
 */
export async function sanityChecks(db: Pick<Db, 'pool'>): Promise<Violation[]> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ check: string; id: string }>({
      name: 'sanity-checks',
      text: EVERYTHING,
    });
    await client.query('COMMIT');
    return [...Map.groupBy(rows, (row) => row.check)].map(([check, found]) => ({
      check,
      ids: found.slice(0, IDS_SHOWN).map(({ id }) => id),
    }));
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

const EVERYTHING = Object.entries(CHECKS)
  .map(([name, sql]) => `SELECT '${name}' AS check, v.id::text AS id FROM (${sql}) AS v`)
  .join('\nUNION ALL\n');

function missingTimer(table: string, where: string, kind: string, deadline: string): string {
  return `SELECT x.id FROM ${table} x WHERE ${where} AND NOT EXISTS (
    SELECT FROM timer t WHERE t.kind = '${kind}' AND t.subject_id = x.id AND t.state = 'PENDING'
       AND t.deadline_at = ${deadline})`;
}

/** The deadline of a claim runs while its application is in the queue. */
function claimTimer(where: string, kind: string, deadline: string): string {
  return `SELECT b.id FROM benefit_claim b JOIN application a ON a.id = b.application_id
     WHERE a.state IN ${ACTIVE} AND ${where} AND NOT EXISTS (
       SELECT FROM timer t WHERE t.kind = '${kind}' AND t.subject_id = b.id AND t.state = 'PENDING'
          AND t.deadline_at = ${deadline})`;
}

/** Each event begins in the state in which the one before ended, the first in none, and the last ends in the present one. */
function historyGap(entity: string, table: string, where = 'true'): string {
  return `SELECT DISTINCT x.id
      FROM ${table} x LEFT JOIN (
        SELECT e.entity_id, e.before->>'state' AS was, e.after->>'state' AS became,
               lag(e.after->>'state') OVER (PARTITION BY e.entity_id ORDER BY e.id) AS previous,
               lead(e.id) OVER (PARTITION BY e.entity_id ORDER BY e.id) IS NULL AS is_last
          FROM event e WHERE e.entity = '${entity}') AS h ON h.entity_id = x.id
     WHERE ${where}
       AND (h.entity_id IS NULL OR h.was IS DISTINCT FROM h.previous OR (h.is_last AND h.became <> x.state))`;
}
