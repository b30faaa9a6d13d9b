-- +goose Up
-- What people complain of. region is the division that decides, place the one that it is about. No account, no address, no moment: the
-- receipt, of which the keyed digest stands here, is the only key.
CREATE TABLE complaint (
  id          {{pk}},
  version     BIGINT NOT NULL,
  receipt     {{bytes}} NOT NULL UNIQUE,
  region      BIGINT NOT NULL,
  place       BIGINT NOT NULL,
  kind        TEXT NOT NULL CONSTRAINT complaint_kind CHECK (kind IN ('fee', 'forced', 'false_hours', 'privacy', 'manner', 'discrimination', 'safety', 'system', 'advice', 'other')),
  about       TEXT NOT NULL CONSTRAINT complaint_about CHECK (about IN ('station', 'volunteer', 'town', 'banner', 'league', 'other')),
  channel     TEXT NOT NULL CONSTRAINT complaint_channel CHECK (channel IN ('web', 'phone', 'desk', 'paper')),
  body        {{bytes}} NOT NULL,
  contact     {{bytes}},
  state       TEXT NOT NULL CONSTRAINT complaint_state CHECK (state IN ('received', 'accepted', 'answered', 'reviewing', 'closed', 'transferred')),
  outcome     TEXT NOT NULL CONSTRAINT complaint_outcome CHECK (outcome IN ('', 'upheld', 'partly', 'unfounded', 'unproven', 'adopted', 'noted', 'outside')),
  due_day     BIGINT NOT NULL,
  review_day  BIGINT NOT NULL,
  steps       BIGINT NOT NULL,
  answered_by BIGINT NOT NULL,
  reminded    BIGINT NOT NULL,
  made_at     {{time}} NOT NULL,
  CONSTRAINT complaint_decided CHECK (state NOT IN ('answered', 'closed', 'transferred') OR outcome <> '')
);
CREATE INDEX complaint_town ON complaint ((region/1000), made_at DESC, id DESC);
CREATE INDEX complaint_banner ON complaint ((region/1000000), made_at DESC, id DESC);
CREATE INDEX complaint_league ON complaint ((region/100000000), made_at DESC, id DESC);
CREATE INDEX complaint_due ON complaint (due_day) WHERE state IN ('received', 'accepted', 'reviewing');

CREATE TABLE complaint_step (
  complaint_id BIGINT NOT NULL REFERENCES complaint (id),
  n            BIGINT NOT NULL,
  action       TEXT NOT NULL CONSTRAINT complaint_step_action CHECK (action IN ('accepted', 'asked', 'transferred', 'answered', 'added', 'review')),
  level        TEXT NOT NULL,
  body         {{bytes}} NOT NULL,
  by_name      TEXT NOT NULL,
  shown        BOOLEAN NOT NULL,
  day          BIGINT NOT NULL,
  PRIMARY KEY (complaint_id, n)
);
