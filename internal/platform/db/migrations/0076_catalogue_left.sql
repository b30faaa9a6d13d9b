-- +goose Up
-- What a station does not do of the menu of its place, and why; it does all the rest.
CREATE TABLE catalogue_left (
  station_id BIGINT NOT NULL REFERENCES station (id),
  item_id    BIGINT NOT NULL REFERENCES catalogue_item (id),
  why        TEXT NOT NULL,
  PRIMARY KEY (station_id, item_id)
);
