-- +goose Up
-- Spot checks of records and certificates (民政部令第67号 art. 21), drawn so that anybody can draw again: the commitment to the seed is public before the
-- population is frozen, the seed afterwards. seed is sealed until it is revealed; population is the list of ids, one a line.
CREATE TABLE spot_check (
  id              {{pk}},
  version         BIGINT NOT NULL,
  region          BIGINT NOT NULL,
  title           TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('record', 'certificate')),
  from_day        BIGINT NOT NULL,
  to_day          BIGINT NOT NULL,
  percent         BIGINT NOT NULL CHECK (percent BETWEEN 1 AND 100),
  least           BIGINT NOT NULL CHECK (least BETWEEN 1 AND 1000),
  state           TEXT NOT NULL CHECK (state IN ('announced', 'frozen', 'drawn', 'published', 'given_up')),
  commitment      TEXT NOT NULL,
  sealed_seed     {{bytes}} NOT NULL,
  seed            TEXT NOT NULL,
  population      TEXT NOT NULL,
  population_hash TEXT NOT NULL,
  size            BIGINT NOT NULL,
  by_name         TEXT NOT NULL,
  announced_at    {{time}} NOT NULL,
  frozen_at       {{time}},
  drawn_at        {{time}},
  published_at    {{time}},
  conclusion      TEXT NOT NULL,
  result          {{json}} NOT NULL,
  CHECK (from_day <= to_day),
  CHECK (state <> 'frozen' OR (frozen_at >= announced_at AND population_hash <> '')),
  CHECK ((seed <> '') = (drawn_at IS NOT NULL)),
  CHECK (drawn_at IS NULL OR drawn_at >= frozen_at),
  CHECK ((state = 'published') = (published_at IS NOT NULL)),
  CHECK (state NOT IN ('published', 'given_up') OR conclusion <> '')
);
CREATE INDEX spot_check_region ON spot_check (region, id DESC);

-- One drawn record or certificate, or one that must be in the sample. answers holds one letter per item of the checklist in its order: y right, n wrong, - does not
-- apply; empty until it is judged.
CREATE TABLE spot_check_unit (
  check_id  BIGINT NOT NULL REFERENCES spot_check (id),
  unit_id   BIGINT NOT NULL,
  place     BIGINT NOT NULL, -- in the order of the draw
  forced    BOOLEAN NOT NULL,
  reason    TEXT NOT NULL,
  version   BIGINT NOT NULL,
  minutes   BIGINT NOT NULL,
  answers   TEXT NOT NULL CHECK (length(answers) IN (0, 10)),
  wrong     BIGINT NOT NULL,
  remark    TEXT NOT NULL,
  judged_by BIGINT,
  by_name   TEXT NOT NULL,
  judged_at {{time}},
  PRIMARY KEY (check_id, unit_id),
  CHECK (wrong BETWEEN 0 AND minutes),
  CHECK ((answers = '') = (judged_at IS NULL)),
  CHECK (forced = (reason <> ''))
);
