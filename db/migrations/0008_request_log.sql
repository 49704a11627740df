-- Equal refusals within one minute are one row. This is how often the refusal was given.
ALTER TABLE request_log ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
