-- +goose Up
-- What another platform calls a word of ours; one word of theirs may stand for several of ours.
CREATE TABLE dictionary_external (
  word_id BIGINT NOT NULL REFERENCES dictionary (id),
  system  TEXT NOT NULL CHECK (system IN ('national', 'beijiang', 'civilization', 'cloud')),
  code    TEXT NOT NULL,
  PRIMARY KEY (word_id, system)
);
ALTER TABLE dictionary DROP COLUMN external_code;
