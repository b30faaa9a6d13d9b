-- +goose Up
-- People whom somebody else registered. Nobody of them is in the register of persons before he agrees himself; unclaimed, his row goes.
CREATE TABLE enrolment_group (
  id         {{pk}},
  region     BIGINT NOT NULL,
  station_id BIGINT REFERENCES station (id),
  unit       TEXT NOT NULL,
  made_by    BIGINT NOT NULL,
  by_name    TEXT NOT NULL,
  made_at    {{time}} NOT NULL,
  made_day   BIGINT NOT NULL,
  lapsed     BIGINT NOT NULL,
  refused    BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  CONSTRAINT enrolment_group_once UNIQUE (region, unit, made_by, made_day)
);
CREATE INDEX enrolment_group_station ON enrolment_group (station_id, id);

CREATE TABLE enrolment (
  id           {{pk}},
  group_id     BIGINT NOT NULL REFERENCES enrolment_group (id),
  state        TEXT NOT NULL CONSTRAINT enrolment_state CHECK (state IN ('pending', 'claimed', 'disputed', 'settled')),
  facts        {{bytes}},
  code         {{bytes}} NOT NULL,
  phone        {{bytes}},
  due_day      BIGINT NOT NULL,
  person_id    BIGINT REFERENCES person (id),
  volunteer_id BIGINT REFERENCES volunteer (id),
  how          TEXT NOT NULL CONSTRAINT enrolment_how CHECK (how IN ('', 'link', 'code', 'desk')),
  agreed_at    {{time}},
  agreed_by    BIGINT,
  agreed_name  TEXT NOT NULL,
  objection    TEXT NOT NULL,
  objected_at  {{time}},
  outcome      TEXT NOT NULL,
  settled_by   BIGINT,
  version      BIGINT NOT NULL,
  CONSTRAINT enrolment_pending CHECK ((state = 'pending') = (person_id IS NULL)),
  CONSTRAINT enrolment_facts CHECK ((state = 'pending') = (facts IS NOT NULL))
);
CREATE UNIQUE INDEX enrolment_code ON enrolment (code);
CREATE INDEX enrolment_group_of ON enrolment (group_id, id);
CREATE INDEX enrolment_phone ON enrolment (phone) WHERE state = 'pending';
CREATE INDEX enrolment_due ON enrolment (due_day) WHERE state = 'pending';
CREATE INDEX enrolment_person ON enrolment (person_id);
