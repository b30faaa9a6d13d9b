-- +goose Up
-- Records that go into no new certificate while somebody looks into what was said of them. cause_id is what is looked into, of the area
-- above; who holds the record is never told what it is. It ends by itself after until_day.
CREATE TABLE record_freeze (
  cause_id   BIGINT NOT NULL,
  record_id  BIGINT NOT NULL REFERENCES service_record (id),
  version    BIGINT NOT NULL,
  at         {{time}} NOT NULL,
  until_day  BIGINT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES account (id),
  ended_at   {{time}},
  outcome    TEXT NOT NULL CONSTRAINT record_freeze_outcome CHECK (outcome IN ('', 'upheld', 'cleared', 'mistaken', 'lapsed')),
  PRIMARY KEY (cause_id, record_id),
  CONSTRAINT record_freeze_ended CHECK (ended_at IS NULL OR outcome <> '')
);
CREATE INDEX record_freeze_record ON record_freeze (record_id);
CREATE INDEX record_freeze_open ON record_freeze (until_day) WHERE ended_at IS NULL;
