-- +goose Up
-- Units of the area (驻区单位): who speaks for one from day to day, what it offers, and in what it took part.
CREATE TABLE partner (
  id         {{pk}},
  version    BIGINT NOT NULL,
  region     BIGINT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL CONSTRAINT partner_kind CHECK (kind IN ('government', 'institution', 'enterprise', 'mass', 'social', 'social_work', 'school',
    'medical', 'army', 'religious', 'overseas', 'other')),
  address    TEXT NOT NULL,
  phone      TEXT NOT NULL,
  about      TEXT NOT NULL,
  open       BOOLEAN NOT NULL,
  state      TEXT NOT NULL CONSTRAINT partner_state CHECK (state IN ('waits', 'active', 'refused', 'ended')),
  made_by    BIGINT NOT NULL,
  made_at    {{time}} NOT NULL,
  decided_by BIGINT,
  decided_at {{time}},
  reason     TEXT NOT NULL,
  ended_day  BIGINT NOT NULL,
  CONSTRAINT partner_over CHECK ((state = 'ended') = (ended_day > 0))
);
CREATE UNIQUE INDEX partner_once ON partner (region, name) WHERE state <> 'ended';
CREATE INDEX partner_region ON partner (region, id);
CREATE INDEX partner_town ON partner ((region/1000), id);
CREATE INDEX partner_banner ON partner ((region/1000000), id);
CREATE INDEX partner_league ON partner ((region/100000000), id);

CREATE TABLE partner_contact (
  id         {{pk}},
  partner_id BIGINT NOT NULL REFERENCES partner (id),
  person_id  BIGINT NOT NULL REFERENCES person (id),
  follows_id BIGINT REFERENCES partner_contact (id),
  post       TEXT NOT NULL,
  from_day   BIGINT NOT NULL,
  to_day     BIGINT NOT NULL,
  given_by   BIGINT NOT NULL,
  given_at   {{time}} NOT NULL,
  reason     TEXT NOT NULL,
  CONSTRAINT partner_contact_days CHECK (to_day = 0 OR to_day >= from_day)
);
CREATE UNIQUE INDEX partner_contact_one ON partner_contact (partner_id) WHERE to_day = 0;
CREATE INDEX partner_contact_person ON partner_contact (person_id, id);

-- What a unit offers, in the terms of Open Referral (HSDS): service, service_at_location, schedule.
CREATE TABLE partner_offer (
  id          {{pk}},
  version     BIGINT NOT NULL,
  partner_id  BIGINT NOT NULL REFERENCES partner (id),
  service     TEXT NOT NULL,
  description TEXT NOT NULL,
  category    TEXT NOT NULL CONSTRAINT partner_offer_category CHECK (category IN ('poverty', 'elderly_disabled', 'education', 'public_order', 'health',
    'environment', 'advocacy', 'culture_sports', 'farming', 'technology', 'counselling', 'legal_aid', 'emergency', 'employment', 'convenience')),
  location    TEXT NOT NULL,
  reach       TEXT NOT NULL CONSTRAINT partner_offer_reach CHECK (reach IN ('community', 'town', 'banner')),
  byday       TEXT NOT NULL,
  opens_at    TEXT NOT NULL,
  closes_at   TEXT NOT NULL,
  valid_from  BIGINT NOT NULL,
  valid_to    BIGINT NOT NULL,
  capacity    BIGINT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT partner_offer_state CHECK (state IN ('open', 'ended')),
  ended_day   BIGINT NOT NULL,
  made_by     BIGINT NOT NULL,
  made_at     {{time}} NOT NULL,
  CONSTRAINT partner_offer_days CHECK (valid_from <= valid_to),
  CONSTRAINT partner_offer_room CHECK (capacity >= 0),
  CONSTRAINT partner_offer_over CHECK ((state = 'ended') = (ended_day > 0))
);
CREATE INDEX partner_offer_partner ON partner_offer (partner_id, id);
CREATE INDEX partner_offer_category ON partner_offer (category, id);

-- A unit's part in one activity, one order or one project. It counts when that took place and the unit came.
CREATE TABLE partner_part (
  id          {{pk}},
  version     BIGINT NOT NULL,
  partner_id  BIGINT NOT NULL REFERENCES partner (id),
  offer_id    BIGINT REFERENCES partner_offer (id),
  activity_id BIGINT REFERENCES activity (id),
  order_id    BIGINT REFERENCES orders (id),
  project_id  BIGINT REFERENCES project (id),
  what        TEXT NOT NULL,
  state       TEXT NOT NULL CONSTRAINT partner_part_state CHECK (state IN ('planned', 'came', 'absent', 'dropped')),
  made_by     BIGINT NOT NULL,
  made_at     {{time}} NOT NULL,
  decided_by  BIGINT,
  decided_at  {{time}},
  reason      TEXT NOT NULL,
  CONSTRAINT partner_part_of CHECK ((activity_id IS NULL AND order_id IS NULL AND project_id IS NOT NULL)
    OR (activity_id IS NULL AND order_id IS NOT NULL AND project_id IS NULL)
    OR (activity_id IS NOT NULL AND order_id IS NULL AND project_id IS NULL)),
  CONSTRAINT partner_part_decided CHECK ((state = 'planned') = (decided_by IS NULL))
);
CREATE INDEX partner_part_partner ON partner_part (partner_id, id);
CREATE INDEX partner_part_offer ON partner_part (offer_id);
CREATE UNIQUE INDEX partner_part_activity ON partner_part (activity_id, partner_id) WHERE state <> 'dropped';
CREATE UNIQUE INDEX partner_part_order ON partner_part (order_id, partner_id) WHERE state <> 'dropped';
CREATE UNIQUE INDEX partner_part_project ON partner_part (project_id, partner_id) WHERE state <> 'dropped';
