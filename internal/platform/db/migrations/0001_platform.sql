-- +goose Up
-- Node numbers for ids: see generator in db/id.go.
CREATE TABLE node (
  id          {{pk}},
  holder      TEXT NOT NULL,
  lease_until BIGINT NOT NULL
);
INSERT INTO node (id, holder, lease_until)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1023)
SELECT i, '', 0 FROM n;

-- What kind of database this is: demo or real, stamped at birth.
CREATE TABLE stamp (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Answers of requests that carried an Idempotency-Key, kept 7 days. answer is sealed; it is NULL only inside the first transaction.
CREATE TABLE idempotency (
  account_id BIGINT NOT NULL,
  operation  TEXT NOT NULL,
  key        TEXT NOT NULL,
  hash       {{bytes}} NOT NULL,
  answer     {{bytes}},
  made_at    {{time}} NOT NULL,
  PRIMARY KEY (account_id, operation, key)
);
CREATE INDEX idempotency_made ON idempotency (made_at);

-- The trail of every write. A row is written by the transaction of the change, unnumbered; the sequencer numbers and chains it after.
CREATE TABLE audit (
  id         {{pk}},
  at         {{time}} NOT NULL,
  account_id BIGINT,
  actor      TEXT NOT NULL,
  role       TEXT NOT NULL,
  action     TEXT NOT NULL,
  object     TEXT NOT NULL,
  object_id  TEXT NOT NULL,
  region     BIGINT NOT NULL,
  cause      TEXT NOT NULL,
  detail     {{json}} NOT NULL,
  seq        BIGINT UNIQUE,
  chain      {{bytes}}
);
CREATE INDEX audit_tail ON audit (id) WHERE seq IS NULL;
CREATE INDEX audit_object ON audit (object, object_id, id);
CREATE INDEX audit_account ON audit (account_id, id);
