-- +goose Up
-- What a division has set for itself, every change a row of its own; the one in force is current. value is NULL where it went back to what is above.
CREATE TABLE setting (
  id         {{pk}},
  key        TEXT NOT NULL,
  region     BIGINT NOT NULL,
  value      TEXT,
  current    BOOLEAN NOT NULL,
  reason     TEXT NOT NULL,
  account_id BIGINT,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE UNIQUE INDEX setting_current ON setting (key, region) WHERE current;
CREATE INDEX setting_history ON setting (key, region, id DESC);

-- Days that differ from the plain week, as the State Council announces them year by year.
CREATE TABLE calendar (
  day  {{pk}},
  kind TEXT NOT NULL CHECK (kind IN ('holiday', 'workday')),
  name TEXT NOT NULL
);

-- Words of the open sets, each with the code that other platforms use for it.
CREATE TABLE dictionary (
  id            {{pk}},
  name          TEXT NOT NULL,
  code          TEXT NOT NULL,
  label         TEXT NOT NULL,
  external_code TEXT NOT NULL,
  active        BOOLEAN NOT NULL,
  sort          BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  UNIQUE (name, code)
);
