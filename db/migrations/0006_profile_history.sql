-- The values that a change of a profile replaced. A new profile has no row here, so creating one
-- costs no more.
CREATE TABLE profile_history (
  client_id   BIGINT NOT NULL,
  profile_id  BIGINT NOT NULL,
  version     BIGINT NOT NULL,         -- of the values in this row
  was         TEXT   NOT NULL,         -- JSON: the changed fields with their old values
  replaced_at BIGINT NOT NULL,
  token_id    BIGINT NOT NULL,         -- of the request that replaced it; 0: an import
  PRIMARY KEY (client_id, profile_id, version)
) /* sqlite: WITHOUT ROWID */;
