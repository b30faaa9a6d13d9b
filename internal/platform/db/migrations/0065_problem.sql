-- +goose Up
-- 困难问题清单: a station says what it cannot solve itself, the town answers within days, the station rates the answer. What is not answered in time, or badly, goes to the
-- banner.
CREATE TABLE problem (
  id          {{pk}},
  version     BIGINT NOT NULL,
  station_id  BIGINT NOT NULL REFERENCES station (id),
  region      BIGINT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('site', 'staff', 'equipment', 'funding', 'training', 'volunteers', 'system', 'other')),
  body        TEXT NOT NULL CHECK (body <> ''),
  wish        TEXT NOT NULL,
  level       TEXT NOT NULL CHECK (level IN ('town', 'banner')),
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'rated', 'withdrawn')),
  due_day     BIGINT NOT NULL,
  answer      TEXT NOT NULL,
  solve_day   BIGINT NOT NULL,
  rating      BIGINT NOT NULL CHECK (rating IN (0, 1, 3, 5)),
  by_name     TEXT NOT NULL,
  made_at     {{time}} NOT NULL,
  answered_at {{time}},
  CHECK ((state = 'rated') = (rating > 0)),
  CHECK (state NOT IN ('answered', 'rated') OR answer <> '')
);
CREATE INDEX problem_station ON problem (station_id, id DESC);
CREATE INDEX problem_town ON problem ((region/1000), id DESC);
CREATE INDEX problem_banner ON problem ((region/1000000), id DESC);
CREATE INDEX problem_league ON problem ((region/100000000), id DESC);
CREATE INDEX problem_due ON problem (due_day) WHERE state = 'waiting' AND level = 'town';

CREATE TABLE problem_step (
  id         {{pk}},
  problem_id BIGINT NOT NULL REFERENCES problem (id),
  action     TEXT NOT NULL CHECK (action IN ('raised', 'answered', 'escalated', 'rated', 'withdrawn')),
  level      TEXT NOT NULL,
  text       TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX problem_step_problem ON problem_step (problem_id, id);
