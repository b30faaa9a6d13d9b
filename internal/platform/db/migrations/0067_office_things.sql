-- +goose Up
-- 设备清单: what a station has. no counts through from 1.
CREATE TABLE office_equipment (
  id          {{pk}},
  version     BIGINT NOT NULL,
  station_id  BIGINT NOT NULL REFERENCES station (id),
  region      BIGINT NOT NULL,
  no          BIGINT NOT NULL CHECK (no > 0),
  name        TEXT NOT NULL CHECK (name <> ''),
  kind        TEXT NOT NULL CHECK (kind IN ('computer', 'office', 'furniture', 'media', 'convenience', 'emergency', 'other')),
  state       TEXT NOT NULL CHECK (state IN ('in_use', 'idle', 'repair', 'lost', 'scrapped')),
  place       TEXT NOT NULL,
  since_day   BIGINT NOT NULL,
  checked_day BIGINT NOT NULL, -- of the last stock-taking; 0 before the first
  note        TEXT NOT NULL,
  blob_id     BIGINT REFERENCES blob (id),
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  UNIQUE (station_id, no)
);

-- 盘点: what was found of each thing on a day.
CREATE TABLE office_stocktake (
  id         {{pk}},
  station_id BIGINT NOT NULL REFERENCES station (id),
  region     BIGINT NOT NULL,
  day        BIGINT NOT NULL,
  note       TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  UNIQUE (station_id, day)
);

CREATE TABLE office_stocktake_line (
  stocktake_id BIGINT NOT NULL REFERENCES office_stocktake (id),
  equipment_id BIGINT NOT NULL REFERENCES office_equipment (id),
  state        TEXT NOT NULL CHECK (state IN ('in_use', 'idle', 'repair', 'lost', 'scrapped')),
  note         TEXT NOT NULL,
  PRIMARY KEY (stocktake_id, equipment_id)
);

-- Who sits at the desk. named: he agreed, on agreed_day, that the public page names him while he is on duty; else it says his post.
CREATE TABLE office_keeper (
  id         {{pk}},
  version    BIGINT NOT NULL,
  station_id BIGINT NOT NULL REFERENCES station (id),
  region     BIGINT NOT NULL,
  name       TEXT NOT NULL CHECK (name <> ''),
  post       TEXT NOT NULL CHECK (post <> ''),
  named      BOOLEAN NOT NULL,
  agreed_day BIGINT NOT NULL,
  active     BOOLEAN NOT NULL,
  CHECK (named = (agreed_day > 0))
);
CREATE INDEX office_keeper_station ON office_keeper (station_id, id);

-- 值班: from and until are minutes of the day.
CREATE TABLE office_duty (
  id           {{pk}},
  version      BIGINT NOT NULL,
  station_id   BIGINT NOT NULL REFERENCES station (id),
  region       BIGINT NOT NULL,
  keeper_id    BIGINT NOT NULL REFERENCES office_keeper (id),
  day          BIGINT NOT NULL,
  from_minute  BIGINT NOT NULL CHECK (from_minute >= 0),
  until_minute BIGINT NOT NULL CHECK (until_minute <= 1440),
  UNIQUE (keeper_id, day, from_minute),
  CHECK (from_minute < until_minute)
);
CREATE INDEX office_duty_day ON office_duty (station_id, day);
