// Overdue violations in any number: the API document's record and copies of its rows.
import { readFileSync } from 'node:fs';
import { output } from './processes.mjs';

const sample = new URL('../../db/demo/overdue_violations.json', import.meta.url);

/** The text of a file for `lotkeeper import violations` with one violation, long overdue. */
export function sampleViolation() {
  return readFileSync(sample, 'utf8');
}

// What the n-th copy of a row has of its own; everything else is as it was imported.
const ownColumns = {
  violation: {
    violation_id: 'violation_id + n',
    ticket: "'B-' || n",
    violation_uuid: "substr(violation_uuid, 1, 24) || printf('%012x', n)",
  },
  violation_detail: {
    violation_id: 'violation_id + n',
    detail_id: 'detail_id + n',
  },
  attachment: {
    attachment_id: 'attachment_id + 2 * n',
    related_id: 'related_id + n',
    note: "'B-' || n",
    attachment_uuid: "substr(attachment_uuid, 1, 24) || printf('%012x', n)",
  },
};

/** Makes the one violation in the database of a server that is stopped into `count` of them. */
export async function manyViolations(file, count) {
  const copies = await Promise.all(
    Object.entries(ownColumns).map(([table, own]) => copyRows(file, table, own)),
  );
  const sql = `
    PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;
    BEGIN;
    CREATE TEMP TABLE number AS
      WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ${count - 1})
      SELECT n FROM up;
    ${copies.join('\n')}
    UPDATE id_counter SET last_id = last_id + 2 * ${count}
      WHERE kind IN ('violation', 'violation_detail', 'attachment');
    COMMIT;
    PRAGMA journal_mode = WAL;`;
  await output('sqlite3', ['-bail', file, sql], { seconds: 60 + count / 1000 });
}

/** Leaves a server that starts next no batch to finish. */
export async function noneUnfinished(file) {
  await output('sqlite3', [
    file,
    `UPDATE collection_batch SET closed_at = coalesce(closed_at, created_at),
                                 rendered_at = coalesce(rendered_at, created_at)`,
  ]);
}

async function copyRows(file, table, own) {
  const text = await output('sqlite3', ['-readonly', file, `PRAGMA table_info(${table})`]);
  const columns = text.trim().split('\n').map((line) => line.split('|')[1]);
  const values = columns.map((column) => own[column] ?? column);
  return (
    `CREATE TEMP TABLE first_${table} AS SELECT * FROM ${table};` +
    ` INSERT INTO ${table} (${columns.join(', ')})` +
    ` SELECT ${values.join(', ')} FROM number CROSS JOIN first_${table};`
  );
}
