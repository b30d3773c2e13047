import type { Language } from '../act.ts';
import type { Db } from '../db/db.ts';
import type { BroadcastId } from '../ids.ts';

/** One message of a broadcast in the hands of one worker. */
export interface ClaimedMessage {
  readonly broadcastId: BroadcastId;
  readonly accountId: string;
  readonly address: string;
  readonly language: Language;
  readonly text: string;
}

export type MessageOutcome =
  | { readonly kind: 'SENT' }
  /** Surely not handed over: somebody takes it again. */
  | { readonly kind: 'PUT_BACK' }
  | { readonly kind: 'UNREACHABLE' | 'FAILED' | 'UNKNOWN'; readonly error: string };

/** The live message about a broadcast, due for a change. */
export interface DueProgress {
  readonly id: BroadcastId;
  readonly address: string;
  readonly message: string;
  readonly language: Language;
  /** The broadcast is over: the last change. */
  readonly last: boolean;
}

/** What the workers need. A message is claimed only when it is about to be sent, so that few are ever in the air. */
export interface BroadcastSending {
  /** `looked` counts people who were passed over too: 0 when nothing is left to do. */
  claim(
    worker: string,
    limit: number,
  ): Promise<{ readonly messages: readonly ClaimedMessage[]; readonly looked: number }>;
  record(worker: string, message: ClaimedMessage, outcome: MessageOutcome): Promise<void>;
  /**
   * What a dead process held becomes UNKNOWN and is not sent again: a broadcast is never worth a second copy. Also ends
   * broadcasts that have nobody left. Returns how many were left unknown.
   */
  recover(leaseMs: number): Promise<number>;
  /** Live messages whose turn it is; of all processes one gets each, once in `everyMs`. */
  dueProgress(everyMs: number): Promise<readonly DueProgress[]>;
  /** The live message has got its last change, or is gone. */
  progressDone(id: BroadcastId): Promise<void>;
}

const CLAIM = {
  name: 'claim_broadcast',
  text: `
    WITH running AS MATERIALIZED (
      SELECT b.id, b.text_kk, b.text_ru FROM broadcast AS b
       WHERE b.state = 'RUNNING'
         AND EXISTS (SELECT FROM broadcast_recipient AS r WHERE r.broadcast_id = b.id AND r.state = 'PENDING')
       ORDER BY b.started_at, b.id LIMIT 1
    ), next AS (
      SELECT r.broadcast_id, r.account_id FROM broadcast_recipient AS r
       WHERE r.broadcast_id = (SELECT id FROM running) AND r.state = 'PENDING'
       LIMIT $2 FOR UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE broadcast_recipient AS r SET
        state = CASE WHEN m.person_id IS NULL THEN 'SKIPPED' WHEN m.unreachable_since IS NOT NULL THEN 'UNREACHABLE'
                     ELSE 'CLAIMED' END,
        claimed_by = CASE WHEN m.person_id IS NOT NULL AND m.unreachable_since IS NULL THEN $1::uuid END,
        claimed_at = clock_timestamp(),
        ended_at = CASE WHEN m.person_id IS NULL OR m.unreachable_since IS NOT NULL THEN clock_timestamp() END
      FROM next, messenger_account AS m
      WHERE r.broadcast_id = next.broadcast_id AND r.account_id = next.account_id AND m.id = r.account_id
      RETURNING r.broadcast_id, r.account_id, r.language, r.state, m.address
    )
    SELECT c.broadcast_id, c.account_id, c.language, c.state, c.address,
           CASE c.language WHEN 'kk' THEN running.text_kk ELSE running.text_ru END AS text
      FROM claimed AS c, running`,
};

const RECORD = {
  name: 'record_broadcast',
  text: `
    WITH recorded AS (
      UPDATE broadcast_recipient SET
        state = $4, claimed_by = NULL, error = $5,
        ended_at = CASE WHEN $4 <> 'PENDING' THEN clock_timestamp() END
       WHERE broadcast_id = $1 AND account_id = $2 AND claimed_by = $3
      RETURNING account_id
    )
    UPDATE messenger_account SET unreachable_since = coalesce(unreachable_since, clock_timestamp())
      FROM recorded WHERE messenger_account.id = recorded.account_id AND $4 = 'UNREACHABLE'`,
};

