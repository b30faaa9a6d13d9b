-- +goose Up
-- What a division means to do about volunteer stations in a year (建设方案 四（一） 统筹规划).
CREATE TABLE oversight_plan (
  id      {{pk}},
  version BIGINT NOT NULL,
  region  BIGINT NOT NULL,
  year    BIGINT NOT NULL CHECK (year BETWEEN 2021 AND 2100),
  title   TEXT NOT NULL,
  body    TEXT NOT NULL,
  blob_id BIGINT REFERENCES blob (id),
  by_name TEXT NOT NULL,
  at      {{time}} NOT NULL,
  UNIQUE (region, year)
);

-- What a division asks of those directly below it. from_id is the task from above that it passes on, once.
CREATE TABLE oversight_task (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  year       BIGINT NOT NULL CHECK (year BETWEEN 2021 AND 2100),
  from_id    BIGINT REFERENCES oversight_task (id),
  title      TEXT NOT NULL,
  body       TEXT NOT NULL,
  blob_id    BIGINT REFERENCES blob (id),
  due_day    BIGINT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  ended_at   {{time}},
  end_reason TEXT NOT NULL,
  CHECK ((ended_at IS NULL) = (end_reason = ''))
);
CREATE UNIQUE INDEX oversight_task_from ON oversight_task (region, from_id) WHERE from_id IS NOT NULL;
CREATE INDEX oversight_task_region ON oversight_task (region, year, id);

-- One receiving division: it signs the receipt, then tells what it did.
CREATE TABLE oversight_receipt (
  id          {{pk}},
  version     BIGINT NOT NULL,
  task_id     BIGINT NOT NULL REFERENCES oversight_task (id),
  region      BIGINT NOT NULL,
  received_at {{time}},
  received_by TEXT NOT NULL,
  feedback    TEXT NOT NULL,
  blob_id     BIGINT REFERENCES blob (id),
  done_at     {{time}},
  done_by     TEXT NOT NULL,
  reminded    BOOLEAN NOT NULL,
  UNIQUE (task_id, region),
  CHECK (done_at IS NULL OR received_at IS NOT NULL),
  CHECK ((done_at IS NULL) = (feedback = ''))
);
CREATE INDEX oversight_receipt_region ON oversight_receipt (region, id);

-- A visit to a station with the checklist of its day. It is closed when every finding is.
CREATE TABLE inspection (
  id         {{pk}},
  version    BIGINT NOT NULL,
  station_id BIGINT NOT NULL REFERENCES station (id),
  region     BIGINT NOT NULL,
  day        BIGINT NOT NULL,
  purpose    TEXT NOT NULL,
  inspectors TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed', 'cancelled')),
  note       TEXT NOT NULL,
  account_id BIGINT,
  by_name    TEXT NOT NULL,
  made_at    {{time}} NOT NULL,
  filled_at  {{time}},
  CHECK ((state IN ('open', 'closed')) = (filled_at IS NOT NULL))
);
CREATE INDEX inspection_station ON inspection (station_id, id DESC);
CREATE INDEX inspection_region ON inspection (region, id DESC);
CREATE INDEX inspection_town ON inspection ((region/1000), id DESC);
CREATE INDEX inspection_banner ON inspection ((region/1000000), id DESC);
CREATE INDEX inspection_league ON inspection ((region/100000000), id DESC);

-- What was found of one item of the checklist, with its words as they were on that day.
CREATE TABLE inspection_answer (
  inspection_id BIGINT NOT NULL REFERENCES inspection (id),
  n             BIGINT NOT NULL,
  item          TEXT NOT NULL,
  label         TEXT NOT NULL,
  kind          TEXT NOT NULL,
  answer        TEXT NOT NULL CHECK (answer IN ('yes', 'no', '')),
  remark        TEXT NOT NULL,
  PRIMARY KEY (inspection_id, item)
);

-- Something to be put right by a day. item is empty for what the checklist does not ask.
CREATE TABLE inspection_finding (
  id            {{pk}},
  version       BIGINT NOT NULL,
  inspection_id BIGINT NOT NULL REFERENCES inspection (id),
  station_id    BIGINT NOT NULL REFERENCES station (id),
  region        BIGINT NOT NULL,
  item          TEXT NOT NULL,
  label         TEXT NOT NULL,
  problem       TEXT NOT NULL CHECK (problem <> ''),
  due_day       BIGINT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('open', 'done', 'closed')),
  rectified_by  BIGINT,
  closed_by     BIGINT,
  closed_at     {{time}},
  reminded      BIGINT NOT NULL CHECK (reminded BETWEEN 0 AND 2), -- 1: that it is soon due; 2: that it is overdue
  made_at       {{time}} NOT NULL,
  CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CHECK (closed_by IS NULL OR rectified_by IS NULL OR closed_by <> rectified_by)
);
CREATE INDEX inspection_finding_of ON inspection_finding (inspection_id, id);
CREATE INDEX inspection_finding_station ON inspection_finding (station_id, id DESC);
CREATE INDEX inspection_finding_town ON inspection_finding ((region/1000), id DESC);
CREATE INDEX inspection_finding_banner ON inspection_finding ((region/1000000), id DESC);
CREATE INDEX inspection_finding_league ON inspection_finding ((region/100000000), id DESC);
CREATE INDEX inspection_finding_due ON inspection_finding (due_day) WHERE state <> 'closed';

-- What happened to a finding; its photographs belong to the step.
CREATE TABLE inspection_step (
  id         {{pk}},
  finding_id BIGINT NOT NULL REFERENCES inspection_finding (id),
  action     TEXT NOT NULL CHECK (action IN ('found', 'photo', 'rectified', 'returned', 'closed', 'extended')),
  text       TEXT NOT NULL,
  blob_id    BIGINT REFERENCES blob (id),
  account_id BIGINT,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX inspection_step_finding ON inspection_step (finding_id, id);
