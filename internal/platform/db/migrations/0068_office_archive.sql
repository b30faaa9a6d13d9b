-- +goose Up
-- 分类方案: what a division files papers under, for all below it. years: how long they are kept, at least ten; 0 is for ever.
CREATE TABLE office_category (
  id      {{pk}},
  version BIGINT NOT NULL,
  region  BIGINT NOT NULL,
  code    TEXT NOT NULL CHECK (code <> ''),
  name    TEXT NOT NULL CHECK (name <> ''),
  years   BIGINT NOT NULL CHECK (years = 0 OR years >= 10),
  active  BOOLEAN NOT NULL,
  UNIQUE (region, code)
);

-- 档案: a filed paper. keep_until is the last day on which it must be kept, by the years of its category when it was filed. Of a destroyed one the line stays, the file goes.
CREATE TABLE office_document (
  id           {{pk}},
  version      BIGINT NOT NULL,
  station_id   BIGINT NOT NULL REFERENCES station (id),
  region       BIGINT NOT NULL,
  category_id  BIGINT NOT NULL REFERENCES office_category (id),
  year         BIGINT NOT NULL,
  no           BIGINT NOT NULL CHECK (no > 0),
  title        TEXT NOT NULL CHECK (title <> ''),
  day          BIGINT NOT NULL,
  keywords     TEXT NOT NULL,
  shelf        TEXT NOT NULL,
  blob_id      BIGINT REFERENCES blob (id),
  keep_until   BIGINT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('kept', 'asked', 'destroyed')),
  reason       TEXT NOT NULL,
  asked_by     BIGINT NOT NULL,
  asked_name   TEXT NOT NULL,
  asked_day    BIGINT NOT NULL,
  ended_by     BIGINT NOT NULL,
  ended_name   TEXT NOT NULL,
  ended_day    BIGINT NOT NULL,
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  UNIQUE (station_id, year, no),
  CHECK (keep_until >= day + 100000),
  CHECK (state <> 'destroyed' OR ended_day > keep_until AND asked_day > keep_until AND ended_by <> asked_by AND blob_id IS NULL AND reason <> ''),
  CHECK ((state = 'destroyed') = (ended_day > 0))
);
CREATE INDEX office_document_kept ON office_document (station_id, state, keep_until);
