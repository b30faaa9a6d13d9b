-- +goose Up
-- With whom a thing waits for a second person: the head of the community, the town's clerk, an officer of the banner.
CREATE TABLE second_wait (
  kind      TEXT NOT NULL,
  object_id BIGINT NOT NULL,
  region    BIGINT NOT NULL,
  level     TEXT NOT NULL,
  since     {{time}} NOT NULL,
  rise_day  BIGINT NOT NULL,
  CONSTRAINT second_wait_key PRIMARY KEY (kind, object_id),
  CONSTRAINT second_wait_kinds CHECK (kind IN ('record', 'correction', 'sheet', 'dispute')),
  CONSTRAINT second_wait_levels CHECK (level IN ('community', 'town', 'banner'))
);
CREATE INDEX second_wait_rise ON second_wait (kind, rise_day, object_id);

-- What waits already stays where it is, or begins with the head; the next look of the program passes on what has waited too long.
INSERT INTO second_wait (kind, object_id, region, level, since, rise_day)
  SELECT 'record', w.record_id, r.region, w.level, w.since, w.rise_day FROM record_wait w JOIN service_record r ON r.id = w.record_id;
INSERT INTO second_wait (kind, object_id, region, level, since, rise_day)
  SELECT 'correction', c.id, c.region, 'community', c.asked_at, r.due_day
  FROM record_correction c JOIN service_record r ON r.id = c.record_id WHERE c.state = 'open';
INSERT INTO second_wait (kind, object_id, region, level, since, rise_day)
  SELECT 'sheet', id, region, 'community', entered_at, due_day FROM sheet WHERE state = 'entered';
INSERT INTO second_wait (kind, object_id, region, level, since, rise_day)
  SELECT 'dispute', id, region, 'community', state_at, day FROM orders WHERE state = 'disputed';
DROP TABLE record_wait;
