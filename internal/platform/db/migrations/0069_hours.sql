-- +goose Up
-- When a station is open, by weekday: 112 digits, for each of Monday to Sunday two times HHMM–HHMM, zeros where it is closed; '' when it is not known. On a
-- holiday it is closed unless on_holidays. What was written in free words until now stays as it was, as a note: nobody is told “open now” by a guess at words.
ALTER TABLE station RENAME COLUMN hours TO hours_note;
ALTER TABLE station ADD COLUMN week TEXT NOT NULL DEFAULT '' CHECK (length(week) IN (0, 112));
ALTER TABLE station ADD COLUMN on_holidays BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE station_application RENAME COLUMN hours TO hours_note;
ALTER TABLE station_application ADD COLUMN week TEXT NOT NULL DEFAULT '' CHECK (length(week) IN (0, 112));
ALTER TABLE station_application ADD COLUMN on_holidays BOOLEAN NOT NULL DEFAULT FALSE;
