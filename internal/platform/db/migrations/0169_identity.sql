-- +goose Up
-- Systems of identity (OpenID Connect) through which people may sign in. The client's secret is sealed.
CREATE TABLE identity_provider (
  id        {{pk}},
  version   BIGINT NOT NULL,
  name      TEXT NOT NULL CONSTRAINT identity_provider_name CHECK (name <> ''),
  issuer    TEXT NOT NULL CONSTRAINT identity_provider_issuer UNIQUE,
  client_id TEXT NOT NULL,
  secret    {{bytes}},
  scopes    TEXT NOT NULL,
  anew      BOOLEAN NOT NULL,
  state     TEXT NOT NULL CONSTRAINT identity_provider_state CHECK (state IN ('on', 'off')),
  made_at   {{time}} NOT NULL,
  CONSTRAINT identity_provider_known CHECK (state = 'off' OR client_id <> '' AND secret IS NOT NULL)
);

-- Whom a provider knows, linked by the owner of the account. Of the name that he has there only a keyed digest is kept.
CREATE TABLE identity (
  id          {{pk}},
  provider_id BIGINT NOT NULL REFERENCES identity_provider (id),
  account_id  BIGINT NOT NULL REFERENCES account (id),
  subject     {{bytes}} NOT NULL,
  made_at     {{time}} NOT NULL,
  used_at     {{time}},
  CONSTRAINT identity_subject UNIQUE (provider_id, subject),
  CONSTRAINT identity_account UNIQUE (provider_id, account_id)
);
CREATE INDEX identity_of ON identity (account_id, id);

-- Journeys to a provider that have come back: each comes back once.
CREATE TABLE identity_spent (
  state    {{bytes}} PRIMARY KEY,
  until_at {{time}} NOT NULL
);
CREATE INDEX identity_spent_until ON identity_spent (until_at);
