-- +goose Up
-- Selections of volunteers, teams, projects and communities (四个100 and others): what the level that runs one asks for, who was nominated and
-- went from level to level, what was known of him when the last level took him over, what judges thought, what anybody objected, and what
-- came of it. The last line of defence stands here: no row is published before its notice is over.
CREATE TABLE award (
  id           {{pk}},
  version      BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  title        TEXT NOT NULL CONSTRAINT award_title CHECK (title <> ''),
  mode         TEXT NOT NULL CONSTRAINT award_mode CHECK (mode IN ('award', 'recommend', 'showcase')),
  state        TEXT NOT NULL CONSTRAINT award_state CHECK (state IN ('open', 'notice', 'published', 'cancelled')),
  authority_no TEXT NOT NULL,
  unit         TEXT NOT NULL,
  cycle        TEXT NOT NULL,
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  notice_from  BIGINT NOT NULL,
  notice_until BIGINT NOT NULL,
  made_by      BIGINT,
  maker        TEXT NOT NULL,
  made_at      {{time}} NOT NULL,
  noticed_by   BIGINT,
  noticer      TEXT NOT NULL,
  published_by BIGINT,
  publisher    TEXT NOT NULL,
  result_day   BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  CONSTRAINT award_days CHECK (to_day >= from_day),
  CONSTRAINT award_number CHECK (mode <> 'award' OR authority_no <> ''),
  CONSTRAINT award_noticed CHECK (notice_until > notice_from OR state = 'open' OR state = 'cancelled'),
  CONSTRAINT award_result CHECK ((state = 'published') = (result_day > 0) AND (state <> 'published' OR result_day > notice_until
    AND published_by IS NOT NULL AND published_by <> noticed_by))
);
CREATE INDEX award_region ON award (region, id);

CREATE TABLE award_category (
  award_id      BIGINT NOT NULL REFERENCES award (id),
  n             BIGINT NOT NULL,
  kind          TEXT NOT NULL CONSTRAINT award_category_kind CHECK (kind IN ('volunteer', 'team', 'project', 'community')),
  name          TEXT NOT NULL,
  winners       BIGINT NOT NULL,
  quota_station BIGINT NOT NULL,
  quota_town    BIGINT NOT NULL,
  quota_banner  BIGINT NOT NULL,
  quota_league  BIGINT NOT NULL,
  least_years   BIGINT NOT NULL,
  least_hours   BIGINT NOT NULL,
  least_people  BIGINT NOT NULL,
  least_active  BIGINT NOT NULL,
  PRIMARY KEY (award_id, n)
);

CREATE TABLE award_judge (
  id         {{pk}},
  award_id   BIGINT NOT NULL REFERENCES award (id),
  account_id BIGINT NOT NULL REFERENCES account (id),
  name       TEXT NOT NULL,
  by_id      BIGINT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  CONSTRAINT award_judge_once UNIQUE (award_id, account_id)
);

CREATE TABLE award_nomination (
  id            {{pk}},
  version       BIGINT NOT NULL,
  award_id      BIGINT NOT NULL REFERENCES award (id),
  owner         BIGINT NOT NULL,
  category      BIGINT NOT NULL,
  kind          TEXT NOT NULL CONSTRAINT award_nomination_kind CHECK (kind IN ('volunteer', 'team', 'project', 'community')),
  region        BIGINT NOT NULL,
  station_id    BIGINT NOT NULL REFERENCES station (id),
  volunteer_id  BIGINT REFERENCES volunteer (id),
  team_id       BIGINT REFERENCES team (id),
  project_id    BIGINT REFERENCES project (id),
  person_id     BIGINT REFERENCES person (id),
  subject       TEXT NOT NULL,
  story         TEXT NOT NULL,
  exception     TEXT NOT NULL,
  state         TEXT NOT NULL CONSTRAINT award_nomination_state CHECK (state IN ('nominated', 'returned', 'deciding', 'chosen', 'struck',
    'awarded')),
  holder        BIGINT NOT NULL,
  level         BIGINT NOT NULL,
  steps         BIGINT NOT NULL,
  nominated_by  BIGINT,
  nominator     TEXT NOT NULL,
  at            {{time}} NOT NULL,
  no            TEXT NOT NULL
);
CREATE INDEX award_nomination_award ON award_nomination (award_id, category, id);
CREATE INDEX award_nomination_region ON award_nomination (region, id);
CREATE INDEX award_nomination_person ON award_nomination (person_id);
CREATE UNIQUE INDEX award_nomination_no ON award_nomination (no) WHERE no <> '';
CREATE UNIQUE INDEX award_nomination_volunteer ON award_nomination (award_id, category, volunteer_id) WHERE volunteer_id IS NOT NULL;
CREATE UNIQUE INDEX award_nomination_team ON award_nomination (award_id, category, team_id) WHERE team_id IS NOT NULL;
CREATE UNIQUE INDEX award_nomination_project ON award_nomination (award_id, category, project_id) WHERE project_id IS NOT NULL;
CREATE UNIQUE INDEX award_nomination_place ON award_nomination (award_id, category, region) WHERE kind = 'community';

