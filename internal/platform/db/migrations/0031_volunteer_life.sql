-- +goose Up
-- When a volunteer can come (1am … 7ev, '' while he has not said), whether his position is his home or the station's, and what became of what he holds.
ALTER TABLE volunteer ADD COLUMN available TEXT NOT NULL DEFAULT '';
ALTER TABLE volunteer ADD COLUMN at_home BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE volunteer_dated ADD COLUMN withdrawn_day BIGINT NOT NULL DEFAULT 0; -- 0: it stands
ALTER TABLE volunteer_dated ADD COLUMN withdrawn_why TEXT NOT NULL DEFAULT '';
CREATE INDEX volunteer_dated_ends ON volunteer_dated (to_day) WHERE to_day > 0 AND withdrawn_day = 0;

-- What happened to a line of the register, one row a change, never altered: fields names what was corrected.
CREATE TABLE volunteer_change (
  id           {{pk}},
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  at           {{time}} NOT NULL,
  by_name      TEXT NOT NULL,
  action       TEXT NOT NULL CHECK (action IN ('register', 'approve', 'refuse', 'edit', 'pause', 'issue', 'withdraw', 'leave', 'return')),
  fields       TEXT NOT NULL,
  reason       TEXT NOT NULL
);
CREATE INDEX volunteer_change_volunteer ON volunteer_change (volunteer_id, id);
