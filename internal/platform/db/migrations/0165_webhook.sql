-- +goose Up
-- Webhooks: where the programs of others are called when something happened that a key of access of theirs can read. Calls are thin:
-- what happened to which thing. No answer is kept.
CREATE TABLE webhook_endpoint (
  id         {{pk}},
  version    BIGINT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES account (id),
  key_id     BIGINT NOT NULL,
  name       TEXT NOT NULL CONSTRAINT webhook_endpoint_name CHECK (name <> ''),
  url        TEXT NOT NULL CONSTRAINT webhook_endpoint_url CHECK (url LIKE 'https://%'),
  types      TEXT NOT NULL CONSTRAINT webhook_endpoint_types CHECK (types <> ''),
  region     BIGINT NOT NULL,
  public_key TEXT NOT NULL,
  secret     {{bytes}} NOT NULL,
  old_secret {{bytes}},
  old_until  {{time}},
  state      TEXT NOT NULL CONSTRAINT webhook_endpoint_state CHECK (state IN ('active', 'paused', 'stopped')),
  reason     TEXT NOT NULL,
  made_at    {{time}} NOT NULL
);
CREATE INDEX webhook_endpoint_account ON webhook_endpoint (account_id, id);

CREATE TABLE webhook_line (
  endpoint_id   {{pk}},
  busy_until    {{time}} NOT NULL,
  run           BIGINT,
  tried_at      {{time}} NOT NULL,
  failing_since {{time}},
  sent_at       {{time}}
);

CREATE TABLE webhook_delivery (
  message_id  BIGINT NOT NULL,
  endpoint_id BIGINT NOT NULL REFERENCES webhook_endpoint (id),
  type        TEXT NOT NULL CONSTRAINT webhook_delivery_type CHECK (type IN ('record.counted', 'record.changed', 'record.revoked',
    'certificate.issued', 'certificate.changed', 'activity.published', 'activity.changed', 'activity.cancelled', 'station.changed',
    'webhook.test')),
  object_id   BIGINT NOT NULL,
  at          {{time}} NOT NULL,
  state       TEXT NOT NULL CONSTRAINT webhook_delivery_state CHECK (state IN ('waits', 'delivered', 'failed', 'dropped')),
  tries       BIGINT NOT NULL,
  due_at      {{time}} NOT NULL,
  PRIMARY KEY (message_id, endpoint_id)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at) WHERE state = 'waits';
CREATE INDEX webhook_delivery_endpoint ON webhook_delivery (endpoint_id, message_id DESC);

CREATE TABLE webhook_attempt (
  id          {{pk}},
  endpoint_id BIGINT NOT NULL,
  message_id  BIGINT NOT NULL,
  at          {{time}} NOT NULL,
  outcome     TEXT NOT NULL CONSTRAINT webhook_attempt_outcome CHECK (outcome IN ('ok', 'status', 'gone', 'redirect', 'timeout',
    'unreachable', 'tls', 'refused')),
  status      BIGINT NOT NULL,
  millis      BIGINT NOT NULL
);
CREATE INDEX webhook_attempt_message ON webhook_attempt (endpoint_id, message_id, id);
