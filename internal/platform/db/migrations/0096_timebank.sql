-- +goose Up
-- A time bank of a banner: off until it is switched on. Its accounts are in the books (ledger_account), in minutes; service records stay
-- as they are.
CREATE TABLE timebank_bank (
  id        {{pk}},
  version   BIGINT NOT NULL,
  region    BIGINT NOT NULL UNIQUE,
  open      BOOLEAN NOT NULL,
  name      TEXT NOT NULL CHECK (name <> ''),
  since_day BIGINT NOT NULL,
  issue_id  BIGINT NOT NULL REFERENCES ledger_account (id),
  pool_id   BIGINT NOT NULL REFERENCES ledger_account (id),
  at        {{time}} NOT NULL
);

-- What holds from a day on. All of it is this system's own convention: there is no standard for time banks.
CREATE TABLE timebank_rule (
  id         {{pk}},
  bank_id    BIGINT NOT NULL REFERENCES timebank_bank (id),
  no         BIGINT NOT NULL,
  from_day   BIGINT NOT NULL,
  earn_age   BIGINT NOT NULL CHECK (earn_age BETWEEN 14 AND 100),
  cap        BIGINT NOT NULL CHECK (cap BETWEEN 60 AND 600000),
  spend_age  BIGINT NOT NULL CHECK (spend_age BETWEEN 18 AND 100),
  give_age   BIGINT NOT NULL CHECK (give_age BETWEEN 18 AND 100),
  month_most BIGINT NOT NULL CHECK (month_most BETWEEN 0 AND 600000),
  inherit    BOOLEAN NOT NULL,
  note       TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  UNIQUE (bank_id, no)
);

CREATE TABLE timebank_member (
  id         {{pk}},
  version    BIGINT NOT NULL,
  bank_id    BIGINT NOT NULL REFERENCES timebank_bank (id),
  person_id  BIGINT NOT NULL UNIQUE REFERENCES person (id),
  region     BIGINT NOT NULL,
  account_id BIGINT NOT NULL UNIQUE REFERENCES ledger_account (id),
  owed_id    BIGINT NOT NULL UNIQUE REFERENCES ledger_account (id),
  state      TEXT NOT NULL CHECK (state IN ('member', 'left')),
  at         {{time}} NOT NULL
);
CREATE INDEX timebank_member_region ON timebank_member (region, id);

-- How many minutes of a service record are in the bank, and the how manieth change that was.
CREATE TABLE timebank_deposit (
  record_id BIGINT PRIMARY KEY REFERENCES service_record (id),
  version   BIGINT NOT NULL,
  member_id BIGINT NOT NULL REFERENCES timebank_member (id),
  minutes   BIGINT NOT NULL CHECK (minutes >= 0),
  at        {{time}} NOT NULL
);
CREATE INDEX timebank_deposit_member ON timebank_deposit (member_id);

-- What somebody wants to be done with minutes, or to be known of two people: at once where he may do it alone, else by a second person.
CREATE TABLE timebank_application (
  id          {{pk}},
  version     BIGINT NOT NULL,
  bank_id     BIGINT NOT NULL REFERENCES timebank_bank (id),
  region      BIGINT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('kin', 'relative', 'donation', 'grant', 'inherit')),
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
  CHECK (decided_by IS NULL OR decided_by <> COALESCE(by_id, 0))
);
CREATE INDEX timebank_application_region ON timebank_application (region, id) WHERE state = 'waits';
CREATE INDEX timebank_application_from ON timebank_application (from_id, kind);
CREATE INDEX timebank_application_to ON timebank_application (to_id, kind);

-- An order that its recipient has 用时间抵.
CREATE TABLE timebank_order (
  order_id  BIGINT PRIMARY KEY REFERENCES orders (id),
  version   BIGINT NOT NULL,
  region    BIGINT NOT NULL,
  member_id BIGINT NOT NULL REFERENCES timebank_member (id),
  state     TEXT NOT NULL CHECK (state IN ('asked', 'held', 'short', 'settled', 'released')),
  minutes   BIGINT NOT NULL CHECK (minutes > 0),
  settled   BIGINT NOT NULL CHECK (settled >= 0),
  hold_id   BIGINT REFERENCES ledger_transfer (id),
  at        {{time}} NOT NULL
);
CREATE INDEX timebank_order_member ON timebank_order (member_id);
