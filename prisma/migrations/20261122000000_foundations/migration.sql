-- Foundations: people, kindergartens, queues, applications, turns, referrals, notices, messages in and out.
-- Conventions: ids are uuidv7; instants are timestamptz, days are date; every state has a CHECK that names its dates;
-- what must never happen twice has a partial unique index. Column names are the field names of the code.

-- ── Places on the map ────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE district (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{3}$'),
  kind text NOT NULL CHECK (kind IN ('DISTRICT', 'CITY')),
  name_kk text NOT NULL,
  name_ru text NOT NULL,
  policy_preset text NOT NULL
);

CREATE TABLE kindergarten (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  district_id uuid NOT NULL REFERENCES district,
  name_kk text NOT NULL,
  name_ru text NOT NULL,
  address_kk text NOT NULL,
  address_ru text NOT NULL,
  phone text,
  latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
  ownership text NOT NULL DEFAULT 'STATE' CHECK (ownership IN ('STATE', 'PRIVATE_ORDER', 'MINI_CENTRE')),
  is_active boolean NOT NULL DEFAULT true
);
CREATE INDEX kindergarten_district ON kindergarten (district_id);

CREATE TABLE kindergarten_group (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kindergarten_id uuid NOT NULL REFERENCES kindergarten,
  name text NOT NULL,
  birth_year integer NOT NULL CHECK (birth_year BETWEEN 2000 AND 2100),
  language text NOT NULL CHECK (language IN ('kk', 'ru', 'mixed')),
  group_type text NOT NULL DEFAULT 'GENERAL' CHECK (group_type IN ('GENERAL', 'SPECIAL', 'SANATORIUM', 'INCLUSIVE')),
  capacity integer NOT NULL CHECK (capacity > 0),
  enrolled integer NOT NULL DEFAULT 0 CHECK (enrolled BETWEEN 0 AND capacity)
);
CREATE INDEX kindergarten_group_kindergarten ON kindergarten_group (kindergarten_id);

-- ── Rules that differ by district, with dates (DOMAIN §4) ───────────────────────────────────────────────────────
CREATE TABLE policy (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  district_id uuid REFERENCES district,
  key text NOT NULL,
  value jsonb NOT NULL,
  valid_from date NOT NULL,
  valid_to date CHECK (valid_to IS NULL OR valid_to >= valid_from),
  basis text NOT NULL
);
CREATE INDEX policy_key ON policy (key, valid_from);

CREATE TABLE calendar_override (
  day date PRIMARY KEY,
  is_working boolean NOT NULL,
  basis text NOT NULL
);

CREATE TABLE counter (
  name text PRIMARY KEY,
  value integer NOT NULL DEFAULT 0
);

-- ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE person (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  iin_cipher bytea NOT NULL,
  iin_hash bytea NOT NULL UNIQUE,
  surname text NOT NULL,
  name text NOT NULL,
  patronymic text,
  birth_date date NOT NULL,
  language text NOT NULL DEFAULT 'kk' CHECK (language IN ('kk', 'ru')),
  notify_sms boolean NOT NULL DEFAULT true,
  notify_email boolean NOT NULL DEFAULT true,
  notify_messenger boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL
);

CREATE TABLE contact (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('PHONE', 'EMAIL')),
  value text NOT NULL,
  is_main boolean NOT NULL DEFAULT false,
  confirmed_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (person_id, kind, value),
  CHECK (kind <> 'PHONE' OR value ~ '^\+7[0-9]{10}$')
);
CREATE UNIQUE INDEX contact_one_main ON contact (person_id, kind) WHERE is_main;
CREATE INDEX contact_value ON contact (kind, value);

