-- The form by which a child is put in the queue (S1), benefits and their scans (DOMAIN §3.1), the second parent (§8.8), the
-- journal of every place in the queue (§7.1), subscriptions to free places, and what a person may ask about the own data.

-- ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────
-- Encrypted JSON of the address (S1 step 8). `deleted_at`: the account was deleted; what the law keeps stays.
ALTER TABLE person ADD COLUMN address_sealed bytea, ADD COLUMN deleted_at timestamptz;

ALTER TABLE application
  -- What the registry said of the applicant: a parent, nobody knows, or the registry was silent.
  ADD COLUMN relation text NOT NULL DEFAULT 'PROVEN' CHECK (relation IN ('PROVEN', 'UNPROVEN', 'UNKNOWN')),
  ADD COLUMN statement_id uuid REFERENCES statement,
  -- About 100 m exact, so that it is a neighbourhood and not a door.
  ADD COLUMN home_latitude double precision CHECK (home_latitude BETWEEN -90 AND 90),
  ADD COLUMN home_longitude double precision CHECK (home_longitude BETWEEN -180 AND 180),
  ADD COLUMN rejection_reason text CHECK (rejection_reason IN
    ('CHILD_UNKNOWN', 'NOT_A_PARENT', 'WRONG_DATA', 'TOO_OLD', 'DUPLICATE', 'OTHER')),
  ADD COLUMN rejection_note text,
  -- When the class or the age last changed the place: set with them. A change of state has state_since.
  ADD COLUMN standing_since timestamptz,
  ADD CHECK ((home_latitude IS NULL) = (home_longitude IS NULL)),
  ADD CHECK ((state = 'REJECTED') = (rejection_reason IS NOT NULL));
CREATE INDEX application_in_review ON application (district_id, registered_at) WHERE state = 'IN_REVIEW';

-- ── The form that is not sent yet ────────────────────────────────────────────────────────────────────────────────
-- One per person. `step` is where the person goes on; `read_policy` the district's rules when the manual was confirmed.
CREATE TABLE draft (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL UNIQUE REFERENCES person,
  district_id uuid REFERENCES district,
  step text NOT NULL CHECK (step IN ('DISTRICT', 'INTRO', 'APPLICANT', 'CHILDREN', 'HOME', 'SUMMARY')),
  read_at timestamptz,
  read_policy text,
  home_latitude double precision CHECK (home_latitude BETWEEN -90 AND 90),
  home_longitude double precision CHECK (home_longitude BETWEEN -180 AND 180),
  created_at timestamptz NOT NULL,
  touched_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  warned_at timestamptz,
  CHECK ((read_at IS NULL) = (read_policy IS NULL)),
  CHECK ((home_latitude IS NULL) = (home_longitude IS NULL))
);
CREATE INDEX draft_expires ON draft (expires_at);

-- A child of the form. Names come from the registry; TYPED by the parent when the registry was silent.
CREATE TABLE draft_child (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  draft_id uuid NOT NULL REFERENCES draft ON DELETE CASCADE,
  iin_cipher bytea NOT NULL,
  iin_hash bytea NOT NULL,
  surname text,
  name text,
  patronymic text,
  birth_date date NOT NULL,
  source text NOT NULL CHECK (source IN ('REGISTRY', 'TYPED')),
  relation text NOT NULL CHECK (relation IN ('PROVEN', 'UNPROVEN', 'UNKNOWN')),
  checked_at timestamptz NOT NULL,
  preferred_language text CHECK (preferred_language IN ('kk', 'ru')),
  created_at timestamptz NOT NULL,
  UNIQUE (draft_id, iin_hash),
  CHECK (source = 'TYPED' OR name IS NOT NULL)
);

