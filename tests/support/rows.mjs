// Looks into a database with its own command line tool (sqlite3, read-only, or psql), also under a
// running server.
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { execFile, execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { psql } from './server.mjs';

const execute = promisify(execFile);

// The rows of one SELECT, as objects. `database` is a server's URL (`sqlite:PATH`) or a path.
export async function select(database, sql) {
  if (isPostgresql(database)) {
    return JSON.parse(psql(database, `SELECT COALESCE(json_agg(t), '[]') FROM (${sql}) t`));
  }
  const file = pathToFileURL(database.replace(/^sqlite:/, '')).href;
  const { stdout } = await execute(
    'sqlite3',
    ['-json', '-cmd', '.timeout 5000', `${file}?mode=ro`, sql],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  return stdout.trim() === '' ? [] : JSON.parse(stdout);
}

// Changes rows behind the server's back; on SQLite while none runs.
export function change(database, sql) {
  if (isPostgresql(database)) {
    psql(database, sql);
  } else {
    execFileSync('sqlite3', [database.replace(/^sqlite:/, ''), sql]);
  }
}

function isPostgresql(database) {
  return /^postgres(ql)?:/.test(database);
}

// How much is stored of what a permit endpoint may write.
export async function stored(database) {
  const [row] = await select(
    database,
    `SELECT (SELECT count(*) FROM permit) AS permit,
            (SELECT count(*) FROM permit_history) AS permit_history,
            (SELECT count(*) FROM zone_name) AS zone_name,
            (SELECT count(*) FROM idempotency_key) AS idempotency_key,
            (SELECT count(*) FROM permit_count) AS permit_count,
            (SELECT coalesce(sum(total), 0) FROM permit_count) AS counted`,
  );
  return row;
}

// Runs `action` and fails if it left anything behind in the database of `server`.
export async function writesNothing(server, action) {
  const before = await stored(server.database);
  const result = await action();
  assert.deepEqual(await stored(server.database), before, 'what is refused stores nothing');
  return result;
}
