-- +goose Up
-- The checklist, each item with the days on which it holds, [from_day, until_day); those in force on a day are its edition. An item of the autonomous region holds
-- everywhere; a division may add its own. months says how long evidence lasts; 0 is to the end of the calendar year.
CREATE TABLE standard_item (
  id        {{pk}},
  region    BIGINT NOT NULL,
  code      TEXT NOT NULL,
  label     TEXT NOT NULL,
  explain   TEXT NOT NULL,
  how       TEXT NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('plan', 'six', 'function', 'local')),
  accepts   TEXT NOT NULL CHECK (accepts IN ('photo', 'document', 'text')),
  months    BIGINT NOT NULL CHECK (months >= 0),
  sort      BIGINT NOT NULL,
  from_day  BIGINT NOT NULL,
  until_day BIGINT NOT NULL,
  UNIQUE (region, code, from_day)
);

-- What shows that a station meets an item: from day to last_day, unless it ended before (taken back, or refused at a check), on ended_day.
CREATE TABLE standard_evidence (
  id         {{pk}},
  station_id BIGINT NOT NULL REFERENCES station (id),
  region     BIGINT NOT NULL,
  item       TEXT NOT NULL,
  blob_id    BIGINT REFERENCES blob (id),
  body       TEXT NOT NULL,
  day        BIGINT NOT NULL,
  last_day   BIGINT NOT NULL,
  ended_day  BIGINT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('claimed', 'confirmed', 'sampled', 'refused', 'withdrawn')),
  remark     TEXT NOT NULL,
  reminded   BOOLEAN NOT NULL,
  account_id BIGINT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX standard_evidence_station ON standard_evidence (station_id, item, id);
CREATE INDEX standard_evidence_last ON standard_evidence (last_day) WHERE NOT reminded;

-- What a check of the town, or a sample of the banner, found of one item.
CREATE TABLE standard_check (
  id         {{pk}},
  visit_id   BIGINT NOT NULL,
  station_id BIGINT NOT NULL REFERENCES station (id),
  region     BIGINT NOT NULL,
  level      TEXT NOT NULL CHECK (level IN ('town', 'sample')),
  item       TEXT NOT NULL,
  ok         BOOLEAN NOT NULL,
  remark     TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX standard_check_station ON standard_check (station_id, id);

-- What follows from the evidence, for every day of past and future: [day, until_day). Written anew with each change of the evidence, never by hand.
CREATE TABLE standard_status (
  station_id BIGINT NOT NULL REFERENCES station (id),
  day        BIGINT NOT NULL,
  until_day  BIGINT NOT NULL,
  met        BOOLEAN NOT NULL,
  grade      TEXT NOT NULL,
  missing    TEXT NOT NULL,
  PRIMARY KEY (station_id, day)
);