-- ── Benefits ─────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE benefit_category (
  code text PRIMARY KEY CHECK (code ~ '^[A-Z]{3,8}$'),
  ord integer NOT NULL UNIQUE,
  name_kk text NOT NULL,
  name_ru text NOT NULL,
  class text NOT NULL CHECK (class IN ('EXTRAORDINARY', 'PRIORITY')),
  proof_kk text NOT NULL,
  proof_ru text NOT NULL,
  -- how long the proof is good from its own date; null: until it says otherwise
  valid_months integer CHECK (valid_months > 0),
  basis text NOT NULL,
  is_active boolean NOT NULL DEFAULT true
);
INSERT INTO benefit_category (code, ord, name_kk, name_ru, class, proof_kk, proof_ru, valid_months, basis) VALUES
  ('MIL', 1, 'Әскери қызметшілердің балалары', 'Дети военнослужащих, в том числе погибших, умерших и пропавших без вести', 'EXTRAORDINARY', 'қызмет орнынан анықтама', 'справка с места службы', 1, 'R4, R5, R9'),
  ('SPEC', 2, 'Арнаулы мемлекеттік органдар қызметкерлерінің балалары', 'Дети сотрудников специальных государственных органов', 'EXTRAORDINARY', 'қызмет орнынан анықтама', 'справка с места службы', 1, 'R4, R5'),
  ('PDIS', 3, 'Заңды өкілдері мүгедектігі бар адамдар болып табылатын балалар', 'Дети, законные представители которых – лица с инвалидностью', 'PRIORITY', 'мүгедектік туралы анықтама', 'справка об инвалидности', NULL, 'R6'),
  ('ORPH', 4, 'Жетім балалар', 'Дети-сироты', 'PRIORITY', 'қорғаншылық туралы акт', 'акт об опеке', NULL, 'R6'),
  ('NOCARE', 5, 'Ата-анасының қамқорлығынсыз қалған балалар', 'Дети, оставшиеся без попечения родителей', 'PRIORITY', 'қорғаншылық туралы акт', 'акт об опеке', NULL, 'R6'),
  ('LARGE', 6, 'Көпбалалы отбасылардың балалары', 'Дети из многодетных семей', 'PRIORITY', 'көпбалалы отбасы анықтамасы', 'справка многодетной семьи', NULL, 'R6'),
  ('SEN', 7, 'Ерекше білім беруге қажеттілігі бар балалар', 'Дети с особыми образовательными потребностями', 'PRIORITY', 'ПМПК қорытындысы', 'заключение ПМПК', NULL, 'R6'),
  ('CDIS', 8, 'Мүгедектігі бар балалар', 'Дети с инвалидностью', 'PRIORITY', 'мүгедектік туралы анықтама', 'справка об инвалидности', NULL, 'R7'),
  ('TEACH', 9, 'Педагогтердің балалары', 'Дети педагогов', 'PRIORITY', 'жұмыс орнынан анықтама', 'справка с места работы', 1, 'R4, R7');

