// Files to import, the import itself, and what must be stored afterwards.
import assert from 'node:assert/strict';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run, scratch } from './lotkeeper.mjs';
import { select } from './rows.mjs';
import { postgresql } from './server.mjs';

export const k_start = '2024-06-01T09:00:00';
export const k_end = '2024-06-01T17:00:00';
export const k_uuid = (n) => `0b3c4d5e-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const folder = scratch('lotkeeper-import');
let files = 0;

// A file with this content.
export function fileOf(content) {
  files += 1;
  const file = path.join(folder, `permits ${files}.csv`);
  writeFileSync(file, content);
  return file;
}

export function table(...rows) {
  return rows.map((row) => `${row}\n`).join('');
}

export const rejectedOf = (file) =>
  existsSync(`${file}.rejected.csv`) ? readFileSync(`${file}.rejected.csv`, 'utf8') : null;

// Imports a file and checks its summary and exit code; gives what went to stderr.
export async function imported(
  target,
  file,
  expected,
  { kind = 'permits', integration = 'Pay stations', client } = {},
) {
  const result = await run(
    [
      ...['import', kind, file, '--client', client ?? target.client],
      ...(kind === 'permits' ? ['--integration', integration] : []),
      ...['--database', target.server.database],
    ],
    { timeout: 120_000 },
  );
  const [count, present, rejected] = expected;
  const see = rejected ? ` (see ${file}.rejected.csv)` : '';
  assert.equal(
    result.stdout,
    `imported ${count}, present ${present}, rejected ${rejected}${see}\n`,
    result.stderr,
  );
  assert.equal(result.code, rejected ? 1 : 0);
  if (!rejected) assert.equal(rejectedOf(file), null);
  return result.stderr;
}

// Every permit of a client as it is stored.
export function permitsOf({ server, client }) {
  const reference = postgresql
    ? "replace(CAST(permit.permit_id AS TEXT), '-', '')"
    : 'lower(hex(permit.permit_id))';
  return select(
    server.database,
    `SELECT permit.plate, ${reference} AS reference, permit.permit_no, permit.start_at,
            permit.end_at, permit.amount_cents, permit.currency, permit.permit_type, zone_name.name AS zone
     FROM permit JOIN client USING (client_id)
     LEFT JOIN zone_name ON zone_name.client_id = permit.client_id
       AND zone_name.zone_name_id = permit.zone_name_id
     WHERE client.code = '${client}' ORDER BY permit.plate, permit.permit_no`,
  );
}

// The counters of the whole database and a recount.
export async function assertCounted(database) {
  const counted = `SELECT client_id, zone_name_id, permit_type, sum(total) AS total FROM permit_count
    GROUP BY 1, 2, 3 HAVING sum(total) <> 0 ORDER BY 1, 2, 3`;
  const recount = `SELECT client_id, zone_name_id, permit_type, count(*) AS total FROM permit
    WHERE deleted_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  assert.deepEqual(await select(database, counted), await select(database, recount));
}

export function many(file, count, from = 0) {
  return new Promise((resolve, reject) => {
    const out = createWriteStream(file);
    out.on('finish', resolve).on('error', reject);
    out.write('plate,startTime,endTime,zone,permitNo\n');
    for (let n = from; n < from + count; n += 1) {
      out.write(`P${n}X,${k_start},${k_end},Lot ${n % 3},N${n}\n`);
    }
    out.end();
  });
}
