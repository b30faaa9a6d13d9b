-- +goose Up
-- A stretch of a division's past, [valid_from, valid_to]: so it was called and counted, so it was in force; successor is set on the last one before a division
-- was closed and later came back. With the row in region the stretches of a code never overlap, so that the tree of any past day can be recomputed.
ALTER TABLE region_past ADD COLUMN counts_as_community BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE region_past ADD COLUMN counts_why TEXT NOT NULL DEFAULT '';
ALTER TABLE region_past ADD COLUMN successor BIGINT REFERENCES region (code);
CREATE INDEX region_successor ON region (successor) WHERE successor IS NOT NULL;

-- An edition of the divisions that was uploaded: looked at as a difference, then applied or discarded; moving while live rows follow their divisions.
CREATE TABLE region_edition (
  id          {{pk}},
  version     BIGINT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('preview', 'moving', 'applied', 'discarded')),
  day         BIGINT NOT NULL,
  source      TEXT NOT NULL,
  file_name   TEXT NOT NULL,
  sha256      TEXT NOT NULL,
  units       BIGINT NOT NULL,
  made_by     TEXT NOT NULL,
  made_at     {{time}} NOT NULL,
  ended_by    TEXT NOT NULL,
  ended_at    {{time}},
  applied_day BIGINT NOT NULL,
  CHECK ((state IN ('moving', 'applied')) = (applied_day <> 0))
);
CREATE UNIQUE INDEX region_edition_open ON region_edition ((CASE WHEN state IN ('preview', 'moving') THEN 1 ELSE 0 END)) WHERE state IN ('preview', 'moving');

-- What an edition changes. counts is the guess for a division that is added. Of one that is closed: offered is the successor that its name suggests, successor the
-- one that a person decided on (0 is none), moved says that its live rows have followed.
CREATE TABLE region_edition_change (
  edition_id BIGINT NOT NULL REFERENCES region_edition (id),
  code       BIGINT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('added', 'renamed', 'class', 'closed')),
  level      BIGINT NOT NULL CHECK (level BETWEEN 1 AND 5),
  old_name   TEXT NOT NULL,
  name       TEXT NOT NULL,
  old_class  TEXT NOT NULL,
  class      TEXT NOT NULL,
  counts     BOOLEAN NOT NULL,
  counts_why TEXT NOT NULL,
  offered    BIGINT NOT NULL,
  basis      TEXT NOT NULL,
  decided    BOOLEAN NOT NULL,
  successor  BIGINT NOT NULL,
  moved      BOOLEAN NOT NULL,
  PRIMARY KEY (edition_id, code),
  CHECK (kind = 'closed' OR offered = 0 AND successor = 0)
);
CREATE INDEX region_edition_change_kind ON region_edition_change (edition_id, kind, code);
