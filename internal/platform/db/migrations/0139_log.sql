-- +goose Up
-- 公开日志: what stands beside each leaf. Leaves and their places never change; of whom is erased the salt goes.
CREATE TABLE log_entry (
  position  BIGINT NOT NULL,
  object    TEXT NOT NULL CONSTRAINT log_entry_objects CHECK (object IN ('record', 'certificate', 'transfer')),
  object_id BIGINT NOT NULL,
  gone      BOOLEAN NOT NULL,
  leaf      {{bytes}} NOT NULL,
  salt      {{bytes}},
  mac       {{bytes}} NOT NULL,
  CONSTRAINT log_entry_key PRIMARY KEY (position)
);
CREATE INDEX log_entry_object ON log_entry (object, object_id, position);

-- The tree over the leaves, in tiles of 256 hashes.
CREATE TABLE log_tile (
  level  BIGINT NOT NULL,
  no     BIGINT NOT NULL,
  hashes {{bytes}} NOT NULL,
  CONSTRAINT log_tile_key PRIMARY KEY (level, no)
);

-- How far it has come: the last imprint whose facts have leaves, and the signed checkpoint.
CREATE TABLE log_head (
  id   {{pk}},
  size BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  note TEXT NOT NULL,
  at   {{time}} NOT NULL,
  CONSTRAINT log_head_one CHECK (id = 1)
);
