-- The waiting list and the transfer to another kindergarten (S2; DOMAIN §2.3, §8.7).

-- ── Who goes where ───────────────────────────────────────────────────────────────────────────────────────────────
-- A child goes to the kindergarten of its accepted referral until it has left it.
ALTER TABLE referral ADD COLUMN left_at timestamptz, ADD CHECK (left_at IS NULL OR state = 'ACCEPTED');
-- A child taken twice before anybody wrote down that it left goes to the later one.
UPDATE referral AS r SET left_at = later.state_since
  FROM (SELECT child_id, state_since, lag(id) OVER (PARTITION BY child_id ORDER BY state_since, id) AS earlier
          FROM referral WHERE state = 'ACCEPTED') AS later
 WHERE r.id = later.earlier;
CREATE UNIQUE INDEX referral_one_attendance ON referral (child_id) WHERE state = 'ACCEPTED' AND left_at IS NULL;
CREATE UNIQUE INDEX referral_one_child_on_a_place ON referral (place_id) WHERE state = 'ACCEPTED' AND left_at IS NULL;
CREATE INDEX referral_attending ON referral (kindergarten_id) WHERE state = 'ACCEPTED' AND left_at IS NULL;

-- OFFERED: kept for the child of a waiting list until its parent has answered.
ALTER TABLE place DROP CONSTRAINT place_state_check;
ALTER TABLE place ADD CONSTRAINT place_state_check CHECK (state IN ('DECLARED', 'PUBLISHED', 'PRIORITY', 'OPEN',
  'OFFERED', 'HELD', 'FILLED', 'WITHDRAWN'));

-- ── Waiting lists ────────────────────────────────────────────────────────────────────────────────────────────────
-- A list is one kindergarten and one queue (year and type). Its entries change under the lock of the queue's row.
CREATE TABLE waitlist_entry (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  application_id uuid NOT NULL REFERENCES application,
  child_id uuid NOT NULL REFERENCES child,
  kindergarten_id uuid NOT NULL REFERENCES kindergarten,
  queue_id uuid NOT NULL REFERENCES queue,
  statement_id uuid NOT NULL REFERENCES statement,
  -- wish of the parents; null: any language
  language text CHECK (language IN ('kk', 'ru')),
  -- the last day on which the child may still be taken
  ends_on date NOT NULL,
  joined_at timestamptz NOT NULL,
  benefit_class text NOT NULL CHECK (benefit_class IN ('EXTRAORDINARY', 'PRIORITY', 'COMMON')),
  -- a brother or sister goes to this kindergarten
  sibling boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('WAITING', 'PLACE_AVAILABLE', 'REFERRAL_ISSUED', 'DECLINED', 'LAPSED', 'CANCELLED')),
  -- when the state, the class or the sibling last changed
  moved_at timestamptz NOT NULL,
  place_id uuid REFERENCES place,
  offered_at timestamptz,
  answer_until timestamptz,
  end_reason text CHECK (end_reason IN ('PARENT', 'AGE', 'TRANSFERRED', 'ENROLLED_ELSEWHERE', 'LEFT_KINDERGARTEN', 'FAILED')),
  CHECK (state <> 'PLACE_AVAILABLE' OR place_id IS NOT NULL),
  CHECK ((place_id IS NULL) = (offered_at IS NULL)),
  CHECK ((place_id IS NULL) = (answer_until IS NULL)),
  CHECK ((state = 'CANCELLED') = (end_reason IS NOT NULL))
);
CREATE UNIQUE INDEX waitlist_once ON waitlist_entry (application_id, kindergarten_id) WHERE state IN ('WAITING', 'PLACE_AVAILABLE');
CREATE UNIQUE INDEX waitlist_one_offer_per_child ON waitlist_entry (child_id) WHERE state = 'PLACE_AVAILABLE';
CREATE UNIQUE INDEX waitlist_one_offer_per_place ON waitlist_entry (place_id) WHERE state = 'PLACE_AVAILABLE';
CREATE INDEX waitlist_order ON waitlist_entry (kindergarten_id, queue_id, sibling, benefit_class, joined_at, id) WHERE state = 'WAITING';
CREATE INDEX waitlist_queue ON waitlist_entry (queue_id) WHERE state = 'WAITING';
CREATE INDEX waitlist_application ON waitlist_entry (application_id);
CREATE INDEX waitlist_child ON waitlist_entry (child_id) WHERE state IN ('WAITING', 'PLACE_AVAILABLE');
CREATE INDEX waitlist_end ON waitlist_entry (ends_on) WHERE state = 'WAITING';

