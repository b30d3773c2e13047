import type { Language } from '../act.ts';
import type { Db } from '../db/db.ts';
import type { DeliveryId } from '../ids.ts';
import { type DeliveryChannel, immediateCodes, reminders } from './catalogue.ts';
import { type ContentRow, contentColumns, contentJoins, contentOf, type NoticeContent } from './content.ts';
import { awakeFrom } from './quiet-hours.ts';

/** A delivery in the hands of one worker, with all that its message needs: nothing is read while it is being sent. */
export interface ClaimedDelivery {
  readonly id: DeliveryId;
  readonly channel: DeliveryChannel;
  /** This try included. Together with the worker's id it proves that the claim still holds. */
  readonly attempt: number;
  /** An earlier try may have reached the person: it is not known. */
  readonly repeated: boolean;
  readonly language: Language;
  /** Chat, phone (E.164) or e-mail as it is now; null when the person has none any more. */
  readonly address: string | null;
  readonly content: NoticeContent;
}

export interface ClaimRequest {
  readonly channel: DeliveryChannel;
  readonly legal: boolean;
  /** A UUID of the process. */
  readonly worker: string;
  readonly limit: number;
  readonly at: Date;
  /** How long the claim holds: longer than a try can take. */
  readonly leaseMs: number;
  /** What this worker is sending now, so that a jump of the clock cannot make it claim that again. */
  readonly holding?: readonly DeliveryId[];
}

interface ClaimRow extends ContentRow {
  readonly id: DeliveryId;
  readonly state: string;
  readonly attempts: number;
  readonly repeated: boolean;
  readonly language: Language;
  readonly address: string | null;
}

const ADDRESS: Record<DeliveryChannel, string> = {
  TELEGRAM: `SELECT m.address, m.language FROM messenger_account AS m
    WHERE m.person_id = p.id AND m.channel = 'TELEGRAM' AND m.unreachable_since IS NULL
    ORDER BY m.verified_at DESC NULLS LAST, m.id LIMIT 1`,
  SMS: `SELECT k.value AS address, NULL AS language FROM contact AS k
    WHERE k.person_id = p.id AND k.kind = 'PHONE' AND k.is_main AND k.confirmed_at IS NOT NULL`,
  EMAIL: `SELECT k.value AS address, NULL AS language FROM contact AS k
    WHERE k.person_id = p.id AND k.kind = 'EMAIL' AND k.is_main AND k.confirmed_at IS NOT NULL`,
};

/** What a process left in the middle, or a channel would not tell about, is tried once more and then left. */
const INTERRUPTED = 'interrupted: it may have arrived';

/**
 * A claim is a lease: it moves run_at forward and burns an attempt, so a worker that dies leaves nothing to clean up
 * (STYLE 13). A lease that ran out once is tried again, since a lost notice is worse than a repeated one; when that try
 * does not come back either, the delivery ends as UNKNOWN. Reminders of what is settled meanwhile are cancelled.
 * Ordered by run_at alone, so that the index gives the first few of thousands that one publication made due together.
 */
