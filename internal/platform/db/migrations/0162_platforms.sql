-- +goose Up
-- Batches that go to the platforms of the plan, and the ledger of what went to whom on which ground (民政部令第67号; 个人信息保护法 art. 55).
CREATE TABLE platform_batch (
  id            {{pk}},
  version       BIGINT NOT NULL,
  region        BIGINT NOT NULL,
  platform      TEXT NOT NULL CONSTRAINT platform_batch_platform CHECK (platform IN ('national', 'beijiang', 'civilization', 'cloud')),
  number        TEXT NOT NULL CONSTRAINT platform_batch_number UNIQUE,
  installation  TEXT NOT NULL,
  unit          TEXT NOT NULL,
  from_day      BIGINT NOT NULL,
  to_day        BIGINT NOT NULL,
  persons       BIGINT NOT NULL,
  services      BIGINT NOT NULL,
  trainings     BIGINT NOT NULL,
  commendations BIGINT NOT NULL,
  evaluations   BIGINT NOT NULL,
  state         TEXT NOT NULL CONSTRAINT platform_batch_state CHECK (state IN ('queued', 'sent', 'received', 'partly', 'refused', 'withdrawn')),
  made_by       BIGINT,
  by_name       TEXT NOT NULL,
  made_at       {{time}} NOT NULL,
  sent_day      BIGINT NOT NULL,
  answered_at   {{time}},
  reason        TEXT NOT NULL,
  CONSTRAINT platform_batch_days CHECK (from_day <= to_day)
);
CREATE UNIQUE INDEX platform_batch_open ON platform_batch (platform, region) WHERE state IN ('queued', 'sent');
CREATE INDEX platform_batch_region ON platform_batch (region, id DESC);

CREATE TABLE platform_item (
  batch_id  BIGINT NOT NULL REFERENCES platform_batch (id),
  kind      TEXT NOT NULL CONSTRAINT platform_item_kind CHECK (kind IN ('person', 'service', 'training', 'commendation', 'evaluation')),
  object_id BIGINT NOT NULL,
  platform  TEXT NOT NULL,
  region    BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES person (id),
  hash      TEXT NOT NULL,
  ground    TEXT NOT NULL CONSTRAINT platform_item_ground CHECK (ground IN ('law', 'consent')),
  state     TEXT NOT NULL CONSTRAINT platform_item_state CHECK (state IN ('waits', 'received', 'refused', 'withdrawn')),
  reason    TEXT NOT NULL,
  line      {{bytes}},
  at        {{time}} NOT NULL,
  PRIMARY KEY (batch_id, kind, object_id)
);
CREATE INDEX platform_item_person ON platform_item (person_id, platform);