CREATE TABLE messenger_account (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  channel text NOT NULL CHECK (channel IN ('TELEGRAM')),
  address text NOT NULL,
  language text CHECK (language IN ('kk', 'ru')),
  person_id uuid REFERENCES person,
  phone text,
  consented_at timestamptz,
  logged_in_at timestamptz,
  verified_at timestamptz,
  unreachable_since timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (channel, address),
  CHECK ((person_id IS NULL) = (logged_in_at IS NULL))
);
CREATE INDEX messenger_account_person ON messenger_account (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE child (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  iin_cipher bytea NOT NULL,
  iin_hash bytea NOT NULL UNIQUE,
  surname text NOT NULL,
  name text NOT NULL,
  patronymic text,
  birth_date date NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE staff_role (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES person,
  role text NOT NULL CHECK (role IN ('OPERATOR', 'KINDERGARTEN_HEAD', 'REGION_ADMIN')),
  district_id uuid REFERENCES district,
  kindergarten_id uuid REFERENCES kindergarten,
  granted_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CHECK ((role = 'OPERATOR') = (district_id IS NOT NULL)),
  CHECK ((role = 'KINDERGARTEN_HEAD') = (kindergarten_id IS NOT NULL))
);
CREATE UNIQUE INDEX staff_role_once ON staff_role
  (person_id, role, district_id, kindergarten_id) NULLS NOT DISTINCT WHERE revoked_at IS NULL;

-- ── Queues ───────────────────────────────────────────────────────────────────────────────────────────────────────
-- One queue is one (district, birth year, group type). Its row is the lock under which its membership changes.
CREATE TABLE queue (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  district_id uuid NOT NULL REFERENCES district,
  birth_year integer NOT NULL,
  group_type text NOT NULL DEFAULT 'GENERAL' CHECK (group_type IN ('GENERAL', 'SPECIAL', 'SANATORIUM', 'INCLUSIVE')),
  cycle_position integer NOT NULL DEFAULT 0 CHECK (cycle_position >= 0),
  credit_priority integer NOT NULL DEFAULT 0 CHECK (credit_priority >= 0),
  credit_common integer NOT NULL DEFAULT 0 CHECK (credit_common >= 0),
  UNIQUE (district_id, birth_year, group_type)
);

CREATE TABLE application (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number text NOT NULL UNIQUE,
  child_id uuid NOT NULL REFERENCES child,
  applicant_id uuid NOT NULL REFERENCES person,
  district_id uuid NOT NULL REFERENCES district,
  queue_id uuid NOT NULL REFERENCES queue,
  state text NOT NULL CHECK (state IN ('IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE',
    'ENROLLED', 'WITHDRAWN', 'REMOVED', 'REJECTED', 'ARCHIVED')),
  state_since timestamptz NOT NULL,
  benefit_class text NOT NULL DEFAULT 'COMMON' CHECK (benefit_class IN ('EXTRAORDINARY', 'PRIORITY', 'COMMON')),
  preferred_language text CHECK (preferred_language IN ('kk', 'ru')),
  registered_at timestamptz NOT NULL,
  position_at_registration integer CHECK (position_at_registration > 0),
  eligible_from date NOT NULL,
  under_age boolean NOT NULL,
  age_limit_on date NOT NULL,
  interest_due_at timestamptz NOT NULL,
  miss_count integer NOT NULL DEFAULT 0 CHECK (miss_count >= 0),
  lapse_count integer NOT NULL DEFAULT 0 CHECK (lapse_count >= 0),
  stop_listed_until timestamptz,
  turn_restored_at timestamptz,
  removal_reason text CHECK (removal_reason IN ('MISSES', 'NO_CONFIRMATION', 'AGE_LIMIT', 'ENROLLED_ELSEWHERE',
    'DUPLICATE', 'MOVED', 'DECEASED', 'FALSE_DOCUMENTS')),
  -- Counted: stands in the numbers parents see. Waiting: may be given the next turn in the ordinary way.
  counted boolean NOT NULL GENERATED ALWAYS AS (state IN ('QUEUED', 'NOTIFIED') AND NOT under_age) STORED,
  waiting boolean NOT NULL GENERATED ALWAYS AS (state = 'QUEUED' AND NOT under_age AND turn_restored_at IS NULL) STORED,
  CHECK ((state = 'STOP_LISTED') = (stop_listed_until IS NOT NULL)),
  CHECK ((state = 'REMOVED') = (removal_reason IS NOT NULL)),
  CHECK (turn_restored_at IS NULL OR state IN ('QUEUED', 'STOP_LISTED')),
  CHECK (state NOT IN ('NOTIFIED', 'REFERRED') OR NOT under_age)
);
CREATE UNIQUE INDEX application_one_active ON application (child_id, district_id)
  WHERE state IN ('IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE');
CREATE INDEX application_counted ON application (queue_id, registered_at, id) WHERE counted;
CREATE INDEX application_waiting ON application (queue_id, benefit_class, registered_at, id) WHERE waiting;
CREATE INDEX application_front ON application (queue_id, registered_at, id) WHERE turn_restored_at IS NOT NULL;
-- Who keeps a place without being counted now: they are ahead on paper (the number at registration), not in turns.
CREATE INDEX application_kept ON application (queue_id, registered_at, id)
  WHERE NOT counted AND state IN ('IN_REVIEW', 'QUEUED', 'NOTIFIED', 'REFERRED', 'STOP_LISTED', 'INACTIVE');
CREATE INDEX application_under_age ON application (eligible_from) WHERE under_age;
CREATE INDEX application_applicant ON application (applicant_id);

-- How many stand in each stretch of time of a queue: level 0 the whole, 1 stretches of 2^24 s (194 days), 2 of 2^18 s
-- (3 days), 3 of 2^12 s (68 min), 4 of 2^6 s. A place in the queue is the sum of at most 4 × 63 rows and one minute of
-- applications, whatever the queue's length. all_*: counted; wait_*: waiting.
CREATE TABLE queue_tally (
  queue_id uuid NOT NULL REFERENCES queue,
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 4),
  bucket integer NOT NULL,
  all_extraordinary integer NOT NULL DEFAULT 0,
  all_priority integer NOT NULL DEFAULT 0,
  all_common integer NOT NULL DEFAULT 0,
  wait_extraordinary integer NOT NULL DEFAULT 0,
  wait_priority integer NOT NULL DEFAULT 0,
  wait_common integer NOT NULL DEFAULT 0,
  PRIMARY KEY (queue_id, level, bucket)
) WITH (fillfactor = 70);

-- In UTC, because a part of a timestamptz depends on the session's zone: only what is truly immutable is taken into the
-- statements that call it; otherwise it would be a function call for every row and bound.
CREATE FUNCTION tally_bucket(at timestamptz, level integer) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN level = 0 THEN 0
              ELSE floor(date_part('epoch', at AT TIME ZONE 'UTC'))::bigint >> (30 - 6 * level) END::integer;

-- One statement may change many applications (a publication opens thousands of turns), hence transition tables. The
-- queue rows are locked first, so that two writers of one queue never meet half-way (actions take the same lock earlier).
CREATE FUNCTION apply_tally(queues uuid[], ats timestamptz[], classes text[], alls integer[], waits integer[])
  RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM queue WHERE id = ANY (queues) ORDER BY id FOR NO KEY UPDATE;
  INSERT INTO queue_tally AS t (queue_id, level, bucket, all_extraordinary, all_priority, all_common,
                                wait_extraordinary, wait_priority, wait_common)
  SELECT c.queue_id, l.level, tally_bucket(c.at, l.level),
         coalesce(sum(c.all_n) FILTER (WHERE c.class = 'EXTRAORDINARY'), 0),
         coalesce(sum(c.all_n) FILTER (WHERE c.class = 'PRIORITY'), 0),
         coalesce(sum(c.all_n) FILTER (WHERE c.class = 'COMMON'), 0),
         coalesce(sum(c.wait_n) FILTER (WHERE c.class = 'EXTRAORDINARY'), 0),
         coalesce(sum(c.wait_n) FILTER (WHERE c.class = 'PRIORITY'), 0),
         coalesce(sum(c.wait_n) FILTER (WHERE c.class = 'COMMON'), 0)
    FROM unnest(queues, ats, classes, alls, waits) AS c (queue_id, at, class, all_n, wait_n),
         generate_series(0, 4) AS l (level)
   GROUP BY 1, 2, 3
  ORDER BY 1, 2, 3
  ON CONFLICT (queue_id, level, bucket) DO UPDATE SET
    all_extraordinary = t.all_extraordinary + excluded.all_extraordinary,
    all_priority = t.all_priority + excluded.all_priority,
    all_common = t.all_common + excluded.all_common,
    wait_extraordinary = t.wait_extraordinary + excluded.wait_extraordinary,
    wait_priority = t.wait_priority + excluded.wait_priority,
    wait_common = t.wait_common + excluded.wait_common;
END $$;

CREATE FUNCTION tally_on_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE q uuid[]; a timestamptz[]; c text[]; al integer[]; wa integer[];
BEGIN
  SELECT array_agg(queue_id), array_agg(registered_at), array_agg(benefit_class),
         array_agg(counted::integer), array_agg(waiting::integer)
    INTO q, a, c, al, wa FROM new_rows WHERE counted;
  IF q IS NOT NULL THEN PERFORM apply_tally(q, a, c, al, wa); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION tally_on_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE q uuid[]; a timestamptz[]; c text[]; al integer[]; wa integer[];
BEGIN
  SELECT array_agg(queue_id), array_agg(registered_at), array_agg(benefit_class),
         array_agg(-counted::integer), array_agg(-waiting::integer)
    INTO q, a, c, al, wa FROM old_rows WHERE counted;
  IF q IS NOT NULL THEN PERFORM apply_tally(q, a, c, al, wa); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION tally_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE q uuid[]; a timestamptz[]; c text[]; al integer[]; wa integer[];
BEGIN
  SELECT array_agg(d.queue_id), array_agg(d.registered_at), array_agg(d.benefit_class),
         array_agg(d.all_n), array_agg(d.wait_n)
    INTO q, a, c, al, wa
    FROM (
      SELECT queue_id, registered_at, benefit_class, sum(all_n)::integer AS all_n, sum(wait_n)::integer AS wait_n
        FROM (SELECT queue_id, registered_at, benefit_class, counted::integer AS all_n, waiting::integer AS wait_n
                FROM new_rows WHERE counted
              UNION ALL
              SELECT queue_id, registered_at, benefit_class, -counted::integer, -waiting::integer
                FROM old_rows WHERE counted) AS moved
       GROUP BY 1, 2, 3) AS d
   WHERE d.all_n <> 0 OR d.wait_n <> 0;
  IF q IS NOT NULL THEN PERFORM apply_tally(q, a, c, al, wa); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER application_tally_insert AFTER INSERT ON application
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_on_insert();
CREATE TRIGGER application_tally_delete AFTER DELETE ON application
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_on_delete();
CREATE TRIGGER application_tally_update AFTER UPDATE ON application
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_on_update();

-- Counts a queue anew from its applications: for an operator after a repair by hand that went round the triggers.
CREATE FUNCTION rebuild_tally(q uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM queue WHERE id = q FOR NO KEY UPDATE;
  DELETE FROM queue_tally WHERE queue_id = q;
  PERFORM apply_tally(array_agg(queue_id), array_agg(registered_at), array_agg(benefit_class),
                      array_agg(counted::integer), array_agg(waiting::integer))
     FROM application WHERE queue_id = q AND counted HAVING count(*) > 0;
END $$;

-- Who of each class is counted (all_*) and waiting (wait_*) ahead of a moment and id in a queue. Exact: it reads what the
-- trigger keeps in the same transaction.
CREATE FUNCTION queue_ahead(q uuid, at timestamptz, me uuid) RETURNS TABLE (
  all_extraordinary integer, all_priority integer, all_common integer,
  wait_extraordinary integer, wait_priority integer, wait_common integer
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(sum(s.ae), 0)::integer, coalesce(sum(s.ap), 0)::integer, coalesce(sum(s.ac), 0)::integer,
         coalesce(sum(s.we), 0)::integer, coalesce(sum(s.wp), 0)::integer, coalesce(sum(s.wc), 0)::integer
    FROM (
      SELECT all_extraordinary, all_priority, all_common, wait_extraordinary, wait_priority, wait_common
        FROM queue_tally WHERE queue_id = q AND level = 1 AND bucket < tally_bucket(at, 1)
      UNION ALL
      SELECT all_extraordinary, all_priority, all_common, wait_extraordinary, wait_priority, wait_common
        FROM queue_tally WHERE queue_id = q AND level = 2
         AND bucket >= tally_bucket(at, 1) << 6 AND bucket < tally_bucket(at, 2)
      UNION ALL
      SELECT all_extraordinary, all_priority, all_common, wait_extraordinary, wait_priority, wait_common
        FROM queue_tally WHERE queue_id = q AND level = 3
         AND bucket >= tally_bucket(at, 2) << 6 AND bucket < tally_bucket(at, 3)
      UNION ALL
      SELECT all_extraordinary, all_priority, all_common, wait_extraordinary, wait_priority, wait_common
        FROM queue_tally WHERE queue_id = q AND level = 4
         AND bucket >= tally_bucket(at, 3) << 6 AND bucket < tally_bucket(at, 4)
      UNION ALL
      SELECT (benefit_class = 'EXTRAORDINARY')::integer, (benefit_class = 'PRIORITY')::integer,
             (benefit_class = 'COMMON')::integer, (waiting AND benefit_class = 'EXTRAORDINARY')::integer,
             (waiting AND benefit_class = 'PRIORITY')::integer, (waiting AND benefit_class = 'COMMON')::integer
        FROM application
       WHERE queue_id = q AND counted
         AND registered_at >= to_timestamp(tally_bucket(at, 4)::bigint << 6)
         AND (registered_at, id) < (at, me)
    ) AS s (ae, ap, ac, we, wp, wc)
$$;

-- ── Places, turns, referrals ─────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE place (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  group_id uuid NOT NULL REFERENCES kindergarten_group,
  kindergarten_id uuid NOT NULL REFERENCES kindergarten,
  queue_id uuid NOT NULL REFERENCES queue,
  language text NOT NULL CHECK (language IN ('kk', 'ru', 'mixed')),
  state text NOT NULL CHECK (state IN ('DECLARED', 'PUBLISHED', 'PRIORITY', 'OPEN', 'HELD', 'FILLED', 'WITHDRAWN')),
  state_since timestamptz NOT NULL,
  declared_at timestamptz NOT NULL,
  available_from date,
  published_at timestamptz,
  pick_opens_at timestamptz,
  priority_until timestamptz,
  opened_at timestamptz,
  withdrawal_reason text,
  CHECK (state = 'DECLARED' OR state = 'WITHDRAWN' OR published_at IS NOT NULL),
  CHECK (state <> 'PUBLISHED' OR pick_opens_at IS NOT NULL),
  CHECK (state <> 'PRIORITY' OR priority_until IS NOT NULL),
  CHECK (state <> 'OPEN' OR opened_at IS NOT NULL),
  CHECK ((state = 'WITHDRAWN') = (withdrawal_reason IS NOT NULL))
);
CREATE INDEX place_free ON place (queue_id, state) WHERE state IN ('PUBLISHED', 'PRIORITY', 'OPEN');
CREATE INDEX place_kindergarten ON place (kindergarten_id, state);
CREATE INDEX place_group ON place (group_id, state);
CREATE INDEX place_to_open ON place (pick_opens_at) WHERE state = 'PUBLISHED';

CREATE TABLE turn_window (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  application_id uuid NOT NULL REFERENCES application,
  queue_id uuid NOT NULL REFERENCES queue,
  state text NOT NULL CHECK (state IN ('OPEN', 'USED', 'LAPSED', 'DECLINED', 'REVOKED')),
  slot text NOT NULL CHECK (slot IN ('RESTORED', 'EXTRAORDINARY', 'PRIORITY', 'COMMON')),
  from_credit boolean NOT NULL DEFAULT false,
  opened_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL CHECK (closes_at > opened_at),
  closed_at timestamptz,
  calendar_version text NOT NULL,
  CHECK ((state = 'OPEN') = (closed_at IS NULL))
);
CREATE UNIQUE INDEX turn_window_one_open ON turn_window (application_id) WHERE state = 'OPEN';
CREATE INDEX turn_window_queue ON turn_window (queue_id, opened_at, id) WHERE state = 'OPEN';

CREATE TABLE statement (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('CHOICE', 'WISHES', 'REGISTRATION', 'WITHDRAWAL')),
  person_id uuid NOT NULL REFERENCES person,
  application_id uuid REFERENCES application,
  payload jsonb NOT NULL,
  content text NOT NULL,
  sha256 bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  signed_at timestamptz,
  method text CHECK (method IN ('OTP', 'EDS')),
  result jsonb,
  CHECK ((signed_at IS NULL) = (method IS NULL)),
  CHECK (signed_at IS NULL OR signed_at <= expires_at)
);
CREATE INDEX statement_person ON statement (person_id, created_at);

CREATE TABLE referral (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number text NOT NULL UNIQUE,
  application_id uuid NOT NULL REFERENCES application,
  child_id uuid NOT NULL REFERENCES child,
  place_id uuid NOT NULL REFERENCES place,
  kindergarten_id uuid NOT NULL REFERENCES kindergarten,
  turn_window_id uuid REFERENCES turn_window,
  statement_id uuid REFERENCES statement,
  state text NOT NULL CHECK (state IN ('ISSUED', 'EXTENDED', 'ARRIVED', 'ACCEPTED', 'CANCELLED_BY_APPLICANT',
    'EXPIRED', 'REFUSED', 'REVOKED')),
  state_since timestamptz NOT NULL,
  issued_at timestamptz NOT NULL,
  come_until timestamptz NOT NULL CHECK (come_until > issued_at),
  cancel_until timestamptz NOT NULL CHECK (cancel_until > issued_at),
  extended_until timestamptz CHECK (extended_until > issued_at),
  extension_reason text,
  arrived_at timestamptz,
  closed_at timestamptz,
  refusal_reason text CHECK (refusal_reason IN ('INCOMPLETE', 'EXPIRED_DOCUMENTS', 'VACCINATION_RATIO', 'OTHER')),
  refusal_note text,
  calendar_version text NOT NULL,
  CHECK ((extended_until IS NULL) = (extension_reason IS NULL)),
  CHECK (state <> 'EXTENDED' OR extended_until IS NOT NULL),
  CHECK (state <> 'ARRIVED' OR arrived_at IS NOT NULL),
  CHECK ((state = 'REFUSED') = (refusal_reason IS NOT NULL)),
  CHECK ((state IN ('ISSUED', 'EXTENDED', 'ARRIVED')) = (closed_at IS NULL))
);
CREATE UNIQUE INDEX referral_one_live_per_place ON referral (place_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX referral_one_live_per_child ON referral (child_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX referral_one_live_per_application ON referral (application_id) WHERE closed_at IS NULL;
CREATE INDEX referral_application ON referral (application_id, issued_at);
CREATE INDEX referral_kindergarten ON referral (kindergarten_id, state);

-- A wish of the sealed open phase: drawn at round_at in queue order; one signed list per application and round.
CREATE TABLE wish (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  application_id uuid NOT NULL REFERENCES application,
  queue_id uuid NOT NULL REFERENCES queue,
  group_id uuid NOT NULL REFERENCES kindergarten_group,
  rank integer NOT NULL CHECK (rank BETWEEN 1 AND 20),
  round_at timestamptz NOT NULL,
  statement_id uuid NOT NULL REFERENCES statement,
  created_at timestamptz NOT NULL,
  outcome text CHECK (outcome IN ('WON', 'LOST', 'VOID')),
  UNIQUE (application_id, round_at, rank),
  UNIQUE (application_id, round_at, group_id)
);
CREATE INDEX wish_round ON wish (queue_id, round_at) WHERE outcome IS NULL;

CREATE TABLE stop_list_entry (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  application_id uuid NOT NULL REFERENCES application,
  referral_id uuid NOT NULL UNIQUE REFERENCES referral,
  miss_number integer NOT NULL CHECK (miss_number > 0),
  listed_at timestamptz NOT NULL,
  until timestamptz NOT NULL CHECK (until > listed_at),
  lifted_at timestamptz
);

CREATE TABLE interest_confirmation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  application_id uuid NOT NULL REFERENCES application,
  person_id uuid NOT NULL REFERENCES person,
  confirmed_at timestamptz NOT NULL,
  next_due_at timestamptz NOT NULL CHECK (next_due_at > confirmed_at)
);
CREATE INDEX interest_confirmation_application ON interest_confirmation (application_id, confirmed_at);

-- ── What happened: append-only ───────────────────────────────────────────────────────────────────────────────────
CREATE TABLE event (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  at timestamptz NOT NULL,
  entity text NOT NULL,
  entity_id uuid NOT NULL,
  application_id uuid REFERENCES application,
  transition text NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('PERSON', 'STAFF', 'SYSTEM')),
  actor_id uuid,
  channel text NOT NULL CHECK (channel IN ('BOT', 'WEB', 'SERVER', 'SYSTEM')),
  before jsonb NOT NULL,
  after jsonb NOT NULL,
  reason text,
  policy_version text,
  CHECK ((actor_kind = 'SYSTEM') = (actor_id IS NULL))
);
CREATE INDEX event_application ON event (application_id, at, id) WHERE application_id IS NOT NULL;

CREATE FUNCTION forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the table % is append-only', tg_table_name USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- ── Deadlines: rows, never sleeping processes (DOMAIN §5.4) ─────────────────────────────────────────────────────
CREATE TABLE timer (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('TURN_WINDOW', 'SELF_CANCEL', 'SHOW_UP', 'EXTENSION', 'STOP_LIST', 'INTEREST', 'AGE_LIMIT')),
  subject_id uuid NOT NULL,
  application_id uuid NOT NULL REFERENCES application,
  deadline_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL CHECK (due_at <= deadline_at),
  state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'FIRED', 'CANCELLED')),
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  CHECK ((state = 'PENDING') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX timer_one_pending ON timer (kind, subject_id) WHERE state = 'PENDING';
CREATE INDEX timer_due ON timer (due_at) WHERE state = 'PENDING';
CREATE INDEX timer_application ON timer (application_id) WHERE state = 'PENDING';

-- ── Documents ────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE document (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('REGISTRATION', 'REFERRAL')),
  application_id uuid NOT NULL REFERENCES application,
  referral_id uuid REFERENCES referral,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CHECK ((kind = 'REFERRAL') = (referral_id IS NOT NULL))
);
CREATE INDEX document_application ON document (application_id, created_at);

