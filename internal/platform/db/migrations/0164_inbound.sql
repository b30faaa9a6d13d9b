-- +goose Up
-- What comes from other platforms: who may send, by which keys, and each batch line by line with where it came from. It stands beside the
-- own registers and never overwrites them.
CREATE TABLE inbound_source (
  id           {{pk}},
  version      BIGINT NOT NULL,
  region       BIGINT NOT NULL,
  platform     TEXT NOT NULL CONSTRAINT inbound_source_platform
               CHECK (platform IN ('national', 'beijiang', 'civilization', 'cloud', 'linli')),
  name         TEXT NOT NULL CONSTRAINT inbound_source_name CHECK (name <> ''),
  installation TEXT NOT NULL,
  state        TEXT NOT NULL CONSTRAINT inbound_source_state CHECK (state IN ('open', 'closed')),
  mapping_no   BIGINT NOT NULL,
  by_id        BIGINT,
  by_name      TEXT NOT NULL,
  made_at      {{time}} NOT NULL,
  CONSTRAINT inbound_source_once UNIQUE (region, installation)
);

CREATE TABLE inbound_key (
  id          {{pk}},
  version     BIGINT NOT NULL,
  source_id   BIGINT NOT NULL REFERENCES inbound_source (id),
  region      BIGINT NOT NULL,
  public_key  TEXT NOT NULL,
  from_day    BIGINT NOT NULL,
  until_day   BIGINT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT inbound_key_state CHECK (state IN ('entered', 'confirmed', 'refused', 'ended')),
  by_id       BIGINT,
  by_name     TEXT NOT NULL,
  made_at     {{time}} NOT NULL,
  second_id   BIGINT,
  second_name TEXT NOT NULL,
  decided_at  {{time}},
  reason      TEXT NOT NULL,
  CONSTRAINT inbound_key_days CHECK (from_day <= until_day)
);
CREATE INDEX inbound_key_source ON inbound_key (source_id, id);

CREATE TABLE inbound_mapping (
  source_id BIGINT NOT NULL REFERENCES inbound_source (id),
  no        BIGINT NOT NULL,
  entries   TEXT NOT NULL,
  by_id     BIGINT,
  by_name   TEXT NOT NULL,
  made_at   {{time}} NOT NULL,
  PRIMARY KEY (source_id, no)
);

CREATE TABLE inbound_batch (
  id              {{pk}},
  version         BIGINT NOT NULL,
  source_id       BIGINT NOT NULL REFERENCES inbound_source (id),
  region          BIGINT NOT NULL,
  installation    TEXT NOT NULL,
  number          TEXT NOT NULL,
  digest          TEXT NOT NULL,
  public_key      TEXT NOT NULL,
  mapping_no      BIGINT NOT NULL,
  header          TEXT NOT NULL,
  items           BIGINT NOT NULL,
  done            BIGINT NOT NULL,
  state           TEXT NOT NULL CONSTRAINT inbound_batch_state
                  CHECK (state IN ('loading', 'open', 'taking', 'taken', 'withdrawing', 'undoing', 'withdrawn', 'dropped')),
  by_id           BIGINT,
  by_name         TEXT NOT NULL,
  made_at         {{time}} NOT NULL,
  taken_by        BIGINT,
  taken_name      TEXT NOT NULL,
  taken_at        {{time}},
  withdrawn_by    BIGINT,
  withdrawn_name  TEXT NOT NULL,
  reason          TEXT NOT NULL,
  agreed_by       BIGINT,
  agreed_name     TEXT NOT NULL,
  ended_at        {{time}},
  CONSTRAINT inbound_batch_done CHECK (done >= 0 AND done <= items)
);
CREATE UNIQUE INDEX inbound_batch_number ON inbound_batch (installation, number) WHERE state NOT IN ('withdrawn', 'dropped');
CREATE UNIQUE INDEX inbound_batch_digest ON inbound_batch (digest) WHERE state NOT IN ('withdrawn', 'dropped');
CREATE INDEX inbound_batch_source ON inbound_batch (source_id, id DESC);
CREATE INDEX inbound_batch_region ON inbound_batch (region, id DESC);

CREATE TABLE inbound_line (
  batch_id   BIGINT NOT NULL REFERENCES inbound_batch (id),
  n          BIGINT NOT NULL,
  source_id  BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  kind       TEXT NOT NULL CONSTRAINT inbound_line_kind CHECK (kind IN ('person', 'service', 'training', 'commendation', 'evaluation')),
  their_id   TEXT NOT NULL,
  owner      TEXT NOT NULL,
  hash       TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  state      TEXT NOT NULL CONSTRAINT inbound_line_state
             CHECK (state IN ('new', 'matched', 'conflict', 'apart', 'waits', 'taken', 'kept', 'refused', 'known', 'undone')),
  person_id  BIGINT REFERENCES person (id),
  record_id  BIGINT REFERENCES service_record (id),
  reason     TEXT NOT NULL,
  line       {{bytes}},
  PRIMARY KEY (batch_id, n)
);
CREATE INDEX inbound_line_item ON inbound_line (source_id, kind, their_id);
CREATE INDEX inbound_line_owner ON inbound_line (batch_id, kind, their_id);
CREATE INDEX inbound_line_state ON inbound_line (batch_id, state, n);
CREATE INDEX inbound_line_person ON inbound_line (person_id);
CREATE INDEX inbound_line_record ON inbound_line (record_id);

CREATE TABLE inbound_conflict (
  batch_id   BIGINT NOT NULL,
  n          BIGINT NOT NULL,
  field      TEXT NOT NULL CONSTRAINT inbound_conflict_field
             CHECK (field IN ('name', 'birth_day', 'sex', 'phone', 'candidates', 'record')),
  decision   TEXT NOT NULL CONSTRAINT inbound_conflict_decision CHECK (decision IN ('open', 'ours', 'theirs', 'apart')),
  person_id  BIGINT REFERENCES person (id),
  by_id      BIGINT,
  by_name    TEXT NOT NULL,
  decided_at {{time}},
  PRIMARY KEY (batch_id, n, field)
);
CREATE INDEX inbound_conflict_person ON inbound_conflict (person_id);