-- How many wait in each stretch of time of a list: levels and buckets as in queue_tally. own_*: with a brother or sister
-- there. Which of the six come first is the district's policy and no matter of these counts.
CREATE TABLE waitlist_tally (
  kindergarten_id uuid NOT NULL REFERENCES kindergarten,
  queue_id uuid NOT NULL REFERENCES queue,
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 4),
  bucket integer NOT NULL,
  extraordinary integer NOT NULL DEFAULT 0,
  priority integer NOT NULL DEFAULT 0,
  common integer NOT NULL DEFAULT 0,
  own_extraordinary integer NOT NULL DEFAULT 0,
  own_priority integer NOT NULL DEFAULT 0,
  own_common integer NOT NULL DEFAULT 0,
  PRIMARY KEY (kindergarten_id, queue_id, level, bucket)
) WITH (fillfactor = 70);

-- Every change of who stands where in a list, so that a change of place can be explained. `was_*` null: not in the list
-- before; `is_*` null: not any more. `cause` is the state it left or came to.
CREATE TABLE waitlist_move (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kindergarten_id uuid NOT NULL,
  queue_id uuid NOT NULL,
  at timestamptz NOT NULL,
  entry_id uuid NOT NULL,
  joined_at timestamptz NOT NULL,
  was_class text,
  was_sibling boolean,
  is_class text,
  is_sibling boolean,
  cause text NOT NULL
);
CREATE INDEX waitlist_move_list ON waitlist_move (kindergarten_id, queue_id, at);