const claimStatement = (channel: DeliveryChannel) => ({
  name: `claim_delivery_${channel}`,
  text: `
    WITH due AS (
      SELECT d.id, coalesce(d.error = $7, false) AS was_repeated
        FROM delivery AS d JOIN notice AS n ON n.id = d.notice_id
       WHERE d.state = 'PENDING' AND d.channel = '${channel}' AND d.run_at <= $1 AND n.legal = $2
         AND d.id <> ALL ($6::uuid[])
       ORDER BY d.run_at LIMIT $3
         FOR UPDATE OF d SKIP LOCKED
    ), claimed AS (
      UPDATE delivery AS d SET
        attempts = d.attempts + 1,
        claimed_by = $4,
        run_at = $5,
        error = CASE WHEN d.claimed_by IS NOT NULL THEN $7 ELSE d.error END,
        state = CASE WHEN d.claimed_by IS NOT NULL AND due.was_repeated THEN 'UNKNOWN'
                     WHEN n.code = ANY ($8) AND (n.params ->> 'deadline')::timestamptz <= $1 THEN 'CANCELLED'
                     WHEN n.code = ANY ($8) AND a.state <> ($9::jsonb ->> n.code) THEN 'CANCELLED'
                     ELSE 'PENDING' END,
        ended_at = CASE WHEN (d.claimed_by IS NOT NULL AND due.was_repeated)
                          OR (n.code = ANY ($8) AND ((n.params ->> 'deadline')::timestamptz <= $1
                              OR a.state <> ($9::jsonb ->> n.code)))
                        THEN $1::timestamptz END
      FROM due, notice AS n LEFT JOIN application AS a ON a.id = n.application_id
      WHERE d.id = due.id AND n.id = d.notice_id
      RETURNING d.id, d.notice_id, d.state, d.attempts, d.run_at, coalesce(d.error = $7, false) AS repeated
    )
    SELECT c.id, c.state, c.attempts, c.repeated, coalesce(to_whom.language, p.language) AS language,
           to_whom.address, ${contentColumns}
      FROM claimed AS c
      JOIN notice AS n ON n.id = c.notice_id
      JOIN person AS p ON p.id = n.person_id
      ${contentJoins}
      LEFT JOIN LATERAL (${ADDRESS[channel]}) AS to_whom ON true
     ORDER BY n.created_at, c.id`,
});

const CLAIM = {
  TELEGRAM: claimStatement('TELEGRAM'),
  SMS: claimStatement('SMS'),
  EMAIL: claimStatement('EMAIL'),
};
const reminderCodes = Object.keys(reminders);
const reminderStates = JSON.stringify(reminders);

/** Takes at most `limit` due deliveries of one channel, old ones first. No two workers ever get the same one. */
export async function claimDeliveries(db: Db, request: ClaimRequest): Promise<ClaimedDelivery[]> {
  const { channel, at, limit } = request;
  if (limit <= 0) return [];
  if (awakeFrom(at) > at) await putOffToMorning(db, channel, at);
  const rows = await db.rows<ClaimRow>(CLAIM[channel], [
    at,
    request.legal,
    limit,
    request.worker,
    new Date(at.getTime() + request.leaseMs),
    request.holding ?? [],
    INTERRUPTED,
    reminderCodes,
    reminderStates,
  ]);
  return rows
    .filter((row) => row.state === 'PENDING')
    .map((row) => ({
      id: row.id,
      channel,
      attempt: row.attempts,
      repeated: row.repeated,
      language: row.language,
      address: row.address,
      content: contentOf(row),
    }));
}

const PUT_OFF = {
  name: 'put_off_delivery',
  text: `
    UPDATE delivery AS d SET run_at = $3
      FROM notice AS n
     WHERE n.id = d.notice_id AND d.state = 'PENDING' AND d.channel = $1 AND d.run_at <= $2
       AND NOT (n.legal AND coalesce((n.params ->> 'deadline')::timestamptz BETWEEN $2 AND $2::timestamptz + interval '12 hours', false))
       AND n.code <> ALL ($4::text[])`,
};

/** What was due in the day and is late, or was tried again, keeps the quiet hours too. */
async function putOffToMorning(db: Db, channel: DeliveryChannel, at: Date): Promise<void> {
  await db.rows(PUT_OFF, [channel, at, awakeFrom(at), immediateCodes]);
}

/** How a try ended. `error` names the kind of failure, never what was sent or to whom. */
export type Outcome =
  | { readonly kind: 'SENT'; readonly ref: string | null }
  /** Not handed over: again at `at`. `free` when the try must not count: the channel asked to wait. */
  | { readonly kind: 'RETRY'; readonly at: Date; readonly error: string; readonly free?: boolean }
  /** It may have arrived. A legal notice is repeated once at `at`; any other is left as UNKNOWN. */
  | { readonly kind: 'AMBIGUOUS'; readonly at: Date; readonly error: string }
  /** Nobody is there: blocked, deactivated, no such mailbox. */
  | { readonly kind: 'UNREACHABLE'; readonly error: string }
  /** It can never succeed as it is: our bug, or too many tries. */
  | { readonly kind: 'FAILED'; readonly error: string };

