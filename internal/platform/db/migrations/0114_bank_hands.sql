-- +goose Up
-- What the desk settles of somebody's promised minutes waits for a second person like the rest: one more kind of application. A CHECK is
-- widened by making the table anew; nothing points at it.
CREATE TABLE timebank_application_wide (
  id          {{pk}},
  version     BIGINT NOT NULL,
  bank_id     BIGINT NOT NULL REFERENCES timebank_bank (id),
  region      BIGINT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('kin', 'relative', 'donation', 'grant', 'inherit', 'spent')),
  state       TEXT NOT NULL CHECK (state IN ('waits', 'done', 'refused', 'over')),
  from_id     BIGINT REFERENCES person (id),
  to_id       BIGINT REFERENCES person (id),
  relation    TEXT NOT NULL CHECK (relation IN ('', 'spouse', 'parent', 'child', 'grandparent', 'grandchild')),
  minutes     BIGINT NOT NULL CHECK (minutes >= 0),
  reason      TEXT NOT NULL,
  hold_id     BIGINT REFERENCES ledger_transfer (id),
  by_id       BIGINT,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  decided_by  BIGINT,
  decider     TEXT NOT NULL,
  decided_at  {{time}},
  answer      TEXT NOT NULL,
  CHECK ((kind = 'kin') = (relation <> '')),
  CHECK (kind <> 'kin' OR from_id IS NOT NULL AND to_id IS NOT NULL AND from_id <> to_id),
  CHECK (kind = 'kin' OR minutes > 0),
  CHECK (kind <> 'spent' OR from_id IS NOT NULL AND to_id IS NULL AND hold_id IS NOT NULL),
  CHECK (decided_by IS NULL OR decided_by <> COALESCE(by_id, 0))
);
INSERT INTO timebank_application_wide (id, version, bank_id, region, kind, state, from_id, to_id, relation, minutes, reason, hold_id, by_id,
  by_name, at, decided_by, decider, decided_at, answer)
  SELECT id, version, bank_id, region, kind, state, from_id, to_id, relation, minutes, reason, hold_id, by_id, by_name, at, decided_by,
  decider, decided_at, answer FROM timebank_application;
DROP TABLE timebank_application;
ALTER TABLE timebank_application_wide RENAME TO timebank_application;
CREATE INDEX timebank_application_region ON timebank_application (region, id) WHERE state = 'waits';
CREATE INDEX timebank_application_from ON timebank_application (from_id, kind);
CREATE INDEX timebank_application_to ON timebank_application (to_id, kind);
CREATE UNIQUE INDEX timebank_application_hold ON timebank_application (hold_id) WHERE hold_id IS NOT NULL;

-- Who asked for something at a 兑换点 and who handed it out: never the same.
CREATE TABLE green_redemption_wide (
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
  by_id        BIGINT,
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  until        {{time}} NOT NULL,
  receipt      TEXT NOT NULL,
  handed_id    BIGINT,
  handed_by    TEXT NOT NULL,
  handed_at    {{time}},
  CHECK ((state = 'handed') = (handed_at IS NOT NULL)),
  CONSTRAINT green_redemption_hands CHECK (handed_id IS NULL OR handed_id <> COALESCE(by_id, 0))
);
INSERT INTO green_redemption_wide (id, version, household_id, goods_id, shop_id, region, state, count, points, code, hold_id, by_id, by_name,
  at, until, receipt, handed_by, handed_at)
  SELECT r.id, r.version, r.household_id, r.goods_id, r.shop_id, r.region, r.state, r.count, r.points, r.code, r.hold_id, (SELECT
  MIN(a.account_id) FROM audit a WHERE a.object = 'green_redemption' AND a.object_id = '' || r.id AND a.action = 'green.redeem'),
  r.by_name, r.at, r.until, r.receipt, r.handed_by, r.handed_at FROM green_redemption r;
DROP TABLE green_redemption;
ALTER TABLE green_redemption_wide RENAME TO green_redemption;
CREATE INDEX green_redemption_shop ON green_redemption (shop_id, id);
CREATE INDEX green_redemption_household ON green_redemption (household_id, id);
