-- +goose Up
-- What became of each message that left the system, for who looks after it: by which way, to whom (masked), how often it was tried, why it
-- failed. begun_at stands while nobody knows whether a way that cannot be asked twice has taken it.
ALTER TABLE notify_outbox ADD COLUMN way TEXT NOT NULL DEFAULT '';       -- http, aliyun, tencent, cmpp, mail, folder
ALTER TABLE notify_outbox ADD COLUMN recipient TEXT NOT NULL DEFAULT ''; -- masked
ALTER TABLE notify_outbox ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notify_outbox ADD COLUMN begun_at {{time}};
ALTER TABLE notify_outbox ADD COLUMN failed_at {{time}};                 -- the last time that it did not go
ALTER TABLE notify_outbox ADD COLUMN reason TEXT NOT NULL DEFAULT '';    -- why it did not go then
ALTER TABLE notify_outbox ADD COLUMN fault TEXT NOT NULL DEFAULT '';     -- of what ended unsent: none, refused, unclear, late
ALTER TABLE notify_outbox ADD COLUMN ref TEXT NOT NULL DEFAULT '';       -- the gateway's number of it
ALTER TABLE notify_outbox ADD COLUMN receipt TEXT NOT NULL DEFAULT '';   -- what the gateway told later: delivered, or why not
CREATE INDEX notify_outbox_way ON notify_outbox (way, ended_at DESC) WHERE way <> '';
CREATE INDEX notify_outbox_failed ON notify_outbox (way, failed_at DESC) WHERE failed_at IS NOT NULL;
CREATE INDEX notify_outbox_ref ON notify_outbox (ref) WHERE ref <> '';
