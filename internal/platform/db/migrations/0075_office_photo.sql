-- +goose Up
-- How many photographs of a station are shown, and how often one was put first. Its row is taken before any of them, so that what happens at once waits for one another.
CREATE TABLE office_album (
  station_id BIGINT PRIMARY KEY REFERENCES station (id),
  shown      BIGINT NOT NULL CHECK (shown BETWEEN 0 AND 12),
  turns      BIGINT NOT NULL CHECK (turns >= 0)
);

-- A photograph of a station: as taken, as its public page shows it and as one of a row. turn: which of the album's turns put it first, 0 for none; the latest stands in front.
-- One that was taken off stays, and may be shown again.
CREATE TABLE office_photo (
  id         {{pk}},
  version    BIGINT NOT NULL,
  station_id BIGINT NOT NULL REFERENCES station (id),
  region     BIGINT NOT NULL,
  caption    TEXT NOT NULL CHECK (caption <> ''),
  turn       BIGINT NOT NULL CHECK (turn >= 0),
  blob_id    BIGINT NOT NULL REFERENCES blob (id),
  view_id    BIGINT NOT NULL REFERENCES blob (id),
  thumb_id   BIGINT NOT NULL REFERENCES blob (id),
  width      BIGINT NOT NULL CHECK (width > 0),  -- of the one that is shown, in pixels
  height     BIGINT NOT NULL CHECK (height > 0),
  off_day    BIGINT NOT NULL, -- taken off on; 0 while it is shown
  off_name   TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  at         {{time}} NOT NULL,
  CHECK ((off_day = 0) = (off_name = ''))
);
CREATE INDEX office_photo_station ON office_photo (station_id, off_day, turn);
CREATE UNIQUE INDEX office_photo_turn ON office_photo (station_id, turn) WHERE turn > 0;
