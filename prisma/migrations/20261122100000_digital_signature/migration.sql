-- Signing and logging in with ЭЦҚ on a page outside the chat (DOMAIN §6.3; EDS.md §5–6).

-- By what the login of this chat was proved; says nothing while verified_at is null.
ALTER TABLE messenger_account ADD COLUMN verified_by text NOT NULL DEFAULT 'OTP' CHECK (verified_by IN ('OTP', 'EDS'));

-- A one-time way from the chat to the page. Of every secret only the SHA-256 is kept: the token of the link, the
-- browser that opened it, the phone that was asked. LOGIN is for a chat, SIGN and DOWNLOAD are for a person.
CREATE TABLE sign_link (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  purpose text NOT NULL CHECK (purpose IN ('SIGN', 'LOGIN', 'DOWNLOAD')),
  person_id uuid REFERENCES person,
  account_id uuid REFERENCES messenger_account,
  statement_id uuid REFERENCES statement,
  language text NOT NULL CHECK (language IN ('kk', 'ru')),
  -- LOGIN: the exact text that is signed; SIGN: the statement's own row has it
  content text,
  token_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  -- until when a browser may open it
  open_until timestamptz NOT NULL CHECK (open_until > created_at),
  -- until when what was opened may be signed
  expires_at timestamptz NOT NULL CHECK (expires_at >= open_until),
  opened_at timestamptz,
  session_hash bytea UNIQUE,
  -- the phone: what is in the QR code, and what kind of document it is given
  phone_hash bytea UNIQUE,
  phone_format text CHECK (phone_format IN ('PDF', 'XML')),
  phone_fetched_at timestamptz,
  done_at timestamptz,
  result jsonb,
  -- LOGIN: the chat has shown that it is the one whose link was signed
  confirm_tries integer NOT NULL DEFAULT 0,
  confirmed_at timestamptz,
  CHECK ((purpose = 'LOGIN') = (account_id IS NOT NULL)),
  CHECK ((purpose = 'LOGIN') = (person_id IS NULL)),
  CHECK ((purpose = 'LOGIN') = (statement_id IS NULL)),
  CHECK ((purpose = 'LOGIN') = (content IS NOT NULL)),
  CHECK ((opened_at IS NULL) = (session_hash IS NULL)),
  CHECK ((phone_hash IS NULL) = (phone_format IS NULL)),
  CHECK ((done_at IS NULL) = (result IS NULL)),
  CHECK (confirmed_at IS NULL OR (purpose = 'LOGIN' AND done_at IS NOT NULL))
);
CREATE INDEX sign_link_person ON sign_link (person_id, created_at);
CREATE INDEX sign_link_account ON sign_link (account_id, created_at) WHERE account_id IS NOT NULL;
CREATE INDEX sign_link_statement ON sign_link (statement_id) WHERE statement_id IS NOT NULL;

-- The paper that a phone shows and signs in place of the XML: the same statement in plain words. Bytes never change.
CREATE TABLE statement_file (
  statement_id uuid NOT NULL REFERENCES statement,
  language text NOT NULL CHECK (language IN ('kk', 'ru')),
  content bytea NOT NULL,
  sha256 bytea NOT NULL,
  rendered_at timestamptz NOT NULL,
  PRIMARY KEY (statement_id, language)
);
CREATE INDEX statement_file_sha256 ON statement_file (sha256);

-- An accepted digital signature with the whole proof. `sealed` (encrypted: certificates hold IIN and name) is the
-- signature as it came, the certificates up to the anchor, the answer about revocation and the time stamp.
CREATE TABLE signature (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  link_id uuid NOT NULL UNIQUE REFERENCES sign_link,
  person_id uuid NOT NULL REFERENCES person,
  statement_id uuid UNIQUE REFERENCES statement,
  covers text NOT NULL CHECK (covers IN ('STATEMENT', 'STATEMENT_PDF', 'LOGIN')),
  format text NOT NULL CHECK (format IN ('XML', 'CMS')),
  algorithm text NOT NULL,
  issuer text NOT NULL,
  certificate_sha256 bytea NOT NULL,
  certificate_not_after timestamptz NOT NULL,
  sealed bytea NOT NULL,
  received_at timestamptz NOT NULL,
  valid_at timestamptz NOT NULL,
  revocation text NOT NULL CHECK (revocation IN ('GOOD', 'PENDING', 'REVOKED')),
  revocation_source text CHECK (revocation_source IN ('OCSP', 'CRL')),
  revocation_checked_at timestamptz NOT NULL,
  -- when somebody must ask again; a claim moves it forward
  recheck_at timestamptz,
  CHECK ((covers = 'LOGIN') = (statement_id IS NULL)),
  CHECK ((revocation = 'PENDING') = (recheck_at IS NOT NULL)),
  CHECK (revocation <> 'GOOD' OR revocation_source IS NOT NULL)
);
CREATE INDEX signature_person ON signature (person_id, received_at);
CREATE INDEX signature_recheck ON signature (recheck_at) WHERE recheck_at IS NOT NULL;

-- What was accepted is never edited, but for what the authority says later about the same certificate.
CREATE FUNCTION forbid_signature_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (to_jsonb(NEW) - ARRAY['revocation', 'revocation_source', 'revocation_checked_at', 'recheck_at', 'sealed'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['revocation', 'revocation_source', 'revocation_checked_at', 'recheck_at', 'sealed'])
     OR OLD.revocation <> 'PENDING' THEN
    RAISE EXCEPTION 'an accepted signature is not changed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signature_kept BEFORE UPDATE OR DELETE ON signature FOR EACH ROW EXECUTE FUNCTION forbid_signature_change();
