-- +goose Up
-- Who was shown the minutes of a record, or of a correction asked for, and stands for them. Where one more is missing the record waits.
CREATE TABLE record_second (
  id            {{pk}},
  record_id     BIGINT NOT NULL REFERENCES service_record (id),
  correction_id BIGINT REFERENCES record_correction (id),
  account_id    BIGINT NOT NULL,
  minutes       BIGINT NOT NULL,
  at            {{time}} NOT NULL
);
CREATE INDEX record_second_record ON record_second (record_id, id);

-- What counted before the rule of two independent people came into force bears the last day on which that was possible; 0 is under the rule.
ALTER TABLE service_record ADD COLUMN before_rule BIGINT NOT NULL DEFAULT 0;
UPDATE service_record SET before_rule = (SELECT MAX(c.counted_day) FROM service_record c WHERE c.counted_at IS NOT NULL)
WHERE counted_at IS NOT NULL;
