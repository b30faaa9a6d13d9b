-- +goose Up
-- Which gateway of its way a message was handed to: another of the same kind cannot tell that it is handed it again.
ALTER TABLE notify_outbox ADD COLUMN place TEXT NOT NULL DEFAULT '';
