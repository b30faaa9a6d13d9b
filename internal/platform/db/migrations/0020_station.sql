-- +goose Up
-- Volunteer service stations and, under them, points. phone is sealed (seal.At). A community has one open station at most.
CREATE TABLE station (
  id             {{pk}},
  no             TEXT NOT NULL UNIQUE,
  kind           TEXT NOT NULL CHECK (kind IN ('station', 'point')),
  parent_id      BIGINT REFERENCES station (id),
  name           TEXT NOT NULL,
  name_confirmed BOOLEAN NOT NULL,
  region         BIGINT NOT NULL,
  host           TEXT NOT NULL,
  address        TEXT NOT NULL,
  hours          TEXT NOT NULL,
  phone          {{bytes}},
  lat            {{float}} NOT NULL,
  lng            {{float}} NOT NULL,
  cell           BIGINT NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('open', 'suspended', 'closed')),
  status_day     BIGINT NOT NULL,
  version        BIGINT NOT NULL,
  CHECK ((kind = 'point') = (parent_id IS NOT NULL))
);
CREATE UNIQUE INDEX station_of_community ON station (region) WHERE kind = 'station' AND status = 'open';
CREATE INDEX station_parent ON station (parent_id);
CREATE INDEX station_cell ON station (cell);
CREATE INDEX station_town ON station ((region/1000), id);
CREATE INDEX station_banner ON station ((region/1000000), id);
CREATE INDEX station_league ON station ((region/100000000), id);

-- When a station opened, was suspended, closed: any past day can be recomputed.
CREATE TABLE station_past (
  id         {{pk}},
  station_id BIGINT NOT NULL REFERENCES station (id),
  status     TEXT NOT NULL,
  day        BIGINT NOT NULL,
  reason     TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX station_past_station ON station_past (station_id, id);
