-- The rest of the API document: everything in its violations record, each in its own table. `other`
-- in several tables is a JSON object with keys of the document that an import brought and that
-- Lotkeeper stores but does not use. NULL if all of them have their usual values.

-- The beginning of a client's ticket numbers, and the number of days until a violation is due.
ALTER TABLE client ADD COLUMN ticket_prefix TEXT NOT NULL DEFAULT '1-';
ALTER TABLE client ADD COLUMN days_until_due BIGINT NOT NULL DEFAULT 20;

-- The short lists of a client: plate types, makes, colours, provinces, user types …
CREATE TABLE list_item (
  client_id   BIGINT NOT NULL,
  kind        TEXT   NOT NULL,         -- as on the command line: plate-type
  item_id     BIGINT NOT NULL,         -- counts up within a client and kind
  name        TEXT   NOT NULL,
  name_norm   TEXT   NOT NULL,         -- as compared; a province's also without accents
  code        TEXT,                    -- province: ON; plate type: passenger; violation type: bylaw
  info        TEXT,                    -- user type: Student
  other       TEXT,
  created_at  BIGINT NOT NULL,
  modified_at BIGINT,
  PRIMARY KEY (client_id, kind, item_id)
) /* sqlite: WITHOUT ROWID */;
CREATE INDEX list_item_name ON list_item (client_id, kind, name_norm);
CREATE INDEX list_item_code ON list_item (client_id, kind, code) WHERE code IS NOT NULL;

