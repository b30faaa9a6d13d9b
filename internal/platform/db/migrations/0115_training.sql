-- +goose Up
-- Training: courses, their sittings, who is on one. A result counts once a second person has confirmed it; then the qualification is issued.
CREATE TABLE training_course (
  id                 {{pk}},
  region             BIGINT NOT NULL,
  station_id         BIGINT REFERENCES station (id),
  kind               TEXT NOT NULL CONSTRAINT training_course_kind CHECK (kind IN ('on_site', 'article')),
  title              TEXT NOT NULL,
  content            TEXT NOT NULL,
  minutes            BIGINT NOT NULL,
  qualification_code TEXT NOT NULL,
  valid_months       BIGINT NOT NULL,
  pass_mark          BIGINT NOT NULL,
  state              TEXT NOT NULL CONSTRAINT training_course_state CHECK (state IN ('draft', 'open', 'closed')),
  made_by            BIGINT NOT NULL,
  made_at            {{time}} NOT NULL,
  reason             TEXT NOT NULL,
  version            BIGINT NOT NULL,
  CONSTRAINT training_course_length CHECK (minutes BETWEEN 10 AND 2880),
  CONSTRAINT training_course_valid CHECK (valid_months BETWEEN 0 AND 120),
  CONSTRAINT training_course_mark CHECK (pass_mark BETWEEN 0 AND 100)
);
CREATE INDEX training_course_region ON training_course (region, id);
CREATE INDEX training_course_station ON training_course (station_id, id);

CREATE TABLE training_sitting (
  id         {{pk}},
  course_id  BIGINT NOT NULL REFERENCES training_course (id),
  place      TEXT NOT NULL,
  lecturer   TEXT NOT NULL,
  trainer_id BIGINT REFERENCES person (id),
  starts_at  {{time}} NOT NULL,
  ends_at    {{time}} NOT NULL,
  day        BIGINT NOT NULL,
  needed     BIGINT NOT NULL,
  taken      BIGINT NOT NULL,
  state      TEXT NOT NULL CONSTRAINT training_sitting_state CHECK (state IN ('open', 'noted', 'cancelled')),
  made_by    BIGINT NOT NULL,
  made_at    {{time}} NOT NULL,
  reason     TEXT NOT NULL,
  version    BIGINT NOT NULL,
  CONSTRAINT training_sitting_time CHECK (starts_at < ends_at),
  CONSTRAINT training_sitting_room CHECK (taken BETWEEN 0 AND needed)
);
CREATE INDEX training_sitting_course ON training_sitting (course_id, starts_at, id);
CREATE INDEX training_sitting_time_at ON training_sitting (state, starts_at, id);
CREATE INDEX training_sitting_trainer ON training_sitting (trainer_id);

CREATE TABLE training_place (
  id           {{pk}},
  course_id    BIGINT NOT NULL REFERENCES training_course (id),
  sitting_id   BIGINT REFERENCES training_sitting (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  state        TEXT NOT NULL CONSTRAINT training_place_state CHECK (state IN ('held', 'given_up', 'called_off', 'absent', 'noted', 'returned', 'confirmed')),
  asked_at     {{time}} NOT NULL,
  came         TEXT NOT NULL CONSTRAINT training_place_came CHECK (came IN ('', 'code', 'list')),
  came_at      {{time}},
  result       TEXT NOT NULL CONSTRAINT training_place_result CHECK (result IN ('', 'passed', 'failed')),
  noted_by     BIGINT,
  noted_at     {{time}},
  minutes      BIGINT NOT NULL,
  confirmed_by BIGINT,
  confirmed_at {{time}},
  dated_id     BIGINT REFERENCES volunteer_dated (id),
  reason       TEXT NOT NULL,
  version      BIGINT NOT NULL,
  CONSTRAINT training_place_two CHECK (state <> 'confirmed' OR confirmed_by IS NOT NULL AND (noted_by IS NULL OR confirmed_by <> noted_by)),
  CONSTRAINT training_place_noted CHECK (state NOT IN ('noted', 'confirmed') OR result <> '')
);
CREATE UNIQUE INDEX training_place_once ON training_place (sitting_id, person_id) WHERE state <> 'given_up';
CREATE INDEX training_place_person ON training_place (person_id, id);
CREATE INDEX training_place_course ON training_place (course_id, state);
CREATE INDEX training_place_waits ON training_place (noted_at) WHERE state = 'noted';
CREATE INDEX training_place_dated ON training_place (dated_id);
