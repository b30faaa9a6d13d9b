-- +goose Up
-- The service of the menu as which those of a post are recorded; where it is empty, the first of the activity's category.
ALTER TABLE activity_post ADD COLUMN item_id BIGINT;
