-- +goose Up
-- The log of consents as people read it: who entered one and who took it back, by name, and the photographed sheet of signatures that it stands on.
ALTER TABLE person_consent ADD COLUMN entered_name TEXT NOT NULL DEFAULT '';
ALTER TABLE person_consent ADD COLUMN withdrawn_name TEXT NOT NULL DEFAULT '';
ALTER TABLE person_consent ADD COLUMN evidence_id BIGINT REFERENCES blob (id);
