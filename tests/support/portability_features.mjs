// What PostgreSQL has and Citus, CockroachDB or YugabyteDB has not (or only in a preview, or switched off):
// no statement of Lotkeeper's may use it. Each with who lacks it and the page that says so.
const k_citus = 'https://docs.citusdata.com/en/stable/develop/reference_workarounds.html';
const k_cockroach = 'https://www.cockroachlabs.com/docs/v24.1/postgresql-compatibility';
const k_cockroach_limits = 'https://www.cockroachlabs.com/docs/stable/known-limitations';
const k_yugabyte =
  'https://docs.yugabyte.com/latest/explore/ysql-language-features/postgresql-compatibility/';
const k_yugabyte_issue = (number) => `https://github.com/yugabyte/yugabyte-db/issues/${number}`;

// `pattern` is looked for in a statement without comments and literals; `example` is one that has it.
export const k_features = [
  {
    name: 'triggers',
    lacking: 'CockroachDB before 24.3',
    source: k_cockroach,
    pattern: /\bTRIGGER\b/i,
    example: 'CREATE TRIGGER t AFTER INSERT ON permit EXECUTE FUNCTION f()',
  },
  {
    name: 'LISTEN and NOTIFY',
    lacking: 'CockroachDB (its "events"), YugabyteDB before 2025.2.3 and unless switched on',
    source: k_yugabyte_issue(1872),
    pattern: /\b(LISTEN|UNLISTEN|NOTIFY|pg_notify)\b/i,
    example: 'LISTEN changes',
  },
  {
    name: 'advisory locks',
    lacking: 'YugabyteDB before 2025.1',
    source: k_yugabyte_issue(19974),
    pattern: /\bpg_(try_)?advisory_/i,
    example: 'SELECT pg_advisory_xact_lock(1)',
  },
  {
    name: 'LOCK TABLE',
    lacking: 'YugabyteDB unless switched on',
    source: k_yugabyte_issue(5384),
    pattern: /^\s*LOCK\b/i,
    example: 'LOCK TABLE permit IN EXCLUSIVE MODE',
  },
  {
    name: 'deferrable constraints',
    lacking: 'YugabyteDB, CockroachDB',
    source: k_yugabyte_issue(1709),
    pattern: /\b(DEFERRABLE|DEFERRED)\b/i,
    example: 'CREATE TABLE t (a BIGINT UNIQUE DEFERRABLE)',
  },
  {
    name: 'exclusion constraints',
    lacking: 'YugabyteDB',
    source: k_yugabyte,
    pattern: /\bEXCLUDE\s+USING\b/i,
    example: 'CREATE TABLE t (a INT4RANGE, EXCLUDE USING gist (a WITH &&))',
  },
  {
    name: 'table inheritance',
    lacking: 'YugabyteDB',
    source: k_yugabyte_issue(5956),
    pattern: /\bINHERITS\b/i,
    example: 'CREATE TABLE t () INHERITS (permit)',
  },
  {
    name: 'stored generated columns',
    lacking: 'YugabyteDB',
    source: k_yugabyte,
    pattern: /\bGENERATED\s+ALWAYS\s+AS\s*\(/i,
    example: 'CREATE TABLE t (a BIGINT, b BIGINT GENERATED ALWAYS AS (a + 1) STORED)',
  },
  {
    name: 'GiST indexes',
    lacking: 'YugabyteDB',
    source: k_yugabyte,
    pattern: /\bUSING\s+(gist|spgist|brin)\b/i,
    example: 'CREATE INDEX i ON t USING gist (a)',
  },
  {
    name: 'ALTER TYPE',
    lacking: 'YugabyteDB',
    source: k_yugabyte,
    pattern: /\bALTER\s+TYPE\b/i,
    example: "ALTER TYPE t ADD VALUE 'x'",
  },
  {
    name: 'prepared transactions',
    lacking: 'YugabyteDB, CockroachDB (XA syntax)',
    source: k_cockroach,
    pattern: /\b(PREPARE\s+TRANSACTION|(COMMIT|ROLLBACK)\s+PREPARED)\b/i,
    example: "PREPARE TRANSACTION 'x'",
  },
  {
    name: 'XML',
    lacking: 'YugabyteDB, CockroachDB',
    source: k_cockroach,
    pattern: /\bxml\w*\s*\(|\bXML\b/i,
    example: 'SELECT xmlelement(name a)',
  },
  {
    name: 'temporary tables',
    lacking: 'CockroachDB (experimental)',
    source: k_cockroach_limits,
    pattern: /\bTEMP(ORARY)?\b/i,
    example: 'CREATE TEMP TABLE t (a BIGINT)',
  },
  {
    name: 'sequences',
    lacking: 'Citus where they are smaller than BIGINT; everywhere else a bottleneck',
    source: k_citus,
    pattern: /\b(SEQUENCE|(SMALL|BIG)?SERIAL|nextval|setval|IDENTITY)\b/i,
    example: 'CREATE TABLE t (a SERIAL)',
  },
  {
    name: 'the rule system',
    lacking: 'Citus',
    source: k_citus,
    pattern: /\bCREATE\s+(OR\s+REPLACE\s+)?RULE\b/i,
    example: 'CREATE RULE r AS ON INSERT TO t DO NOTHING',
  },
  {
    name: 'subqueries in INSERT … VALUES',
    lacking: 'Citus',
    source: k_citus,
    pattern: /\bINSERT\s+INTO\b[^;]*\bVALUES\b[^;]*\(\s*SELECT\b/i,
    example: 'INSERT INTO t VALUES ((SELECT 1))',
  },
  {
    name: 'volatile functions in UPDATE, a clock on the server',
    lacking: 'Citus',
    source: k_citus,
    pattern: /\b(random|clock_timestamp|now|gen_random_uuid|uuid_generate_v4)\s*\(|\bCURRENT_TIMESTAMP\b/i,
    example: 'UPDATE t SET a = random()',
  },
  {
    name: 'FOR UPDATE and FOR SHARE',
    lacking: 'Citus over more than one shard',
    source: 'https://docs.citusdata.com/en/v11.3/develop/reference_workarounds.html',
    pattern: /\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE)\b|\bFOR\s+KEY\s+SHARE\b/i,
    example: 'SELECT a FROM t FOR UPDATE',
  },
  {
    name: 'TABLESAMPLE, grouping sets, recursive queries',
    lacking: 'Citus over more than one shard',
    source: 'https://docs.citusdata.com/en/v11.3/develop/reference_workarounds.html',
    pattern: /\b(TABLESAMPLE|GROUPING\s+SETS|CUBE|ROLLUP|WITH\s+RECURSIVE)\b/i,
    example: 'WITH RECURSIVE r AS (SELECT 1) SELECT 1',
  },
  {
    name: 'MERGE',
    lacking: 'CockroachDB, and Citus between most kinds of tables',
    source: 'https://docs.citusdata.com/en/v11.3/develop/reference_workarounds.html',
    pattern: /\bMERGE\s+INTO\b/i,
    example: 'MERGE INTO t USING s ON true WHEN MATCHED THEN DO NOTHING',
  },
  {
    name: 'extensions and foreign data wrappers',
    lacking: 'CockroachDB',
    source: k_cockroach,
    pattern: /\bCREATE\s+(EXTENSION|FOREIGN\s+TABLE|SERVER)\b/i,
    example: 'CREATE EXTENSION pgcrypto',
  },
];

/** A statement as the patterns see it: without comments, and with literals emptied. */
export function bare(sql) {
  return sql.replace(/--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'/g, (part) =>
    part.startsWith("'") ? "''" : ' ',
  );
}

/** The features that a statement uses. */
export function featuresOf(sql) {
  const text = bare(sql);
  return k_features.filter(({ pattern }) => pattern.test(text));
}
