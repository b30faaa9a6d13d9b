-- +goose Up
-- Who may sign in. One account holds any number of roles. Times of sessions, attempts and codes are machine time.
CREATE TABLE account (
  id             {{pk}},
  person_id      BIGINT UNIQUE REFERENCES person (id),
  login          TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  region         BIGINT NOT NULL,
  phone          {{bytes}},
  phone_blind    {{bytes}} UNIQUE,
  password       TEXT NOT NULL, -- argon2id; '' for who signs in by SMS alone
  password_until {{time}},      -- when an initial password ends; NULL for one chosen by its owner
  totp           {{bytes}},     -- sealed secret in use
  totp_next      {{bytes}},     -- sealed secret shown for enrolment, not yet proved
  totp_step      BIGINT NOT NULL, -- the last 30 s step whose code was used
  state          TEXT NOT NULL CHECK (state IN ('active', 'locked')),
  made_at        {{time}} NOT NULL,
  version        BIGINT NOT NULL
);
CREATE INDEX account_community ON account (region, id DESC);
CREATE INDEX account_town ON account ((region/1000), id DESC);
CREATE INDEX account_banner ON account ((region/1000000), id DESC);
CREATE INDEX account_league ON account ((region/100000000), id DESC);

-- A role held somewhere: at a station, in a region and below, or over oneself (region 0). Days are business days; until_day 0 is open.
CREATE TABLE role_grant (
  id         {{pk}},
  account_id BIGINT NOT NULL REFERENCES account (id),
  role       TEXT NOT NULL,
  region     BIGINT NOT NULL,
  station_id BIGINT,
  from_day   BIGINT NOT NULL,
  until_day  BIGINT NOT NULL,
  reason     TEXT NOT NULL,
  granted_by BIGINT,
  granted_at {{time}} NOT NULL,
  ended_at   {{time}},
  ended_by   BIGINT,
  end_reason TEXT NOT NULL,
  CHECK (role <> 'station_manager' OR station_id IS NOT NULL),
  CHECK (until_day = 0 OR until_day >= from_day)
);
CREATE UNIQUE INDEX role_grant_once ON role_grant (account_id, role, region, COALESCE(station_id, 0)) WHERE ended_at IS NULL;
CREATE INDEX role_grant_station ON role_grant (station_id, role);
CREATE INDEX role_grant_role ON role_grant (role, region);

-- A browser that has signed in, and the accounts that did so there. known: the second step was passed once on it.
CREATE TABLE device (
  id         {{pk}},
  token_hash {{bytes}} NOT NULL UNIQUE,
  seen_at    {{time}} NOT NULL
);
CREATE INDEX device_seen ON device (seen_at);
CREATE TABLE device_account (
  device_id    BIGINT NOT NULL REFERENCES device (id) ON DELETE CASCADE,
  account_id   BIGINT NOT NULL REFERENCES account (id),
  signed_in_at {{time}} NOT NULL,
  PRIMARY KEY (device_id, account_id)
);
CREATE INDEX device_account_account ON device_account (account_id);

-- One row serves a cookie or a bearer token. stage 'factor': the password was right, the second step is still owed.
CREATE TABLE session (
  id           {{pk}},
  token_hash   {{bytes}} NOT NULL UNIQUE,
  account_id   BIGINT NOT NULL REFERENCES account (id),
  device_id    BIGINT,
  stage        TEXT NOT NULL CHECK (stage IN ('factor', 'full')),
  made_at      {{time}} NOT NULL,
  seen_at      {{time}} NOT NULL,
  idle_minutes BIGINT NOT NULL,
  expires_at   {{time}} NOT NULL,
  ip           TEXT NOT NULL,
  agent        TEXT NOT NULL
);
CREATE INDEX session_account ON session (account_id, id);
CREATE INDEX session_expires ON session (expires_at);

-- Failed attempts per account and device, per unknown login, per telephone: key is a MAC, so that nothing can be read from it.
CREATE TABLE attempt (
  key          {{bytes}} PRIMARY KEY,
  account_id   BIGINT,
  failures     BIGINT NOT NULL,
  locked_until {{time}},
  seen_at      {{time}} NOT NULL
);
CREATE INDEX attempt_account ON attempt (account_id);
CREATE INDEX attempt_seen ON attempt (seen_at);

-- The printed card of one-time codes: one salt a card, so that a code is judged by one hash.
CREATE TABLE card_code (
  account_id BIGINT NOT NULL REFERENCES account (id),
  n          BIGINT NOT NULL,
  salt       {{bytes}} NOT NULL,
  hash       {{bytes}} NOT NULL,
  used_at    {{time}},
  PRIMARY KEY (account_id, n)
);

CREATE TABLE sms_code (
  id          {{pk}},
  phone       {{bytes}} NOT NULL,
  phone_blind {{bytes}} NOT NULL,
  purpose     TEXT NOT NULL CHECK (purpose IN ('sign_in', 'sign_up', 'device')),
  mac         {{bytes}} NOT NULL,
  made_at     {{time}} NOT NULL,
  expires_at  {{time}} NOT NULL,
  tries       BIGINT NOT NULL,
  used_at     {{time}}
);
CREATE INDEX sms_code_phone ON sms_code (phone_blind, made_at);
CREATE INDEX sms_code_made ON sms_code (made_at);

-- Accounts that the sign-in page of demo mode offers with one click.
CREATE TABLE demo_account (
  id         {{pk}},
  role       TEXT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES account (id),
  note       TEXT NOT NULL,
  UNIQUE (role, account_id)
);
CREATE INDEX demo_account_account ON demo_account (account_id);
