-- The connections that write to this database, over all servers. The number of each is the `replica`
-- of the counters that it adds to, so that no two wait for one another's rows; one that has not been
-- seen for a while is taken over. 0 belongs to SQLite, which has one writer.
CREATE TABLE writer (
  writer_id BIGINT PRIMARY KEY,
  holder    UUID   NOT NULL,           -- a server, as long as it runs
  seen_at   BIGINT NOT NULL
);
