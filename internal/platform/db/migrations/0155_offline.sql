-- +goose Up
-- What was done without a network, as telephones bring it: one row for each action, under the id that the telephone gave it, with the
-- verdict that it got. raw is kept, sealed, while somebody may still have to look at the action.
CREATE TABLE offline_action (
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
  CONSTRAINT offline_action_kinds CHECK (kind IN ('check_in', 'check_out', 'visit', 'roll_call', 'move', 'survey_answer', 'unknown')),
  CONSTRAINT offline_action_clocks CHECK (clock IN ('fits', 'off', 'unmeasured')),
  CONSTRAINT offline_action_verdicts CHECK (verdict IN ('done', 'conflict', 'refused')),
  CONSTRAINT offline_action_states CHECK (state IN ('settled', 'waiting', 'adopted', 'aside')),
  CONSTRAINT offline_action_handed CHECK ((state = 'settled') = (handed_at IS NULL)),
  CONSTRAINT offline_action_decided CHECK ((state IN ('adopted', 'aside')) = (decided_at IS NOT NULL)),
  CONSTRAINT offline_action_once UNIQUE (account_id, uuid)
);
CREATE INDEX offline_action_region ON offline_action (region, state, id);
CREATE INDEX offline_action_person ON offline_action (person_id, id);
CREATE INDEX offline_action_object ON offline_action (object_id, kind);
