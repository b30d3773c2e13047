import type { NamedQuery } from '../db/db.ts';

// Leases are measured by the database's clock: one for all processes, and never moved. Every statement locks its lanes
// in the order of their names before it touches anything, so that two of them cannot wait for each other.

export interface AcceptedRow {
  readonly lane: string;
  /** The lane was free and is this process's now. */
  readonly taken: boolean;
  /** The message at the head of the lane that was claimed by its insertion; null: it must be read. */
  readonly head: string | null;
}

/** $1 ids, $2 lanes, $3 payloads, $4 received at, $5 owner or null (not to take lanes), $6 lease in milliseconds. */
export const ACCEPT: NamedQuery = {
  name: 'inbox_accept',
  text: `
    WITH given AS (
      SELECT message_id, lane, payload, n, row_number() OVER (PARTITION BY lane ORDER BY n) AS place
        FROM unnest($1::bigint[], $2::text[], $3::bytea[]) WITH ORDINALITY AS g (message_id, lane, payload, n)
    ), held AS (
      SELECT lane, pending FROM inbox_lane WHERE lane = ANY ($2::text[]) ORDER BY lane FOR UPDATE
    ), inserted AS (
      INSERT INTO inbox (message_id, lane, payload, received_at, tries)
      SELECT g.message_id, g.lane, g.payload, $4::timestamptz,
             CASE WHEN $5::uuid IS NOT NULL AND g.place = 1 AND coalesce(h.pending, 0) = 0 THEN 1 ELSE 0 END
        FROM given g LEFT JOIN held h USING (lane)
       ORDER BY g.n
      ON CONFLICT (message_id) DO NOTHING
      RETURNING message_id, lane, tries
    ), raised AS (
      INSERT INTO inbox_lane AS l (lane, pending, owner, lease_until)
      SELECT lane, count(*), $5::uuid, CASE WHEN $5::uuid IS NOT NULL THEN now() + $6::integer * interval '1 ms' END
        FROM inserted GROUP BY lane ORDER BY lane
      ON CONFLICT (lane) DO UPDATE SET
        pending = l.pending + excluded.pending,
        owner = CASE WHEN l.lease_until > now() THEN l.owner ELSE excluded.owner END,
        lease_until = CASE WHEN l.lease_until > now() THEN l.lease_until ELSE excluded.lease_until END
      RETURNING lane, $5::uuid IS NOT NULL AND (old.lease_until > now()) IS NOT TRUE AS taken
    )
    SELECT r.lane, r.taken, (SELECT i.message_id FROM inserted i WHERE i.lane = r.lane AND i.tries = 1) AS head
      FROM raised r`,
};

export interface ClaimedRow {
  readonly lane: string;
  readonly pending: number;
  readonly message_id: string | null;
  readonly payload: Buffer | null;
  readonly tries: number | null;
  readonly applied_at: Date | null;
  readonly received_at: Date | null;
}

/**
 * $1 lanes, $2 owner, $3 lease. The head of each lane that is still this owner's; a lane that is not is absent. A message
 * committed while this waited for the lane's lock is not seen yet: `pending` is then above 0 with no message.
 */
export const CLAIM: NamedQuery = {
  name: 'inbox_claim',
  text: `
    WITH held AS (
      SELECT lane, pending FROM inbox_lane
       WHERE lane = ANY ($1::text[]) AND owner = $2::uuid ORDER BY lane FOR UPDATE
    ), kept AS (
      UPDATE inbox_lane l SET lease_until = now() + $3::integer * interval '1 ms' FROM held h WHERE l.lane = h.lane
    ), head AS (
      SELECT n.message_id FROM held h CROSS JOIN LATERAL (
        SELECT message_id FROM inbox i WHERE i.lane = h.lane AND i.state = 'NEW' ORDER BY i.seq LIMIT 1) n
    ), claimed AS (
      UPDATE inbox i SET tries = i.tries + 1 FROM head h WHERE i.message_id = h.message_id
      RETURNING i.lane, i.message_id, i.payload, i.tries, i.applied_at, i.received_at
    )
    SELECT h.lane, h.pending, c.message_id, c.payload, c.tries, c.applied_at, c.received_at
      FROM held h LEFT JOIN claimed c USING (lane)`,
};

export interface EndedRow {
  readonly lane: string;
  /** More is waiting on the lane, and it is still this owner's. */
  readonly more: boolean;
}

