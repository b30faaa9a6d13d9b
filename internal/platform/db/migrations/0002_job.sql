-- +goose Up
-- Work to be done after a commit, and work to be done again and again. Times are machine time.
-- A row that runs has its lease's end in due_at, so that it is due again when its worker is gone.
CREATE TABLE job (
  id      {{pk}},
  kind    TEXT NOT NULL,
  key     TEXT UNIQUE,             -- no second one waits under this key; NULL from the moment it runs, except for periodic work
  args    {{json}} NOT NULL,       -- ids only
  every   BIGINT NOT NULL,         -- microseconds between the slots of periodic work, 0 for work done once
  state   TEXT NOT NULL CHECK (state IN ('ready', 'running', 'dead')),
  due_at  {{time}} NOT NULL,
  tries   BIGINT NOT NULL,
  run     BIGINT NOT NULL,         -- which taking of the job is the present one; an earlier one no longer counts
  error   TEXT NOT NULL,
  made_at {{time}} NOT NULL
);
CREATE INDEX job_due ON job (due_at, id) WHERE state <> 'dead';
CREATE INDEX job_state ON job (state, id);