-- A claim and its scans: made in the form (draft_child_id) or later, from the card (application_id). The child stands in
-- the class of its confirmed claim; without one in the common class, with the original time.
CREATE TABLE benefit_claim (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES person,
  draft_child_id uuid UNIQUE REFERENCES draft_child ON DELETE CASCADE,
  application_id uuid REFERENCES application,
  category text NOT NULL REFERENCES benefit_category,
  state text NOT NULL CHECK (state IN ('DRAFT', 'CLAIMED', 'PENDING_CHECK', 'CONFIRMED', 'DECLINED', 'EXPIRED')),
  state_since timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  claimed_at timestamptz,
  -- the operator who looks at it
  taken_by uuid REFERENCES person,
  decided_by uuid REFERENCES person,
  decided_at timestamptz,
  decline_reason text CHECK (decline_reason IN ('UNREADABLE', 'WRONG_DOCUMENT', 'OUTDATED', 'OTHER_PERSON', 'NO_COPY', 'OTHER')),
  decline_note text,
  -- a better copy was asked for, by the end of this day
  copy_until timestamptz,
  valid_until date,
  CHECK ((state = 'DRAFT' AND draft_child_id IS NOT NULL) OR application_id IS NOT NULL),
  CHECK (draft_child_id IS NULL OR application_id IS NULL),
  CHECK ((state = 'DRAFT') = (claimed_at IS NULL)),
  CHECK ((state = 'PENDING_CHECK') = (taken_by IS NOT NULL)),
  CHECK ((state = 'DECLINED') = (decline_reason IS NOT NULL)),
  CHECK (state NOT IN ('CONFIRMED', 'EXPIRED') OR decided_at IS NOT NULL),
  CHECK (copy_until IS NULL OR state IN ('CLAIMED', 'DECLINED'))
);
CREATE UNIQUE INDEX benefit_claim_one_confirmed ON benefit_claim (application_id) WHERE state = 'CONFIRMED';
CREATE UNIQUE INDEX benefit_claim_one_open ON benefit_claim (application_id) WHERE state IN ('DRAFT', 'CLAIMED', 'PENDING_CHECK');
CREATE INDEX benefit_claim_application ON benefit_claim (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX benefit_claim_waiting ON benefit_claim (claimed_at) WHERE state IN ('CLAIMED', 'PENDING_CHECK');

-- Benefits that were confirmed before there were claims: the class is known, the category is not.
INSERT INTO benefit_category (code, ord, name_kk, name_ru, class, proof_kk, proof_ru, valid_months, basis, is_active) VALUES
  ('EARLYX', 101, 'Бұрын расталған жеңілдік (кезектен тыс)', 'Подтверждённая ранее льгота (вне очереди)', 'EXTRAORDINARY', 'бұрын тексерілген құжат', 'документ, проверенный ранее', NULL, 'R4', false),
  ('EARLYP', 102, 'Бұрын расталған жеңілдік (бірінші кезекте)', 'Подтверждённая ранее льгота (первоочередная)', 'PRIORITY', 'бұрын тексерілген құжат', 'документ, проверенный ранее', NULL, 'R6', false);
WITH made AS (
  INSERT INTO benefit_claim (person_id, application_id, category, state, state_since, created_at, claimed_at, decided_at)
  SELECT applicant_id, id, CASE benefit_class WHEN 'EXTRAORDINARY' THEN 'EARLYX' ELSE 'EARLYP' END, 'CONFIRMED',
         registered_at, registered_at, registered_at, registered_at
    FROM application WHERE benefit_class <> 'COMMON'
  RETURNING id, application_id, state_since)
INSERT INTO event (at, entity, entity_id, application_id, transition, actor_kind, channel, before, after)
SELECT state_since, 'BENEFIT_CLAIM', id, application_id, 'B3i', 'SYSTEM', 'SYSTEM', '{}', '{"state": "CONFIRMED"}' FROM made;

-- What is stored outside the database under the keyed hash of its content. The row is there before the file, so that a
-- file nobody refers to is found and removed.
CREATE TABLE scan_blob (
  hash bytea PRIMARY KEY CHECK (length(hash) = 32),
  bytes integer NOT NULL CHECK (bytes > 0),
  touched_at timestamptz NOT NULL,
  stored_at timestamptz
);

CREATE TABLE scan (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  claim_id uuid NOT NULL REFERENCES benefit_claim ON DELETE CASCADE,
  hash bytea NOT NULL REFERENCES scan_blob,
  mime text NOT NULL CHECK (mime IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
  bytes integer NOT NULL,
  pages integer NOT NULL CHECK (pages > 0),
  width integer,
  height integer,
  created_at timestamptz NOT NULL,
  UNIQUE (claim_id, hash)
);
CREATE INDEX scan_hash ON scan (hash);

-- ── The second parent (S3, DOMAIN §8.8) ─────────────────────────────────────────────────────────────────────────
CREATE TABLE guardian_link (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  application_id uuid NOT NULL REFERENCES application,
  person_id uuid NOT NULL REFERENCES person,
  state text NOT NULL CHECK (state IN ('PENDING_OWNER', 'OPERATOR_REVIEW', 'LINKED', 'REFUSED', 'UNLINKED')),
  state_since timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  -- by what parenthood was believed
  proof text CHECK (proof IN ('REGISTRY', 'OWNER', 'OPERATOR')),
  decided_by uuid REFERENCES person,
  CHECK (state <> 'LINKED' OR proof IS NOT NULL)
);
CREATE UNIQUE INDEX guardian_link_one ON guardian_link (application_id, person_id)
  WHERE state IN ('PENDING_OWNER', 'OPERATOR_REVIEW', 'LINKED');
CREATE INDEX guardian_link_person ON guardian_link (person_id) WHERE state = 'LINKED';
CREATE INDEX guardian_link_review ON guardian_link (state_since) WHERE state IN ('PENDING_OWNER', 'OPERATOR_REVIEW');

-- ── The journal of places (DOMAIN §7.1) ─────────────────────────────────────────────────────────────────────────
-- Every change of who stands where in a queue, written by triggers in the order in which the queue's lock was held: from
-- it a place at any past moment, and why it moved, are computed exactly. No reference to the application: the journal
-- outlives it, and holds what another system brought along.
CREATE TABLE queue_move (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue_id uuid NOT NULL REFERENCES queue,
  at timestamptz NOT NULL,
  cause text NOT NULL CHECK (cause IN ('REGISTERED', 'BENEFIT', 'BENEFIT_ENDED', 'CAME_OF_AGE', 'TURN', 'RECEIVED', 'LEFT', 'RETURNED', 'CYCLE')),
  application_id uuid,
  registered_at timestamptz,
  class_was text,
  class_is text,
  stood_was text NOT NULL DEFAULT 'OUT' CHECK (stood_was IN ('OUT', 'WAITING', 'TURN', 'RESTORED')),
  stood_is text NOT NULL DEFAULT 'OUT' CHECK (stood_is IN ('OUT', 'WAITING', 'TURN', 'RESTORED')),
  -- CYCLE: how the pointer and the credits of the 1 : 3 cycle stood before
  cycle_was integer,
  credit_priority_was integer,
  credit_common_was integer,
  CHECK ((cause = 'CYCLE') = (application_id IS NULL)),
  CHECK ((cause = 'CYCLE') = (cycle_was IS NOT NULL)),
  CHECK ((application_id IS NULL) = (registered_at IS NULL))
);
CREATE INDEX queue_move_queue ON queue_move (queue_id, at, id);

-- When the cycle was last moved, by the clock of who moved it: set with every change of pointer and credits.
ALTER TABLE queue ADD COLUMN moved_at timestamptz;

CREATE FUNCTION stood(state text, under_age boolean, turn_restored_at timestamptz) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN under_age OR state NOT IN ('QUEUED', 'NOTIFIED') THEN 'OUT' WHEN state = 'NOTIFIED' THEN 'TURN'
              WHEN turn_restored_at IS NOT NULL THEN 'RESTORED' ELSE 'WAITING' END;

CREATE FUNCTION move_cause(state_was text, state_is text, class_was text, class_is text, under_age_was boolean)
  RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN state_was <> state_is THEN CASE
      WHEN state_is = 'REFERRED' THEN 'RECEIVED'
      WHEN state_was = 'IN_REVIEW' AND state_is = 'QUEUED' THEN 'REGISTERED'
      WHEN state_was IN ('QUEUED', 'NOTIFIED') AND state_is IN ('QUEUED', 'NOTIFIED') THEN 'TURN'
      WHEN state_is IN ('QUEUED', 'NOTIFIED') THEN 'RETURNED'
      ELSE 'LEFT' END
    WHEN class_was <> class_is THEN CASE class_is WHEN 'COMMON' THEN 'BENEFIT_ENDED' ELSE 'BENEFIT' END
    WHEN under_age_was THEN 'CAME_OF_AGE'
    ELSE 'TURN' END;

CREATE FUNCTION journal_on_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO queue_move (queue_id, at, cause, application_id, registered_at, class_was, class_is, stood_was, stood_is)
  SELECT queue_id, state_since, 'REGISTERED', id, registered_at, benefit_class, benefit_class, 'OUT',
         stood(state, under_age, turn_restored_at)
    FROM new_rows WHERE counted ORDER BY registered_at, id;
  RETURN NULL;
END $$;

-- A change of place in time or of queue (a repair by hand) is a leaving here and a coming there.
CREATE FUNCTION journal_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO queue_move (queue_id, at, cause, application_id, registered_at, class_was, class_is, stood_was, stood_is)
  SELECT m.queue_id, m.at, m.cause, m.id, m.registered_at, m.class_was, m.class_is, m.stood_was, m.stood_is
    FROM new_rows n JOIN old_rows o USING (id)
   CROSS JOIN LATERAL (SELECT
           CASE WHEN n.state <> o.state THEN n.state_since ELSE greatest(n.standing_since, n.state_since) END AS at,
           (o.queue_id, o.registered_at) = (n.queue_id, n.registered_at) AS stays,
           stood(o.state, o.under_age, o.turn_restored_at) AS was, stood(n.state, n.under_age, n.turn_restored_at) AS now) AS c
   CROSS JOIN LATERAL (VALUES
           (1, c.stays, n.queue_id, c.at, move_cause(o.state, n.state, o.benefit_class, n.benefit_class, o.under_age), n.id,
            n.registered_at, o.benefit_class, n.benefit_class, c.was, c.now),
           (2, NOT c.stays AND o.counted, o.queue_id, c.at, 'LEFT', n.id,
            o.registered_at, o.benefit_class, o.benefit_class, c.was, 'OUT'),
           (3, NOT c.stays AND n.counted, n.queue_id, c.at, 'REGISTERED', n.id,
            n.registered_at, n.benefit_class, n.benefit_class, 'OUT', c.now)
         ) AS m (part, happened, queue_id, at, cause, id, registered_at, class_was, class_is, stood_was, stood_is)
   WHERE (o.counted OR n.counted) AND m.happened
     AND (o.state, o.benefit_class, o.under_age, o.turn_restored_at IS NULL, o.queue_id, o.registered_at)
         IS DISTINCT FROM (n.state, n.benefit_class, n.under_age, n.turn_restored_at IS NULL, n.queue_id, n.registered_at)
   ORDER BY m.registered_at, m.id, m.part;
  RETURN NULL;
END $$;

CREATE FUNCTION journal_on_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO queue_move (queue_id, at, cause, application_id, registered_at, class_was, class_is, stood_was)
  SELECT queue_id, now(), 'LEFT', id, registered_at, benefit_class, benefit_class, stood(state, under_age, turn_restored_at)
    FROM old_rows WHERE counted ORDER BY registered_at, id;
  RETURN NULL;
END $$;

CREATE FUNCTION journal_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO queue_move (queue_id, at, cause, cycle_was, credit_priority_was, credit_common_was)
  SELECT o.id, coalesce(n.moved_at, now()), 'CYCLE', o.cycle_position, o.credit_priority, o.credit_common
    FROM new_rows n JOIN old_rows o USING (id)
   WHERE (o.cycle_position, o.credit_priority, o.credit_common) <> (n.cycle_position, n.credit_priority, n.credit_common);
  RETURN NULL;
END $$;

-- After the tally's triggers by name: they hold the queue's row when the journal gets its numbers.
CREATE TRIGGER application_z_journal_insert AFTER INSERT ON application
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_on_insert();
CREATE TRIGGER application_z_journal_update AFTER UPDATE ON application
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_on_update();
CREATE TRIGGER application_z_journal_delete AFTER DELETE ON application
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_on_delete();
CREATE TRIGGER queue_journal AFTER UPDATE ON queue
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION journal_cycle();

-- What happened before this journal was kept, from the history: who stood and who left. The cycle of that time is not
-- known; places of those days are computed with the earliest one that is.
INSERT INTO queue_move (queue_id, at, cause, application_id, registered_at, class_was, class_is, stood_was, stood_is)
SELECT queue_id, at, cause, id, registered_at, benefit_class, benefit_class, stood_was, stood_is FROM (
  SELECT a.queue_id, e.at, a.id, a.registered_at, a.benefit_class, e.id AS event_id,
         move_cause(coalesce(e.before->>'state', 'IN_REVIEW'), e.after->>'state', a.benefit_class, a.benefit_class, false) AS cause,
         CASE WHEN e.before->>'state' IS NULL THEN 'OUT'
              ELSE stood(e.before->>'state', e.at < a.eligible_from::timestamp AT TIME ZONE INTERVAL '05:00', NULL) END AS stood_was,
         stood(e.after->>'state', e.at < a.eligible_from::timestamp AT TIME ZONE INTERVAL '05:00', NULL) AS stood_is
    FROM event e JOIN application a ON a.id = e.entity_id
   WHERE e.entity = 'APPLICATION' AND e.before->>'state' IS DISTINCT FROM e.after->>'state'
  UNION ALL
  SELECT a.queue_id, a.eligible_from::timestamp AT TIME ZONE INTERVAL '05:00', a.id, a.registered_at, a.benefit_class, NULL,
         'CAME_OF_AGE', 'OUT', 'WAITING'
    FROM application a
   WHERE NOT a.under_age AND a.registered_at < a.eligible_from::timestamp AT TIME ZONE INTERVAL '05:00'
     -- Who had left before that day was never counted.
     AND coalesce((SELECT e.after->>'state' FROM event e WHERE e.entity = 'APPLICATION' AND e.entity_id = a.id
                      AND e.at < a.eligible_from::timestamp AT TIME ZONE INTERVAL '05:00'
                    ORDER BY e.at DESC, e.id DESC LIMIT 1), a.state) IN ('QUEUED', 'NOTIFIED')
) AS m WHERE m.stood_was <> m.stood_is ORDER BY at, event_id;

-- ── Subscriptions to free places (K12, F-31) ────────────────────────────────────────────────────────────────────
CREATE TABLE subscription (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES person,
  birth_year integer NOT NULL CHECK (birth_year BETWEEN 2000 AND 2100),
  language text CHECK (language IN ('kk', 'ru', 'mixed')),
  -- one kindergarten, or all within so many metres of a point (about 100 m exact)
  kindergarten_id uuid REFERENCES kindergarten,
  latitude double precision CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision CHECK (longitude BETWEEN -180 AND 180),
  radius_m integer CHECK (radius_m BETWEEN 100 AND 100000),
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  CHECK ((kindergarten_id IS NULL) = (radius_m IS NOT NULL)),
  CHECK ((latitude IS NULL) = (radius_m IS NULL)),
  CHECK ((longitude IS NULL) = (radius_m IS NULL))
);
CREATE INDEX subscription_person ON subscription (person_id) WHERE ended_at IS NULL;
CREATE INDEX subscription_year ON subscription (birth_year) WHERE ended_at IS NULL;

-- A kindergarten that a notice is about without a referral.
ALTER TABLE notice ADD COLUMN kindergarten_id uuid REFERENCES kindergarten;

-- ── Who looked at whose data ────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE access_log (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  at timestamptz NOT NULL,
  person_id uuid NOT NULL REFERENCES person,
  viewer_id uuid NOT NULL REFERENCES person,
  role text NOT NULL CHECK (role IN ('OPERATOR', 'KINDERGARTEN_HEAD', 'REGION_ADMIN', 'GUARDIAN')),
  what text NOT NULL CHECK (what IN ('CLAIM', 'SCAN', 'REVIEW', 'LINK', 'REFERRAL', 'APPLICATION', 'DOCUMENT')),
  application_id uuid REFERENCES application
);
CREATE INDEX access_log_person ON access_log (person_id, at);
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
  FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();

-- ── Deadlines and links that are new ────────────────────────────────────────────────────────────────────────────
-- BENEFIT: a confirmed claim's document is good until then; BENEFIT_COPY: a better copy was asked for; GUARDIAN: the first
-- applicant's answer about the second parent.
ALTER TABLE timer DROP CONSTRAINT timer_kind_check, ADD CONSTRAINT timer_kind_check CHECK (kind IN ('TURN_WINDOW', 'SELF_CANCEL',
  'SHOW_UP', 'EXTENSION', 'STOP_LIST', 'INTEREST', 'AGE_LIMIT', 'BENEFIT', 'BENEFIT_COPY', 'GUARDIAN'));

-- EXPORT: a person's own data, to be downloaded on the page.
ALTER TABLE sign_link DROP CONSTRAINT sign_link_purpose_check, ADD CONSTRAINT sign_link_purpose_check
  CHECK (purpose IN ('SIGN', 'LOGIN', 'DOWNLOAD', 'EXPORT'));
DO $$
DECLARE name text;
BEGIN
  SELECT conname INTO STRICT name FROM pg_constraint
   WHERE conrelid = 'sign_link'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%LOGIN%statement_id IS NULL%';
  EXECUTE format('ALTER TABLE sign_link DROP CONSTRAINT %I', name);
END $$;
ALTER TABLE sign_link ADD CONSTRAINT sign_link_statement CHECK ((purpose IN ('LOGIN', 'EXPORT')) = (statement_id IS NULL));
