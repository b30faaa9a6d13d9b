-- +goose Up
-- Where others reported of volunteer service: a register.
CREATE TABLE media_report (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  day        BIGINT NOT NULL,
  outlet     TEXT NOT NULL,
  level      TEXT NOT NULL CONSTRAINT media_report_level CHECK (level IN ('central', 'region', 'league', 'banner', 'other')),
  title      TEXT NOT NULL,
  link       TEXT NOT NULL,
  article_id BIGINT REFERENCES article (id),
  reason     TEXT NOT NULL,
  off        BOOLEAN NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX media_report_town ON media_report ((region/1000), day DESC, id DESC);
CREATE INDEX media_report_banner ON media_report ((region/1000000), day DESC, id DESC);
CREATE INDEX media_report_league ON media_report ((region/100000000), day DESC, id DESC);
