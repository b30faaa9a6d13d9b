-- +goose Up
-- What was noted of backups: made, or tried by restoring it into a database that was thrown away.
CREATE TABLE backup_run (
  id     {{pk}},
  kind   TEXT NOT NULL CONSTRAINT backup_run_kind CHECK (kind IN ('made', 'tried')),
  place  TEXT NOT NULL,
  size   BIGINT NOT NULL CONSTRAINT backup_run_size CHECK (size >= 0),
  digest TEXT NOT NULL,
  at     {{time}} NOT NULL
);
CREATE INDEX backup_run_kind_id ON backup_run (kind, id DESC);
