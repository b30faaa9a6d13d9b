-- +goose Up
-- What a file is read as: what was left out or looks odd, and what each of its columns was taken for.
ALTER TABLE import_run ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE import_run ADD COLUMN headings TEXT NOT NULL DEFAULT '[]';

-- What a place has said that the headings of its rosters mean; field is '-' for a column that is not read.
CREATE TABLE import_heading (
  id      {{pk}},
  region  BIGINT NOT NULL,
  kind    TEXT NOT NULL,
  heading TEXT NOT NULL,
  field   TEXT NOT NULL,
  UNIQUE (region, kind, heading)
);
