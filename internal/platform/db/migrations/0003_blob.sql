-- +goose Up
-- Files that were uploaded. The content lies in the folder of files under its SHA-256; rows of equal content share one file.
CREATE TABLE blob (
  id         {{pk}},
  sha256     TEXT NOT NULL,
  size       BIGINT NOT NULL,
  type       TEXT NOT NULL CHECK (type IN ('image/jpeg', 'image/png', 'application/pdf')),
  name       TEXT NOT NULL,
  region     BIGINT NOT NULL,
  owner_kind TEXT NOT NULL, -- the table whose row the file belongs to
  owner_id   BIGINT,
  made_at    {{time}} NOT NULL,
  made_by    BIGINT         -- account; NULL for the program itself
);
CREATE INDEX blob_content ON blob (sha256);
CREATE INDEX blob_owner ON blob (owner_kind, owner_id);
