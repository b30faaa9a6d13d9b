-- +goose Up
-- Keys of access: by them a program reads some of what their owner may. The key itself is not kept, only its digest.
CREATE TABLE access_key (
  id         {{pk}},
  version    BIGINT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES account (id),
  partner_id BIGINT REFERENCES partner (id),
  name       TEXT NOT NULL CONSTRAINT access_key_name CHECK (name <> ''),
  scopes     TEXT NOT NULL CONSTRAINT access_key_scopes CHECK (scopes <> ''),
  token_hash {{bytes}} NOT NULL CONSTRAINT access_key_token UNIQUE,
  hint       TEXT NOT NULL,
  until_day  BIGINT NOT NULL,
  told       BOOLEAN NOT NULL,
  made_at    {{time}} NOT NULL,
  seen_at    {{time}},
  ended_at   {{time}},
  end_reason TEXT NOT NULL
);
CREATE INDEX access_key_account ON access_key (account_id, id);
CREATE INDEX access_key_until ON access_key (until_day);
