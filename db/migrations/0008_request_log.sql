-- Equal refusals of one minute are one row; so many times it was given.
ALTER TABLE request_log ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
