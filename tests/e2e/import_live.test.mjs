// lotkeeper import permits beside the API, with many rows, and killed in the middle.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { addClient, assertStored, Caller, issueToken } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import {
  assertCounted,
  fileOf,
  folder,
  imported,
  k_end,
  k_start,
  k_uuid,
  many,
  permitsOf,
  rejectedOf,
  table,
} from '../support/import.mjs';
import { command, refusedCommand, scratch } from '../support/lotkeeper.mjs';
import { select } from '../support/rows.mjs';
import { binary, cleanEnvironment, databaseIn, postgresql, startServer } from '../support/server.mjs';

describe('beside the API', () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server?.stop());

  test('an imported reference is updated and deleted over HTTP, and stats count it', async () => {
    const caller = await addClient(server, 'LIVE', { zones: ['Lot 1'] });
    const file = fileOf(
      table(
        'plate,startTime,endTime,zone,reference_id',
        `LV1,${k_start},${k_end},Lot 1,${k_uuid(11)}`,
        `LV2,${k_start},${k_end},Lot 1,${k_uuid(12)}`,
        `LV3,${k_start},${k_end},Lot 1,`,
      ),
    );
    await imported(caller, file, [3, 0, 0]);
    const total = async () => (await caller.counted()).data[0].total;
    assert.equal(await total(), '3');
    const updated = await caller.update({
      referenceid: k_uuid(11),
      endTime: '2024-06-01T18:00:00',
    });
    assert.equal(updated.json.reference_id, k_uuid(11), updated.text);
    assert.equal((await caller.delete({ referenceid: k_uuid(12) })).status, 200);
    assert.equal(await total(), '2');

    const pushed = await caller.push({
      plate: 'lv-3',
      startTime: k_start,
      endTime: k_end,
      zone: 'lot 1',
    });
    assertRefused(pushed, 9022);
    await imported(caller, file, [0, 1, 2]);
    assert.match(
      rejectedOf(file),
      /LV1,.*,9022,A permit with this reference already exists with other values/,
    );
    assert.match(rejectedOf(file), /LV2,.*,9022,The permit with this reference was deleted/);
    assert.equal(await total(), '2');
  });

  test('what was pushed before counts as present', async () => {
    const caller = await addClient(server, 'BEFORE', { zones: ['Lot 1'] });
    assertStored(
      await caller.push({ plate: 'BF1', startTime: k_start, endTime: k_end, zone: 'Lot 1' }),
    );
    const file = fileOf(table('plate,startTime,endTime,zone', `bf 1,${k_start},${k_end},LOT 1`));
    await imported(caller, file, [0, 1, 0]);
  });

  test('nothing is imported if the rejected rows cannot be written', async () => {
    const caller = await addClient(server, 'READONLY');
    const file = fileOf(table('plate,startTime,endTime', `RO1,${k_start},${k_end}`));
    mkdirSync(`${file}.rejected.csv`);
    const said = await refusedCommand(
      server,
      ...['import', 'permits', file, '--client', 'READONLY', '--integration', 'Pay stations'],
    );
    assert.match(said, /rejected\.csv cannot be written: Is a directory/);
    assert.deepEqual(await permitsOf(caller), []);
  });

  test('other commands and pushes go on while 100,000 rows come in, in bounded memory', async () => {
    const caller = await addClient(server, 'LARGE', { zones: ['Lot 0'] });
    const file = path.join(folder, 'large.csv');
    await many(file, 100_000);
    const importing = spawn(
      binary,
      [
        ...['import', 'permits', file, '--client', 'LARGE'],
        ...['--integration', 'Pay stations', '--database', server.database],
      ],
      { env: cleanEnvironment() },
    );
    let stdout = '';
    let stderr = '';
    importing.stdout.on('data', (text) => (stdout += text));
    importing.stderr.on('data', (text) => (stderr += text));
    const ended = new Promise((resolve) => importing.on('close', resolve));
    const memory = (pid, name) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1000;
    };
    let most = 0;
    let pushes = 0;
    while (importing.exitCode === null) {
      assertStored(await caller.push({ plate: `LP${pushes}`, startTime: k_start, endTime: k_end }));
      pushes += 1;
      if (pushes % 5 === 1) await command(server, 'zone', 'list', 'LARGE');
      if (importing.exitCode === null) most = Math.max(most, memory(importing.pid, 'VmHWM'));
    }
    assert.equal(await ended, 0, stderr);
    assert.equal(stdout, 'imported 100000, present 0, rejected 0\n');
    assert.ok(pushes > 1, 'pushes went on');
    assert.ok(most > 1 && most < 40, `the importer took ${most} MB`);
    assert.ok(memory(server.process.pid, 'VmHWM') < 150, 'the server keeps its bounds');
    const total = (await caller.counted()).data.find(({ zone }) => zone === 'Lot 0').total;
    assert.equal(total, '33334');
    await assertCounted(server.database);
  });
});

test('killed in the middle and run again, nothing is doubled and nothing lost', async () => {
  const dataDir = scratch();
  const server = await startServer({ dataDir });
  const caller = await addClient(server, 'KILLED', { zones: ['Lot 0', 'Lot 1', 'Lot 2'] });
  const file = path.join(folder, 'killed.csv');
  const count = 30_000;
  await many(file, count);
  const args = [
    ...['import', 'permits', file, '--client', 'KILLED'],
    ...['--integration', 'Pay stations', '--database', server.database],
  ];
  const stored = async () =>
    (await select(server.database, 'SELECT count(*) AS n FROM permit'))[0].n;
  // Kills `victim` as soon as rows are in.
  const killInTheMiddle = async (victim, importing) => {
    const ended = new Promise((resolve) => importing.on('close', resolve));
    const before = await stored();
    while (importing.exitCode === null && (await stored()) < before + 1_000) await pause(5);
    victim.kill('SIGKILL');
    // On PostgreSQL the importer needs no server and would go on without it.
    if (postgresql) importing.kill('SIGKILL');
    await ended;
  };
  const start = () => spawn(binary, args, { env: cleanEnvironment(), stdio: 'ignore' });

  let importing = start();
  await killInTheMiddle(importing, importing);
  const first = await stored();
  assert.ok(first >= 1_000 && first < count, `${first} rows were in`);
  assert.equal((await caller.counted()).data.length, 3, 'the server goes on');

  importing = start();
  await killInTheMiddle(server.process, importing);
  assert.notEqual(importing.exitCode, 0, 'the importer reports that the connection was lost');
  await server.ended;

  importing = start();
  await killInTheMiddle(importing, importing);
  const third = await stored();
  assert.ok(third >= first && third < count, `${third} rows were in`);

  const offline = { client: 'KILLED', server: { database: databaseIn(dataDir) } };
  await imported(offline, file, [count - (await stored()), await stored(), 0]);
  const [{ n, different }] = await select(
    server.database,
    'SELECT count(*) AS n, count(DISTINCT plate_norm) AS different FROM permit',
  );
  assert.deepEqual([n, different], [count, count]);
  await assertCounted(server.database);
  const again = await startServer({ dataDir });
  const token = await issueToken(again, 'KILLED', 'Pay stations');
  const { data } = await new Caller(again, 'KILLED', token).counted();
  assert.deepEqual(
    data.map(({ total }) => total),
    ['10000', '10000', '10000'],
  );
  await again.stop();
});
