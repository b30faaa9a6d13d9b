-- +goose Up
-- What came of going to a home may be brought by a telephone. A CHECK is widened by making the table anew; nothing points at it.
CREATE TABLE offline_action_wide (
  id           {{pk}},
  version      BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  account_id   BIGINT NOT NULL,
  person_id    BIGINT REFERENCES person (id),
  device       TEXT NOT NULL,
  uuid         TEXT NOT NULL,
  counter      BIGINT NOT NULL,
  kind         TEXT NOT NULL,
  object_id    BIGINT,
  base_version BIGINT NOT NULL,
  made_version BIGINT NOT NULL,
  device_at    {{time}},
  happened_at  {{time}},
  skew_ms      BIGINT NOT NULL,
  clock        TEXT NOT NULL,
  received_at  {{time}} NOT NULL,
  hash         {{bytes}} NOT NULL,
  raw          {{bytes}},
  verdict      TEXT NOT NULL,
  words        TEXT NOT NULL,
  state        TEXT NOT NULL,
  handed_at    {{time}},
  decided_at   {{time}},
  decided_by   TEXT NOT NULL,
  reason       TEXT NOT NULL,
  CONSTRAINT offline_action_kinds CHECK (kind IN ('check_in', 'check_out', 'visit', 'roll_call', 'move', 'survey_answer', 'home_visit',
    'unknown')),
  CONSTRAINT offline_action_clocks CHECK (clock IN ('fits', 'off', 'unmeasured')),
  CONSTRAINT offline_action_verdicts CHECK (verdict IN ('done', 'conflict', 'refused')),
  CONSTRAINT offline_action_states CHECK (state IN ('settled', 'waiting', 'adopted', 'aside')),
  CONSTRAINT offline_action_handed CHECK ((state = 'settled') = (handed_at IS NULL)),
  CONSTRAINT offline_action_decided CHECK ((state IN ('adopted', 'aside')) = (decided_at IS NOT NULL)),
  CONSTRAINT offline_action_uuid UNIQUE (account_id, uuid)
);
INSERT INTO offline_action_wide (id, version, region, account_id, person_id, device, uuid, counter, kind, object_id, base_version, made_version,
  device_at, happened_at, skew_ms, clock, received_at, hash, raw, verdict, words, state, handed_at, decided_at, decided_by, reason)
  SELECT id, version, region, account_id, person_id, device, uuid, counter, kind, object_id, base_version, made_version,
  device_at, happened_at, skew_ms, clock, received_at, hash, raw, verdict, words, state, handed_at, decided_at, decided_by, reason
  FROM offline_action;
DROP TABLE offline_action;
ALTER TABLE offline_action_wide RENAME TO offline_action;
CREATE INDEX offline_action_region ON offline_action (region, state, id);
CREATE INDEX offline_action_person ON offline_action (person_id, id);
CREATE INDEX offline_action_object ON offline_action (object_id, kind);
