-- +goose Up
-- The last number that a station gave in one of its books in a year (0: a book that is numbered through). Taken in the transaction of the entry, so that no number is missing.
CREATE TABLE office_serial (
  station_id BIGINT NOT NULL REFERENCES station (id),
  book       TEXT NOT NULL CHECK (book IN ('notice', 'equipment', 'archive', 'copy')),
  year       BIGINT NOT NULL,
  last       BIGINT NOT NULL CHECK (last > 0),
  PRIMARY KEY (station_id, book, year)
);

-- 公告台账: what hung at the station, from when to when. A notice is never rewritten: it is taken down with a reason, and a new one gets the next number.
CREATE TABLE office_notice (
  id          {{pk}},
  version     BIGINT NOT NULL,
  station_id  BIGINT NOT NULL REFERENCES station (id),
  region      BIGINT NOT NULL,
  year        BIGINT NOT NULL,
  no          BIGINT NOT NULL CHECK (no > 0),
  title       TEXT NOT NULL CHECK (title <> ''),
  body        TEXT NOT NULL CHECK (body <> ''),
  place       TEXT NOT NULL,
  from_day    BIGINT NOT NULL,
  until_day   BIGINT NOT NULL,
  blob_id     BIGINT REFERENCES blob (id),
  down_day    BIGINT NOT NULL, -- taken down on; 0 while it was not
  down_reason TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  UNIQUE (station_id, year, no),
  CHECK (from_day <= until_day),
  CHECK ((down_day = 0) = (down_reason = ''))
);
CREATE INDEX office_notice_until ON office_notice (station_id, until_day);

-- 年度工作计划: one line of what a station means to do in a year. done and finished_day follow from its progress.
CREATE TABLE office_plan_item (
  id           {{pk}},
  version      BIGINT NOT NULL,
  station_id   BIGINT NOT NULL REFERENCES station (id),
  region       BIGINT NOT NULL,
  year         BIGINT NOT NULL CHECK (year BETWEEN 2021 AND 2100),
  what         TEXT NOT NULL CHECK (what <> ''),
  who          TEXT NOT NULL,
  due_day      BIGINT NOT NULL,
  amount       BIGINT NOT NULL CHECK (amount >= 0), -- 0: nothing to count
  unit         TEXT NOT NULL,
  done         BIGINT NOT NULL CHECK (done >= 0),
  finished_day BIGINT NOT NULL, -- 0 while it is not
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  CHECK (due_day / 10000 = year)
);
CREATE INDEX office_plan_item_year ON office_plan_item (station_id, year, due_day, id);

CREATE TABLE office_plan_step (
  id       {{pk}},
  item_id  BIGINT NOT NULL REFERENCES office_plan_item (id),
  day      BIGINT NOT NULL,
  amount   BIGINT NOT NULL CHECK (amount >= 0),
  note     TEXT NOT NULL,
  finishes BOOLEAN NOT NULL,
  by_name  TEXT NOT NULL,
  at       {{time}} NOT NULL
);
CREATE INDEX office_plan_step_item ON office_plan_step (item_id, day, id);

-- What a division gives its stations to start from, one text a slot; the nearest above a station holds.
CREATE TABLE office_template (
  id      {{pk}},
  version BIGINT NOT NULL,
  region  BIGINT NOT NULL,
  slot    TEXT NOT NULL CHECK (slot IN ('organisation', 'daily', 'management', 'evaluation', 'incentives')),
  title   TEXT NOT NULL CHECK (title <> ''),
  body    TEXT NOT NULL CHECK (body <> ''),
  active  BOOLEAN NOT NULL, -- not once a division that took over has one of its own
  by_name TEXT NOT NULL,
  at      {{time}} NOT NULL,
  UNIQUE (region, slot)
);

-- 规章制度: each version of a station's rules. It holds from the day it was published until the next was, [from_day, until_day); a draft holds on no day.
CREATE TABLE office_rule (
  id         {{pk}},
  version    BIGINT NOT NULL,
  station_id BIGINT NOT NULL REFERENCES station (id),
  region     BIGINT NOT NULL,
  slot       TEXT NOT NULL CHECK (slot IN ('organisation', 'daily', 'management', 'evaluation', 'incentives')),
  edition    BIGINT NOT NULL CHECK (edition > 0),
  title      TEXT NOT NULL CHECK (title <> ''),
  body       TEXT NOT NULL CHECK (body <> ''),
  state      TEXT NOT NULL CHECK (state IN ('draft', 'published')),
  from_day   BIGINT NOT NULL,
  until_day  BIGINT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  UNIQUE (station_id, slot, edition),
  CHECK ((state = 'draft') = (from_day = 0))
);
CREATE UNIQUE INDEX office_rule_draft ON office_rule (station_id, slot) WHERE state = 'draft';
CREATE UNIQUE INDEX office_rule_now ON office_rule (station_id, slot) WHERE state = 'published' AND until_day = 99991231;
