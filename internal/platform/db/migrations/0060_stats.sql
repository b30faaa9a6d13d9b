-- +goose Up
-- When somebody began and ceased to be a volunteer; 0 where he has not.
ALTER TABLE volunteer ADD COLUMN approved_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE volunteer ADD COLUMN left_day BIGINT NOT NULL DEFAULT 0;

-- What a transaction changed of the figures, one row a figure; folded into stats_counter and deleted within a second.
CREATE TABLE stats_delta (
  id     {{pk}},
  metric TEXT NOT NULL,
  region BIGINT NOT NULL,
  day    BIGINT NOT NULL,
  kind   TEXT NOT NULL,
  n      BIGINT NOT NULL
);

-- The figures: level 5 is the division that a row happened in, 1 to 4 those above it, by day; 11 to 15 are the same by month (day is the first of it).
CREATE TABLE stats_counter (
  metric TEXT NOT NULL,
  level  BIGINT NOT NULL,
  region BIGINT NOT NULL,
  day    BIGINT NOT NULL,
  kind   TEXT NOT NULL,
  n      BIGINT NOT NULL,
  PRIMARY KEY (metric, level, region, day, kind)
);

-- Figures as they were published on a day, with the sums that they were made of: they give the same figures again for ever.
CREATE TABLE stats_snapshot (
  id       {{pk}},
  region   BIGINT NOT NULL,
  title    TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day   BIGINT NOT NULL,
  public   BOOLEAN NOT NULL,
  ended    BOOLEAN NOT NULL,
  made_by  BIGINT NOT NULL,
  by_name  TEXT NOT NULL,
  at       {{time}} NOT NULL
);
CREATE INDEX stats_snapshot_region ON stats_snapshot (region, id DESC);
CREATE TABLE stats_snapshot_sum (
  snapshot_id BIGINT NOT NULL REFERENCES stats_snapshot (id),
  region      BIGINT NOT NULL,
  metric      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  n           BIGINT NOT NULL,
  PRIMARY KEY (snapshot_id, region, metric, kind)
);
CREATE TABLE stats_snapshot_figure (
  snapshot_id BIGINT NOT NULL REFERENCES stats_snapshot (id),
  region      BIGINT NOT NULL,
  indicator   TEXT NOT NULL,
  value       TEXT,
  PRIMARY KEY (snapshot_id, region, indicator)
);

-- How many pieces recounts have mended of the figures of a banner: of two recounts at once only one mends.
CREATE TABLE stats_recount (
  region {{pk}},
  n      BIGINT NOT NULL
);
