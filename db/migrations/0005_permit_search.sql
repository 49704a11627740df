-- Indexes and tables for searching permits in the console.

-- Permits by ticket number, including deleted ones. Permits without a number (a parking app's) cost
-- nothing. If numbers count up, new entries fall on a few leaves, which a batch of pushes writes
-- once: on SQLite 5 % fewer pushes a second at full load, measured. With numbers of 500 machines in
-- turn, each push writes a leaf: 20 % fewer.
CREATE INDEX permit_number ON permit (client_id, permit_no, permit_id) WHERE permit_no <> '';

-- Deleted permits by plate, because they leave permit_live. Pushes and updates never write here.
CREATE INDEX permit_deleted ON permit (client_id, plate_shape, end_at, permit_id)
  WHERE deleted_at IS NOT NULL;

-- Permits that an import brought with a reference that contains no time (another UUID version than
-- 7). The list follows the references, which are in time order. It shows these permits at the time
-- of their import. Pushes never write here.
CREATE TABLE undated_permit (
  client_id   BIGINT NOT NULL,
  imported_at BIGINT NOT NULL,         -- the permit's created_at
  permit_id   UUID   NOT NULL,
  PRIMARY KEY (client_id, imported_at, permit_id)
) /* sqlite: WITHOUT ROWID */;
