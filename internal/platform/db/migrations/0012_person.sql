-- +goose Up
-- The real-name register, one row a person. id_number, phone and recipient_groups are sealed (seal.At of the column); the two blind
-- columns find them, the two hints show them masked. A merged row points to the one that goes on.
CREATE TABLE person (
  id               {{pk}},
  version          BIGINT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('active', 'merged', 'erased')),
  merged_into      BIGINT REFERENCES person (id),
  name             TEXT NOT NULL,
  sex              TEXT NOT NULL CHECK (sex IN ('', 'male', 'female')),
  birth_day        BIGINT NOT NULL,
  region           BIGINT NOT NULL,
  householder      TEXT NOT NULL,
  hamlet           TEXT NOT NULL,
  languages        TEXT NOT NULL,
  no_smartphone    BOOLEAN NOT NULL,
  id_number        {{bytes}},
  id_number_blind  {{bytes}} UNIQUE,
  id_number_hint   TEXT NOT NULL,
  phone            {{bytes}},
  phone_blind      {{bytes}},
  phone_hint       TEXT NOT NULL,
  recipient_groups {{bytes}},
  registered_by    TEXT NOT NULL CHECK (registered_by IN ('self', 'desk', 'import', 'system')),
  at               {{time}} NOT NULL,
  CHECK ((state = 'merged') = (merged_into IS NOT NULL)),
  CHECK ((id_number IS NULL) = (id_number_hint = '')),
  CHECK ((phone IS NULL) = (phone_blind IS NULL))
);
CREATE INDEX person_phone ON person (phone_blind);
CREATE INDEX person_namesake ON person (name, birth_day);
CREATE INDEX person_merged ON person (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX person_region ON person (region, id DESC);
CREATE INDEX person_town ON person ((region/1000), id DESC);
CREATE INDEX person_banner ON person ((region/1000000), id DESC);
CREATE INDEX person_league ON person ((region/100000000), id DESC);

-- Where a person lives in which months (winter camp, summer camp, the flat near the school). place is sealed JSON.
CREATE TABLE person_address (
  id         {{pk}},
  person_id  BIGINT NOT NULL REFERENCES person (id),
  kind       TEXT NOT NULL CHECK (kind IN ('home', 'winter', 'summer', 'school', 'other')),
  from_month BIGINT NOT NULL CHECK (from_month BETWEEN 1 AND 12),
  to_month   BIGINT NOT NULL CHECK (to_month BETWEEN 1 AND 12),
  region     BIGINT NOT NULL,
  place      {{bytes}} NOT NULL
);
CREATE INDEX person_address_person ON person_address (person_id);

-- Who answers for whom: parents and other guardians of minors, carers of adults.
CREATE TABLE person_guardian (
  ward_id     BIGINT NOT NULL REFERENCES person (id),
  guardian_id BIGINT NOT NULL REFERENCES person (id),
  region      BIGINT NOT NULL,
  relation    TEXT NOT NULL,
  at          {{time}} NOT NULL,
  PRIMARY KEY (ward_id, guardian_id),
  CHECK (ward_id <> guardian_id)
);
CREATE INDEX person_guardian_guardian ON person_guardian (guardian_id);

-- Consents, each a row of its own; one that is withdrawn stays, with its end.
CREATE TABLE person_consent (
  id           {{pk}},
  person_id    BIGINT NOT NULL REFERENCES person (id),
  region       BIGINT NOT NULL,
  purpose      TEXT NOT NULL,
  how          TEXT NOT NULL CHECK (how IN ('self', 'spoken', 'paper', 'guardian')),
  guardian_id  BIGINT REFERENCES person (id),
  entered_by   BIGINT,
  text_version TEXT NOT NULL,
  at           {{time}} NOT NULL,
  withdrawn_at {{time}},
  CHECK ((how = 'guardian') = (guardian_id IS NOT NULL))
);
CREATE INDEX person_consent_person ON person_consent (person_id, purpose);