const RECOVER = {
  name: 'recover_broadcast',
  text: `
    WITH lost AS (
      UPDATE broadcast_recipient SET state = 'UNKNOWN', claimed_by = NULL, ended_at = clock_timestamp(),
             error = 'interrupted: it may have arrived'
       WHERE state = 'CLAIMED' AND claimed_at < clock_timestamp() - $1 * interval '1 millisecond'
      RETURNING 1
    )
    SELECT count(*)::integer AS lost FROM lost`,
};

const FINISH = {
  name: 'finish_broadcast',
  text: `
    UPDATE broadcast AS b SET state = 'DONE', finished_at = greatest(b.started_at, $1)
     WHERE b.state = 'RUNNING' AND NOT EXISTS (
       SELECT FROM broadcast_recipient AS r WHERE r.broadcast_id = b.id AND r.state IN ('PENDING', 'CLAIMED'))`,
};

const DUE = {
  name: 'due_broadcast_progress',
  text: `
    WITH live AS (
      SELECT b.id, b.progress_address, b.progress_message, b.state IN ('DONE', 'STOPPED') AS last,
             coalesce(m.language, p.language) AS language
        FROM broadcast AS b
        JOIN person AS p ON p.id = b.author_id
        LEFT JOIN messenger_account AS m ON m.channel = 'TELEGRAM' AND m.address = b.progress_address
       WHERE b.progress_message IS NOT NULL AND b.state <> 'DRAFT'
    ), won AS (
      INSERT INTO sending_pace AS s (name, next_at)
      SELECT 'progress:' || id, clock_timestamp() + $1 * interval '1 millisecond' FROM live
      ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE s.next_at <= clock_timestamp()
      RETURNING name
    )
    SELECT live.* FROM live JOIN won ON won.name = 'progress:' || live.id`,
};

const DONE = {
  name: 'broadcast_progress_done',
  text: `
    WITH over AS (UPDATE broadcast SET progress_message = NULL WHERE id = $1 RETURNING id)
    DELETE FROM sending_pace USING over WHERE name = 'progress:' || over.id`,
};

interface ClaimRow {
  readonly broadcast_id: BroadcastId;
  readonly account_id: string;
  readonly language: Language;
  readonly state: string;
  readonly address: string;
  readonly text: string;
}

interface DueRow {
  readonly id: BroadcastId;
  readonly progress_address: string;
  readonly progress_message: string;
  readonly last: boolean;
  readonly language: Language;
}

export function createSending(db: Db, now: () => Date): BroadcastSending {
  return {
    claim: async (worker, limit) => {
      if (limit <= 0) return { messages: [], looked: 0 };
      const rows = await db.rows<ClaimRow>(CLAIM, [worker, limit]);
      const messages = rows
        .filter((row) => row.state === 'CLAIMED')
        .map((row) => ({
          broadcastId: row.broadcast_id,
          accountId: row.account_id,
          address: row.address,
          language: row.language,
          text: row.text,
        }));
      return { messages, looked: rows.length };
    },
    record: async (worker, { broadcastId, accountId }, outcome) => {
      const state = outcome.kind === 'PUT_BACK' ? 'PENDING' : outcome.kind;
      const error = 'error' in outcome ? outcome.error.slice(0, 200) : null;
      await db.rows(RECORD, [broadcastId, accountId, worker, state, error]);
    },
    recover: async (leaseMs) => {
      const [row] = await db.rows<{ lost: number }>(RECOVER, [leaseMs]);
      await db.rows(FINISH, [now()]);
      return row?.lost ?? 0;
    },
    dueProgress: async (everyMs) => {
      const rows = await db.rows<DueRow>(DUE, [everyMs]);
      return rows.map(({ progress_address: address, progress_message: message, ...row }) => ({
        ...row,
        address,
        message,
      }));
    },
    progressDone: async (id) => {
      await db.rows(DONE, [id]);
    },
  };
}
