// lotkeeper copy: all that integrators know goes on working on the other database, a copy that was killed
// goes on where it stopped, and what is refused stores nothing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addClient, assertStored, Caller, replyOf } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { imported, k_end, k_start } from '../support/import.mjs';
import { run, scratch } from '../support/lotkeeper.mjs';
import { mismatch, readSteps } from '../support/readme.mjs';
import { change, select } from '../support/rows.mjs';
import { binary, cleanEnvironment, databaseIn, startDemo, startServer } from '../support/server.mjs';

const k_repository = fileURLToPath(new URL('../../', import.meta.url));
const sqliteIn = (dir) => `sqlite:${path.join(dir, 'copied.db')}`;
const copy = (from, to) => run(['copy', '--from', from, '--to', to], { timeout: 120_000 });

async function serve(database) {
  const server = await startServer({ args: ['--database', database] });
  return Object.assign(server, { database });
}

async function copied(from, to) {
  const result = await copy(from, to);
  assert.equal(result.code, 0, result.stderr + result.stdout);
  assert.match(result.stdout, /\nclient +1 +1 +(\w{16}) +\1 +equal\n/);
  assert.match(result.stdout, /rows in \d+ tables; both sides are equal, and the target is ready for use\n$/);
}

async function refused(from, to, why) {
  const result = await copy(from, to);
  assert.equal(result.code, 1, result.stdout);
  assert.match(result.stderr, why);
  assert.equal(result.stdout, '');
}

const permit = (plate, changes = {}) => ({
  startTime: '2024-06-01T09:00:00',
  endTime: '2034-06-01T17:00:00',
  zone: 'Lot 4',
  plate,
  ...changes,
});

