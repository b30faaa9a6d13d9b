-- +goose Up
-- Ways out for SMS that the administrator has set; the active one is used, one at most. secret is sealed.
CREATE TABLE sms_gateway (
  id        {{pk}},
  version   BIGINT NOT NULL,
  way       TEXT NOT NULL CONSTRAINT sms_gateway_way CHECK (way IN ('http', 'aliyun', 'tencent', 'cmpp')),
  active    BOOLEAN NOT NULL,
  address   TEXT NOT NULL,
  key_id    TEXT NOT NULL,
  secret    {{bytes}},
  app       TEXT NOT NULL,
  sign      TEXT NOT NULL,
  zone      TEXT NOT NULL,
  service   TEXT NOT NULL,
  number    TEXT NOT NULL,
  body      TEXT NOT NULL,
  max_open  BIGINT NOT NULL,
  templates TEXT NOT NULL, -- JSON, by kind
  by_name   TEXT NOT NULL,
  at        {{time}} NOT NULL
);
CREATE UNIQUE INDEX sms_gateway_each ON sms_gateway (way);
CREATE UNIQUE INDEX sms_gateway_one ON sms_gateway (active) WHERE active;
