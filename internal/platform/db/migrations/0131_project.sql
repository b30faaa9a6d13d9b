-- +goose Up
-- Projects: what a station or a team does for key groups over months. Whether one is regular, and what came of it, is computed, never kept.
CREATE TABLE project (
  id          {{pk}},
  region      BIGINT NOT NULL,
  station_id  BIGINT NOT NULL REFERENCES station (id),
  team_id     BIGINT REFERENCES team (id),
  leader_id   BIGINT REFERENCES person (id),
  copied_from BIGINT REFERENCES project (id),
  origin_id   BIGINT REFERENCES project (id),
  name        TEXT NOT NULL,
  key_groups  TEXT NOT NULL,
  goal        TEXT NOT NULL,
  plan        TEXT NOT NULL,
  rhythm      TEXT NOT NULL CONSTRAINT project_rhythm CHECK (rhythm IN ('weekly', 'fortnightly', 'monthly', 'once')),
  for_people  BIGINT NOT NULL,
  budget      TEXT NOT NULL,
  from_day    BIGINT NOT NULL,
  to_day      BIGINT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT project_state CHECK (state IN ('proposed', 'refused', 'active', 'closed')),
  made_by     BIGINT NOT NULL,
  made_at     {{time}} NOT NULL,
  decided_by  BIGINT,
  decided_at  {{time}},
  reason      TEXT NOT NULL,
  closed_day  BIGINT NOT NULL,
  summary     TEXT NOT NULL,
  version     BIGINT NOT NULL,
  CONSTRAINT project_days CHECK (from_day <= to_day),
  CONSTRAINT project_origin CHECK ((copied_from IS NULL) = (origin_id IS NULL))
);
CREATE INDEX project_region ON project (region, id);
CREATE INDEX project_station ON project (station_id, id);
CREATE INDEX project_copies ON project (origin_id, id);
CREATE INDEX project_leader ON project (leader_id);

CREATE TABLE project_phase (
  id         {{pk}},
  project_id BIGINT NOT NULL REFERENCES project (id),
  no         BIGINT NOT NULL,
  name       TEXT NOT NULL,
  from_day   BIGINT NOT NULL,
  to_day     BIGINT NOT NULL,
  CONSTRAINT project_phase_no UNIQUE (project_id, no),
  CONSTRAINT project_phase_days CHECK (from_day <= to_day)
);

ALTER TABLE activity ADD COLUMN project_id BIGINT;
CREATE INDEX activity_project ON activity (project_id, day) WHERE project_id IS NOT NULL;
