-- +goose Up
-- Activities: an occurrence is a row, also of a series. Places hold; each move of a post's list is logged, so that it can be played again.
CREATE TABLE activity (
  id         {{pk}},
  region     BIGINT NOT NULL,
  station_id BIGINT NOT NULL REFERENCES station (id),
  team_id    BIGINT REFERENCES team (id),
  series_id  BIGINT,
  rule       TEXT NOT NULL,
  title      TEXT NOT NULL,
  category   TEXT NOT NULL CONSTRAINT activity_category CHECK (category IN ('poverty', 'elderly_disabled', 'education', 'public_order', 'health',
    'environment', 'advocacy', 'culture_sports', 'farming', 'technology', 'counselling', 'legal_aid', 'emergency', 'employment', 'convenience')),
  content    TEXT NOT NULL,
  place      TEXT NOT NULL,
  conditions TEXT NOT NULL,
  risk       TEXT NOT NULL,
  guide_unit TEXT NOT NULL,
  state      TEXT NOT NULL CONSTRAINT activity_state CHECK (state IN ('draft', 'open', 'handed_in', 'cancelled')),
  starts_at  {{time}} NOT NULL,
  ends_at    {{time}} NOT NULL,
  day        BIGINT NOT NULL,
  made_by    BIGINT NOT NULL,
  made_at    {{time}} NOT NULL,
  due_day    BIGINT NOT NULL,
  sheet_id   BIGINT REFERENCES sheet (id),
  reason     TEXT NOT NULL,
  version    BIGINT NOT NULL,
  CONSTRAINT activity_time CHECK (starts_at < ends_at)
);
CREATE INDEX activity_station ON activity (station_id, starts_at, id);
CREATE INDEX activity_region ON activity (region, starts_at, id);
CREATE INDEX activity_sheet ON activity (sheet_id);

CREATE TABLE activity_post (
  id                 {{pk}},
  activity_id        BIGINT NOT NULL REFERENCES activity (id),
  name               TEXT NOT NULL,
  needed             BIGINT NOT NULL,
  skills             TEXT NOT NULL,
  qualification_code TEXT NOT NULL,
  minimum_age        BIGINT NOT NULL,
  taken              BIGINT NOT NULL,
  moves              BIGINT NOT NULL,
  CONSTRAINT activity_post_room CHECK (taken BETWEEN 0 AND needed)
);
CREATE INDEX activity_post_activity ON activity_post (activity_id, id);

CREATE TABLE activity_place (
  id           {{pk}},
  activity_id  BIGINT NOT NULL REFERENCES activity (id),
  post_id      BIGINT NOT NULL REFERENCES activity_post (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  state        TEXT NOT NULL CONSTRAINT activity_place_state CHECK (state IN ('held', 'waiting', 'offered', 'given_up', 'expired', 'ended')),
  waits_no     BIGINT NOT NULL,
  asked_at     {{time}} NOT NULL,
  offer_until  {{time}},
  came         TEXT NOT NULL CONSTRAINT activity_place_came CHECK (came IN ('', 'code', 'list', 'absent', 'excused')),
  came_at      {{time}},
  left_at      {{time}},
  reason       TEXT NOT NULL,
  version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX activity_place_once ON activity_place (activity_id, person_id) WHERE state IN ('held', 'waiting', 'offered');
CREATE INDEX activity_place_post ON activity_place (post_id, state, waits_no);
CREATE INDEX activity_place_person ON activity_place (person_id, id);
CREATE INDEX activity_place_offer ON activity_place (offer_until) WHERE state = 'offered';

CREATE TABLE activity_move (
  post_id  BIGINT NOT NULL REFERENCES activity_post (id),
  seq      BIGINT NOT NULL,
  place_id BIGINT NOT NULL REFERENCES activity_place (id),
  what     TEXT NOT NULL CONSTRAINT activity_move_what CHECK (what IN ('take', 'wait', 'offer', 'accept', 'give_up', 'expire', 'end')),
  taken    BIGINT NOT NULL,
  at       {{time}} NOT NULL,
  PRIMARY KEY (post_id, seq)
);
