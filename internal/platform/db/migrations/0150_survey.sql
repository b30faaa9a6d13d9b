-- +goose Up
-- Questionnaires of 走访调研: each version of the questions, and what people answered under the version that they were asked.
CREATE TABLE survey (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL REFERENCES region (code),
  station_id BIGINT NOT NULL REFERENCES station (id),
  title      TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  state      TEXT NOT NULL,
  form_no    BIGINT NOT NULL,
  next_no    BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  made_at    {{time}} NOT NULL,
  opened_at  {{time}},
  closed_at  {{time}},
  CONSTRAINT survey_state CHECK (state IN ('draft', 'open', 'closed')),
  CONSTRAINT survey_form_no CHECK (form_no >= 0 AND next_no >= 0 AND (state = 'draft' OR form_no > 0))
);
CREATE INDEX survey_station ON survey (station_id);
CREATE INDEX survey_region ON survey (region, state);

CREATE TABLE survey_form (
  id        {{pk}},
  survey_id BIGINT NOT NULL REFERENCES survey (id),
  no        BIGINT NOT NULL,
  source    TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  at        {{time}} NOT NULL,
  CONSTRAINT survey_form_once UNIQUE (survey_id, no)
);

CREATE TABLE survey_answer (
  id         {{pk}},
  version    BIGINT NOT NULL,
  survey_id  BIGINT NOT NULL REFERENCES survey (id),
  form_no    BIGINT NOT NULL,
  instance   TEXT NOT NULL,
  region     BIGINT NOT NULL REFERENCES region (code),
  station_id BIGINT NOT NULL REFERENCES station (id),
  person_id  BIGINT REFERENCES person (id),
  account_id BIGINT REFERENCES account (id),
  by_name    TEXT NOT NULL,
  channel    TEXT NOT NULL,
  consent    TEXT NOT NULL,
  agreed_day BIGINT NOT NULL,
  day        BIGINT NOT NULL,
  at         {{time}} NOT NULL,
  made_at    {{time}} NOT NULL,
  offline    BOOLEAN NOT NULL,
  answers    TEXT NOT NULL,
  sealed     {{bytes}},
  CONSTRAINT survey_answer_once UNIQUE (instance),
  CONSTRAINT survey_answer_channel CHECK (channel IN ('desk', 'phone', 'paper', 'table', 'api')),
  CONSTRAINT survey_answer_consent CHECK (consent IN ('self', 'spoken', 'paper', 'guardian'))
);
CREATE INDEX survey_answer_survey ON survey_answer (survey_id, id);
CREATE INDEX survey_answer_person ON survey_answer (person_id);
