-- +goose Up
-- A table as it was reported to the level above, so that later figures can be compared with it. body is JSON: the columns and the rows.
CREATE TABLE report_filed (
  id       {{pk}},
  region   BIGINT NOT NULL,
  code     TEXT NOT NULL,
  period   TEXT NOT NULL,
  body     {{json}} NOT NULL,
  filler   TEXT NOT NULL,
  checker  TEXT NOT NULL,
  made_by  BIGINT NOT NULL,
  by_name  TEXT NOT NULL,
  at       {{time}} NOT NULL
);
CREATE INDEX report_filed_of ON report_filed (region, code, period, id DESC);

-- A blank form that came from above, and where in it which figure belongs. It serves the division that put it in and all below. mapping is JSON.
CREATE TABLE report_form (
  id       {{pk}},
  version  BIGINT NOT NULL,
  region   BIGINT NOT NULL,
  title    TEXT NOT NULL,
  every    TEXT NOT NULL CHECK (every IN ('month', 'quarter', 'year')),
  file     {{bytes}} NOT NULL,
  mapping  {{json}} NOT NULL,
  ended    BOOLEAN NOT NULL,
  made_by  BIGINT NOT NULL,
  by_name  TEXT NOT NULL,
  at       {{time}} NOT NULL
);
CREATE INDEX report_form_region ON report_form (region, id DESC);

-- Who has sent a filled form for which period.
CREATE TABLE report_form_sent (
  form_id BIGINT NOT NULL REFERENCES report_form (id),
  region  BIGINT NOT NULL,
  period  TEXT NOT NULL,
  made_by BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  at      {{time}} NOT NULL,
  PRIMARY KEY (form_id, region, period)
);

-- Bulletins: a circular (通报) names results, a brief (简报) tells news. What is published stands on a dated snapshot of the figures.
CREATE TABLE report_bulletin (
  id          {{pk}},
  version     BIGINT NOT NULL,
  region      BIGINT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('circular', 'brief')),
  period      TEXT NOT NULL,
  no          BIGINT NOT NULL,
  title       TEXT NOT NULL,
  body        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('draft', 'published', 'withdrawn')),
  snapshot_id BIGINT REFERENCES stats_snapshot (id),
  made_by     BIGINT NOT NULL,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  published_by TEXT NOT NULL,
  published_at {{time}},
  CHECK (state = 'draft' OR snapshot_id IS NOT NULL)
);
CREATE INDEX report_bulletin_region ON report_bulletin (region, id DESC);
