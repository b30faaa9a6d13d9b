-- +goose Up
-- 入户平安提醒: somebody says before he leaves until when he is back. The server keeps the time; next_at is when it looks again.
CREATE TABLE guard (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  person_id  BIGINT NOT NULL REFERENCES person (id),
  pairing_id BIGINT REFERENCES pairing (id),
  order_id   BIGINT REFERENCES orders (id),
  started_at {{time}} NOT NULL,
  until_at   {{time}} NOT NULL,
  next_at    {{time}} NOT NULL,
  state      TEXT NOT NULL,
  rung       BIGINT NOT NULL,
  taken_by   TEXT NOT NULL,
  taken_at   {{time}},
  back_at    {{time}},
  back_by    TEXT NOT NULL,
  back_how   TEXT NOT NULL,
  CONSTRAINT guard_states CHECK (state IN ('out', 'alarm', 'taken', 'back')),
  CONSTRAINT guard_subject CHECK ((pairing_id IS NULL) <> (order_id IS NULL)),
  CONSTRAINT guard_home CHECK ((state = 'back') = (back_at IS NOT NULL))
);
CREATE UNIQUE INDEX guard_open ON guard (account_id) WHERE state <> 'back';
CREATE INDEX guard_next ON guard (next_at) WHERE state <> 'back';
CREATE INDEX guard_region ON guard (region, state, id);
CREATE INDEX guard_person ON guard (person_id, id);
