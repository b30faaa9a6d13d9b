-- +goose Up
-- Messages that a person finds in the system.
CREATE TABLE notify_inbox (
  id         {{pk}},
  account_id BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  title      TEXT NOT NULL,
  text       TEXT NOT NULL,
  link       TEXT NOT NULL, -- path inside this system, or ''
  at         {{time}} NOT NULL,
  read_at    {{time}}
);
CREATE INDEX notify_inbox_account ON notify_inbox (account_id, id DESC);
CREATE INDEX notify_inbox_unread ON notify_inbox (account_id, id DESC) WHERE read_at IS NULL;

-- Messages that leave the system. A job delivers each; body is sealed and goes once the message has been delivered.
CREATE TABLE notify_outbox (
  id         {{pk}},
  channel    TEXT NOT NULL CHECK (channel IN ('sms', 'mail', 'push', 'partner')),
  account_id BIGINT,          -- whose address is looked up at delivery, with the words of the notice; NULL when the body holds both
  notice_id  BIGINT REFERENCES notify_inbox (id),
  kind       TEXT NOT NULL,
  body       {{bytes}},
  at         {{time}} NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'unsent')), -- unsent: nobody has an address or a gateway
  ended_at   {{time}}         -- machine time
);
CREATE INDEX notify_outbox_ended ON notify_outbox (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX notify_outbox_waiting ON notify_outbox (id) WHERE state = 'waiting';
