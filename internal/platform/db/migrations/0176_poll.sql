-- +goose Up
-- Polls (知晓率、认同率调查): communities drawn by a seed from a list that is kept, and how many of those asked there said what. Nobody's answer.
CREATE TABLE poll (
  id      {{pk}},
  version BIGINT NOT NULL,
  region  BIGINT NOT NULL REFERENCES region (code),
  title   TEXT NOT NULL CONSTRAINT poll_title CHECK (title <> ''),
  from_day BIGINT NOT NULL,
  to_day  BIGINT NOT NULL CONSTRAINT poll_to CHECK (to_day >= from_day),
  drawn   BIGINT NOT NULL CONSTRAINT poll_drawn CHECK (drawn >= 2 AND drawn <= size),
  each_n  BIGINT NOT NULL CONSTRAINT poll_each CHECK (each_n > 0),
  size    BIGINT NOT NULL,
  hash    TEXT NOT NULL,
  seed    TEXT NOT NULL,
  state   TEXT NOT NULL CONSTRAINT poll_state CHECK (state IN ('open', 'closed', 'given_up')),
  reason  TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at      {{time}} NOT NULL,
  ended_at {{time}}
);
CREATE INDEX poll_region ON poll (region, id);

-- The list from which a poll was drawn: codes of communities, one a line.
CREATE TABLE poll_frame (
  poll_id {{pk}},
  codes   TEXT NOT NULL
);

CREATE TABLE poll_place (
  id       {{pk}},
  version  BIGINT NOT NULL,
  poll_id  BIGINT NOT NULL REFERENCES poll (id),
  region   BIGINT NOT NULL REFERENCES region (code),
  day      BIGINT NOT NULL,
  asked    BIGINT NOT NULL CONSTRAINT poll_place_asked CHECK (asked BETWEEN 0 AND 1000),
  knows    BIGINT NOT NULL CONSTRAINT poll_place_knows CHECK (knows BETWEEN 0 AND asked),
  approves BIGINT NOT NULL CONSTRAINT poll_place_approves CHECK (approves BETWEEN 0 AND asked),
  refused  BIGINT NOT NULL CONSTRAINT poll_place_refused CHECK (refused BETWEEN 0 AND 1000),
  by_name  TEXT NOT NULL,
  at       {{time}},
  CONSTRAINT poll_place_once UNIQUE (poll_id, region)
);
CREATE INDEX poll_place_region ON poll_place (region);
