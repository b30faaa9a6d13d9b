-- +goose Up
-- Policies of a place, a station, a team or of named persons. until_day is the last day on which it holds: to_day, unless it ended before.
CREATE TABLE policy (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  station_id BIGINT REFERENCES station (id),
  team_id    BIGINT REFERENCES team (id),
  scope      TEXT NOT NULL CONSTRAINT policy_scope CHECK (scope IN ('region', 'station', 'team', 'named')),
  insurer    TEXT NOT NULL CONSTRAINT policy_insurer CHECK (insurer <> ''),
  number     TEXT NOT NULL CONSTRAINT policy_number CHECK (number <> ''),
  kind       TEXT NOT NULL,
  from_day   BIGINT NOT NULL,
  to_day     BIGINT NOT NULL,
  until_day  BIGINT NOT NULL,
  limit_fen  BIGINT NOT NULL CONSTRAINT policy_limit CHECK (limit_fen >= 0),
  covers     TEXT NOT NULL,
  holder     TEXT NOT NULL,
  file_id    BIGINT REFERENCES blob (id),
  editions   BIGINT NOT NULL,
  state      TEXT NOT NULL CONSTRAINT policy_state CHECK (state IN ('active', 'ended')),
  reason     TEXT NOT NULL,
  by_id      BIGINT,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  CONSTRAINT policy_one UNIQUE (insurer, number),
  CONSTRAINT policy_days CHECK (to_day >= from_day AND until_day >= from_day AND until_day <= to_day),
  CONSTRAINT policy_whose CHECK ((scope <> 'station' OR station_id IS NOT NULL) AND (scope <> 'team' OR team_id IS NOT NULL)),
  CONSTRAINT policy_ended CHECK (state = 'active' AND until_day = to_day OR state = 'ended' AND reason <> '')
);
CREATE INDEX policy_region ON policy (region, id);
CREATE INDEX policy_until ON policy (until_day);

-- What a policy said in each of its editions; the newest is what policy says.
CREATE TABLE policy_edition (
  policy_id BIGINT NOT NULL REFERENCES policy (id),
  n         BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  from_day  BIGINT NOT NULL,
  to_day    BIGINT NOT NULL,
  limit_fen BIGINT NOT NULL,
  covers    TEXT NOT NULL,
  holder    TEXT NOT NULL,
  file_id   BIGINT REFERENCES blob (id),
  reason    TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  at        {{time}} NOT NULL,
  PRIMARY KEY (policy_id, n)
);

-- Who is named in a policy, from day to day; to_day 0 is as long as the policy holds.
CREATE TABLE policy_name (
  policy_id    BIGINT NOT NULL REFERENCES policy (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  by_name      TEXT NOT NULL,
  PRIMARY KEY (policy_id, volunteer_id, from_day)
);
CREATE INDEX policy_name_volunteer ON policy_name (volunteer_id);

-- What happened to somebody in service (出险). Where and what are sealed.
CREATE TABLE policy_incident (
  id           {{pk}},
  version      BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  station_id   BIGINT NOT NULL REFERENCES station (id),
  policy_id    BIGINT REFERENCES policy (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  day          BIGINT NOT NULL,
  place        {{bytes}} NOT NULL,
  body         {{bytes}} NOT NULL,
  state        TEXT NOT NULL CONSTRAINT policy_incident_state CHECK (state IN ('entered', 'reported', 'closed')),
  reported_on  BIGINT NOT NULL,
  report_no    TEXT NOT NULL,
  outcome      TEXT NOT NULL CONSTRAINT policy_incident_outcome CHECK (outcome IN ('', 'paid', 'refused', 'withdrawn', 'uninsured')),
  paid_fen     BIGINT NOT NULL CONSTRAINT policy_incident_paid CHECK (paid_fen >= 0),
  by_id        BIGINT,
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  CONSTRAINT policy_incident_reported CHECK (state <> 'reported' OR reported_on > 0 AND policy_id IS NOT NULL),
  CONSTRAINT policy_incident_closed CHECK ((state = 'closed') = (outcome <> '')),
  CONSTRAINT policy_incident_sum CHECK (paid_fen = 0 OR outcome = 'paid')
);
CREATE INDEX policy_incident_region ON policy_incident (region, id);
CREATE INDEX policy_incident_person ON policy_incident (person_id);

-- Whether who takes part must be insured on the day.
ALTER TABLE activity ADD COLUMN insurance_needed BOOLEAN NOT NULL DEFAULT FALSE;
