-- +goose Up
-- 结对: volunteers go and see somebody of a key group, again and again. Both sides have agreed, the station approved. Whom it is about
-- lives where his entry says, so these rows have no division of their own; stretches of days and visits keep that of their day.
CREATE TABLE pairing (
  id           {{pk}},
  version      BIGINT NOT NULL,
  person_id    BIGINT NOT NULL REFERENCES person (id),
  rhythm_days  BIGINT NOT NULL,
  two_visitors BOOLEAN NOT NULL,
  first_day    BIGINT NOT NULL,
  state        TEXT NOT NULL,
  consent      TEXT NOT NULL,
  consent_day  BIGINT NOT NULL,
  away_until   BIGINT NOT NULL,
  proposed_by  TEXT NOT NULL,
  proposed_at  {{time}} NOT NULL,
  approved_by  TEXT NOT NULL,
  approved_day BIGINT NOT NULL,
  ended_by     TEXT NOT NULL,
  ended_day    BIGINT NOT NULL,
  ended_why    TEXT NOT NULL,
  CONSTRAINT pairing_states CHECK (state IN ('proposed', 'active', 'refused', 'ended')),
  CONSTRAINT pairing_rhythm CHECK (rhythm_days BETWEEN 1 AND 92),
  CONSTRAINT pairing_approved CHECK (state <> 'active' OR approved_day > 0),
  CONSTRAINT pairing_over CHECK ((state IN ('refused', 'ended')) = (ended_day > 0))
);
CREATE UNIQUE INDEX pairing_open ON pairing (person_id) WHERE state IN ('proposed', 'active');
CREATE INDEX pairing_person ON pairing (person_id, id);
CREATE INDEX pairing_state ON pairing (state, id);

-- Who goes. One who is to follow another takes over on the day on which he agrees.
CREATE TABLE pairing_member (
  id           {{pk}},
  version      BIGINT NOT NULL,
  pairing_id   BIGINT NOT NULL REFERENCES pairing (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  follows_id   BIGINT REFERENCES pairing_member (id),
  state        TEXT NOT NULL,
  how          TEXT NOT NULL,
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  CONSTRAINT pairing_member_states CHECK (state IN ('asked', 'agreed', 'declined', 'over')),
  CONSTRAINT pairing_member_agreed CHECK (state <> 'agreed' OR from_day > 0)
);
CREATE INDEX pairing_member_pairing ON pairing_member (pairing_id, id);
CREATE INDEX pairing_member_volunteer ON pairing_member (volunteer_id, pairing_id);

-- 访视期: a stretch of days in which one visit is due. Stretches lie one after the other from the first day on and move for nobody.
CREATE TABLE pairing_window (
  id          {{pk}},
  version     BIGINT NOT NULL,
  pairing_id  BIGINT NOT NULL REFERENCES pairing (id),
  no          BIGINT NOT NULL,
  region      BIGINT NOT NULL,
  from_day    BIGINT NOT NULL,
  due_day     BIGINT NOT NULL,
  state       TEXT NOT NULL,
  result      TEXT NOT NULL,
  reminded    BOOLEAN NOT NULL,
  rung        BIGINT NOT NULL,
  handled_by  TEXT NOT NULL,
  handled_day BIGINT NOT NULL,
  handled_why TEXT NOT NULL,
  UNIQUE (pairing_id, no),
  CONSTRAINT pairing_window_states CHECK (state IN ('open', 'served', 'missed', 'excused', 'ended')),
  CONSTRAINT pairing_window_days CHECK (from_day <= due_day),
  CONSTRAINT pairing_window_rung CHECK ((state = 'missed') = (rung > 0))
);
CREATE INDEX pairing_window_due ON pairing_window (due_day) WHERE state = 'open';
CREATE INDEX pairing_window_missed ON pairing_window (region, id) WHERE state = 'missed' AND handled_day = 0;
CREATE INDEX pairing_window_region ON pairing_window (region, due_day);
CREATE INDEX pairing_window_town ON pairing_window ((region/1000), due_day);
CREATE INDEX pairing_window_banner ON pairing_window ((region/1000000), due_day);
CREATE INDEX pairing_window_league ON pairing_window ((region/100000000), due_day);

-- What came of going there or ringing up. note is sealed (seal.At of the column). Nobody's minutes come from it.
CREATE TABLE pairing_visit (
  id           {{pk}},
  pairing_id   BIGINT NOT NULL REFERENCES pairing (id),
  window_id    BIGINT NOT NULL REFERENCES pairing_window (id),
  region       BIGINT NOT NULL,
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  second_id    BIGINT REFERENCES volunteer (id),
  result       TEXT NOT NULL,
  at           {{time}} NOT NULL,
  day          BIGINT NOT NULL,
  away_until   BIGINT NOT NULL,
  note         {{bytes}},
  by_name      TEXT NOT NULL,
  on_behalf    BOOLEAN NOT NULL,
  made_at      {{time}} NOT NULL,
  CONSTRAINT pairing_visit_results CHECK (result IN ('met', 'phoned', 'video', 'not_found', 'refused', 'away'))
);
CREATE INDEX pairing_visit_pairing ON pairing_visit (pairing_id, id);
CREATE INDEX pairing_visit_window ON pairing_visit (window_id, id);

-- Why somebody of a key group has no pairing, from day to day: he does not want one, has moved away, is cared for in a home, has died.
CREATE TABLE pairing_excuse (
  id            {{pk}},
  version       BIGINT NOT NULL,
  person_id     BIGINT NOT NULL REFERENCES person (id),
  kind          TEXT NOT NULL,
  from_day      BIGINT NOT NULL,
  until_day     BIGINT NOT NULL,
  reason        TEXT NOT NULL,
  by_name       TEXT NOT NULL,
  at            {{time}} NOT NULL,
  withdrawn_day BIGINT NOT NULL,
  withdrawn_by  TEXT NOT NULL,
  CONSTRAINT pairing_excuse_kinds CHECK (kind IN ('refused', 'moved', 'home', 'died')),
  CONSTRAINT pairing_excuse_days CHECK (until_day = 0 OR until_day >= from_day)
);
CREATE INDEX pairing_excuse_person ON pairing_excuse (person_id, id);

-- Those of a key group, by where they live.
CREATE INDEX person_key_group ON person (region, id) WHERE recipient_groups IS NOT NULL AND state = 'active';