CREATE TABLE document_file (
  document_id uuid NOT NULL REFERENCES document,
  language text NOT NULL CHECK (language IN ('kk', 'ru')),
  content bytea NOT NULL,
  sha256 bytea NOT NULL,
  rendered_at timestamptz NOT NULL,
  PRIMARY KEY (document_id, language)
);

-- ── One-time codes ───────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE one_time_code (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  purpose text NOT NULL CHECK (purpose IN ('LOGIN', 'SIGN', 'CONTACT')),
  person_id uuid NOT NULL REFERENCES person,
  statement_id uuid REFERENCES statement,
  target text NOT NULL,
  code_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  attempts integer NOT NULL DEFAULT 0,
  used_at timestamptz,
  CHECK ((purpose = 'SIGN') = (statement_id IS NOT NULL))
);
CREATE INDEX one_time_code_person ON one_time_code (person_id, purpose, created_at);

-- ── Notices: what is owed, and how it left ───────────────────────────────────────────────────────────────────────
CREATE TABLE notice (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  code text NOT NULL,
  legal boolean NOT NULL,
  person_id uuid NOT NULL REFERENCES person,
  application_id uuid REFERENCES application,
  referral_id uuid REFERENCES referral,
  params jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  dedupe_key text UNIQUE,
  read_at timestamptz
);
CREATE INDEX notice_person ON notice (person_id, created_at);

