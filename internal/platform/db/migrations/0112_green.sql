-- +goose Up
-- 绿色账户 of a banner: points of a household for what it does for its surroundings, off until it is switched on. Its accounts are in the
-- books (ledger_account), in points.
CREATE TABLE green_scheme (
  id          {{pk}},
  version     BIGINT NOT NULL,
  region      BIGINT NOT NULL UNIQUE,
  open        BOOLEAN NOT NULL,
  name        TEXT NOT NULL CHECK (name <> ''),
  season      TEXT NOT NULL,
  season_from BIGINT NOT NULL,
  season_to   BIGINT NOT NULL,
  issue_id    BIGINT NOT NULL REFERENCES ledger_account (id),
  at          {{time}} NOT NULL,
  CHECK (season_to >= season_from)
);

-- What earns points, and how many.
CREATE TABLE green_kind (
  id           {{pk}},
  version      BIGINT NOT NULL,
  scheme_id    BIGINT NOT NULL REFERENCES green_scheme (id),
  region       BIGINT NOT NULL,
  name         TEXT NOT NULL CHECK (name <> ''),
  points       BIGINT NOT NULL CHECK (points BETWEEN 1 AND 10000),
  day_most     BIGINT NOT NULL CHECK (day_most BETWEEN 1 AND 100),
  second_above BIGINT NOT NULL CHECK (second_above BETWEEN 1 AND 10000),
  active       BOOLEAN NOT NULL,
  UNIQUE (scheme_id, name)
);

CREATE TABLE green_household (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  no         TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL CHECK (name <> ''),
  account_id BIGINT NOT NULL UNIQUE REFERENCES ledger_account (id),
  listed     BOOLEAN NOT NULL,
  at         {{time}} NOT NULL
);
CREATE INDEX green_household_region ON green_household (region, id);

-- Who belongs to a household: nobody to two.
CREATE TABLE green_member (
  person_id    BIGINT PRIMARY KEY REFERENCES person (id),
  household_id BIGINT NOT NULL REFERENCES green_household (id),
  at           {{time}} NOT NULL
);
CREATE INDEX green_member_household ON green_member (household_id);

CREATE TABLE green_act (
  id           {{pk}},
  version      BIGINT NOT NULL,
  household_id BIGINT NOT NULL REFERENCES green_household (id),
  kind_id      BIGINT NOT NULL REFERENCES green_kind (id),
  region       BIGINT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('waits', 'counted', 'refused')),
  times        BIGINT NOT NULL CHECK (times BETWEEN 1 AND 100),
  points       BIGINT NOT NULL CHECK (points > 0),
  day          BIGINT NOT NULL,
  note         TEXT NOT NULL,
  by_id        BIGINT,
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  decided_by   BIGINT,
  decider      TEXT NOT NULL,
  decided_at   {{time}},
  answer       TEXT NOT NULL,
  CHECK (decided_by IS NULL OR decided_by <> COALESCE(by_id, 0))
);
CREATE INDEX green_act_household ON green_act (household_id, day);
CREATE INDEX green_act_waits ON green_act (region, id) WHERE state = 'waits';

-- 兑换点 and what it hands out.
CREATE TABLE green_shop (
  id      {{pk}},
  version BIGINT NOT NULL,
  region  BIGINT NOT NULL,
  name    TEXT NOT NULL CHECK (name <> ''),
  hours   TEXT NOT NULL,
  at      {{time}} NOT NULL
);
CREATE INDEX green_shop_region ON green_shop (region, id);

CREATE TABLE green_goods (
  id      {{pk}},
  version BIGINT NOT NULL,
  shop_id BIGINT NOT NULL REFERENCES green_shop (id),
  region  BIGINT NOT NULL,
  kind    TEXT NOT NULL CHECK (kind IN ('goods', 'service')),
  name    TEXT NOT NULL CHECK (name <> ''),
  points  BIGINT NOT NULL CHECK (points BETWEEN 1 AND 100000),
  stock   BIGINT NOT NULL CHECK (stock >= 0),
  active  BOOLEAN NOT NULL,
  UNIQUE (shop_id, name)
);

CREATE TABLE green_redemption (
  id           {{pk}},
  version      BIGINT NOT NULL,
  household_id BIGINT NOT NULL REFERENCES green_household (id),
  goods_id     BIGINT NOT NULL REFERENCES green_goods (id),
  shop_id      BIGINT NOT NULL REFERENCES green_shop (id),
  region       BIGINT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('reserved', 'handed', 'cancelled')),
  count        BIGINT NOT NULL CHECK (count BETWEEN 1 AND 100),
  points       BIGINT NOT NULL CHECK (points > 0),
  code         TEXT NOT NULL,
  hold_id      BIGINT NOT NULL REFERENCES ledger_transfer (id),
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  until        {{time}} NOT NULL,
  receipt      TEXT NOT NULL,
  handed_by    TEXT NOT NULL,
  handed_at    {{time}},
  CHECK ((state = 'handed') = (handed_at IS NOT NULL))
);
CREATE INDEX green_redemption_shop ON green_redemption (shop_id, id);
CREATE INDEX green_redemption_household ON green_redemption (household_id, id);

-- What was on the shelf when somebody counted.
CREATE TABLE green_count (
  id       {{pk}},
  goods_id BIGINT NOT NULL REFERENCES green_goods (id),
  region   BIGINT NOT NULL,
  was      BIGINT NOT NULL,
  counted  BIGINT NOT NULL CHECK (counted >= 0),
  reason   TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  at       {{time}} NOT NULL,
  CHECK (was = counted OR reason <> '')
);
CREATE INDEX green_count_goods ON green_count (goods_id, id);
