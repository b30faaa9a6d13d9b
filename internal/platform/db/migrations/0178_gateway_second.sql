-- +goose Up
-- By which way SMS go takes two: what one has filled in waits for another. Codes go by it, so one person alone could read those of all.
ALTER TABLE sms_gateway ADD COLUMN second_name TEXT NOT NULL DEFAULT ''; -- '' where one was alone

CREATE TABLE sms_gateway_proposal (
  id          {{pk}},
  version     BIGINT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT sms_gateway_proposal_state CHECK (state IN ('waits', 'used', 'dropped', 'lapsed')),
  way         TEXT NOT NULL CONSTRAINT sms_gateway_proposal_way CHECK (way IN ('http', 'aliyun', 'tencent', 'cmpp')),
  address     TEXT NOT NULL,
  key_id      TEXT NOT NULL,
  secret      {{bytes}}, -- sealed, while it waits
  app         TEXT NOT NULL,
  sign        TEXT NOT NULL,
  zone        TEXT NOT NULL,
  service     TEXT NOT NULL,
  number      TEXT NOT NULL,
  body        TEXT NOT NULL,
  max_open    BIGINT NOT NULL,
  templates   TEXT NOT NULL,
  by_id       BIGINT,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  until_day   BIGINT NOT NULL,
  second_id   BIGINT,
  second_name TEXT NOT NULL,
  ended_at    {{time}},
  CONSTRAINT sms_gateway_proposal_ended CHECK ((state = 'waits') = (ended_at IS NULL) AND (state = 'waits' OR secret IS NULL))
);
CREATE UNIQUE INDEX sms_gateway_proposal_one ON sms_gateway_proposal (state) WHERE state = 'waits';
