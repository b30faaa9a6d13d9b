-- +goose Up
-- The divisions, one row a code. In force while valid_to is 99991231; a closed one stays, with its successor when it has one.
CREATE TABLE region (
  code                {{pk}},
  name                TEXT NOT NULL,
  level               BIGINT NOT NULL CHECK (level BETWEEN 1 AND 5),
  parent              BIGINT REFERENCES region (code),
  class               TEXT NOT NULL,
  edition             BIGINT NOT NULL,
  valid_from          BIGINT NOT NULL,
  valid_to            BIGINT NOT NULL,
  successor           BIGINT REFERENCES region (code),
  lat                 {{float}} NOT NULL,
  lng                 {{float}} NOT NULL,
  population          BIGINT NOT NULL,
  population_basis    TEXT NOT NULL,
  counts_as_community BOOLEAN NOT NULL,
  counts_why          TEXT NOT NULL,
  counts_by           TEXT NOT NULL,
  counts_at           {{time}},
  version             BIGINT NOT NULL,
  CHECK ((level = 1) = (parent IS NULL))
);
CREATE INDEX region_parent ON region (parent, code);

-- What a division was called before an edition changed it.
CREATE TABLE region_past (
  code       BIGINT NOT NULL REFERENCES region (code),
  valid_to   BIGINT NOT NULL,
  valid_from BIGINT NOT NULL,
  name       TEXT NOT NULL,
  class      TEXT NOT NULL,
  edition    BIGINT NOT NULL,
  PRIMARY KEY (code, valid_to)
);

-- Names of all kinds of rows, cut into characters and pairs, for search: see db/grams.go.
CREATE TABLE name_grams (
  kind TEXT NOT NULL,
  gram TEXT NOT NULL,
  id   BIGINT NOT NULL,
  PRIMARY KEY (kind, gram, id)
);
CREATE INDEX name_grams_row ON name_grams (kind, id);