-- The price of a violation type. Its name is in list_item, under the same id.
CREATE TABLE violation_type (
  client_id         BIGINT NOT NULL,
  violation_type_id BIGINT NOT NULL,
  category_id       BIGINT,
  cost_cents        BIGINT NOT NULL,
  discount          BIGINT NOT NULL,   -- 0 or 1: whether it costs less if paid early
  discount_cents    BIGINT NOT NULL,
  discount_hours    BIGINT NOT NULL,
  PRIMARY KEY (client_id, violation_type_id)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE vehicle (
  client_id       BIGINT NOT NULL,
  vehicle_id      BIGINT NOT NULL,
  plate           TEXT   NOT NULL,     -- as sent
  plate_norm      TEXT   NOT NULL,
  plate_type_id   BIGINT NOT NULL,
  province_id     BIGINT NOT NULL,
  make_id         BIGINT,
  vehicle_type_id BIGINT,
  colour_id       BIGINT,
  year            BIGINT,
  vin             TEXT,
  active          BIGINT NOT NULL,     -- 0 or 1
  violations      BIGINT NOT NULL,     -- how many it has had
  unpaid          BIGINT NOT NULL,     -- of these, how many are still owed
  warnings        BIGINT NOT NULL,
  other           TEXT,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT,
  modified_at     BIGINT,
  PRIMARY KEY (client_id, vehicle_id)
) /* sqlite: WITHOUT ROWID */;
CREATE UNIQUE INDEX vehicle_plate ON vehicle (client_id, plate_norm, province_id, plate_type_id);

-- A person, called a user in the API document.
CREATE TABLE profile (
  client_id           BIGINT NOT NULL,
  profile_id          BIGINT NOT NULL,
  unique_id           TEXT,            -- the other system's; none until a push brings it
  login_source_id     BIGINT NOT NULL,
  first_name          TEXT,
  last_name           TEXT,
  user_name           TEXT,
  user_name_norm      TEXT,
  email               TEXT,
  email_norm          TEXT,
  street              TEXT,
  city                TEXT,
  province_id         BIGINT,
  postal_code         TEXT,
  street2             TEXT,
  city2               TEXT,
  province2_id        BIGINT,
  postal_code2        TEXT,
  phone_cell          TEXT,
  user_type_id        BIGINT,
  locker_user_type_id BIGINT,
  employ_no           TEXT,
  employee_phone      TEXT,
  student_no          TEXT,
  student_phone       TEXT,
  licence_no          TEXT,
  licence_province_id BIGINT,
  date_of_birth       TEXT,            -- YYYY-MM-DD
  profile_uuid        TEXT   NOT NULL,
  version             BIGINT NOT NULL, -- starts at 1, increases with each change
  other               TEXT,
  created_at          BIGINT NOT NULL,
  updated_at          BIGINT,
  modified_at         BIGINT,
  PRIMARY KEY (client_id, profile_id)
) /* sqlite: WITHOUT ROWID */;
CREATE UNIQUE INDEX profile_unique_id ON profile (client_id, unique_id, login_source_id)
  WHERE unique_id IS NOT NULL;
CREATE UNIQUE INDEX profile_email ON profile (client_id, email_norm) WHERE email_norm IS NOT NULL;
CREATE UNIQUE INDEX profile_user_name ON profile (client_id, user_name_norm)
  WHERE user_name_norm IS NOT NULL;

CREATE TABLE vehicle_driver (
  client_id  BIGINT NOT NULL,
  vehicle_id BIGINT NOT NULL,
  profile_id BIGINT NOT NULL,
  PRIMARY KEY (client_id, vehicle_id, profile_id)
) /* sqlite: WITHOUT ROWID */;

-- A ticket. What is owed is calculated from these amounts, the discounts of its details and its
-- payments.
CREATE TABLE violation (
  client_id           BIGINT NOT NULL,
  violation_id        BIGINT NOT NULL,
  ticket              TEXT   NOT NULL,
  vehicle_id          BIGINT,
  category_id         BIGINT,          -- TicketType in the API document
  violation_type_id   BIGINT NOT NULL, -- -1: see the details
  location_id         BIGINT,
  issued_at           BIGINT NOT NULL,
  due_at              BIGINT NOT NULL,
  fine_cents          BIGINT NOT NULL,
  adjusted_fine_cents BIGINT NOT NULL, -- 0: not adjusted
  towing_cents        BIGINT NOT NULL,
  tax_hundredths      BIGINT NOT NULL, -- hundredths of a cent: the API document has four decimals
  paid_cents          BIGINT NOT NULL, -- the sum of its payments
  warning             BIGINT,          -- NULL or 0: none
  spoiled             BIGINT NOT NULL, -- 0 or 1
  cancelled_at        BIGINT,
  appealed_at         BIGINT,
  appeal_decided_at   BIGINT,
  appeal_comment      TEXT,
  appeal_reply        TEXT,
  adjustment_reason   TEXT,
  comment             TEXT,
  private_comments    TEXT,
  closed_at           BIGINT,          -- nothing is owed any more: paid, spoiled, cancelled, a warning
  sent_at             BIGINT,          -- to collections
  batch_id            BIGINT,          -- the batch in which it was sent
  violation_uuid      TEXT   NOT NULL,
  other               TEXT,
  created_at          BIGINT NOT NULL,
  PRIMARY KEY (client_id, violation_id)
) /* sqlite: WITHOUT ROWID */;
CREATE UNIQUE INDEX violation_ticket ON violation (client_id, ticket);
CREATE INDEX violation_vehicle ON violation (client_id, vehicle_id, violation_id);
-- The only violations that can become overdue. Violations that are sent to collections leave this
-- index.
CREATE INDEX violation_collectable ON violation (client_id, due_at, violation_id)
  WHERE sent_at IS NULL AND closed_at IS NULL AND (appealed_at IS NULL OR appeal_decided_at IS NOT NULL);
CREATE INDEX violation_batch ON violation (client_id, batch_id, violation_id)
  WHERE batch_id IS NOT NULL;

CREATE TABLE violation_detail (
  client_id         BIGINT NOT NULL,
  violation_id      BIGINT NOT NULL,
  detail_id         BIGINT NOT NULL,   -- counts up within a client
  violation_type_id BIGINT NOT NULL,
  location_id       BIGINT,
  fine_cents        BIGINT NOT NULL,
  discount          BIGINT NOT NULL,   -- 0 or 1
  discount_cents    BIGINT NOT NULL,
  discount_hours    BIGINT NOT NULL,   -- counted from the issue
  created_at        BIGINT NOT NULL,
  PRIMARY KEY (client_id, violation_id, detail_id)
) /* sqlite: WITHOUT ROWID */;
CREATE UNIQUE INDEX violation_detail_by_id ON violation_detail (client_id, detail_id);

CREATE TABLE payment (
  client_id    BIGINT NOT NULL,
  violation_id BIGINT NOT NULL,
  payment_id   BIGINT NOT NULL,        -- counts up within a client
  paid_at      BIGINT NOT NULL,
  amount_cents BIGINT NOT NULL,
  method       TEXT   NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (client_id, violation_id, payment_id)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE appeal (
  client_id    BIGINT NOT NULL,
  violation_id BIGINT NOT NULL,
  appeal_id    BIGINT NOT NULL,        -- counts up within a client
  opened_at    BIGINT NOT NULL,
  comment      TEXT   NOT NULL,        -- the driver's
  decided_at   BIGINT,
  decision     TEXT,                   -- uphold, reduce or cancel
  reply        TEXT,                   -- staff's reply
  PRIMARY KEY (client_id, violation_id, appeal_id)
) /* sqlite: WITHOUT ROWID */;

-- The history of a violation: what was done, when and why.
CREATE TABLE violation_event (
  client_id    BIGINT NOT NULL,
  violation_id BIGINT NOT NULL,
  event_id     BIGINT NOT NULL,        -- counts up within a client
  at           BIGINT NOT NULL,
  action       TEXT   NOT NULL,        -- issue, pay, adjust, spoil, cancel, appeal, uphold …
  reason       TEXT,
  amount_cents BIGINT,
  PRIMARY KEY (client_id, violation_id, event_id)
) /* sqlite: WITHOUT ROWID */;

CREATE TABLE attachment (
  client_id        BIGINT NOT NULL,
  attachment_id    BIGINT NOT NULL,    -- counts up within a client
  related_type     TEXT   NOT NULL,    -- VIOLATIONS
  related_id       BIGINT NOT NULL,
  storage_location TEXT   NOT NULL,
  name             TEXT   NOT NULL,
  extension        TEXT   NOT NULL,
  mime             TEXT   NOT NULL,
  note             TEXT,
  attachment_uuid  TEXT   NOT NULL,
  content_hash     BYTEA,              -- NULL: an import brought only the metadata
  archived_at      BIGINT,
  created_at       BIGINT NOT NULL,
  PRIMARY KEY (client_id, related_type, related_id, attachment_id)
) /* sqlite: WITHOUT ROWID */;
CREATE UNIQUE INDEX attachment_by_id ON attachment (client_id, attachment_id);

-- The bytes of attachments, stored once per content and identified by its SHA-256.
CREATE TABLE attachment_content (
  client_id BIGINT NOT NULL,
  hash      BYTEA  NOT NULL,
  size      BIGINT NOT NULL,
  content   BYTEA  NOT NULL,
  PRIMARY KEY (client_id, hash)
);

-- The violations sent to a collections agency in one reply.
CREATE TABLE collection_batch (
  client_id   BIGINT NOT NULL,
  batch_id    BIGINT NOT NULL,         -- counts up within a client
  created_at  BIGINT NOT NULL,
  violations  BIGINT NOT NULL,         -- how many it contains; final once closed
  closed_at   BIGINT,                  -- NULL: still being marked, or the server died meanwhile
  rendered_at BIGINT,                  -- NULL: some parts are not rendered yet
  PRIMARY KEY (client_id, batch_id)
) /* sqlite: WITHOUT ROWID */;

-- The reply of a batch in parts. Rendered once, so fetching it again returns the same bytes.
CREATE TABLE collection_part (
  client_id      BIGINT NOT NULL,
  batch_id       BIGINT NOT NULL,
  part           BIGINT NOT NULL,      -- 1, 2, …
  last_violation BIGINT NOT NULL,      -- the next part begins after it
  content        BYTEA  NOT NULL,      -- records separated by commas, compressed (zstd)
  PRIMARY KEY (client_id, batch_id, part)
);
