-- +goose Up
-- Money for projects and for regions that keep their records well. What may be spent is in the books (ledger_account, in fen): a programme
-- has its budget, a proposal what is promised to it and what it was paid. Nothing here pays: payments are noted by their voucher.
CREATE TABLE fund_programme (
  id              {{pk}},
  version         BIGINT NOT NULL,
  region          BIGINT NOT NULL,
  name            TEXT NOT NULL CONSTRAINT fund_programme_name CHECK (name <> ''),
  mode            TEXT NOT NULL CONSTRAINT fund_programme_mode CHECK (mode IN ('award', 'regulated', 'grant')),
  state           TEXT NOT NULL CONSTRAINT fund_programme_state CHECK (state IN ('draft', 'open', 'closed')),
  authority_no    TEXT NOT NULL,
  rules           TEXT NOT NULL,
  for_station     BOOLEAN NOT NULL,
  for_team        BOOLEAN NOT NULL,
  for_region      BOOLEAN NOT NULL,
  year            BIGINT NOT NULL CONSTRAINT fund_programme_year CHECK (year BETWEEN 2000 AND 2100),
  from_day        BIGINT NOT NULL,
  to_day          BIGINT NOT NULL,
  most            BIGINT NOT NULL CONSTRAINT fund_programme_most CHECK (most > 0),
  share_start     BIGINT NOT NULL,
  share_accepted  BIGINT NOT NULL,
  share_closed    BIGINT NOT NULL,
  outside_id      BIGINT NOT NULL UNIQUE REFERENCES ledger_account (id),
  budget_id       BIGINT NOT NULL UNIQUE REFERENCES ledger_account (id),
  spent_id        BIGINT NOT NULL UNIQUE REFERENCES ledger_account (id),
  made_by         BIGINT,
  maker           TEXT NOT NULL,
  made_at         {{time}} NOT NULL,
  published_by    BIGINT,
  publisher       TEXT NOT NULL,
  published_at    {{time}},
  CONSTRAINT fund_programme_days CHECK (to_day >= from_day),
  CONSTRAINT fund_programme_shares CHECK (share_start >= 0 AND share_accepted >= 0 AND share_closed >= 0
    AND share_start + share_accepted + share_closed = 100 AND (mode <> 'award' OR share_start = 0)),
  CONSTRAINT fund_programme_two CHECK (state = 'draft' OR published_by IS NOT NULL AND published_by <> made_by)
);
CREATE INDEX fund_programme_region ON fund_programme (region, id);

-- Where the money of a programme comes from.
CREATE TABLE fund_source (
  id           {{pk}},
  version      BIGINT NOT NULL,
  programme_id BIGINT NOT NULL REFERENCES fund_programme (id),
  region       BIGINT NOT NULL,
  kind         TEXT NOT NULL CONSTRAINT fund_source_kind CHECK (kind IN ('lottery', 'budget', 'donation', 'party', 'other')),
  payer        TEXT NOT NULL,
  document     TEXT NOT NULL CONSTRAINT fund_source_document CHECK (document <> ''),
  day          BIGINT NOT NULL,
  amount       BIGINT NOT NULL CONSTRAINT fund_source_amount CHECK (amount > 0),
  state        TEXT NOT NULL CONSTRAINT fund_source_state CHECK (state IN ('waits', 'confirmed', 'refused')),
  by_id        BIGINT,
  by_name      TEXT NOT NULL,
  at           {{time}} NOT NULL,
  decided_by   BIGINT,
  decider      TEXT NOT NULL,
  decided_at   {{time}},
  CONSTRAINT fund_source_two CHECK (state = 'waits' OR decided_by IS NOT NULL AND decided_by <> by_id)
);
CREATE UNIQUE INDEX fund_source_once ON fund_source (programme_id, document, amount) WHERE state <> 'refused';
CREATE INDEX fund_source_region ON fund_source (region, id);

CREATE TABLE fund_proposal (
  id              {{pk}},
  version         BIGINT NOT NULL,
  programme_id    BIGINT NOT NULL REFERENCES fund_programme (id),
  owner           BIGINT NOT NULL,
  region          BIGINT NOT NULL,
  above           BIGINT NOT NULL,
  holder          BIGINT NOT NULL,
  station_id      BIGINT REFERENCES station (id),
  team_id         BIGINT REFERENCES team (id),
  applicant       TEXT NOT NULL CONSTRAINT fund_proposal_applicant CHECK (applicant IN ('station', 'team', 'region')),
  applicant_name  TEXT NOT NULL,
  title           TEXT NOT NULL CONSTRAINT fund_proposal_title CHECK (title <> ''),
  responsible     TEXT NOT NULL,
  person_id       BIGINT REFERENCES person (id),
  purpose         TEXT NOT NULL,
  from_day        BIGINT NOT NULL,
  to_day          BIGINT NOT NULL,
  target_events   BIGINT NOT NULL,
  target_times    BIGINT NOT NULL,
  asked           BIGINT NOT NULL CONSTRAINT fund_proposal_asked CHECK (asked > 0),
  approved        BIGINT NOT NULL,
  granted         BIGINT NOT NULL,
  state           TEXT NOT NULL CONSTRAINT fund_proposal_state CHECK (state IN ('proposed', 'returned', 'refused', 'doing', 'finished', 'accepted', 'closed', 'stopped')),
  signed_by       BIGINT,
  notice_until    BIGINT NOT NULL,
  done_events     BIGINT NOT NULL,
  done_times      BIGINT NOT NULL,
  score           BIGINT NOT NULL CONSTRAINT fund_proposal_score CHECK (score BETWEEN -1 AND 100),
  evaluation      TEXT NOT NULL,
  figure          TEXT NOT NULL,
  committed_id    BIGINT UNIQUE REFERENCES ledger_account (id),
  paid_id         BIGINT UNIQUE REFERENCES ledger_account (id),
  steps           BIGINT NOT NULL,
  proposed_by     BIGINT,
  proposer        TEXT NOT NULL,
  proposed_at     {{time}} NOT NULL,
  CONSTRAINT fund_proposal_amounts CHECK (approved BETWEEN 0 AND asked AND granted BETWEEN 0 AND approved),
  CONSTRAINT fund_proposal_books CHECK ((committed_id IS NULL) = (state IN ('proposed', 'returned', 'refused')))
);
CREATE INDEX fund_proposal_programme ON fund_proposal (programme_id, id);
CREATE INDEX fund_proposal_region ON fund_proposal (region, id);
CREATE INDEX fund_proposal_holder ON fund_proposal (holder, state);

