-- The names of a zone, and the names without a zone in list order. A query about one zone does not
-- cost more when vendors invent names for others.
CREATE INDEX zone_name_of_zone ON zone_name (client_id, zone_id) WHERE zone_id IS NOT NULL;
CREATE INDEX zone_name_disconnected ON zone_name (client_id, name, zone_name_id)
  WHERE zone_id IS NULL;

-- How many names an integration brought on one day that the client did not have before.
CREATE TABLE new_name (
  client_id      BIGINT NOT NULL,
  integration_id BIGINT NOT NULL,      -- 0: an import
  day            BIGINT NOT NULL,      -- days since 1970, UTC
  zones          BIGINT NOT NULL,      -- names of zones
  items          BIGINT NOT NULL,      -- makes, types and colours of vehicles
  PRIMARY KEY (client_id, integration_id, day)
) /* sqlite: WITHOUT ROWID */;