async function violations(server, verb, attributes = {}) {
  const response = await fetch(`${server.url}/api/OC_TOMA/v1/violations/${verb}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ apiToken: 'YOUR-API-TOKEN', ...attributes }),
  });
  return replyOf(response);
}

// What callers see: questions whose answers must not change by a move.
async function seen(server) {
  const caller = new Caller(server, 'OC_TOMA', 'YOUR-API-TOKEN');
  const replies = [
    await caller.stats(),
    await caller.check({ plate: 'KEPT 1', at: '2026-03-02T12:00:00' }),
    await caller.check({ plate: 'GONE 1', at: '2026-03-02T12:00:00' }),
    await violations(server, 'batches'),
    await violations(server, 'batches', { batch: 1 }),
  ];
  for (const { status, text } of replies) assert.equal(status, 200, text);
  return replies.map(({ text }) => text);
}

test('tokens, references, keys, statistics and batches go on on the other database', async () => {
  const first = await startDemo({ dataDir: scratch() });
  const source = first.database;
  const caller = new Caller(first, 'OC_TOMA', 'YOUR-API-TOKEN');
  const key = { 'Idempotency-Key': 'moves along' };
  const kept = await caller.push(permit('KEPT 1'), key);
  const reference = assertStored(kept);
  assertStored(await caller.push(permit('KÉPT 2', { zone: 'Nowhere' })), { warnings: true });
  assertStored(await caller.update({ reference_id: reference, amount: '3.50' }));
  const gone = await caller.pushed(permit('GONE 1'));
  assertStored(await caller.delete({ reference_id: gone }));
  assert.ok((await violations(first, 'send_overdue_to_collections')).json.records.length > 0);
  let before = await seen(first);

  // On PostgreSQL the first move is to SQLite and the second back.
  const stations = [sqliteIn(scratch()), databaseIn(scratch())];
  let from = source;
  let server = first;
  let plates = 0;
  for (const to of stations) {
    await server.stop();
    await copied(from, to);
    server = await serve(to);
    assert.deepEqual(await seen(server), before);

    const there = new Caller(server, 'OC_TOMA', 'YOUR-API-TOKEN');
    const again = await there.push(permit('KEPT 1'), key);
    assert.equal(again.text, kept.text);
    assert.equal(again.headers['idempotent-replay'], 'true');
    assertRefused(await there.push(permit('KEPT 1')), 9022);
    assertRefused(await there.delete({ reference_id: gone }), 9009);
    plates += 1;
    assert.equal(assertStored(await there.update({ reference_id: reference, amount: `${plates}.00` })), reference);
    const added = await there.pushed(permit(`NEW ${plates}`));
    assertStored(await there.delete({ reference_id: added }));
    await there.pushed(permit(`STAYS ${plates}`));
    assert.equal((await violations(server, 'send_overdue_to_collections')).json.batch, null);
    before = await seen(server);
    from = to;
  }
  await server.stop();
  await refused(from, source, /the target already has data/);
});

// A copy that is killed as soon as `rows` permits are there, or that came to its end before.
async function killedAt(from, to, rows) {
  const child = spawn(binary, ['copy', '--from', from, '--to', to], { env: cleanEnvironment() });
  const ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })));
  let isOver = false;
  ended.then(() => (isOver = true));
  for (;;) {
    const there = await permitsIn(to);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (isOver) break;
    if (there >= rows) {
      child.kill('SIGKILL');
      break;
    }
  }
  return ended;
}

async function permitsIn(database) {
  try {
    return (await select(database, 'SELECT count(*) AS n FROM permit'))[0].n;
  } catch {
    return -1; // there is no such table yet
  }
}

test('a copy that is killed resumes where it stopped, and is not served before it is complete', async () => {
  const k_permits = 20_000;
  const from = sqliteIn(scratch());
  const caller = await addClient(await serve(from), 'MANY', { zones: ['Lot 1'] });
  await caller.server.stop();
  const file = path.join(scratch(), 'permits.csv');
  const rows = Array.from({ length: k_permits }, (_, n) => `P ${n},${k_start},${k_end},Lot 1\n`);
  writeFileSync(file, `plate,startTime,endTime,zone\n${rows.join('')}`);
  await imported(caller, file, [k_permits, 0, 0]);

  const to = databaseIn(scratch());
  let inTheMidst = 0;
  for (const at of [0, 1, 4_000, 9_000, 15_000, k_permits]) {
    const { signal } = await killedAt(from, to, at);
    if (signal !== 'SIGKILL') break;
    const there = await permitsIn(to);
    if (there > 0 && there < k_permits) inTheMidst += 1;
    if (there < 0) continue;
    const asked = await run(['client', 'list', '--database', to]);
    // A copy that was killed before it began left an empty database, which is not half a copy.
    if (asked.code === 0) continue;
    assert.match(asked.stderr, /an unfinished copy/);
    const served = await run(['serve', '--listen', '127.0.0.1:0', '--database', to]);
    assert.equal(served.code, 1);
    assert.match(served.stderr, /an unfinished copy/);
  }
  assert.ok(inTheMidst > 0, 'no copy was killed in the midst');
  const last = await copy(from, to);
  if (last.code !== 0) assert.match(last.stderr, /already a finished copy/);
  assert.equal(await permitsIn(to), k_permits);
  const server = await serve(to);
  const there = new Caller(server, 'MANY', caller.token);
  assert.deepEqual((await there.counted()).data, [{ type: 'temp', zone: 'Lot 1', total: `${k_permits}` }]);
  await server.stop();
});

test('a refusal says why and stores nothing', async () => {
  const from = sqliteIn(scratch());
  const source = await serve(from);
  await addClient(source, 'REFUSED');
  const target = databaseIn(scratch());
  await refused(from, target, /is using the source .*stop it and run the same command again/);
  assert.equal(await permitsIn(target), -1);
  await source.stop();

  const taken = databaseIn(scratch());
  const other = await serve(taken);
  await addClient(other, 'OTHER');
  await refused(from, taken, /is using the target/);
  await other.stop();
  await refused(from, taken, /the target already has data \(its table \w+ is not empty\)/);
  assert.deepEqual(await select(taken, 'SELECT code FROM client'), [{ code: 'OTHER' }]);

  const missing = path.join(scratch(), 'missing.db');
  await refused(`sqlite:${missing}`, target, /missing\.db does not exist; name the database file/);
  assert.equal(existsSync(missing), false);
  assert.equal(await permitsIn(target), -1);
  await refused('mysql://x/y', target, /is not a database URL/);

  const half = await run(['copy', '--from', from]);
  assert.equal(half.code, 2);
  assert.match(half.stderr, /--to is required/);
});

test('a difference between the sides ends with status 1, and no server takes the target', async () => {
  const from = sqliteIn(scratch());
  const source = await serve(from);
  await addClient(source, 'DIFFERS', { zones: ['Lot 1'] });
  await source.stop();
  const to = databaseIn(scratch());
  await copied(from, to);
  // As one that was interrupted before its end, whose source was changed meanwhile.
  change(to, 'UPDATE copy_mark SET finished_at = NULL');
  change(from, "UPDATE zone SET name = 'Lot 2'");
  const result = await copy(from, to);
  assert.equal(result.code, 1);
  assert.match(result.stdout, /\nzone +1 +1 +(\w{16}) +(?!\1)\w{16} +DIFFERS\n/);
  assert.match(result.stderr, /source and target differ, so no server will start on the target/);
  const served = await run(['client', 'list', '--database', to]);
  assert.equal(served.code, 1);
  assert.match(served.stderr, /an unfinished copy/);
});

test('the command of docs/postgresql.md prints what it shows', async () => {
  const steps = readSteps(readFileSync(path.join(k_repository, 'docs/postgresql.md'), 'utf8'), 'docs/postgresql.md');
  const shown = steps.filter(({ command }) => /^lotkeeper copy /.test(command));
  assert.equal(shown.length, 1);
  const from = sqliteIn(scratch());
  const source = await serve(from);
  await addClient(source, 'OTTAWA');
  await source.stop();
  const words = shown[0].command.replace(/\\\n/g, ' ').trim().split(/\s+/).slice(1);
  const urls = { '--from': from, '--to': databaseIn(scratch()) };
  const real = words.map((word, n) => urls[words[n - 1]] ?? word);
  const result = await run(real);
  assert.equal(result.code, 0, result.stderr);
  assert.equal(mismatch(shown[0].expected, result.stdout, new Map()), null);
});
