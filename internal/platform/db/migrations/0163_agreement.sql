-- +goose Up
-- Templates of service agreements (志愿服务协议, 志愿服务条例 art. 14), in editions: what was signed keeps the edition that it was made of.
CREATE TABLE agreement_template (
  id       {{pk}},
  version  BIGINT NOT NULL,
  region   BIGINT NOT NULL,
  kind     TEXT NOT NULL CONSTRAINT agreement_template_kind CHECK (kind IN ('station', 'recipient', 'unit')),
  name     TEXT NOT NULL CONSTRAINT agreement_template_name CHECK (name <> ''),
  editions BIGINT NOT NULL,
  state    TEXT NOT NULL CONSTRAINT agreement_template_state CHECK (state IN ('active', 'retired'))
);
CREATE INDEX agreement_template_region ON agreement_template (region, id);

CREATE TABLE agreement_edition (
  template_id BIGINT NOT NULL REFERENCES agreement_template (id),
  n           BIGINT NOT NULL,
  content     TEXT NOT NULL,
  conditions  TEXT NOT NULL,
  safety      TEXT NOT NULL,
  risk        TEXT NOT NULL,
  insurance   TEXT NOT NULL,
  liability   TEXT NOT NULL,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  PRIMARY KEY (template_id, n)
);

-- An agreement. person_id is the volunteer, or who speaks for the unit; other_id the recipient, none where the station is the other side.
-- until_day is the last day on which it holds: to_day, unless it ended before. hash binds the signatures to body.
CREATE TABLE agreement (
  id          {{pk}},
  version     BIGINT NOT NULL,
  region      BIGINT NOT NULL,
  station_id  BIGINT NOT NULL REFERENCES station (id),
  kind        TEXT NOT NULL CONSTRAINT agreement_kind CHECK (kind IN ('station', 'recipient', 'unit')),
  template_id BIGINT NOT NULL REFERENCES agreement_template (id),
  edition     BIGINT NOT NULL,
  person_id   BIGINT NOT NULL REFERENCES person (id),
  other_id    BIGINT REFERENCES person (id),
  guardian_id BIGINT REFERENCES person (id),
  partner_id  BIGINT REFERENCES partner (id),
  body        TEXT NOT NULL,
  hash        {{bytes}} NOT NULL,
  from_day    BIGINT NOT NULL,
  to_day      BIGINT NOT NULL,
  until_day   BIGINT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT agreement_state CHECK (state IN ('open', 'signed', 'ended', 'withdrawn')),
  file_id     BIGINT REFERENCES blob (id),
  reason      TEXT NOT NULL,
  by_id       BIGINT,
  by_name     TEXT NOT NULL,
  at          {{time}} NOT NULL,
  CONSTRAINT agreement_days CHECK (to_day >= from_day AND until_day <= to_day),
  CONSTRAINT agreement_other CHECK ((kind = 'recipient') = (other_id IS NOT NULL) AND (kind = 'unit') = (partner_id IS NOT NULL)),
  CONSTRAINT agreement_apart CHECK (other_id IS NULL OR other_id <> person_id),
  CONSTRAINT agreement_why CHECK (state = 'open' OR state = 'signed' OR reason <> '')
);
CREATE INDEX agreement_region ON agreement (region, id);
CREATE INDEX agreement_person ON agreement (person_id, station_id);
CREATE INDEX agreement_second ON agreement (other_id);

-- Who signed which side, how, and under which text. drawing is sealed.
CREATE TABLE agreement_signature (
  agreement_id BIGINT NOT NULL REFERENCES agreement (id),
  side         TEXT NOT NULL CONSTRAINT agreement_signature_side CHECK (side IN ('first', 'second', 'guardian')),
  way          TEXT NOT NULL CONSTRAINT agreement_signature_way CHECK (way IN ('glass', 'paper')),
  person_id    BIGINT REFERENCES person (id),
  account_id   BIGINT NOT NULL,
  name         TEXT NOT NULL,
  hash         {{bytes}} NOT NULL,
  drawing      {{bytes}} NOT NULL,
  day          BIGINT NOT NULL,
  at           {{time}} NOT NULL,
  PRIMARY KEY (agreement_id, side)
);
CREATE INDEX agreement_signature_person ON agreement_signature (person_id);

-- Whether who takes part must have signed an agreement with the station.
ALTER TABLE activity ADD COLUMN agreement_needed BOOLEAN NOT NULL DEFAULT FALSE;
