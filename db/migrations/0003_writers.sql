-- The connections that write to this database, of all servers. The number of each is the `replica`
-- of the counters that it adds to, so that no two wait for each other's rows. A number that has not
-- been seen for a while is taken over. 0 belongs to SQLite, which has one writer.
CREATE TABLE writer (
  writer_id BIGINT PRIMARY KEY,
  holder    UUID   NOT NULL,           -- a server, while it runs
  seen_at   BIGINT NOT NULL
);
