-- +goose Up
-- With whom a record waits for a second person: the head of the community, the town's clerk, an officer of the banner.
CREATE TABLE record_wait (
  record_id BIGINT NOT NULL REFERENCES service_record (id),
  level     TEXT NOT NULL,
  since     {{time}} NOT NULL,
  rise_day  BIGINT NOT NULL,
  CONSTRAINT record_wait_key PRIMARY KEY (record_id),
  CONSTRAINT record_wait_levels CHECK (level IN ('community', 'town', 'banner'))
);
CREATE INDEX record_wait_rise ON record_wait (rise_day, record_id);

-- What waits already begins with the head; the next look of the program passes on what has waited too long.
INSERT INTO record_wait (record_id, level, since, rise_day)
  SELECT id, 'community', made_at, due_day FROM service_record WHERE status = 'pending' AND needs_second AND confirmed;