/** $1 ids, $2 lanes, $3 states (DONE, SET_ASIDE), $4 errors, $5 ended at, $6 owner. May be repeated without harm. */
export const END: NamedQuery = {
  name: 'inbox_end',
  text: `
    WITH given AS (
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS g (message_id, lane, state, error)
    ), held AS (
      SELECT lane FROM inbox_lane WHERE lane = ANY ($2::text[]) ORDER BY lane FOR UPDATE
    ), ended AS (
      UPDATE inbox i SET state = g.state, error = g.error, ended_at = $5::timestamptz,
             payload = CASE WHEN g.state = 'DONE' THEN NULL ELSE i.payload END
        FROM given g JOIN held h USING (lane)
       WHERE i.message_id = g.message_id AND i.state = 'NEW'
      RETURNING i.lane
    ), counted AS (
      SELECT h.lane, count(e.lane)::integer AS n FROM held h LEFT JOIN ended e USING (lane) GROUP BY h.lane
    )
    UPDATE inbox_lane l SET
           pending = l.pending - c.n,
           owner = CASE WHEN l.pending = c.n AND l.owner = $6::uuid THEN NULL ELSE l.owner END,
           lease_until = CASE WHEN l.pending = c.n AND l.owner = $6::uuid THEN NULL ELSE l.lease_until END
      FROM counted c WHERE l.lane = c.lane
    RETURNING l.lane, (l.pending > 0 AND l.owner = $6::uuid) IS TRUE AS more`,
};

/** $1 id, $2 lane, $3 owner, $4 rest in milliseconds, $5 does the try count, $6 error. The lane may be taken after the rest. */
export const PUT_BACK: NamedQuery = {
  name: 'inbox_put_back',
  text: `
    WITH rested AS (
      UPDATE inbox_lane SET lease_until = now() + $4::integer * interval '1 ms'
       WHERE lane = $2::text AND owner = $3::uuid RETURNING lane
    )
    UPDATE inbox i SET error = $6::text, tries = CASE WHEN $5::boolean THEN i.tries ELSE greatest(i.tries - 1, 0) END
      FROM rested r WHERE i.message_id = $1::bigint AND i.lane = r.lane AND i.state = 'NEW'`,
};

/** $1 lanes, $2 owner. For a process that stops: others may take them at once. */
export const RELEASE: NamedQuery = {
  name: 'inbox_release',
  text: `
    WITH held AS (
      SELECT lane FROM inbox_lane WHERE lane = ANY ($1::text[]) AND owner = $2::uuid ORDER BY lane FOR UPDATE
    )
    UPDATE inbox_lane l SET owner = NULL, lease_until = NULL FROM held h WHERE l.lane = h.lane`,
};

/** $1 lanes, $2 owner, $3 lease. */
export const RENEW: NamedQuery = {
  name: 'inbox_renew',
  text: `
    WITH held AS (
      SELECT lane FROM inbox_lane WHERE lane = ANY ($1::text[]) AND owner = $2::uuid ORDER BY lane FOR UPDATE
    )
    UPDATE inbox_lane l SET lease_until = now() + $3::integer * interval '1 ms' FROM held h WHERE l.lane = h.lane`,
};

export interface SweptRow {
  /** A sum is a bigint: text. */
  readonly backlog: string;
  readonly lanes: string[] | null;
}

/** $1 owner, $2 lease, $3 how many at most, $4 lanes whose acceptance was never answered: they may be ours already. */
export const SWEEP: NamedQuery = {
  name: 'inbox_sweep',
  text: `
    WITH idle AS (
      SELECT lane FROM inbox_lane
       WHERE pending > 0 AND (lease_until IS NULL OR lease_until <= now() OR (owner = $1::uuid AND lane = ANY ($4::text[])))
       ORDER BY lease_until NULLS FIRST LIMIT $3::integer FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE inbox_lane l SET owner = $1::uuid, lease_until = now() + $2::integer * interval '1 ms'
        FROM idle WHERE l.lane = idle.lane RETURNING l.lane
    )
    SELECT (SELECT coalesce(sum(pending), 0) FROM inbox_lane WHERE pending > 0) AS backlog,
           (SELECT array_agg(lane) FROM taken) AS lanes`,
};

/** All lanes of all owners. */
export const TAKE_OVER: NamedQuery = {
  name: 'inbox_take_over',
  text: 'UPDATE inbox_lane SET owner = NULL, lease_until = NULL WHERE owner IS NOT NULL',
};

/** $1 now. */
export const PURGE: NamedQuery = {
  name: 'inbox_purge',
  text: `
    WITH gone AS (
      DELETE FROM inbox WHERE message_id IN (
        SELECT message_id FROM inbox
         WHERE state <> 'NEW' AND ended_at < $1::timestamptz - interval '48 hours'
           AND (state = 'DONE' OR ended_at < $1::timestamptz - interval '30 days')
         ORDER BY ended_at LIMIT 5000)
      RETURNING 1
    )
    SELECT count(*)::integer AS n FROM gone`,
};