CREATE TABLE award_step (
  nomination_id BIGINT NOT NULL REFERENCES award_nomination (id),
  n             BIGINT NOT NULL,
  action        TEXT NOT NULL CONSTRAINT award_step_action CHECK (action IN ('nominate', 'resubmit', 'advance', 'return', 'choose', 'strike',
    'keep', 'grant')),
  text          TEXT NOT NULL,
  holder        BIGINT NOT NULL,
  by_id         BIGINT,
  by_name       TEXT NOT NULL,
  at            {{time}} NOT NULL,
  PRIMARY KEY (nomination_id, n)
);

-- What was known when the last level took a nomination over: signed, never written again.
CREATE TABLE award_snapshot (
  nomination_id BIGINT NOT NULL REFERENCES award_nomination (id),
  body          TEXT NOT NULL,
  sha256        TEXT NOT NULL,
  key_id        TEXT NOT NULL,
  signature     {{bytes}} NOT NULL,
  at            {{time}} NOT NULL,
  PRIMARY KEY (nomination_id)
);

-- What a judge thinks; a second thought is a row of its own.
CREATE TABLE award_mark (
  id            {{pk}},
  award_id      BIGINT NOT NULL REFERENCES award (id),
  nomination_id BIGINT NOT NULL REFERENCES award_nomination (id),
  account_id    BIGINT NOT NULL REFERENCES account (id),
  name          TEXT NOT NULL,
  n             BIGINT NOT NULL,
  points        BIGINT NOT NULL CONSTRAINT award_mark_points CHECK (points BETWEEN 0 AND 100),
  text          TEXT NOT NULL,
  at            {{time}} NOT NULL,
  CONSTRAINT award_mark_once UNIQUE (nomination_id, account_id, n)
);
CREATE INDEX award_mark_award ON award_mark (award_id);

CREATE TABLE award_conflict (
  id            {{pk}},
  nomination_id BIGINT NOT NULL REFERENCES award_nomination (id),
  account_id    BIGINT NOT NULL REFERENCES account (id),
  name          TEXT NOT NULL,
  text          TEXT NOT NULL,
  at            {{time}} NOT NULL,
  CONSTRAINT award_conflict_once UNIQUE (nomination_id, account_id)
);

CREATE TABLE award_objection (
  id            {{pk}},
  version       BIGINT NOT NULL,
  award_id      BIGINT NOT NULL REFERENCES award (id),
  region        BIGINT NOT NULL,
  nomination_id BIGINT NOT NULL REFERENCES award_nomination (id),
  receipt       {{bytes}} NOT NULL,
  body          {{bytes}} NOT NULL,
  state         TEXT NOT NULL CONSTRAINT award_objection_state CHECK (state IN ('open', 'upheld', 'dismissed')),
  answer        TEXT NOT NULL,
  day           BIGINT NOT NULL,
  answered_by   BIGINT,
  answerer      TEXT NOT NULL,
  answered_day  BIGINT NOT NULL,
  CONSTRAINT award_objection_receipt UNIQUE (receipt),
  CONSTRAINT award_objection_answered CHECK (state = 'open' OR answered_by IS NOT NULL AND answer <> '')
);
CREATE INDEX award_objection_award ON award_objection (award_id, id);
CREATE INDEX award_objection_region ON award_objection (region, id);
