-- +goose Up
-- Commendations of volunteers, teams and projects (表彰奖励, 民政部令第67号), and the library of what is worth copying. Nobody is named before the
-- public who does not agree to it.
CREATE TABLE commendation (
  id           {{pk}},
  version      BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  kind         TEXT NOT NULL CONSTRAINT commendation_kind CHECK (kind IN ('volunteer', 'team', 'project')),
  volunteer_id BIGINT REFERENCES volunteer (id),
  team_id      BIGINT REFERENCES team (id),
  project_id   BIGINT REFERENCES project (id),
  person_id    BIGINT REFERENCES person (id),
  subject      TEXT NOT NULL,
  source       TEXT NOT NULL CONSTRAINT commendation_source CHECK (source IN ('own', 'government', 'other')),
  title        TEXT NOT NULL CONSTRAINT commendation_title CHECK (title <> ''),
  giver        TEXT NOT NULL CONSTRAINT commendation_giver CHECK (giver <> ''),
  document     TEXT NOT NULL,
  day          BIGINT NOT NULL,
  file_id      BIGINT REFERENCES blob (id),
  state        TEXT NOT NULL CONSTRAINT commendation_state CHECK (state IN ('entered', 'confirmed', 'refused', 'published', 'recalled')),
  by_id        BIGINT,
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  decided_by   BIGINT,
  decider      TEXT NOT NULL,
  published_on BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  CONSTRAINT commendation_proof CHECK (source <> 'government' OR document <> ''),
  CONSTRAINT commendation_two CHECK (state = 'entered' OR decided_by IS NOT NULL AND decided_by <> by_id)
);
CREATE INDEX commendation_region ON commendation (region, id);
CREATE INDEX commendation_person ON commendation (person_id);

CREATE TABLE model (
  id           {{pk}},
  version      BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  station_id   BIGINT NOT NULL REFERENCES station (id),
  owner        BIGINT NOT NULL,
  holder       BIGINT NOT NULL,
  kind         TEXT NOT NULL CONSTRAINT model_kind CHECK (kind IN ('case', 'pattern', 'brand', 'backbone', 'organization')),
  project_id   BIGINT REFERENCES project (id),
  team_id      BIGINT REFERENCES team (id),
  title        TEXT NOT NULL CONSTRAINT model_title CHECK (title <> ''),
  story        TEXT NOT NULL,
  copying      TEXT NOT NULL,
  contact      TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT model_state CHECK (state IN ('draft', 'submitted', 'returned', 'approved', 'published', 'recalled')),
  steps        BIGINT NOT NULL,
  made_by      BIGINT,
  maker        TEXT NOT NULL,
  at           {{time}} NOT NULL,
  published_on BIGINT NOT NULL,
  reason       TEXT NOT NULL
);
CREATE INDEX model_region ON model (region, id);
CREATE INDEX model_state_id ON model (state, id);

CREATE TABLE model_named (
  model_id  BIGINT NOT NULL REFERENCES model (id),
  person_id BIGINT NOT NULL REFERENCES person (id),
  name      TEXT NOT NULL,
  PRIMARY KEY (model_id, person_id)
);
CREATE INDEX model_named_person ON model_named (person_id);

CREATE TABLE model_step (
  model_id BIGINT NOT NULL REFERENCES model (id),
  n        BIGINT NOT NULL,
  action   TEXT NOT NULL CONSTRAINT model_step_action CHECK (action IN ('submit', 'approve', 'return', 'publish', 'recall')),
  text     TEXT NOT NULL,
  by_id    BIGINT,
  by_name  TEXT NOT NULL,
  at       {{time}} NOT NULL,
  PRIMARY KEY (model_id, n)
);

-- What a selection may ask of a team or a community: brand projects of the library.
ALTER TABLE award_category ADD COLUMN least_brands BIGINT NOT NULL DEFAULT 0;
