-- +goose Up
-- What people need: who sees to it and until when, and what became of it. Key groups stand as a keyed blind index alone.
CREATE TABLE need (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL REFERENCES region (code),
  person_id  BIGINT NOT NULL REFERENCES person (id),
  kind       TEXT NOT NULL,
  content    TEXT NOT NULL,
  urgency    TEXT NOT NULL,
  source     TEXT NOT NULL,
  source_id  BIGINT,
  state      TEXT NOT NULL,
  owner_id   BIGINT REFERENCES account (id),
  owner      TEXT NOT NULL,
  follow_day BIGINT NOT NULL,
  result     TEXT NOT NULL,
  order_id   BIGINT REFERENCES orders (id),
  project_id BIGINT REFERENCES project (id),
  pairing_id BIGINT REFERENCES pairing (id),
  made_by    TEXT NOT NULL,
  made_at    {{time}} NOT NULL,
  ended_day  BIGINT NOT NULL,
  CONSTRAINT need_state CHECK (state IN ('open', 'in_hand', 'met', 'declined')),
  CONSTRAINT need_kind CHECK (kind IN ('daily', 'medical', 'housing', 'money', 'company', 'education', 'work', 'legal', 'other')),
  CONSTRAINT need_urgency CHECK (urgency IN ('urgent', 'soon', 'normal')),
  CONSTRAINT need_source CHECK (source IN ('visit', 'survey', 'desk', 'phone', 'superior', 'other'))
);
CREATE INDEX need_region ON need (region, state);
CREATE INDEX need_person ON need (person_id);
CREATE INDEX need_owner ON need (owner_id, state, follow_day);
CREATE INDEX need_order ON need (order_id);
CREATE INDEX need_project ON need (project_id);
CREATE INDEX need_pairing ON need (pairing_id);

CREATE TABLE need_group (
  need_id BIGINT NOT NULL REFERENCES need (id),
  blind   {{bytes}} NOT NULL,
  CONSTRAINT need_group_key PRIMARY KEY (need_id, blind)
);
CREATE INDEX need_group_blind ON need_group (blind);

CREATE TABLE need_step (
  id      {{pk}},
  need_id BIGINT NOT NULL REFERENCES need (id),
  at      {{time}} NOT NULL,
  by_name TEXT NOT NULL,
  text    TEXT NOT NULL
);
CREATE INDEX need_step_need ON need_step (need_id);