-- Statement-level, because one publication moves a thousand entries. Writers of a list hold its queue's row already; it
-- is locked here again for whoever changes entries by hand.
CREATE FUNCTION apply_waitlist(moves jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM queue WHERE id IN (SELECT DISTINCT (m ->> 'queue_id')::uuid FROM jsonb_array_elements(moves) AS m)
    ORDER BY id FOR NO KEY UPDATE;
  INSERT INTO waitlist_move (kindergarten_id, queue_id, at, entry_id, joined_at, was_class, was_sibling, is_class, is_sibling, cause)
  SELECT * FROM jsonb_to_recordset(moves) AS m (kindergarten_id uuid, queue_id uuid, at timestamptz, entry_id uuid,
    joined_at timestamptz, was_class text, was_sibling boolean, is_class text, is_sibling boolean, cause text);
  INSERT INTO waitlist_tally AS t (kindergarten_id, queue_id, level, bucket, extraordinary, priority, common,
                                   own_extraordinary, own_priority, own_common)
  SELECT c.kindergarten_id, c.queue_id, l.level, tally_bucket(c.joined_at, l.level),
         coalesce(sum(c.n) FILTER (WHERE c.class = 'EXTRAORDINARY' AND NOT c.sibling), 0),
         coalesce(sum(c.n) FILTER (WHERE c.class = 'PRIORITY' AND NOT c.sibling), 0),
         coalesce(sum(c.n) FILTER (WHERE c.class = 'COMMON' AND NOT c.sibling), 0),
         coalesce(sum(c.n) FILTER (WHERE c.class = 'EXTRAORDINARY' AND c.sibling), 0),
         coalesce(sum(c.n) FILTER (WHERE c.class = 'PRIORITY' AND c.sibling), 0),
         coalesce(sum(c.n) FILTER (WHERE c.class = 'COMMON' AND c.sibling), 0)
    FROM (SELECT m.kindergarten_id, m.queue_id, m.joined_at, v.class, v.sibling, v.n
            FROM jsonb_to_recordset(moves) AS m (kindergarten_id uuid, queue_id uuid, joined_at timestamptz,
                   was_class text, was_sibling boolean, is_class text, is_sibling boolean)
           CROSS JOIN LATERAL (VALUES (m.was_class, m.was_sibling, -1), (m.is_class, m.is_sibling, 1)) AS v (class, sibling, n)
           WHERE v.class IS NOT NULL) AS c,
         generate_series(0, 4) AS l (level)
   GROUP BY 1, 2, 3, 4
  ORDER BY 1, 2, 3, 4
  ON CONFLICT (kindergarten_id, queue_id, level, bucket) DO UPDATE SET
    extraordinary = t.extraordinary + excluded.extraordinary,
    priority = t.priority + excluded.priority,
    common = t.common + excluded.common,
    own_extraordinary = t.own_extraordinary + excluded.own_extraordinary,
    own_priority = t.own_priority + excluded.own_priority,
    own_common = t.own_common + excluded.own_common;
END $$;

CREATE FUNCTION waitlist_on_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moves jsonb;
BEGIN
  SELECT jsonb_agg(jsonb_build_object('kindergarten_id', kindergarten_id, 'queue_id', queue_id, 'at', moved_at,
           'entry_id', id, 'joined_at', joined_at, 'is_class', benefit_class, 'is_sibling', sibling, 'cause', 'JOINED'))
    INTO moves FROM new_rows WHERE state = 'WAITING';
  IF moves IS NOT NULL THEN PERFORM apply_waitlist(moves); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION waitlist_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moves jsonb;
BEGIN
  SELECT jsonb_agg(jsonb_build_object('kindergarten_id', n.kindergarten_id, 'queue_id', n.queue_id, 'at', n.moved_at,
           'entry_id', n.id, 'joined_at', n.joined_at,
           'was_class', CASE WHEN o.state = 'WAITING' THEN o.benefit_class END,
           'was_sibling', CASE WHEN o.state = 'WAITING' THEN o.sibling END,
           'is_class', CASE WHEN n.state = 'WAITING' THEN n.benefit_class END,
           'is_sibling', CASE WHEN n.state = 'WAITING' THEN n.sibling END,
           'cause', CASE WHEN o.state = n.state THEN 'ORDER' ELSE n.state END))
    INTO moves FROM new_rows AS n JOIN old_rows AS o ON o.id = n.id
   WHERE 'WAITING' IN (o.state, n.state)
     AND (o.state, o.benefit_class, o.sibling) IS DISTINCT FROM (n.state, n.benefit_class, n.sibling);
  IF moves IS NOT NULL THEN PERFORM apply_waitlist(moves); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER waitlist_insert AFTER INSERT ON waitlist_entry
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION waitlist_on_insert();
CREATE TRIGGER waitlist_update AFTER UPDATE ON waitlist_entry
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION waitlist_on_update();
CREATE TRIGGER waitlist_kept BEFORE DELETE ON waitlist_entry FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
CREATE TRIGGER waitlist_move_append_only BEFORE UPDATE OR DELETE ON waitlist_move FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- The class of the application is the class in its lists, whoever changes it.
CREATE FUNCTION waitlist_follows_class() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE waitlist_entry SET benefit_class = new.benefit_class, moved_at = coalesce(new.standing_since, new.state_since)
   WHERE application_id = new.id AND state IN ('WAITING', 'PLACE_AVAILABLE') AND benefit_class <> new.benefit_class;
  RETURN NULL;
END $$;
CREATE TRIGGER application_waitlist_class AFTER UPDATE OF benefit_class ON application
  FOR EACH ROW WHEN (old.benefit_class IS DISTINCT FROM new.benefit_class) EXECUTE FUNCTION waitlist_follows_class();

-- Who of each kind waits ahead of a moment and id in a list: at most 4 × 63 rows and one minute of entries.
CREATE FUNCTION waitlist_ahead(k uuid, q uuid, at timestamptz, me uuid) RETURNS TABLE (
  extraordinary integer, priority integer, common integer,
  own_extraordinary integer, own_priority integer, own_common integer
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(sum(s.e), 0)::integer, coalesce(sum(s.p), 0)::integer, coalesce(sum(s.c), 0)::integer,
         coalesce(sum(s.oe), 0)::integer, coalesce(sum(s.op), 0)::integer, coalesce(sum(s.oc), 0)::integer
    FROM (
      SELECT extraordinary, priority, common, own_extraordinary, own_priority, own_common FROM waitlist_tally
       WHERE kindergarten_id = k AND queue_id = q AND level = 1 AND bucket < tally_bucket(at, 1)
      UNION ALL
      SELECT extraordinary, priority, common, own_extraordinary, own_priority, own_common FROM waitlist_tally
       WHERE kindergarten_id = k AND queue_id = q AND level = 2
         AND bucket >= tally_bucket(at, 1) << 6 AND bucket < tally_bucket(at, 2)
      UNION ALL
      SELECT extraordinary, priority, common, own_extraordinary, own_priority, own_common FROM waitlist_tally
       WHERE kindergarten_id = k AND queue_id = q AND level = 3
         AND bucket >= tally_bucket(at, 2) << 6 AND bucket < tally_bucket(at, 3)
      UNION ALL
      SELECT extraordinary, priority, common, own_extraordinary, own_priority, own_common FROM waitlist_tally
       WHERE kindergarten_id = k AND queue_id = q AND level = 4
         AND bucket >= tally_bucket(at, 3) << 6 AND bucket < tally_bucket(at, 4)
      UNION ALL
      SELECT (NOT sibling AND benefit_class = 'EXTRAORDINARY')::integer, (NOT sibling AND benefit_class = 'PRIORITY')::integer,
             (NOT sibling AND benefit_class = 'COMMON')::integer, (sibling AND benefit_class = 'EXTRAORDINARY')::integer,
             (sibling AND benefit_class = 'PRIORITY')::integer, (sibling AND benefit_class = 'COMMON')::integer
        FROM waitlist_entry
       WHERE kindergarten_id = k AND queue_id = q AND state = 'WAITING'
         AND joined_at >= to_timestamp(tally_bucket(at, 4)::bigint << 6)
         AND (joined_at, id) < (at, me)
    ) AS s (e, p, c, oe, op, oc)
$$;

-- The parents of an application: the first applicant and those who were joined.
CREATE FUNCTION application_parents(id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT a.applicant_id FROM application AS a WHERE a.id = $1
  UNION
  SELECT g.person_id FROM guardian_link AS g WHERE g.application_id = $1 AND g.state = 'LINKED'
$$;

-- All applications of these parents.
CREATE FUNCTION application_family(id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT a.id FROM application AS a WHERE a.applicant_id IN (SELECT application_parents($1))
  UNION
  SELECT g.application_id FROM guardian_link AS g WHERE g.state = 'LINKED' AND g.person_id IN (SELECT application_parents($1))
$$;

-- Whether another child of the same parents goes to the kindergarten.
CREATE FUNCTION has_sibling_in(kindergarten uuid, id uuid, child uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM referral AS r
    WHERE r.kindergarten_id = $1 AND r.state = 'ACCEPTED' AND r.left_at IS NULL AND r.child_id <> $3
      AND EXISTS (SELECT application_parents(r.application_id) INTERSECT SELECT application_parents($2)))
$$;

-- The first of each kind who may be asked about a place of a language, and of these the first by the bands that the
-- district's policy gives the kinds. Passed over, with their place in the list kept: who has another offer or a referral
-- already, is too old today, wishes another language, or is in `passed`. plpgsql keeps its plan: a publication asks this
-- for every place.
CREATE FUNCTION waitlist_next(kindergarten uuid, queue uuid, bands integer[], siblings boolean[], classes text[],
  teaching text, passed uuid[], today date)
  RETURNS TABLE (id uuid, application_id uuid, child_id uuid, applicant_id uuid) LANGUAGE plpgsql STABLE ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT head.id, head.application_id, head.child_id, a.applicant_id
    FROM unnest(bands, siblings, classes) AS kind (band, sibling, class)
   CROSS JOIN LATERAL (
     SELECT w.id, w.application_id, w.child_id, w.joined_at FROM waitlist_entry AS w
      WHERE w.kindergarten_id = kindergarten AND w.queue_id = queue AND w.state = 'WAITING'
        AND w.sibling = kind.sibling AND w.benefit_class = kind.class
        AND (teaching = 'mixed' OR w.language IS NULL OR w.language = teaching)
        AND w.ends_on >= today AND w.child_id <> ALL (passed)
        AND NOT EXISTS (SELECT FROM waitlist_entry AS o WHERE o.child_id = w.child_id AND o.state = 'PLACE_AVAILABLE')
        AND NOT EXISTS (SELECT FROM referral AS r WHERE r.child_id = w.child_id AND r.closed_at IS NULL)
      ORDER BY w.joined_at, w.id LIMIT 1) AS head
    JOIN application AS a ON a.id = head.application_id
   ORDER BY kind.band, head.joined_at, head.id LIMIT 1;
END $$;

-- ── Transfers ────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE voucher (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number text NOT NULL UNIQUE,
  child_id uuid NOT NULL REFERENCES child,
  application_id uuid NOT NULL REFERENCES application,
  state text NOT NULL CHECK (state IN ('ISSUED', 'ACTIVE', 'CANCELLED')),
  issued_at timestamptz NOT NULL,
  state_since timestamptz NOT NULL
);
CREATE UNIQUE INDEX voucher_one_issued ON voucher (child_id) WHERE state = 'ISSUED';

CREATE TABLE transfer (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  application_id uuid NOT NULL REFERENCES application,
  child_id uuid NOT NULL REFERENCES child,
  entry_id uuid NOT NULL UNIQUE REFERENCES waitlist_entry,
  -- the new one; the present one is the accepted referral that the child goes by
  referral_id uuid NOT NULL UNIQUE REFERENCES referral,
  from_referral_id uuid NOT NULL REFERENCES referral,
  voucher_id uuid NOT NULL UNIQUE REFERENCES voucher,
  state text NOT NULL CHECK (state IN ('OPEN', 'COMPLETED', 'FAILED', 'CANCELLED')),
  -- frozen at the issue: whether the present place is kept until the end
  safe boolean NOT NULL,
  issued_at timestamptz NOT NULL,
  admit_until timestamptz NOT NULL CHECK (admit_until > issued_at),
  left_at timestamptz,
  leaving_refused_at timestamptz,
  leaving_refusal text CHECK (leaving_refusal IN ('DEBT', 'NO_REQUEST', 'OTHER')),
  leaving_note text,
  filed_at timestamptz,
  ended_at timestamptz,
  calendar_version text NOT NULL,
  CHECK ((state = 'OPEN') = (ended_at IS NULL)),
  CHECK ((leaving_refused_at IS NULL) = (leaving_refusal IS NULL)),
  CHECK (state <> 'COMPLETED' OR (left_at IS NOT NULL AND filed_at IS NOT NULL))
);
CREATE UNIQUE INDEX transfer_one_open ON transfer (child_id) WHERE state = 'OPEN';
CREATE INDEX transfer_application ON transfer (application_id, issued_at);
CREATE INDEX transfer_from ON transfer (from_referral_id);

ALTER TABLE statement DROP CONSTRAINT statement_kind_check;
ALTER TABLE statement ADD CONSTRAINT statement_kind_check CHECK (kind IN ('CHOICE', 'WISHES', 'REGISTRATION', 'WITHDRAWAL',
  'WAITLIST', 'TRANSFER'));

ALTER TABLE timer DROP CONSTRAINT timer_kind_check;
ALTER TABLE timer ADD CONSTRAINT timer_kind_check CHECK (kind IN ('TURN_WINDOW', 'SELF_CANCEL', 'SHOW_UP', 'EXTENSION',
  'STOP_LIST', 'INTEREST', 'AGE_LIMIT', 'BENEFIT', 'BENEFIT_COPY', 'GUARDIAN', 'WAITLIST_OFFER', 'TRANSFER'));
