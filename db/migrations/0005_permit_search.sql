-- What the console's list of permits is searched by.

-- Permits by their ticket number, deleted ones too; those without one (a parking app's) cost nothing.
-- Machines count their tickets up, so that new entries fall on a few leaves that are in memory and
-- that a batch of pushes writes once: RATIO.
CREATE INDEX permit_number ON permit (client_id, permit_no, permit_id) WHERE permit_no <> '';
