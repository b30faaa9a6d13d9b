-- +goose Up
-- A stretch of a station's life: it stood in this status, at this place, from day until the day before until_day (99991231 is now). The stretches of a station
-- follow one another without a gap, so that any past day can be recomputed.
ALTER TABLE station_past ADD COLUMN until_day BIGINT NOT NULL DEFAULT 99991231;
ALTER TABLE station_past ADD COLUMN region BIGINT NOT NULL DEFAULT 0;
ALTER TABLE station_past ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE station_past ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE station_past SET region = (SELECT s.region FROM station s WHERE s.id = station_past.station_id),
  name = (SELECT s.name FROM station s WHERE s.id = station_past.station_id),
  address = (SELECT s.address FROM station s WHERE s.id = station_past.station_id),
  until_day = COALESCE((SELECT n.day FROM station_past n WHERE n.station_id = station_past.station_id AND n.id > station_past.id ORDER BY n.id LIMIT 1), 99991231);
CREATE UNIQUE INDEX station_past_now ON station_past (station_id) WHERE until_day = 99991231;
CREATE INDEX station_past_town ON station_past ((region/1000), day);
CREATE INDEX station_past_banner ON station_past ((region/1000000), day);
CREATE INDEX station_past_league ON station_past ((region/100000000), day);

-- What a community asks the town for: a station or point that is not there yet. phone is sealed (seal.At).
CREATE TABLE station_application (
  id         {{pk}},
  version    BIGINT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('submitted', 'returned', 'accepted', 'rejected', 'withdrawn')),
  region     BIGINT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('station', 'point')),
  parent_id  BIGINT REFERENCES station (id),
  station_id BIGINT REFERENCES station (id),
  name       TEXT NOT NULL,
  host       TEXT NOT NULL,
  address    TEXT NOT NULL,
  hours      TEXT NOT NULL,
  phone      {{bytes}},
  lat        {{float}} NOT NULL,
  lng        {{float}} NOT NULL,
  note       TEXT NOT NULL,
  applied_by BIGINT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  reason     TEXT NOT NULL,
  checked_by TEXT NOT NULL,
  checked_at {{time}},
  CHECK ((kind = 'point') = (parent_id IS NOT NULL)),
  CHECK ((state = 'accepted') = (station_id IS NOT NULL))
);
CREATE INDEX station_application_town ON station_application ((region/1000), id);
CREATE INDEX station_application_banner ON station_application ((region/1000000), id);
CREATE INDEX station_application_league ON station_application ((region/100000000), id);

-- Residential quarters; point_id is the point that serves one.
CREATE TABLE quarter (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  name       TEXT NOT NULL,
  households BIGINT NOT NULL CHECK (households >= 0),
  property   TEXT NOT NULL,
  address    TEXT NOT NULL,
  point_id   BIGINT REFERENCES station (id),
  active     BOOLEAN NOT NULL,
  UNIQUE (region, name)
);
CREATE UNIQUE INDEX quarter_point ON quarter (point_id);
CREATE INDEX quarter_town ON quarter ((region/1000), id);
CREATE INDEX quarter_banner ON quarter ((region/1000000), id);
CREATE INDEX quarter_league ON quarter ((region/100000000), id);
