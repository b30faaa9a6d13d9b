-- +goose Up
-- Who is close to whom, as declared: 近亲属 (民法典 art. 1045) or people of one household. One row a pair, the smaller id first.
CREATE TABLE person_kin (
  a_id     BIGINT NOT NULL REFERENCES person (id),
  b_id     BIGINT NOT NULL REFERENCES person (id),
  region   BIGINT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('kin', 'household')),
  relation TEXT NOT NULL,
  at       {{time}} NOT NULL,
  PRIMARY KEY (a_id, b_id),
  CHECK (a_id < b_id)
);
CREATE INDEX person_kin_b ON person_kin (b_id);

-- Who has spoken with a person, face to face or on his number with a code sent there. It holds for person and number together:
-- phone_blind is the number of then, and ended_at is set when either changes.
CREATE TABLE person_known (
  id          {{pk}},
  person_id   BIGINT NOT NULL REFERENCES person (id),
  region      BIGINT NOT NULL,
  account_id  BIGINT NOT NULL,
  name        TEXT NOT NULL,
  how         TEXT NOT NULL CHECK (how IN ('met', 'code')),
  phone_blind {{bytes}},
  at          {{time}} NOT NULL,
  ended_at    {{time}},
  CHECK (how = 'met' OR phone_blind IS NOT NULL)
);
CREATE INDEX person_known_person ON person_known (person_id, id);

-- Changes of who somebody with counted minutes is, merges among them: each waits for a second, independent person. wish is what it would
-- do, sealed; it goes when the change is decided.
CREATE TABLE person_change (
  id           {{pk}},
  version      BIGINT NOT NULL,
  person_id    BIGINT NOT NULL REFERENCES person (id),
  region       BIGINT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('identity', 'merge')),
  state        TEXT NOT NULL CHECK (state IN ('waits', 'done', 'refused')),
  by_id        BIGINT,
  by_name      TEXT NOT NULL,
  reason       TEXT NOT NULL,
  at           {{time}} NOT NULL,
  wish         {{bytes}},
  decided_by   BIGINT,
  decided_name TEXT NOT NULL,
  decided_at   {{time}},
  note         TEXT NOT NULL,
  CHECK (state <> 'done' OR decided_by IS NOT NULL AND decided_by <> COALESCE(by_id, 0))
);
CREATE UNIQUE INDEX person_change_waits ON person_change (person_id) WHERE state = 'waits';
CREATE INDEX person_change_person ON person_change (person_id, id);

-- Codes sent to a person's number, to be told back to who called him. Times are machine time.
CREATE TABLE person_code (
  id          {{pk}},
  person_id   BIGINT NOT NULL REFERENCES person (id),
  account_id  BIGINT NOT NULL,
  phone_blind {{bytes}} NOT NULL,
  mac         {{bytes}} NOT NULL,
  made_at     {{time}} NOT NULL,
  expires_at  {{time}} NOT NULL,
  tries       BIGINT NOT NULL,
  used_at     {{time}}
);
CREATE INDEX person_code_person ON person_code (person_id, made_at);
CREATE INDEX person_code_made ON person_code (made_at);
