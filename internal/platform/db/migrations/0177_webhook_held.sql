-- +goose Up
-- An endpoint that an administrator stopped: its owner cannot resume it until it is let go.
ALTER TABLE webhook_endpoint ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE CONSTRAINT webhook_endpoint_held CHECK (NOT held OR state = 'stopped');
