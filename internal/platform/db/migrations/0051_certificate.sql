-- +goose Up
-- Certificates of service (志愿服务条例 art. 21; 民政部令第67号 arts. 14–17). A certificate is a snapshot of records: what it says never changes, it
-- can only stop being valid.
CREATE TABLE certificate (
  id           {{pk}},
  version      BIGINT NOT NULL,
  no           TEXT NOT NULL UNIQUE,
  code         TEXT NOT NULL UNIQUE,
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  region       BIGINT NOT NULL,
  station_id   BIGINT,
  name         TEXT NOT NULL,
  volunteer_no TEXT NOT NULL,
  id_number    TEXT NOT NULL,
  unit         TEXT NOT NULL,
  station      TEXT NOT NULL,
  clerk        TEXT NOT NULL,
  from_day     BIGINT NOT NULL,
  to_day       BIGINT NOT NULL,
  minutes      BIGINT NOT NULL CHECK (minutes > 0),
  times        BIGINT NOT NULL CHECK (times > 0),
  issued_day   BIGINT NOT NULL,
  issued_at    {{time}} NOT NULL,
  issued_by    BIGINT,
  records_hash {{bytes}} NOT NULL,
  key_id       TEXT NOT NULL,
  signature    {{bytes}} NOT NULL,
  status       TEXT NOT NULL CHECK (status IN ('valid', 'suspended', 'revoked')),
  reason       TEXT NOT NULL,
  revoked_by   BIGINT,
  revoked_at   {{time}},
  CHECK (from_day <= to_day),
  CHECK (status = 'valid' OR reason <> ''),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
  CHECK (revoked_by IS NULL OR revoked_by <> issued_by)
);
CREATE INDEX certificate_volunteer ON certificate (volunteer_id, id DESC);
CREATE INDEX certificate_person ON certificate (person_id, id DESC);
CREATE INDEX certificate_station ON certificate (station_id, id DESC);
CREATE INDEX certificate_region ON certificate (region, id DESC);
CREATE INDEX certificate_town ON certificate ((region/1000), id DESC);
CREATE INDEX certificate_banner ON certificate ((region/1000000), id DESC);
CREATE INDEX certificate_league ON certificate ((region/100000000), id DESC);

-- The records that a certificate sums up, as they stood when it was issued.
CREATE TABLE certificate_record (
  certificate_id BIGINT NOT NULL REFERENCES certificate (id),
  record_id      BIGINT NOT NULL REFERENCES service_record (id),
  day            BIGINT NOT NULL,
  minutes        BIGINT NOT NULL,
  category       TEXT NOT NULL,
  confirmation   TEXT NOT NULL CHECK (confirmation IN ('both', 'sign_in', 'reviewed')),
  PRIMARY KEY (certificate_id, record_id)
);
CREATE INDEX certificate_record_record ON certificate_record (record_id);

-- The last number of each recording unit's division in each year.
CREATE TABLE certificate_serial (
  region BIGINT NOT NULL,
  year   BIGINT NOT NULL,
  last   BIGINT NOT NULL,
  PRIMARY KEY (region, year)
);

-- How often a certificate was checked on each day; who checked is not kept.
CREATE TABLE certificate_check (
  certificate_id BIGINT NOT NULL REFERENCES certificate (id),
  day            BIGINT NOT NULL,
  n              BIGINT NOT NULL,
  PRIMARY KEY (certificate_id, day)
);