CREATE TABLE fund_line (
  proposal_id BIGINT NOT NULL REFERENCES fund_proposal (id),
  n           BIGINT NOT NULL,
  category    TEXT NOT NULL CONSTRAINT fund_line_category CHECK (category IN ('activity', 'material', 'training', 'insurance', 'publicity', 'manage', 'tax', 'other')),
  what        TEXT NOT NULL,
  amount      BIGINT NOT NULL CONSTRAINT fund_line_amount CHECK (amount > 0),
  PRIMARY KEY (proposal_id, n)
);

-- What was done about a proposal, and by whom: nobody has two hands in it where the rule asks for two people.
CREATE TABLE fund_step (
  proposal_id BIGINT NOT NULL REFERENCES fund_proposal (id),
  n           BIGINT NOT NULL,
  action      TEXT NOT NULL CONSTRAINT fund_step_action CHECK (action IN ('propose', 'resubmit', 'return', 'refuse', 'approve', 'finish', 'accept', 'halt', 'pay', 'give_back', 'evaluate', 'close', 'stop')),
  text        TEXT NOT NULL,
  amount      BIGINT NOT NULL,
  file_id     BIGINT,
  by_id       BIGINT,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  PRIMARY KEY (proposal_id, n)
);

-- What was paid, and what came back, by voucher.
CREATE TABLE fund_payment (
  id          {{pk}},
  proposal_id BIGINT NOT NULL REFERENCES fund_proposal (id),
  region      BIGINT NOT NULL,
  kind        TEXT NOT NULL CONSTRAINT fund_payment_kind CHECK (kind IN ('pay', 'back')),
  amount      BIGINT NOT NULL CONSTRAINT fund_payment_amount CHECK (amount > 0),
  voucher     TEXT NOT NULL CONSTRAINT fund_payment_voucher CHECK (voucher <> ''),
  day         BIGINT NOT NULL,
  payee       TEXT NOT NULL,
  by_id       BIGINT,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  CONSTRAINT fund_payment_once UNIQUE (proposal_id, kind, voucher)
);

-- What the money was used for. mark is issuer and number as they are compared.
CREATE TABLE fund_receipt (
  id          {{pk}},
  version     BIGINT NOT NULL,
  proposal_id BIGINT NOT NULL REFERENCES fund_proposal (id),
  region      BIGINT NOT NULL,
  above       BIGINT NOT NULL,
  issuer      TEXT NOT NULL,
  number      TEXT NOT NULL,
  mark        TEXT NOT NULL CONSTRAINT fund_receipt_mark CHECK (mark <> ''),
  amount      BIGINT NOT NULL CONSTRAINT fund_receipt_amount CHECK (amount > 0),
  day         BIGINT NOT NULL,
  category    TEXT NOT NULL CONSTRAINT fund_receipt_category CHECK (category IN ('activity', 'material', 'training', 'insurance', 'publicity', 'manage', 'tax', 'other')),
  what        TEXT NOT NULL,
  activity_id BIGINT REFERENCES activity (id),
  file_id     BIGINT,
  state       TEXT NOT NULL CONSTRAINT fund_receipt_state CHECK (state IN ('entered', 'checked', 'refused')),
  by_id       BIGINT,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  decided_by  BIGINT,
  decider     TEXT NOT NULL,
  decided_at  {{time}},
  reason      TEXT NOT NULL,
  CONSTRAINT fund_receipt_two CHECK (state = 'entered' OR decided_by IS NOT NULL AND decided_by <> by_id)
);
CREATE UNIQUE INDEX fund_receipt_once ON fund_receipt (mark, amount) WHERE state <> 'refused';
CREATE INDEX fund_receipt_proposal ON fund_receipt (proposal_id, id);
CREATE INDEX fund_receipt_above ON fund_receipt (above, id) WHERE state = 'entered';

-- The activities that a proposal paid for.
CREATE TABLE fund_activity (
  proposal_id BIGINT NOT NULL REFERENCES fund_proposal (id),
  activity_id BIGINT NOT NULL REFERENCES activity (id),
  PRIMARY KEY (proposal_id, activity_id)
);
CREATE INDEX fund_activity_activity ON fund_activity (activity_id);