CREATE TABLE delivery (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  notice_id uuid NOT NULL REFERENCES notice,
  channel text NOT NULL CHECK (channel IN ('TELEGRAM', 'SMS', 'EMAIL')),
  state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'SENT', 'UNREACHABLE', 'FAILED', 'UNKNOWN', 'CANCELLED')),
  run_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  claimed_by uuid,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  provider_ref text,
  error text,
  UNIQUE (notice_id, channel),
  CHECK ((state = 'PENDING') = (ended_at IS NULL))
);
CREATE INDEX delivery_due ON delivery (channel, run_at) WHERE state = 'PENDING';

CREATE TABLE broadcast (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  author_id uuid NOT NULL REFERENCES person,
  text_kk text NOT NULL,
  text_ru text NOT NULL,
  audience jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('DRAFT', 'RUNNING', 'PAUSED', 'STOPPED', 'DONE')),
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  total integer NOT NULL DEFAULT 0,
  progress_address text,
  progress_message text,
  CHECK ((state = 'DRAFT') = (started_at IS NULL)),
  CHECK ((state IN ('STOPPED', 'DONE')) = (finished_at IS NOT NULL))
);

CREATE TABLE broadcast_recipient (
  broadcast_id uuid NOT NULL REFERENCES broadcast,
  account_id uuid NOT NULL REFERENCES messenger_account,
  language text NOT NULL CHECK (language IN ('kk', 'ru')),
  state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'CLAIMED', 'SENT', 'FAILED', 'UNREACHABLE', 'UNKNOWN', 'SKIPPED')),
  claimed_by uuid,
  claimed_at timestamptz,
  ended_at timestamptz,
  error text,
  PRIMARY KEY (broadcast_id, account_id),
  CHECK ((state = 'CLAIMED') = (claimed_by IS NOT NULL))
);
CREATE INDEX broadcast_recipient_open ON broadcast_recipient (broadcast_id, state) WHERE state IN ('PENDING', 'CLAIMED');

