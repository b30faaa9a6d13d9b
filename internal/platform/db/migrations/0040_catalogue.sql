-- +goose Up
-- The menu of services. An item of the whole region is offered everywhere; a division may add its own.
CREATE TABLE catalogue_item (
  id                 {{pk}},
  region             BIGINT NOT NULL,
  code               TEXT NOT NULL,
  name               TEXT NOT NULL,
  blurb              TEXT NOT NULL,
  category           TEXT NOT NULL CHECK (category IN ('poverty', 'elderly_disabled', 'education', 'public_order', 'health', 'environment', 'advocacy',
    'culture_sports', 'farming', 'technology', 'counselling', 'legal_aid', 'emergency', 'employment', 'convenience')),
  icon               TEXT NOT NULL,
  audience           TEXT NOT NULL,
  minutes            BIGINT NOT NULL CHECK (minutes BETWEEN 10 AND 720),
  needed             BIGINT NOT NULL CHECK (needed BETWEEN 1 AND 100),
  skills             TEXT NOT NULL,
  languages          TEXT NOT NULL,
  dangerous          BOOLEAN NOT NULL,
  adults_only        BOOLEAN NOT NULL,
  two_persons        BOOLEAN NOT NULL,
  insurance_needed   BOOLEAN NOT NULL,
  training_code      TEXT NOT NULL,
  qualification_code TEXT NOT NULL,
  risk               TEXT NOT NULL,
  active             BOOLEAN NOT NULL,
  sort               BIGINT NOT NULL,
  version            BIGINT NOT NULL,
  UNIQUE (region, code)
);
CREATE INDEX catalogue_item_menu ON catalogue_item (active, region, sort);
