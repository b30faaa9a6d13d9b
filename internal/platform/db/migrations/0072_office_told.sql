-- +goose Up
-- The telephone of a keeper while he is on duty, sealed (seal.At).
ALTER TABLE office_keeper ADD COLUMN phone {{bytes}};

-- told: the managers were told that the day went by, of the plan item unfinished, of the paper as the last on which it must be kept.
ALTER TABLE office_plan_item ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE office_document ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX office_plan_item_untold ON office_plan_item (due_day) WHERE finished_day = 0 AND NOT told;
CREATE INDEX office_document_untold ON office_document (keep_until) WHERE state = 'kept' AND NOT told;
