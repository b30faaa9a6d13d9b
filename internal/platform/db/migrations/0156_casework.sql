-- +goose Up
-- Cases of social workers (社工个案). Every text is sealed (seal.At of its column); who may read follows from dated rows alone.
CREATE TABLE casework (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  person_id  BIGINT NOT NULL REFERENCES person (id),
  ground     TEXT NOT NULL CONSTRAINT casework_ground CHECK (ground IN ('self', 'paper', 'guardian', 'law')),
  ground_ref {{bytes}},
  ground_day BIGINT NOT NULL,
  goal       {{bytes}},
  safety     {{bytes}},
  review_day BIGINT NOT NULL,
  state      TEXT NOT NULL CONSTRAINT casework_state CHECK (state IN ('open', 'closed')),
  outcome    TEXT NOT NULL CONSTRAINT casework_outcome CHECK (outcome IN ('', 'reached', 'partly', 'moved', 'declined', 'referred', 'died', 'erased')),
  opened_at  {{time}} NOT NULL,
  closed_day BIGINT NOT NULL,
  CONSTRAINT casework_over CHECK ((state = 'closed') = (closed_day > 0))
);
CREATE INDEX casework_person ON casework (person_id, id);
CREATE INDEX casework_region ON casework (region, id);
CREATE INDEX casework_town ON casework ((region/1000), id);
CREATE INDEX casework_banner ON casework ((region/1000000), id);
CREATE INDEX casework_league ON casework ((region/100000000), id);

-- Who leads a case, and who watches over it. to_day is the first day on which he does so no more.
CREATE TABLE casework_worker (
  id         {{pk}},
  case_id    BIGINT NOT NULL REFERENCES casework (id),
  account_id BIGINT NOT NULL REFERENCES account (id),
  name       TEXT NOT NULL,
  part       TEXT NOT NULL CONSTRAINT casework_worker_part CHECK (part IN ('worker', 'supervisor')),
  from_day   BIGINT NOT NULL,
  to_day     BIGINT NOT NULL,
  given_by   TEXT NOT NULL,
  given_at   {{time}} NOT NULL
);
CREATE UNIQUE INDEX casework_worker_one ON casework_worker (case_id, part) WHERE to_day = 0;
CREATE INDEX casework_worker_account ON casework_worker (account_id, case_id);

-- Volunteers who help, until the day before to_day.
CREATE TABLE casework_helper (
  id           {{pk}},
  version      BIGINT NOT NULL,
  case_id      BIGINT NOT NULL REFERENCES casework (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  given_by     TEXT NOT NULL,
  given_at     {{time}} NOT NULL,
  CONSTRAINT casework_helper_days CHECK (to_day >= from_day)
);
CREATE INDEX casework_helper_case ON casework_helper (case_id, id);
CREATE INDEX casework_helper_volunteer ON casework_helper (volunteer_id, case_id);

CREATE TABLE casework_step (
  id       {{pk}},
  version  BIGINT NOT NULL,
  case_id  BIGINT NOT NULL REFERENCES casework (id),
  text     {{bytes}},
  due_day  BIGINT NOT NULL,
  state    TEXT NOT NULL CONSTRAINT casework_step_state CHECK (state IN ('open', 'done', 'dropped')),
  done_day BIGINT NOT NULL
);
CREATE INDEX casework_step_case ON casework_step (case_id, id);

CREATE TABLE casework_note (
  id         {{pk}},
  case_id    BIGINT NOT NULL REFERENCES casework (id),
  audience   TEXT NOT NULL CONSTRAINT casework_note_audience CHECK (audience IN ('helpers', 'worker')),
  text       {{bytes}},
  account_id BIGINT NOT NULL,
  name       TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX casework_note_case ON casework_note (case_id, id);

-- Who read a case, when, and why he was allowed: one row for each reading.
CREATE TABLE casework_read (
  id         {{pk}},
  case_id    BIGINT NOT NULL REFERENCES casework (id),
  account_id BIGINT NOT NULL,
  name       TEXT NOT NULL,
  relation   TEXT NOT NULL CONSTRAINT casework_read_relation CHECK (relation IN ('worker', 'supervisor', 'helper', 'self')),
  since_day  BIGINT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX casework_read_case ON casework_read (case_id, id);
