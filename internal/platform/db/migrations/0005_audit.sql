-- +goose Up
-- The end of the chain and who may lengthen it now: see Sequencer in audit/sequence.go. One row, made by the first sequencer.
CREATE TABLE audit_head (
  id     {{pk}},
  holder TEXT NOT NULL,
  until  BIGINT NOT NULL, -- end of the lease, microseconds of machine time
  seq    BIGINT NOT NULL,
  chain  {{bytes}}        -- NULL before the first row
);
