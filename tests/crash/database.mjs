// Looks at a copy of the database of a server that is down, so that the server itself does the recovery.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

const k_permits = `
  SELECT permit.plate, permit.end_at, permit.amount_cents, permit.deleted_at, permit.version,
         CASE typeof(permit.permit_id)
           WHEN 'blob' THEN lower(hex(permit.permit_id))
           ELSE replace(lower(permit.permit_id), '-', '') END AS reference,
         CASE permit.permit_type WHEN 1 THEN 'standard' WHEN 2 THEN 'temp' WHEN 3 THEN 'validator' END
           AS type,
         zone_name.name AS zone
  FROM permit LEFT JOIN zone_name
    ON zone_name.client_id = permit.client_id AND zone_name.zone_name_id = permit.zone_name_id`;

const k_recount = `
  SELECT client_id, zone_name_id, permit_type, count(*) AS total
  FROM permit WHERE deleted_at IS NULL
  GROUP BY client_id, zone_name_id, permit_type ORDER BY 1, 2, 3`;

const k_counted = `
  SELECT client_id, zone_name_id, permit_type, sum(total) AS total
  FROM permit_count
  GROUP BY client_id, zone_name_id, permit_type HAVING sum(total) <> 0 ORDER BY 1, 2, 3`;

const k_twins = `
  SELECT plate_norm, count(*) AS n FROM permit WHERE deleted_at IS NULL
  GROUP BY client_id, integration_id, plate_norm, zone_name_id, start_at, end_at, permit_no
  HAVING count(*) > 1`;

const k_handed_out = `
  SELECT violation_id AS id, batch_id AS batch, sent_at FROM violation ORDER BY violation_id`;

const k_batches = `
  SELECT batch_id AS id, violations, closed_at, rendered_at,
         (SELECT count(*) FROM violation
           WHERE violation.client_id = collection_batch.client_id
             AND violation.batch_id = collection_batch.batch_id) AS marked
  FROM collection_batch ORDER BY batch_id`;

// Copies the files as the crash left them, checks the copy's integrity and counters, and gives its permits.
export function inspectCopy(dataDir, round) {
  return onCopy(dataDir, round, (query) => {
    assert.deepEqual(query(k_counted), query(k_recount), `round ${round}: counters and a recount`);
    assert.deepEqual(query(k_twins), [], `round ${round}: a permit stands twice`);
    return query(k_permits);
  });
}

// Copies the files likewise, and gives the batches and in which of them each violation is.
export function inspectBatches(dataDir, round) {
  return onCopy(dataDir, round, (query) => {
    const [violations, batches] = [query(k_handed_out), query(k_batches)];
    for (const { id, batch, sent_at } of violations) {
      const both = (batch === null) === (sent_at === null);
      assert.ok(both, `round ${round}: violation ${id} is half handed out`);
    }
    for (const { id, violations: count, closed_at, marked } of batches) {
      if (closed_at !== null) assert.equal(count, marked, `round ${round}: the count of batch ${id}`);
    }
    return { violations, batches };
  });
}

// Gives a copy that has proved its integrity to `look`, as a function that runs one SELECT on it.
function onCopy(dataDir, round, look) {
  const directory = mkdtempSync(path.join(dataDir, 'copy-'));
  try {
    const copy = path.join(directory, 'lotkeeper.db');
    for (const suffix of ['', '-wal']) {
      const file = path.join(dataDir, `lotkeeper.db${suffix}`);
      if (existsSync(file)) copyFileSync(file, copy + suffix);
    }
    const query = (sql) => {
      const options = { encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 };
      const text = execFileSync('sqlite3', ['-json', copy, sql], options);
      return text.trim() === '' ? [] : JSON.parse(text);
    };
    assert.deepEqual(
      query('PRAGMA integrity_check'),
      [{ integrity_check: 'ok' }],
      `round ${round}: integrity`,
    );
    return look(query);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
