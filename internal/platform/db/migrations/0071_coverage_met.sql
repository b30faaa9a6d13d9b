-- +goose Up
-- How many of the open stations and points meet the standard, beside the other figures of coverage. What was counted before is counted anew: every town is marked.
ALTER TABLE coverage_span ADD COLUMN met BIGINT NOT NULL DEFAULT 0;
ALTER TABLE coverage_count ADD COLUMN met BIGINT NOT NULL DEFAULT 0;
INSERT INTO coverage_mark (id, region) SELECT code, code FROM region WHERE level = 4;
