-- +goose Up
-- Who serves: one row a person. Name, birth and languages are the person's.
CREATE TABLE volunteer (
  id         {{pk}},
  no         TEXT NOT NULL UNIQUE,
  person_id  BIGINT NOT NULL UNIQUE REFERENCES person (id),
  region     BIGINT NOT NULL,
  station_id BIGINT REFERENCES station (id),
  status     TEXT NOT NULL CHECK (status IN ('pending', 'active', 'refused', 'left')),
  identities TEXT NOT NULL,
  skills     TEXT NOT NULL,
  max_km     BIGINT NOT NULL,
  lat        {{float}} NOT NULL,
  lng        {{float}} NOT NULL,
  reason     TEXT NOT NULL,
  at         {{time}} NOT NULL,
  version    BIGINT NOT NULL
);
CREATE INDEX volunteer_station ON volunteer (station_id, id);
CREATE INDEX volunteer_town ON volunteer ((region/1000), id);
CREATE INDEX volunteer_banner ON volunteer ((region/1000000), id);
CREATE INDEX volunteer_league ON volunteer ((region/100000000), id);

-- The last serial number given in a division and year: numbers have no gaps.
CREATE TABLE volunteer_serial (
  prefix TEXT PRIMARY KEY,
  last   BIGINT NOT NULL
);

-- Qualifications and insurance, each for certain days; to_day 0 has no end.
CREATE TABLE volunteer_dated (
  id           {{pk}},
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  kind         TEXT NOT NULL CHECK (kind IN ('qualification', 'insurance')),
  code         TEXT NOT NULL,
  number       TEXT NOT NULL,
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  by_name      TEXT NOT NULL,
  CHECK (to_day = 0 OR to_day >= from_day)
);
CREATE INDEX volunteer_dated_volunteer ON volunteer_dated (volunteer_id, kind);

-- Days on which a volunteer does not serve; to_day 0 until he says otherwise.
CREATE TABLE volunteer_pause (
  id           {{pk}},
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  CHECK (to_day = 0 OR to_day >= from_day)
);
CREATE INDEX volunteer_pause_volunteer ON volunteer_pause (volunteer_id);
