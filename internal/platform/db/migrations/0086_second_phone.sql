-- +goose Up
-- A person may be asked for on a second telephone, and is found by either.
ALTER TABLE person ADD COLUMN phone2_blind {{bytes}};
CREATE INDEX person_phone2 ON person (phone2_blind) WHERE phone2_blind IS NOT NULL;
