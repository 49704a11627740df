-- What the console's list of permits is searched by.

-- Permits by their ticket number, deleted ones too; those without one (a parking app's) cost nothing.
-- Where numbers count up, new entries fall on a few leaves, which a batch of pushes writes once: on
-- SQLite 5 % fewer pushes a second at full load, measured. Numbers of 500 machines that take turns
-- cost a leaf for each push: 20 % fewer.
CREATE INDEX permit_number ON permit (client_id, permit_no, permit_id) WHERE permit_no <> '';

-- Deleted permits by their plate, which leave permit_live. Pushes and updates never write here.
CREATE INDEX permit_deleted ON permit (client_id, plate_shape, end_at, permit_id)
  WHERE deleted_at IS NOT NULL;

-- Permits that an import brought under a reference without a moment (another version of UUID than 7).
-- The list goes along the references, which are in the order of time; these it shows where they were
-- imported. Pushes never write here.
CREATE TABLE undated_permit (
  client_id   BIGINT NOT NULL,
  imported_at BIGINT NOT NULL,         -- the permit's created_at
  permit_id   UUID   NOT NULL,
  PRIMARY KEY (client_id, imported_at, permit_id)
) /* sqlite: WITHOUT ROWID */;
