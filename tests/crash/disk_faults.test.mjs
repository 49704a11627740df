// A disk that fails under a running server: nothing is acknowledged that is not stored, /readyz says
// so, and what was acknowledged before is there afterwards.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { addClient } from '../support/api.mjs';
import { scratch, within } from '../support/lotkeeper.mjs';
import { startServer } from '../support/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'lotkeeper-disk-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const control = join(folder, 'faults');
const library = join(folder, 'disk_faults.so');
const source = fileURLToPath(new URL('disk_faults.c', import.meta.url));
execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl']);

const repair = () => rmSync(control, { force: true });
const start = (dataDir) =>
  startServer({ dataDir, env: { LD_PRELOAD: library, DISK_FAULTS: control } });

const times = { startTime: '2026-03-02T09:00:00', endTime: '2026-03-02T17:00:00' };

// Pushes plates one after another; gives those that were acknowledged. A server that has stopped
// acknowledges nothing.
async function pushed(caller, plates) {
  const stored = [];
  for (const plate of plates) {
    try {
      const reply = await caller.push({ plate, ...times });
      if (reply.status === 200) stored.push(plate);
      else assert.match(reply.text, /"code":"910[345]"/, reply.text);
    } catch {
      await pause(10);
    }
  }
  return stored;
}

async function readiness(server) {
  try {
    return (await fetch(`${server.url}/readyz`)).status;
  } catch {
    return 'stopped';
  }
}

const plates = (name, count) => Array.from({ length: count }, (_, i) => `${name}${i}`);

for (const operation of ['write', 'sync']) {
  for (const error of ['EIO', 'EDQUOT', 'EROFS']) {
    test(`${error} at each ${operation} of the database`, async () => {
      repair();
      const dataDir = scratch();
      let server = await start(dataDir);
      const caller = await addClient(server, 'CITY');
      const before = await pushed(caller, plates('BEFORE', 5));
      assert.equal(before.length, 5);

      writeFileSync(control, `${operation} ${constants.errno[error]}`);
      assert.deepEqual(await pushed(caller, plates('DURING', 5)), [], 'acknowledged, though not stored');
      await within(3_000, async () => assert.notEqual(await readiness(server), 200));

      repair();
      if (operation === 'sync') {
        // What memory holds may not be on the disk: the server stops, so that it starts from the file.
        assert.equal((await server.ended).code, 1, server.log());
        await server.kill();
      } else {
        await within(3_000, async () => assert.equal(await readiness(server), 200, server.log()));
        assert.equal((await pushed(caller, ['AFTER'])).length, 1);
        before.push('AFTER');
        await server.stop();
      }
      server = await start(dataDir);
      caller.server = server;
      for (const plate of before) {
        const { valid } = await caller.checked({ plate, at: '2026-03-02T12:00:00' });
        assert.equal(valid, true, `${plate} was acknowledged`);
      }
      await server.stop();
    });
  }
}
