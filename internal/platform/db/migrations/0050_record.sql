-- +goose Up
-- Service records (民政部令第67号 arts. 5, 7): what a volunteer gave, when, where, to what, under whom. Rows are never deleted: a wrong one is amended
-- with its history or void with a reason.
CREATE TABLE service_record (
  id            {{pk}},
  version       BIGINT NOT NULL,
  volunteer_id  BIGINT NOT NULL REFERENCES volunteer (id),
  person_id     BIGINT NOT NULL REFERENCES person (id),
  region        BIGINT NOT NULL,
  station_id    BIGINT,
  source        TEXT NOT NULL CHECK (source IN ('order', 'sheet', 'import')),
  order_id      BIGINT REFERENCES orders (id),
  attendance_id BIGINT UNIQUE REFERENCES attendance (id),
  round         BIGINT NOT NULL,
  title         TEXT NOT NULL,
  category      TEXT NOT NULL,
  day           BIGINT NOT NULL,
  place         TEXT NOT NULL,
  content       TEXT NOT NULL,
  started_at    {{time}} NOT NULL,
  ended_at      {{time}} NOT NULL,
  minutes       BIGINT NOT NULL CHECK (minutes BETWEEN 0 AND 10080),
  unit          TEXT NOT NULL,
  leader        TEXT NOT NULL,
  status        TEXT NOT NULL CHECK (status IN ('pending', 'counted', 'suspended', 'void')),
  confirmation  TEXT NOT NULL CHECK (confirmation IN ('', 'both', 'sign_in', 'reviewed')),
  evidence      TEXT NOT NULL,
  needs_second  BOOLEAN NOT NULL,
  why           TEXT NOT NULL,
  confirmed     BOOLEAN NOT NULL,
  recorded_by   BIGINT,
  confirmed_by  BIGINT,
  approved_by   BIGINT,
  approved_at   {{time}},
  counted_at    {{time}},
  counted_day   BIGINT NOT NULL,
  due_day       BIGINT NOT NULL,
  reason        TEXT NOT NULL,
  made_at       {{time}} NOT NULL,
  CHECK (ended_at >= started_at),
  CHECK (status <> 'counted' OR (confirmed AND confirmation <> '' AND counted_at IS NOT NULL)),
  CHECK (status <> 'counted' OR COALESCE(approved_by, confirmed_by) IS NOT NULL),
  CHECK (status <> 'counted' OR recorded_by IS NULL OR COALESCE(approved_by, confirmed_by) <> recorded_by),
  CHECK (status <> 'void' OR reason <> ''),
  CHECK ((source = 'import') = (attendance_id IS NULL))
);
CREATE INDEX service_record_volunteer ON service_record (volunteer_id, started_at DESC, id DESC);
CREATE INDEX service_record_person ON service_record (person_id);
CREATE INDEX service_record_day ON service_record (volunteer_id, day);
CREATE INDEX service_record_order ON service_record (order_id, round);
CREATE INDEX service_record_region ON service_record (region, day DESC, id DESC);
CREATE INDEX service_record_town ON service_record ((region/1000), day DESC, id DESC);
CREATE INDEX service_record_banner ON service_record ((region/1000000), day DESC, id DESC);
CREATE INDEX service_record_league ON service_record ((region/100000000), day DESC, id DESC);
CREATE INDEX service_record_station ON service_record (station_id, day DESC, id DESC);
CREATE INDEX service_record_pending ON service_record (region, due_day) WHERE status = 'pending';

-- Every change of a record: its status and its minutes before and after, who and why.
CREATE TABLE record_change (
  id            {{pk}},
  record_id     BIGINT NOT NULL REFERENCES service_record (id),
  version       BIGINT NOT NULL,
  at            {{time}} NOT NULL,
  account_id    BIGINT,
  actor         TEXT NOT NULL,
  action        TEXT NOT NULL CHECK (action IN ('made', 'confirmed', 'counted', 'suspended', 'resumed', 'void', 'amended', 'asked', 'refused')),
  status        TEXT NOT NULL,
  minutes_from  BIGINT NOT NULL,
  minutes       BIGINT NOT NULL,
  content_from  TEXT NOT NULL,
  content       TEXT NOT NULL,
  reason        TEXT NOT NULL
);
CREATE INDEX record_change_record ON record_change (record_id, id);

-- What a volunteer or the station says is wrong or missing (民政部令第67号 art. 13), until a second person has verified it. minutes −1 and empty
-- content: no change is proposed.
CREATE TABLE record_correction (
  id         {{pk}},
  record_id  BIGINT NOT NULL REFERENCES service_record (id),
  region     BIGINT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('open', 'approved', 'refused')),
  minutes    BIGINT NOT NULL CHECK (minutes BETWEEN -1 AND 720),
  content    TEXT NOT NULL,
  reason     TEXT NOT NULL CHECK (reason <> ''),
  asked_by   BIGINT,
  asked_at   {{time}} NOT NULL,
  decided_by BIGINT,
  decided_at {{time}},
  answer     TEXT NOT NULL,
  CHECK ((state = 'open') = (decided_by IS NULL)),
  CHECK (decided_by IS NULL OR asked_by IS NULL OR decided_by <> asked_by)
);
CREATE UNIQUE INDEX record_correction_open ON record_correction (record_id) WHERE state = 'open';
CREATE INDEX record_correction_region ON record_correction (region, id) WHERE state = 'open';
