-- +goose Up
-- An endpoint that an administrator stopped: its owner cannot resume it until it is let go.
ALTER TABLE webhook_endpoint ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;
{{if .PG}}
ALTER TABLE webhook_endpoint ADD CONSTRAINT webhook_endpoint_held CHECK (NOT held OR state = 'stopped');
{{else}}
-- +goose StatementBegin
CREATE TRIGGER webhook_endpoint_held BEFORE UPDATE ON webhook_endpoint WHEN NEW.held AND NEW.state <> 'stopped'
BEGIN SELECT RAISE(ABORT, 'webhook_endpoint_held'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER webhook_endpoint_held_new BEFORE INSERT ON webhook_endpoint WHEN NEW.held AND NEW.state <> 'stopped'
BEGIN SELECT RAISE(ABORT, 'webhook_endpoint_held'); END;
-- +goose StatementEnd
{{end}}
