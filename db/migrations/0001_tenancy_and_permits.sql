-- Rules for every table: client_id comes first in each key and index. Times are milliseconds since
-- 1970-01-01T00:00:00Z, and money is in cents. No triggers, sequences or server-side clock, so that
-- the schema runs unchanged on SQLite, PostgreSQL and databases that speak PostgreSQL's protocol.

CREATE TABLE id_counter (
  client_id BIGINT NOT NULL,           -- 0: ids that count across clients
  kind      TEXT   NOT NULL,
  last_id   BIGINT NOT NULL,
  PRIMARY KEY (client_id, kind)
) /* sqlite: WITHOUT ROWID */;

-- Incremented by every change of clients, integrations and tokens. Servers that keep these in
-- memory watch it.
CREATE TABLE directory_version (
  id      BIGINT PRIMARY KEY,          -- always 1
  version BIGINT NOT NULL
);
INSERT INTO directory_version (id, version) VALUES (1, 1);

CREATE TABLE client (
  client_id  BIGINT PRIMARY KEY,
  code       TEXT   NOT NULL,          -- as the operator wrote it
  code_norm  TEXT   NOT NULL,          -- upper case, '-' as '_'
  name       TEXT   NOT NULL,
  time_zone  TEXT   NOT NULL,          -- IANA
  currency   TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (code_norm)
);

CREATE TABLE integration (
  client_id      BIGINT NOT NULL,
  integration_id BIGINT NOT NULL,
  name           TEXT   NOT NULL,
  name_norm      TEXT   NOT NULL,
  permit_type    BIGINT NOT NULL,      -- 1 standard, 2 temp, 3 validator: the default for pushes
  created_at     BIGINT NOT NULL,
  PRIMARY KEY (client_id, integration_id),
  UNIQUE (client_id, name_norm)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE integration_permission (
  client_id      BIGINT NOT NULL,
  integration_id BIGINT NOT NULL,
  permission     TEXT   NOT NULL,      -- the end of the URL: permits.push
  PRIMARY KEY (client_id, integration_id, permission)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE token (
  client_id      BIGINT NOT NULL,
  token_id       BIGINT NOT NULL,      -- counts across clients, so that it identifies a token alone
  integration_id BIGINT NOT NULL,
  hash           BYTEA  NOT NULL,      -- SHA-256; the token itself is never stored
  hint           TEXT   NOT NULL,      -- its first 4 characters
  created_at     BIGINT NOT NULL,
  expires_at     BIGINT,
  revoked_at     BIGINT,
  last_used_at   BIGINT,
  PRIMARY KEY (client_id, token_id),
  UNIQUE (client_id, hash)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE zone (
  client_id  BIGINT NOT NULL,
  zone_id    BIGINT NOT NULL,
  name       TEXT   NOT NULL,
  name_norm  TEXT   NOT NULL,
  capacity   BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, zone_id),
  UNIQUE (client_id, name_norm)
) /* sqlite: WITHOUT ROWID */;

-- Every zone name that was ever sent or set: zones' own names, aliases, and names that match no
-- zone (zone_id NULL: disconnected). Permits refer to this table, so connecting a name to a zone
-- changes one row, and all its permits follow.
CREATE TABLE zone_name (
  client_id    BIGINT NOT NULL,
  zone_name_id BIGINT NOT NULL,
  name         TEXT   NOT NULL,        -- as first sent
  name_norm    TEXT   NOT NULL,
  zone_id      BIGINT,
  PRIMARY KEY (client_id, zone_name_id),
  UNIQUE (client_id, name_norm)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE permit (
  client_id      BIGINT NOT NULL,
  permit_id      UUID   NOT NULL,      -- the reference id, version 7
  integration_id BIGINT NOT NULL,
  token_id       BIGINT NOT NULL,
  permit_type    BIGINT NOT NULL,
  plate          TEXT   NOT NULL,      -- as sent
  plate_norm     TEXT   NOT NULL,
  plate_shape    TEXT   NOT NULL,      -- look-alike characters are the same
  zone_name_id   BIGINT NOT NULL,      -- 0: no zone
  permit_no      TEXT   NOT NULL,      -- '' if none was sent
  start_at       BIGINT NOT NULL,
  end_at         BIGINT NOT NULL,
  amount_cents   BIGINT,
  currency       TEXT,
  version        BIGINT NOT NULL,      -- starts at 1, increases with each change
  created_at     BIGINT NOT NULL,
  deleted_at     BIGINT,
  PRIMARY KEY (client_id, permit_id)
) /* sqlite: WITHOUT ROWID */;

-- This one index finds the permits of a plate at a moment (and of look-alike plates), and also
-- prevents identical live permits. A second index would halve the number of pushes a second.
CREATE UNIQUE INDEX permit_live ON permit (
  client_id, plate_shape, end_at, start_at, plate_norm, integration_id, zone_name_id, permit_no
) WHERE deleted_at IS NULL;

-- The values that an update or a delete replaced.
CREATE TABLE permit_history (
  client_id    BIGINT NOT NULL,
  permit_id    UUID   NOT NULL,
  version      BIGINT NOT NULL,        -- of the values in this row
  plate        TEXT   NOT NULL,
  end_at       BIGINT NOT NULL,
  amount_cents BIGINT,
  currency     TEXT,
  replaced_at  BIGINT NOT NULL,
  replaced_by  TEXT   NOT NULL,        -- update or delete
  token_id     BIGINT NOT NULL,        -- of the request that replaced it
  PRIMARY KEY (client_id, permit_id, version)
) /* sqlite: WITHOUT ROWID */;

-- Numbers of live permits, updated as permits come and go. Each server adds to its own rows.
CREATE TABLE permit_count (
  client_id    BIGINT NOT NULL,
  zone_name_id BIGINT NOT NULL,
  permit_type  BIGINT NOT NULL,
  replica      BIGINT NOT NULL,
  total        BIGINT NOT NULL,
  PRIMARY KEY (client_id, zone_name_id, permit_type, replica)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE idempotency_key (
  client_id      BIGINT NOT NULL,
  integration_id BIGINT NOT NULL,
  endpoint       TEXT   NOT NULL,
  key            TEXT   NOT NULL,
  body_hash      BYTEA  NOT NULL,      -- SHA-256 of the canonical body without the token
  reply          TEXT   NOT NULL,
  created_at     BIGINT NOT NULL,
  PRIMARY KEY (client_id, integration_id, endpoint, key)
) /* sqlite: WITHOUT ROWID */;
CREATE INDEX idempotency_key_age ON idempotency_key (client_id, created_at);

-- Operators' changes.
CREATE TABLE audit (
  client_id BIGINT NOT NULL,
  audit_id  BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  action    TEXT   NOT NULL,           -- zone add
  subject   TEXT   NOT NULL,           -- Lot 4
  PRIMARY KEY (client_id, audit_id)
) /* sqlite: WITHOUT ROWID */;
