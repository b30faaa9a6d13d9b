-- +goose Up
-- What ought to be, in ten-thousandths, for a division and all below it until one sets its own; no share goes back to what stands above. The last word is current.
CREATE TABLE coverage_target (
  id      {{pk}},
  region  BIGINT NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('coverage', 'upgrade')),
  year    BIGINT NOT NULL CHECK (year BETWEEN 2021 AND 2100),
  share   BIGINT CHECK (share BETWEEN 0 AND 20000),
  reason  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      {{time}} NOT NULL,
  current BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX coverage_target_now ON coverage_target (region, kind, year) WHERE current;

-- What was reported upwards before there was a system: a series of its own, with its source and day, never mixed with what is verified.
CREATE TABLE coverage_reported (
  id          {{pk}},
  region      BIGINT NOT NULL,
  day         BIGINT NOT NULL,
  communities BIGINT NOT NULL CHECK (communities > 0),
  stations    BIGINT NOT NULL CHECK (stations >= 0),
  source      TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  withdrawn   BOOLEAN NOT NULL,
  reason      TEXT NOT NULL
);
CREATE UNIQUE INDEX coverage_reported_now ON coverage_reported (region, day) WHERE NOT withdrawn;

-- How a community stood on the days [day, until_day): what the lives of its stations, their standard and the divisions make it. lacks names, each between spaces, what
-- a counting community still lacks to be covered; station_id is the station that stands there.
CREATE TABLE coverage_span (
  region      BIGINT NOT NULL,
  day         BIGINT NOT NULL,
  until_day   BIGINT NOT NULL,
  urban       BOOLEAN NOT NULL,
  communities BIGINT NOT NULL,
  stations    BIGINT NOT NULL,
  points      BIGINT NOT NULL,
  served      BIGINT NOT NULL,
  covered     BIGINT NOT NULL,
  upgraded    BIGINT NOT NULL,
  station_id  BIGINT NOT NULL,
  lacks       TEXT NOT NULL,
  PRIMARY KEY (region, day)
);
CREATE INDEX coverage_span_town ON coverage_span ((region/1000), region);
CREATE INDEX coverage_span_banner ON coverage_span ((region/1000000), region) WHERE lacks <> '';
CREATE INDEX coverage_span_league ON coverage_span ((region/100000000), region) WHERE lacks <> '';
CREATE INDEX coverage_span_lacks ON coverage_span (region, day) WHERE lacks <> '';

-- What changed in a division (town and above) on a day, in a month (yyyymm00), in a year (yyyy0000): the figures of any day are the sum of the years, months and days
-- before it, some fifty rows. Rows whose figures are all zero are not kept.
CREATE TABLE coverage_count (
  region      BIGINT NOT NULL,
  grain       TEXT NOT NULL CHECK (grain IN ('y', 'm', 'd')),
  day         BIGINT NOT NULL,
  urban       BOOLEAN NOT NULL,
  communities BIGINT NOT NULL,
  stations    BIGINT NOT NULL,
  points      BIGINT NOT NULL,
  served      BIGINT NOT NULL,
  covered     BIGINT NOT NULL,
  upgraded    BIGINT NOT NULL,
  PRIMARY KEY (region, grain, day, urban)
);

-- The same for what communities lack: n of them lack it.
CREATE TABLE coverage_lack (
  region BIGINT NOT NULL,
  grain  TEXT NOT NULL CHECK (grain IN ('y', 'm', 'd')),
  day    BIGINT NOT NULL,
  lack   TEXT NOT NULL,
  n      BIGINT NOT NULL,
  PRIMARY KEY (region, grain, day, lack)
);

-- A town in which something changed: written in the transaction of the change, folded into the figures within a second.
CREATE TABLE coverage_mark (
  id     {{pk}},
  region BIGINT NOT NULL
);

-- One row, so that one at a time writes the figures.
CREATE TABLE coverage_lock (one BIGINT PRIMARY KEY CHECK (one = 1));

-- The nightly comparison of the figures with what they are made of.
CREATE TABLE coverage_recount (
  id          {{pk}},
  at          {{time}} NOT NULL,
  towns       BIGINT NOT NULL,
  differences BIGINT NOT NULL
);