const RECORD = {
  name: 'record_delivery',
  text: `
    WITH mine AS (
      SELECT d.id, d.notice_id, n.legal, n.person_id,
             CASE $4 WHEN 'AMBIGUOUS' THEN CASE WHEN n.legal AND d.error IS DISTINCT FROM $9 THEN 'PENDING' ELSE 'UNKNOWN' END
                     WHEN 'UNREACHABLE' THEN CASE WHEN d.channel = 'TELEGRAM' AND EXISTS (
                       SELECT FROM messenger_account AS m WHERE m.person_id = n.person_id AND m.channel = 'TELEGRAM'
                         AND m.address IS DISTINCT FROM $8 AND m.unreachable_since IS NULL) THEN 'PENDING' ELSE 'UNREACHABLE' END
                     WHEN 'RETRY' THEN 'PENDING'
                     ELSE $4 END AS next_state
        FROM delivery AS d JOIN notice AS n ON n.id = d.notice_id
       WHERE d.id = $1 AND d.claimed_by = $2 AND d.attempts = $3 AND d.state = 'PENDING'
         FOR UPDATE OF d
    ), recorded AS (
      UPDATE delivery AS d SET
        state = mine.next_state,
        ended_at = CASE WHEN mine.next_state <> 'PENDING' THEN $5::timestamptz END,
        run_at = CASE WHEN mine.next_state = 'PENDING' THEN $6::timestamptz ELSE d.run_at END,
        attempts = d.attempts - $10::integer,
        claimed_by = NULL,
        provider_ref = CASE WHEN $4 = 'SENT' THEN $7 ELSE d.provider_ref END,
        error = CASE WHEN $4 = 'SENT' THEN NULL
                     WHEN $4 = 'AMBIGUOUS' AND mine.next_state = 'PENDING' THEN $9
                     WHEN mine.next_state = 'PENDING' AND d.error = $9 THEN d.error
                     ELSE $7 END
      FROM mine WHERE d.id = mine.id
      RETURNING d.channel, d.state, mine.notice_id, mine.legal, mine.person_id
    ), gone AS (
      UPDATE messenger_account SET unreachable_since = coalesce(unreachable_since, $5)
       WHERE $4 = 'UNREACHABLE' AND channel = 'TELEGRAM' AND address = $8
         AND EXISTS (SELECT FROM recorded WHERE channel = 'TELEGRAM')
    ), escalated AS (
      INSERT INTO delivery (notice_id, channel, run_at, created_at)
      SELECT notice_id, 'SMS', $5, $5 FROM recorded
       WHERE legal AND channel = 'TELEGRAM' AND state IN ('UNREACHABLE', 'FAILED')
         AND EXISTS (SELECT FROM contact AS k WHERE k.person_id = recorded.person_id AND k.kind = 'PHONE' AND k.is_main
                       AND k.confirmed_at IS NOT NULL)
      ON CONFLICT (notice_id, channel) DO NOTHING
    )
    SELECT state FROM recorded`,
};

/**
 * Writes how a try ended, if the claim still holds: a worker that slept over its lease changes nothing (false). When a
 * chat is gone, the account is marked, another chat of the person is tried, and a legal notice goes by SMS (DOMAIN §9).
 */
export async function recordOutcome(
  db: Db,
  worker: string,
  delivery: ClaimedDelivery,
  outcome: Outcome,
  at: Date,
): Promise<boolean> {
  const again = outcome.kind === 'RETRY' || outcome.kind === 'AMBIGUOUS' ? outcome.at : at;
  const rows = await db.rows<{ state: string }>(RECORD, [
    delivery.id,
    worker,
    delivery.attempt,
    outcome.kind,
    at,
    again,
    outcome.kind === 'SENT' ? outcome.ref : outcome.error.slice(0, 200),
    delivery.address,
    INTERRUPTED,
    outcome.kind === 'RETRY' && outcome.free === true ? 1 : 0,
  ]);
  return rows.length > 0;
}
