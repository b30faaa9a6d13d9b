-- +goose Up
-- What ended unsent before 0166 had neither address nor gateway: that was the only fault then.
UPDATE notify_outbox SET fault = 'none' WHERE state = 'unsent' AND fault = '';
