-- Data of the web console: operators and their sessions, records of plate checks, the log of
-- integrations' requests, and income by day.

CREATE TABLE operator (
  operator_id   BIGINT PRIMARY KEY,
  name          TEXT   NOT NULL,
  name_norm     TEXT   NOT NULL,
  password_hash TEXT   NOT NULL,       -- Argon2id, with its salt and cost
  created_at    BIGINT NOT NULL,
  UNIQUE (name_norm)
);

CREATE TABLE operator_role (
  client_id   BIGINT NOT NULL,         -- 0: every client, including future ones
  operator_id BIGINT NOT NULL,
  role        BIGINT NOT NULL,         -- 1 viewer, 2 officer, 3 office, 4 administrator
  PRIMARY KEY (client_id, operator_id)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE operator_session (
  session_id   BIGINT PRIMARY KEY,
  hash         BYTEA  NOT NULL,        -- SHA-256 of the cookie
  operator_id  BIGINT NOT NULL,
  client_id    BIGINT NOT NULL,        -- the client it works with; 0: none yet
  agent        TEXT   NOT NULL,        -- Firefox on Android
  created_at   BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  UNIQUE (hash)
);

-- Consecutive failed sign-ins, by name and by address. Only hashes of these are stored.
CREATE TABLE sign_in_failure (
  scope    TEXT   NOT NULL,            -- name or address
  subject  BYTEA  NOT NULL,            -- SHA-256
  failures BIGINT NOT NULL,
  last_at  BIGINT NOT NULL,
  PRIMARY KEY (scope, subject)
) /* sqlite: WITHOUT ROWID */;

-- The link for creating the first administrator.
CREATE TABLE first_link (
  id         BIGINT PRIMARY KEY,       -- always 1
  hash       BYTEA  NOT NULL,
  expires_at BIGINT NOT NULL
);

-- What was known about a plate when an officer asked.
CREATE TABLE plate_check (
  client_id   BIGINT NOT NULL,
  check_id    BIGINT NOT NULL,         -- counts up within a client
  operator_id BIGINT NOT NULL,
  checked_at  BIGINT NOT NULL,
  at          BIGINT NOT NULL,         -- the moment the question was about
  plate       TEXT   NOT NULL,         -- as asked
  plate_norm  TEXT   NOT NULL,
  zone_id     BIGINT,
  valid       BIGINT NOT NULL,         -- 0 or 1
  found       TEXT   NOT NULL,         -- JSON: permits, justExpired, near, vehicles, violations
  PRIMARY KEY (client_id, check_id)
) /* sqlite: WITHOUT ROWID */;
CREATE INDEX plate_check_plate ON plate_check (client_id, plate_norm, check_id);

-- Who issued a violation on the street, where, and after which check.
CREATE TABLE violation_scene (
  client_id     BIGINT NOT NULL,
  violation_id  BIGINT NOT NULL,
  operator_id   BIGINT NOT NULL,
  check_id      BIGINT,
  latitude_e6   BIGINT,                -- millionths of a degree
  longitude_e6  BIGINT,
  accuracy_cm   BIGINT,
  PRIMARY KEY (client_id, violation_id)
) /* sqlite: WITHOUT ROWID */;

ALTER TABLE violation_event ADD COLUMN operator_id BIGINT;
ALTER TABLE audit ADD COLUMN operator_id BIGINT;

-- What permits brought in, updated as permits come and change. Each server adds to its own rows.
CREATE TABLE permit_income (
  client_id      BIGINT NOT NULL,
  day            TEXT   NOT NULL,      -- 2026-05-04 in the client's time zone
  integration_id BIGINT NOT NULL,
  zone_name_id   BIGINT NOT NULL,
  permit_type    BIGINT NOT NULL,
  currency       TEXT   NOT NULL,
  replica        BIGINT NOT NULL,
  permits        BIGINT NOT NULL,
  cents          BIGINT NOT NULL,
  PRIMARY KEY (client_id, day, integration_id, zone_name_id, permit_type, currency, replica)
) /* sqlite: WITHOUT ROWID */;

-- Recent requests of integrations. Contains no token, plate or name.
CREATE TABLE request_log (
  client_id      BIGINT NOT NULL,
  integration_id BIGINT NOT NULL,
  request_no     BIGINT NOT NULL,      -- counts up within a client
  at             BIGINT NOT NULL,
  endpoint       TEXT   NOT NULL,
  status         BIGINT NOT NULL,
  code           BIGINT NOT NULL,      -- 0: a success
  field          TEXT   NOT NULL,
  detail         TEXT   NOT NULL,
  request_id     TEXT   NOT NULL,
  microseconds   BIGINT NOT NULL,
  PRIMARY KEY (client_id, integration_id, request_no)
) /* sqlite: WITHOUT ROWID */;

-- Counts of all their requests.
CREATE TABLE request_hour (
  client_id      BIGINT NOT NULL,
  hour           BIGINT NOT NULL,      -- the start of the hour
  integration_id BIGINT NOT NULL,
  endpoint       TEXT   NOT NULL,
  code           BIGINT NOT NULL,      -- 0: a success
  total          BIGINT NOT NULL,
  last_at        BIGINT NOT NULL,
  PRIMARY KEY (client_id, hour, integration_id, endpoint, code)
) /* sqlite: WITHOUT ROWID */;
