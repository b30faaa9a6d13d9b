-- +goose Up
-- What one account did to another's: who made whom. actor_id is NULL for the console. An act joins both accounts until a third person,
-- independent of the actor, has reached who it was done to; by_actor says that the actor entered the telephone number.
CREATE TABLE account_act (
  id             {{pk}},
  version        BIGINT NOT NULL,
  account_id     BIGINT NOT NULL REFERENCES account (id),
  actor_id       BIGINT REFERENCES account (id),
  kind           TEXT NOT NULL CHECK (kind IN ('create', 'appoint', 'password', 'phone', 'factor', 'card')),
  grant_id       BIGINT REFERENCES role_grant (id),
  region         BIGINT NOT NULL,
  by_actor       BOOLEAN NOT NULL,
  at             {{time}} NOT NULL,
  confirmed_by   BIGINT REFERENCES account (id),
  confirmed_at   {{time}},
  confirmed_how  TEXT NOT NULL CHECK (confirmed_how IN ('', 'met', 'call', 'paper', 'founding')),
  paper_id       BIGINT,
  CHECK ((confirmed_at IS NULL) = (confirmed_how = '')),
  CHECK (confirmed_how = 'founding' OR (confirmed_at IS NULL) = (confirmed_by IS NULL)),
  CHECK ((confirmed_how = 'paper') = (paper_id IS NOT NULL)),
  CHECK (confirmed_by IS NULL OR confirmed_by <> account_id AND confirmed_by <> COALESCE(actor_id, 0))
);
CREATE INDEX account_act_account ON account_act (account_id, id);
CREATE INDEX account_act_open ON account_act (account_id) WHERE confirmed_at IS NULL;
CREATE UNIQUE INDEX account_act_grant ON account_act (grant_id) WHERE grant_id IS NOT NULL;

-- What was done before waits like all else: time confirms nothing.
INSERT INTO account_act (id, version, account_id, actor_id, kind, grant_id, region, by_actor, at, confirmed_how)
SELECT g.id, 1, g.account_id, (SELECT a.id FROM account a WHERE a.id = g.granted_by), 'appoint', g.id, g.region, FALSE, g.granted_at, ''
FROM role_grant g WHERE g.role NOT IN ('resident', 'volunteer');
INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
SELECT x.id, 1, a.id, (SELECT b.id FROM account b WHERE b.id = x.account_id), CASE x.action WHEN 'account.create' THEN 'create'
  WHEN 'account.reset_password' THEN 'password' WHEN 'account.reset_factor' THEN 'factor' ELSE 'phone' END,
  x.region, x.action IN ('account.create', 'account.set_phone'), x.at, ''
FROM audit x JOIN account a ON CAST(a.id AS VARCHAR(20)) = x.object_id
WHERE x.object = 'account' AND x.action IN ('account.create', 'account.reset_password', 'account.reset_factor', 'account.set_phone');
