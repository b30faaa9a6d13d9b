-- +goose Up
-- Teams of volunteers. Membership and offices are dated: what somebody led or belonged to on a day stays known.
CREATE TABLE team (
  id            {{pk}},
  region        BIGINT NOT NULL,
  station_id    BIGINT REFERENCES station (id),
  name          TEXT NOT NULL,
  kind          TEXT NOT NULL CONSTRAINT team_kind CHECK (kind IN ('poverty_relief', 'elderly_disabled', 'medical', 'safety', 'technology', 'other')),
  purpose       TEXT NOT NULL,
  state         TEXT NOT NULL CONSTRAINT team_state CHECK (state IN ('applied', 'active', 'refused', 'dissolved')),
  applied_by    BIGINT NOT NULL,
  applied_at    {{time}} NOT NULL,
  decided_by    BIGINT,
  decided_at    {{time}},
  reason        TEXT NOT NULL,
  founded_day   BIGINT NOT NULL,
  dissolved_day BIGINT NOT NULL,
  successor_id  BIGINT REFERENCES team (id),
  version       BIGINT NOT NULL
);
CREATE INDEX team_region ON team (region, id);
CREATE INDEX team_station ON team (station_id, id);

CREATE TABLE team_member (
  id           {{pk}},
  team_id      BIGINT NOT NULL REFERENCES team (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  state        TEXT NOT NULL CONSTRAINT team_member_state CHECK (state IN ('asked', 'wants', 'in', 'left', 'refused')),
  asked_by     BIGINT NOT NULL,
  asked_at     {{time}} NOT NULL,
  agreed       TEXT NOT NULL CONSTRAINT team_member_agreed CHECK (agreed IN ('', 'self', 'paper', 'spoken')),
  due_day      BIGINT NOT NULL,
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX team_member_once ON team_member (team_id, person_id) WHERE state IN ('asked', 'wants', 'in');
CREATE INDEX team_member_person ON team_member (person_id, id);
CREATE INDEX team_member_volunteer ON team_member (volunteer_id, id);

CREATE TABLE team_role (
  id        {{pk}},
  team_id   BIGINT NOT NULL REFERENCES team (id),
  person_id BIGINT NOT NULL REFERENCES person (id),
  role      TEXT NOT NULL CONSTRAINT team_role_role CHECK (role IN ('leader', 'deputy')),
  from_day  BIGINT NOT NULL,
  to_day    BIGINT NOT NULL,
  given_by  BIGINT NOT NULL,
  given_at  {{time}} NOT NULL
);
CREATE UNIQUE INDEX team_role_one ON team_role (team_id, role) WHERE to_day = 0;
CREATE INDEX team_role_person ON team_role (person_id, id);
