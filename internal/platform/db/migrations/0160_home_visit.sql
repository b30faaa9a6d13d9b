-- +goose Up
-- Rounds of home visits (走访). Of which key groups somebody is stands as a keyed blind index alone.
CREATE TABLE home_visit_plan (
  id           {{pk}},
  version      BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  title        TEXT NOT NULL,
  key_groups   TEXT NOT NULL,
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  survey_id    BIGINT REFERENCES survey (id),
  two_visitors BOOLEAN NOT NULL,
  recent_days  BIGINT NOT NULL,
  state        TEXT NOT NULL,
  made_by      TEXT NOT NULL,
  made_at      {{time}} NOT NULL,
  ended_by     TEXT NOT NULL,
  ended_day    BIGINT NOT NULL,
  ended_why    TEXT NOT NULL,
  CONSTRAINT home_visit_plan_state CHECK (state IN ('open', 'closed', 'cancelled')),
  CONSTRAINT home_visit_plan_days CHECK (to_day >= from_day),
  CONSTRAINT home_visit_plan_over CHECK ((state = 'open') = (ended_day = 0))
);
CREATE INDEX home_visit_plan_region ON home_visit_plan (region, id);
CREATE INDEX home_visit_plan_state ON home_visit_plan (state, to_day);

-- The homes of one day, in their order.
CREATE TABLE home_visit_day (
  id           {{pk}},
  version      BIGINT NOT NULL,
  plan_id      BIGINT NOT NULL REFERENCES home_visit_plan (id),
  region       BIGINT NOT NULL,
  day          BIGINT NOT NULL,
  two_visitors BOOLEAN NOT NULL,
  state        TEXT NOT NULL,
  made_by      TEXT NOT NULL,
  made_at      {{time}} NOT NULL,
  CONSTRAINT home_visit_day_state CHECK (state IN ('asked', 'agreed', 'over'))
);
CREATE INDEX home_visit_day_plan ON home_visit_day (plan_id, day);
CREATE INDEX home_visit_day_state ON home_visit_day (state, day);

CREATE TABLE home_visit_goer (
  id        {{pk}},
  version   BIGINT NOT NULL,
  day_id    BIGINT NOT NULL REFERENCES home_visit_day (id),
  person_id BIGINT NOT NULL REFERENCES person (id),
  state     TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  at        {{time}} NOT NULL,
  CONSTRAINT home_visit_goer_state CHECK (state IN ('asked', 'agreed', 'declined'))
);
CREATE INDEX home_visit_goer_day ON home_visit_goer (day_id, id);
CREATE INDEX home_visit_goer_person ON home_visit_goer (person_id, day_id);

-- One household on a plan.
CREATE TABLE home_visit_home (
  id           {{pk}},
  version      BIGINT NOT NULL,
  plan_id      BIGINT NOT NULL REFERENCES home_visit_plan (id),
  region       BIGINT NOT NULL,
  no           BIGINT NOT NULL,
  person_id    BIGINT NOT NULL REFERENCES person (id),
  two_visitors BOOLEAN NOT NULL,
  state        TEXT NOT NULL,
  day_id       BIGINT REFERENCES home_visit_day (id),
  place        BIGINT NOT NULL,
  tries        BIGINT NOT NULL,
  again_day    BIGINT NOT NULL,
  last_day     BIGINT NOT NULL,
  last_result  TEXT NOT NULL,
  late_day     BIGINT NOT NULL,
  rung         BIGINT NOT NULL,
  handled_by   TEXT NOT NULL,
  handled_day  BIGINT NOT NULL,
  handled_why  TEXT NOT NULL,
  CONSTRAINT home_visit_home_state CHECK (state IN ('waiting', 'reached', 'unwilling', 'gone', 'unreached', 'dropped')),
  CONSTRAINT home_visit_home_result CHECK (last_result IN ('', 'met', 'phoned', 'not_found', 'refused', 'away', 'moved', 'died')),
  CONSTRAINT home_visit_home_rung CHECK (rung BETWEEN 0 AND 3),
  CONSTRAINT home_visit_home_no UNIQUE (plan_id, no)
);
CREATE INDEX home_visit_home_day ON home_visit_home (day_id, place);
CREATE INDEX home_visit_home_person ON home_visit_home (person_id);
CREATE INDEX home_visit_home_region ON home_visit_home (region, state);

-- Who of a key group lives in a home of a plan, or was left out of it and why.
CREATE TABLE home_visit_member (
  id        {{pk}},
  plan_id   BIGINT NOT NULL REFERENCES home_visit_plan (id),
  home_id   BIGINT REFERENCES home_visit_home (id),
  person_id BIGINT NOT NULL REFERENCES person (id),
  region    BIGINT NOT NULL,
  left_out  TEXT NOT NULL,
  CONSTRAINT home_visit_member_left_out CHECK (left_out IN ('', 'no_address', 'refused', 'recent', 'planned')),
  CONSTRAINT home_visit_member_home CHECK ((home_id IS NULL) = (left_out <> ''))
);
CREATE INDEX home_visit_member_plan ON home_visit_member (plan_id, id);
CREATE INDEX home_visit_member_home ON home_visit_member (home_id);
CREATE INDEX home_visit_member_person ON home_visit_member (person_id);

CREATE TABLE home_visit_group (
  member_id BIGINT NOT NULL REFERENCES home_visit_member (id),
  blind     {{bytes}} NOT NULL,
  CONSTRAINT home_visit_group_key PRIMARY KEY (member_id, blind)
);

-- What came of going there or ringing up.
CREATE TABLE home_visit (
  id        {{pk}},
  plan_id   BIGINT NOT NULL REFERENCES home_visit_plan (id),
  home_id   BIGINT NOT NULL REFERENCES home_visit_home (id),
  region    BIGINT NOT NULL,
  goer_id   BIGINT NOT NULL REFERENCES person (id),
  second_id BIGINT REFERENCES person (id),
  result    TEXT NOT NULL,
  at        {{time}} NOT NULL,
  day       BIGINT NOT NULL,
  by_name   TEXT NOT NULL,
  on_behalf BOOLEAN NOT NULL,
  made_at   {{time}} NOT NULL,
  CONSTRAINT home_visit_result CHECK (result IN ('met', 'phoned', 'not_found', 'refused', 'away', 'moved', 'died')),
  CONSTRAINT home_visit_pair CHECK (second_id IS NULL OR second_id <> goer_id)
);
CREATE INDEX home_visit_home_of ON home_visit (home_id, id);
CREATE INDEX home_visit_goer_of ON home_visit (goer_id);
CREATE INDEX home_visit_second ON home_visit (second_id);
CREATE INDEX home_visit_region ON home_visit (region, day);
