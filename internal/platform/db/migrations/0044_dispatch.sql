-- +goose Up
-- A plan for many orders at once: a proposal, until somebody sends its lines out as offers. problem is what the solver was given, so that "why" is
-- answered later as exactly as then.
CREATE TABLE dispatch_plan (
  id              {{pk}},
  region          BIGINT NOT NULL,
  station_id      BIGINT REFERENCES station (id),
  account_id      BIGINT,
  by_name         TEXT NOT NULL,
  at              {{time}} NOT NULL,
  until_day       BIGINT NOT NULL,
  places          BIGINT NOT NULL,
  served          BIGINT NOT NULL,
  travel          BIGINT NOT NULL,
  most            BIGINT NOT NULL,
  cost            BIGINT NOT NULL,
  gap             BIGINT NOT NULL,
  near_served     BIGINT NOT NULL,
  near_travel     BIGINT NOT NULL,
  near_most       BIGINT NOT NULL,
  near_cost       BIGINT NOT NULL,
  near_gross      BIGINT NOT NULL,
  unserved        {{json}} NOT NULL, -- orders with an empty place
  problem         {{json}} NOT NULL
);
CREATE INDEX dispatch_plan_account ON dispatch_plan (account_id, id DESC);

CREATE TABLE dispatch_line (
  id           {{pk}},
  plan_id      BIGINT NOT NULL REFERENCES dispatch_plan (id),
  order_id     BIGINT NOT NULL REFERENCES orders (id),
  volunteer_id BIGINT NOT NULL REFERENCES volunteer (id),
  region       BIGINT NOT NULL,
  station_id   BIGINT REFERENCES station (id),
  cost         BIGINT NOT NULL,
  travel       BIGINT NOT NULL,
  reasons      TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('proposed', 'offered', 'dropped', 'failed')),
  why          TEXT NOT NULL,
  at           {{time}} NOT NULL,
  UNIQUE (plan_id, order_id, volunteer_id)
);
CREATE INDEX dispatch_line_station ON dispatch_line (station_id, plan_id);
CREATE INDEX dispatch_line_community ON dispatch_line (region, plan_id);
CREATE INDEX dispatch_line_town ON dispatch_line ((region/1000), plan_id);
CREATE INDEX dispatch_line_banner ON dispatch_line ((region/1000000), plan_id);
CREATE INDEX dispatch_line_league ON dispatch_line ((region/100000000), plan_id);
