-- +goose Up
-- Forms that could not be taken when they were sent, kept a day for who typed them; sealed.
CREATE TABLE held_form (
  id         {{pk}},
  account_id BIGINT NOT NULL,
  sealed     {{bytes}} NOT NULL,
  sent       BOOLEAN NOT NULL,
  made_at    {{time}} NOT NULL
);
CREATE INDEX held_form_account ON held_form (account_id, id);
CREATE INDEX held_form_made ON held_form (made_at);
