-- +goose Up
-- A line of a file may become somebody whom a unit registered. A CHECK is widened by making the table anew; nothing points at it.
CREATE TABLE import_row_wide (
  import_id BIGINT NOT NULL REFERENCES import_run (id),
  line      BIGINT NOT NULL,
  object    TEXT NOT NULL CONSTRAINT import_row_object CHECK (object IN ('person', 'volunteer', 'station', 'service_record', 'enrolment')),
  object_id BIGINT NOT NULL,
  PRIMARY KEY (import_id, line, object)
);
INSERT INTO import_row_wide (import_id, line, object, object_id) SELECT import_id, line, object, object_id FROM import_row;
DROP TABLE import_row;
ALTER TABLE import_row_wide RENAME TO import_row;
