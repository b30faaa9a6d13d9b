-- +goose Up
-- Campaigns that call for volunteers, with a few questions; who applied, and what was answered.
CREATE TABLE campaign (
  id           {{pk}},
  region       BIGINT NOT NULL,
  station_id   BIGINT REFERENCES station (id),
  team_id      BIGINT REFERENCES team (id),
  project_id   BIGINT REFERENCES project (id),
  title        TEXT NOT NULL,
  need         TEXT NOT NULL,
  content      TEXT NOT NULL,
  place        TEXT NOT NULL,
  hours        TEXT NOT NULL,
  conditions   TEXT NOT NULL,
  needed       BIGINT NOT NULL,
  how_to       TEXT NOT NULL,
  risk         TEXT NOT NULL,
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT campaign_state CHECK (state IN ('draft', 'published', 'closed')),
  made_by      BIGINT NOT NULL,
  made_at      {{time}} NOT NULL,
  published_at {{time}},
  closed_at    {{time}},
  reason       TEXT NOT NULL,
  version      BIGINT NOT NULL,
  CONSTRAINT campaign_days CHECK (from_day <= to_day),
  CONSTRAINT campaign_risk CHECK (state <> 'published' OR risk <> '')
);
CREATE INDEX campaign_region ON campaign (region, id);
CREATE INDEX campaign_station ON campaign (station_id, id);
CREATE INDEX campaign_open ON campaign (to_day, id) WHERE state = 'published';

CREATE TABLE campaign_question (
  id          {{pk}},
  campaign_id BIGINT NOT NULL REFERENCES campaign (id),
  no          BIGINT NOT NULL,
  kind        TEXT NOT NULL CONSTRAINT campaign_question_kind CHECK (kind IN ('text', 'choice', 'yes_no')),
  label       TEXT NOT NULL,
  choices     TEXT NOT NULL,
  required    BOOLEAN NOT NULL,
  CONSTRAINT campaign_question_no UNIQUE (campaign_id, no)
);

CREATE TABLE campaign_application (
  id           {{pk}},
  campaign_id  BIGINT NOT NULL REFERENCES campaign (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  state        TEXT NOT NULL CONSTRAINT campaign_application_state CHECK (state IN ('applied', 'accepted', 'declined', 'withdrawn')),
  how          TEXT NOT NULL CONSTRAINT campaign_application_how CHECK (how IN ('self', 'spoken', 'paper')),
  made_by      BIGINT NOT NULL,
  made_at      {{time}} NOT NULL,
  decided_by   BIGINT,
  decided_at   {{time}},
  reason       TEXT NOT NULL,
  version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX campaign_application_once ON campaign_application (campaign_id, person_id) WHERE state <> 'withdrawn';
CREATE INDEX campaign_application_person ON campaign_application (person_id, id);
CREATE INDEX campaign_application_volunteer ON campaign_application (volunteer_id, id);

CREATE TABLE campaign_answer (
  id             {{pk}},
  application_id BIGINT NOT NULL REFERENCES campaign_application (id),
  no             BIGINT NOT NULL,
  label          TEXT NOT NULL,
  body           TEXT NOT NULL,
  CONSTRAINT campaign_answer_no UNIQUE (application_id, no)
);
