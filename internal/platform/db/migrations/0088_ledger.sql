-- +goose Up
-- Double-entry books. The platform knows neither hours nor points: a unit is what an account counts in, and a transfer names the unit of
-- both its accounts by reference, so that nothing ever passes from one unit to another.
CREATE TABLE ledger_account (
  id        {{pk}},
  version   BIGINT NOT NULL,
  unit      TEXT NOT NULL CHECK (unit IN ('minutes', 'points', 'fen')),
  kind      TEXT NOT NULL,
  region    BIGINT NOT NULL,
  floor     BIGINT,
  ceiling   BIGINT,
  balance   BIGINT NOT NULL,
  held      BIGINT NOT NULL CHECK (held >= 0),
  incoming  BIGINT NOT NULL CHECK (incoming >= 0),
  entries   BIGINT NOT NULL CHECK (entries >= 0),
  made_at   {{time}} NOT NULL,
  last_at   {{time}},
  closed_at {{time}},
  UNIQUE (id, unit),
  CHECK (floor IS NULL OR balance - held >= floor),
  CHECK (ceiling IS NULL OR balance + incoming <= ceiling),
  CHECK (closed_at IS NULL OR balance = 0 AND held = 0 AND incoming = 0)
);
CREATE INDEX ledger_account_region ON ledger_account (region, kind);
CREATE INDEX ledger_account_banner ON ledger_account ((region/1000000), kind);

-- Transfers are never changed and never deleted. A hold is resolved by a row of its own that points at it, once.
CREATE TABLE ledger_transfer (
  id           {{pk}},
  unit         TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('post', 'hold', 'settle', 'void', 'expire')),
  code         TEXT NOT NULL,
  debit_id     BIGINT NOT NULL,
  credit_id    BIGINT NOT NULL,
  amount       BIGINT NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000000),
  hold_id      BIGINT UNIQUE REFERENCES ledger_transfer (id),
  expires_at   {{time}},
  key          TEXT NOT NULL CHECK (key <> ''),
  leg          BIGINT NOT NULL,
  request      BIGINT NOT NULL,
  object_id    BIGINT,
  note         TEXT NOT NULL,
  at           {{time}} NOT NULL,
  day          BIGINT NOT NULL,
  debit_no     BIGINT NOT NULL,
  debit_after  BIGINT NOT NULL,
  credit_no    BIGINT NOT NULL,
  credit_after BIGINT NOT NULL,
  UNIQUE (key, leg),
  UNIQUE (debit_id, debit_no),
  UNIQUE (credit_id, credit_no),
  FOREIGN KEY (debit_id, unit) REFERENCES ledger_account (id, unit),
  FOREIGN KEY (credit_id, unit) REFERENCES ledger_account (id, unit),
  CHECK (debit_id <> credit_id),
  CHECK (amount > 0 OR kind IN ('settle', 'void', 'expire')),
  CHECK ((kind IN ('settle', 'void', 'expire')) = (hold_id IS NOT NULL)),
  CHECK (expires_at IS NULL OR kind = 'hold')
);
CREATE INDEX ledger_transfer_expires ON ledger_transfer (expires_at) WHERE kind = 'hold';
CREATE INDEX ledger_transfer_object ON ledger_transfer (object_id);
