-- +goose Up
-- The divisions of one level: a dozen of them are no walk through all codes.
CREATE INDEX region_level ON region (level, code);
