-- +goose Up
-- Files of registers: one that was looked through and waits, or one that was taken over. problems is a JSON list; file is sealed and goes once the file is taken
-- over, or after a week. evidence is the photographed sheet of signatures on which the consents of all its rows stand.
CREATE TABLE import_run (
  id          {{pk}},
  version     BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('checked', 'stored', 'undone', 'dropped')),
  name        TEXT NOT NULL,
  lines       BIGINT NOT NULL,
  problems    TEXT NOT NULL,
  region      BIGINT NOT NULL,
  evidence_id BIGINT REFERENCES blob (id),
  file        {{bytes}},
  by_account  BIGINT,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  ended_by    TEXT NOT NULL,
  ended_at    {{time}},
  reason      TEXT NOT NULL,
  CHECK (state = 'checked' OR file IS NULL)
);
CREATE INDEX import_run_town ON import_run ((region/1000), id DESC);
CREATE INDEX import_run_waiting ON import_run (at) WHERE state = 'checked';

-- What each line of a file became: the table and the id of the row.
CREATE TABLE import_row (
  import_id BIGINT NOT NULL REFERENCES import_run (id),
  line      BIGINT NOT NULL,
  object    TEXT NOT NULL CHECK (object IN ('person', 'volunteer', 'station', 'service_record')),
  object_id BIGINT NOT NULL,
  PRIMARY KEY (import_id, line, object)
);
