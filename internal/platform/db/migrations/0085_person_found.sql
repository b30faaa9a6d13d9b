-- +goose Up
-- A name is compared by more than its letters, so a person who may be registered already is looked for among those born on the same day.
DROP INDEX person_namesake;
CREATE INDEX person_birth ON person (region, birth_day);