-- Paced sending shared by all processes: the next free moment on a lane, and a pause everyone keeps (429).
CREATE TABLE sending_pace (
  name text PRIMARY KEY,
  next_at timestamptz NOT NULL,
  paused_until timestamptz
);

-- ── Messages in ──────────────────────────────────────────────────────────────────────────────────────────────────
-- A message is acknowledged only after its row is committed. payload is encrypted, and erased when the message is done:
-- people type IINs and codes into chats. A lane is one chat: first in, first out, whichever process holds it.
CREATE TABLE inbox (
  message_id bigint PRIMARY KEY,
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  lane text NOT NULL,
  payload bytea,
  received_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'NEW' CHECK (state IN ('NEW', 'DONE', 'SET_ASIDE')),
  tries integer NOT NULL DEFAULT 0,
  applied_at timestamptz,
  ended_at timestamptz,
  error text,
  CHECK ((state = 'NEW') = (ended_at IS NULL))
);
CREATE INDEX inbox_lane_open ON inbox (lane, seq) WHERE state = 'NEW';
CREATE INDEX inbox_ended ON inbox (ended_at) WHERE state <> 'NEW';

CREATE TABLE inbox_lane (
  lane text PRIMARY KEY,
  pending integer NOT NULL CHECK (pending >= 0),
  owner uuid,
  lease_until timestamptz,
  CHECK ((owner IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX inbox_lane_waiting ON inbox_lane (lease_until) WHERE pending > 0;

CREATE TABLE session (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);
