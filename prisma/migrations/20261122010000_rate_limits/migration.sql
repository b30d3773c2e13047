-- Limits shared by all processes where no Redis is configured: how many tries of one key in the running period.
-- Rows are of no worth after ends_at; every try of another key takes a few of them away.
CREATE TABLE rate_limit (
  key text PRIMARY KEY,
  points integer NOT NULL CHECK (points > 0),
  ends_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX rate_limit_ended ON rate_limit (ends_at);

-- The newest code of a phone, and how many it was sent within the hour. A target begins with the phone, '+7XXXXXXXXXX'.
CREATE INDEX one_time_code_phone ON one_time_code (left(target, 12), created_at);
CREATE INDEX one_time_code_statement ON one_time_code (statement_id, created_at) WHERE statement_id IS NOT NULL;
