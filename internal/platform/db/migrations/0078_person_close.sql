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
