-- +goose Up
-- Outlines of the divisions below one, as their maker had them approved: approval is the number (审图号) that stands under every drawing of them. One is current.
CREATE TABLE coverage_map (
  id        {{pk}},
  region    BIGINT NOT NULL,
  approval  TEXT NOT NULL,
  source    TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256    TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  at        {{time}} NOT NULL,
  current   BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX coverage_map_now ON coverage_map (region) WHERE current;

-- rings are lists of longitude and latitude as they are drawn, thinned out; lng and lat is where the words stand.
CREATE TABLE coverage_area (
  map_id BIGINT NOT NULL REFERENCES coverage_map (id),
  code   BIGINT NOT NULL,
  rings  {{json}} NOT NULL,
  lng    {{float}} NOT NULL,
  lat    {{float}} NOT NULL,
  PRIMARY KEY (map_id, code)
);

-- Where a community lies, from a list of somebody's.
CREATE TABLE coverage_place (
  region  BIGINT PRIMARY KEY,
  lat     {{float}} NOT NULL,
  lng     {{float}} NOT NULL,
  source  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      {{time}} NOT NULL
);
