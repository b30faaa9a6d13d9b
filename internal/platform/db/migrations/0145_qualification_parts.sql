-- +goose Up
-- A higher qualification includes lower ones: all that a word includes, codes with spaces between.
ALTER TABLE dictionary ADD COLUMN includes TEXT NOT NULL DEFAULT '';
