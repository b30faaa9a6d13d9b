-- +goose Up
-- Orders. address, detail, risk and code are sealed (seal.At of the column). day is the Shanghai day of the window's start.
CREATE TABLE orders (
  id           {{pk}},
  no           TEXT NOT NULL UNIQUE,
  state        TEXT NOT NULL CHECK (state IN ('submitted', 'needs_info', 'rejected', 'queued', 'open', 'offered', 'accepted', 'in_service', 'served',
    'unconfirmed', 'confirmed', 'disputed', 'closed', 'cancelled')),
  state_at     {{time}} NOT NULL,
  version      BIGINT NOT NULL,
  title        TEXT NOT NULL,
  category     TEXT NOT NULL,
  catalogue_id BIGINT NOT NULL REFERENCES catalogue_item (id),
  region       BIGINT NOT NULL,
  station_id   BIGINT REFERENCES station (id),
  level        TEXT NOT NULL CHECK (level IN ('station', 'town', 'banner', 'league', 'region')),
  window_start {{time}} NOT NULL,
  window_end   {{time}} NOT NULL,
  day          BIGINT NOT NULL,
  minutes      BIGINT NOT NULL CHECK (minutes > 0),
  needed       BIGINT NOT NULL CHECK (needed BETWEEN 1 AND 100),
  urgent       BOOLEAN NOT NULL,
  channel      TEXT NOT NULL CHECK (channel IN ('web', 'phone_call', 'desk', 'visit', 'superior')),
  consent      TEXT NOT NULL CHECK (consent IN ('self', 'spoken', 'paper', 'guardian')),
  recipient_id BIGINT NOT NULL REFERENCES person (id),
  requester_id BIGINT NOT NULL REFERENCES person (id),
  entered_by   BIGINT,
  address      {{bytes}},
  detail       {{bytes}},
  risk         {{bytes}},
  code         {{bytes}},
  code_tries   BIGINT NOT NULL,
  rating       BIGINT NOT NULL CHECK (rating BETWEEN 0 AND 5),
  comment      TEXT NOT NULL,
  evidence     TEXT NOT NULL CHECK (evidence IN ('', 'code', 'login', 'signature', 'call_back', 'paper')),
  needs_second BOOLEAN NOT NULL,
  photo_id     BIGINT,
  confirmed_by BIGINT,
  appealed     BOOLEAN NOT NULL,
  round        BIGINT NOT NULL,
  created_at   {{time}} NOT NULL,
  closed_at    {{time}},
  CHECK (window_end > window_start)
);
CREATE INDEX orders_station ON orders (station_id, id DESC);
CREATE INDEX orders_station_state ON orders (station_id, state, id DESC);
CREATE INDEX orders_community ON orders (region, id DESC);
CREATE INDEX orders_town ON orders ((region/1000), id DESC);
CREATE INDEX orders_town_state ON orders ((region/1000), state, id DESC);
CREATE INDEX orders_banner ON orders ((region/1000000), id DESC);
CREATE INDEX orders_league ON orders ((region/100000000), id DESC);
CREATE INDEX orders_recipient ON orders (recipient_id, id DESC);
CREATE INDEX orders_requester ON orders (requester_id, id DESC);

-- One volunteer's part in one round of an order.
CREATE TABLE assignment (
  id           {{pk}},
  order_id     BIGINT NOT NULL REFERENCES orders (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  person_id    BIGINT NOT NULL REFERENCES person (id),
  region       BIGINT NOT NULL,
  round        BIGINT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'handed_back', 'checked_in', 'checked_out', 'no_show', 'broken_off',
    'withdrawn', 'expired')),
  offered_by   BIGINT,
  at           {{time}} NOT NULL,
  reason       TEXT NOT NULL
);
CREATE UNIQUE INDEX assignment_live ON assignment (order_id, volunteer_id) WHERE state IN ('offered', 'accepted', 'checked_in');
CREATE INDEX assignment_order ON assignment (order_id, round, id);
CREATE INDEX assignment_volunteer ON assignment (volunteer_id, state);
CREATE INDEX assignment_person ON assignment (person_id, order_id);

-- The history of an order: one row a move, never changed.
CREATE TABLE order_event (
  id           {{pk}},
  order_id     BIGINT NOT NULL REFERENCES orders (id),
  region       BIGINT NOT NULL,
  at           {{time}} NOT NULL,
  move         TEXT NOT NULL,
  from_state   TEXT NOT NULL,
  state        TEXT NOT NULL,
  version      BIGINT NOT NULL,
  account_id   BIGINT,
  actor        TEXT NOT NULL,
  on_behalf_of TEXT NOT NULL,
  channel      TEXT NOT NULL,
  reason       TEXT NOT NULL,
  volunteer_id BIGINT REFERENCES volunteer (id),
  UNIQUE (order_id, version)
);
CREATE INDEX order_event_at ON order_event (at);

-- What falls due, swept each second of business time.
CREATE TABLE order_due (
  id            {{pk}},
  order_id      BIGINT NOT NULL REFERENCES orders (id),
  kind          TEXT NOT NULL,
  due_at        {{time}} NOT NULL,
  assignment_id BIGINT REFERENCES assignment (id)
);
CREATE INDEX order_due_at ON order_due (due_at);
CREATE INDEX order_due_order ON order_due (order_id);
CREATE INDEX order_due_assignment ON order_due (assignment_id);

-- Which accounts have seen or printed the one-time code of a round: with them it is only a coordinator's evidence.
CREATE TABLE order_code_seen (
  order_id   BIGINT NOT NULL REFERENCES orders (id),
  round      BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  at         {{time}} NOT NULL,
  PRIMARY KEY (order_id, round, account_id)
);

-- A printed card with 12 one-time codes for a person without a phone. sheet holds the sealed codes until the card has been printed.
CREATE TABLE contact_card (
  id         {{pk}},
  no         TEXT NOT NULL UNIQUE,
  person_id  BIGINT NOT NULL REFERENCES person (id),
  region     BIGINT NOT NULL,
  issued_by  BIGINT,
  issued_at  {{time}} NOT NULL,
  ended      BOOLEAN NOT NULL,
  sheet      {{bytes}}
);
CREATE INDEX contact_card_person ON contact_card (person_id);
CREATE INDEX contact_card_town ON contact_card ((region/1000), id DESC);
CREATE TABLE contact_card_code (
  card_id  BIGINT NOT NULL REFERENCES contact_card (id),
  n        BIGINT NOT NULL,
  mac      {{bytes}} NOT NULL,
  used_at  {{time}},
  order_id BIGINT REFERENCES orders (id),
  PRIMARY KEY (card_id, n)
);
