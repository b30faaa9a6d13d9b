-- +goose Up
-- Numbered paper sheets (补录单): issued blank, entered as a grid with a photograph, approved by a second person.
CREATE TABLE sheet (
  id           {{pk}},
  version      BIGINT NOT NULL,
  no           TEXT NOT NULL UNIQUE,
  state        TEXT NOT NULL CHECK (state IN ('issued', 'entered', 'returned', 'approved', 'void', 'missing')),
  region       BIGINT NOT NULL,
  station_id   BIGINT NOT NULL REFERENCES station (id),
  issued_by    BIGINT NOT NULL,
  issued_at    {{time}} NOT NULL,
  entered_by   BIGINT,
  entered_at   {{time}},
  photo_id     BIGINT,
  first_day    BIGINT NOT NULL,
  due_day      BIGINT NOT NULL,
  late_reason  TEXT NOT NULL,
  approved_by  BIGINT,
  approved_at  {{time}},
  reason       TEXT NOT NULL,
  CHECK ((state = 'approved') = (approved_by IS NOT NULL)),
  CHECK (approved_by IS NULL OR approved_by <> entered_by),
  CHECK (state NOT IN ('void', 'missing', 'returned') OR reason <> ''),
  CHECK (state NOT IN ('entered', 'approved') OR entered_by IS NOT NULL)
);
CREATE INDEX sheet_station ON sheet (station_id, no DESC);
CREATE INDEX sheet_region ON sheet (region, no DESC);
CREATE INDEX sheet_town ON sheet ((region/1000), no DESC);
CREATE INDEX sheet_banner ON sheet ((region/1000000), no DESC);
CREATE INDEX sheet_league ON sheet ((region/100000000), no DESC);
CREATE INDEX sheet_waiting ON sheet (region, entered_at) WHERE state = 'entered';

-- The last number given out in each community in each year; it goes on when a station is closed and another opened.
CREATE TABLE sheet_serial (
  region BIGINT NOT NULL,
  year   BIGINT NOT NULL,
  last   BIGINT NOT NULL,
  PRIMARY KEY (region, year)
);

-- One line of an entered sheet: who did what for whom from when to when.
CREATE TABLE sheet_row (
  id           {{pk}},
  sheet_id     BIGINT NOT NULL REFERENCES sheet (id),
  line         BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  item_id      BIGINT NOT NULL REFERENCES catalogue_item (id),
  for_whom     TEXT NOT NULL,
  day          BIGINT NOT NULL,
  started_at   {{time}} NOT NULL,
  ended_at     {{time}} NOT NULL,
  minutes      BIGINT NOT NULL CHECK (minutes BETWEEN 1 AND 720),
  signed       BOOLEAN NOT NULL,
  UNIQUE (sheet_id, line),
  CHECK (started_at < ended_at)
);

-- Who was at which service from when to when. Time beside the server's is the device's; in_metres is the distance to the place, −1 when unknown:
-- no position is kept.
CREATE TABLE attendance (
  id             {{pk}},
  source         TEXT NOT NULL CHECK (source IN ('order', 'sheet')),
  order_id       BIGINT REFERENCES orders (id),
  assignment_id  BIGINT UNIQUE REFERENCES assignment (id),
  row_id         BIGINT UNIQUE REFERENCES sheet_row (id),
  volunteer_id   BIGINT NOT NULL REFERENCES volunteer (id),
  person_id      BIGINT NOT NULL REFERENCES person (id),
  region         BIGINT NOT NULL,
  station_id     BIGINT,
  round          BIGINT NOT NULL,
  day            BIGINT NOT NULL,
  in_at          {{time}} NOT NULL,
  in_server_at   {{time}} NOT NULL,
  in_device_at   {{time}},
  in_evidence    TEXT NOT NULL CHECK (in_evidence IN ('code', 'place', 'station', 'none', 'paper')),
  in_metres      BIGINT NOT NULL,
  in_by          BIGINT,
  in_voice       TEXT NOT NULL,
  out_at         {{time}},
  out_server_at  {{time}},
  out_device_at  {{time}},
  out_evidence   TEXT NOT NULL CHECK (out_evidence IN ('', 'code', 'place', 'station', 'none', 'paper')),
  out_metres     BIGINT NOT NULL,
  out_by         BIGINT,
  out_voice      TEXT NOT NULL,
  minutes        BIGINT NOT NULL CHECK (minutes >= 0),
  needs_second   BOOLEAN NOT NULL,
  why            TEXT NOT NULL,
  closed_by      BIGINT,
  close_reason   TEXT NOT NULL,
  CHECK ((source = 'order') = (assignment_id IS NOT NULL)),
  CHECK ((source = 'sheet') = (row_id IS NOT NULL)),
  CHECK (out_at IS NOT NULL OR minutes = 0),
  CHECK (out_at IS NULL OR out_at >= in_at),
  CHECK (closed_by IS NULL OR closed_by <> in_by)
);
-- Nobody is in two services at once: one open session each.
CREATE UNIQUE INDEX attendance_open ON attendance (volunteer_id) WHERE out_at IS NULL;
CREATE INDEX attendance_volunteer ON attendance (volunteer_id, in_at);
CREATE INDEX attendance_order ON attendance (order_id, round);
CREATE INDEX attendance_running ON attendance (region, in_at) WHERE out_at IS NULL;
