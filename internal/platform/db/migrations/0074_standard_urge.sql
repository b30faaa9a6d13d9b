-- +goose Up
-- Officers ask the managers of a station to mend what is missing, at most once a day.
CREATE TABLE standard_urge (
  id         {{pk}},
  station_id BIGINT NOT NULL REFERENCES station (id),
  day        BIGINT NOT NULL,
  items      TEXT NOT NULL,
  note       TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  UNIQUE (station_id, day)
);
