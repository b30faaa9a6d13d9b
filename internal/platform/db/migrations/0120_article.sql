-- +goose Up
-- What is told to the public. words is what a search compares: the letters of title, summary and text, folded. policy is the version of
-- the rules by which the text was cleaned.
CREATE TABLE article (
  id            {{pk}},
  version       BIGINT NOT NULL,
  region        BIGINT NOT NULL,
  section       TEXT NOT NULL CONSTRAINT article_section CHECK (section IN ('policy', 'person', 'deed', 'case', 'result', 'notice')),
  title         TEXT NOT NULL,
  summary       TEXT NOT NULL,
  source        TEXT NOT NULL,
  body          TEXT NOT NULL,
  words         TEXT NOT NULL,
  policy        BIGINT NOT NULL,
  state         TEXT NOT NULL CONSTRAINT article_state CHECK (state IN ('draft', 'submitted', 'approved', 'published', 'withdrawn')),
  round         BIGINT NOT NULL,
  needed        BIGINT NOT NULL,
  passed        BIGINT NOT NULL,
  publish_at    {{time}},
  published_at  {{time}},
  author        BIGINT NOT NULL,
  author_person BIGINT,
  author_name   TEXT NOT NULL,
  reason        TEXT NOT NULL,
  made_at       {{time}} NOT NULL,
  changed_at    {{time}} NOT NULL,
  CONSTRAINT article_reviewed CHECK (state NOT IN ('approved', 'published') OR (needed >= 1 AND passed >= needed)),
  CONSTRAINT article_dated CHECK (state <> 'published' OR published_at IS NOT NULL)
);
CREATE INDEX article_town ON article ((region/1000), changed_at DESC, id DESC);
CREATE INDEX article_banner ON article ((region/1000000), changed_at DESC, id DESC);
CREATE INDEX article_league ON article ((region/100000000), changed_at DESC, id DESC);
CREATE INDEX article_public ON article (published_at DESC, id DESC) WHERE state = 'published';
CREATE INDEX article_due ON article (publish_at) WHERE state = 'approved';

-- What was handed in for review, round by round.
CREATE TABLE article_version (
  article_id BIGINT NOT NULL REFERENCES article (id),
  n          BIGINT NOT NULL,
  title      TEXT NOT NULL,
  summary    TEXT NOT NULL,
  body       TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  PRIMARY KEY (article_id, n)
);

CREATE TABLE article_review (
  article_id BIGINT NOT NULL REFERENCES article (id),
  round      BIGINT NOT NULL,
  account    BIGINT NOT NULL,
  person     BIGINT,
  by_name    TEXT NOT NULL,
  wrote      BOOLEAN NOT NULL,
  passed     BOOLEAN NOT NULL,
  reason     TEXT NOT NULL,
  at         {{time}} NOT NULL,
  PRIMARY KEY (article_id, round, account)
);

CREATE TABLE article_file (
  id         {{pk}},
  version    BIGINT NOT NULL,
  article_id BIGINT NOT NULL REFERENCES article (id),
  no         BIGINT NOT NULL,
  kind       TEXT NOT NULL CONSTRAINT article_file_kind CHECK (kind IN ('picture', 'attachment')),
  blob_id    BIGINT NOT NULL,
  view_id    BIGINT,
  thumb_id   BIGINT,
  caption    TEXT NOT NULL,
  alt        TEXT NOT NULL,
  width      BIGINT NOT NULL,
  height     BIGINT NOT NULL,
  size       BIGINT NOT NULL,
  type       TEXT NOT NULL,
  off        BOOLEAN NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  CONSTRAINT article_file_no UNIQUE (article_id, kind, no)
);

-- Who is named or shown. Whoever is in the register agrees there; others agree here, and how says the way.
CREATE TABLE article_named (
  id         {{pk}},
  version    BIGINT NOT NULL,
  article_id BIGINT NOT NULL REFERENCES article (id),
  person_id  BIGINT REFERENCES person (id),
  name       TEXT NOT NULL,
  how        TEXT NOT NULL CONSTRAINT article_named_how CHECK (how IN ('', 'spoken', 'paper', 'guardian')),
  note       TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  ended_at   {{time}}
);
CREATE INDEX article_named_article ON article_named (article_id);
CREATE INDEX article_named_person ON article_named (person_id);

-- Pairs of neighbouring letters of what is published, for searching: two code points in one number.
CREATE TABLE article_gram (
  gram       BIGINT NOT NULL,
  article_id BIGINT NOT NULL,
  PRIMARY KEY (gram, article_id)
);
CREATE INDEX article_gram_article ON article_gram (article_id);

-- Counts what changes before the public: a page that was made before is shown while it stands.
CREATE TABLE article_mark (
  id {{pk}},
  n  BIGINT NOT NULL
);
