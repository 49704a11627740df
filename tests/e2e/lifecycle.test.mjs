// The server as a process: start, probes, one server for each file, stop, restart.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, test } from 'node:test';
import { addClient, assertStored, postWith } from '../support/api.mjs';
import { freePort, run, scratch } from '../support/lotkeeper.mjs';
import { Connection, exchange, headBytes, postBytes } from '../support/raw.mjs';
import { select } from '../support/rows.mjs';
import {
  binary,
  cleanEnvironment,
  databaseIn,
  startDemo,
  startServer,
  testOnSqlite,
} from '../support/server.mjs';

const started = new Set();
after(async () => {
  for (const server of started) await server.kill();
});

async function running(start, options) {
  const server = await start(options);
  started.add(server);
  server.ended.then(() => started.delete(server));
  return server;
}

function permit(plate) {
  return { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00', plate };
}

function get(server, target, headers = {}) {
  return exchange(server.port, headBytes('GET', target, { Host: 'a', ...headers }));
}

test('the first line on stdout names the address, with the port that the kernel chose', async () => {
  const child = spawn(binary, ['demo', '--small', '--listen', '127.0.0.1:0', '--data', scratch()], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const line = await new Promise((resolve, reject) => {
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (more) => {
        text += more;
        if (text.includes('\n')) resolve(text.split('\n')[0]);
      });
      child.once('close', (code) => reject(new Error(`ended with ${code}`)));
    });
    const [, port] = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line) ?? [];
    assert.ok(Number(port) > 0, line);
    assert.equal((await get({ port: Number(port) }, '/healthz')).status, 200);
  } finally {
    child.kill('SIGKILL');
  }
});

test('settings come from the environment and a file too, the command line winning', async () => {
  const [byFile, byEnvironment] = [await freePort(), await freePort()];
  const directory = scratch();
  const config = path.join(directory, 'lotkeeper.toml');
  writeFileSync(config, `listen = "127.0.0.1:${byFile}"\nbody-limit = 1024\n`);
  const start = (args, env) =>
    running(startServer, { args: ['--config', config, ...args], env, dataDir: scratch() });

  const server = await start([], { LOTKEEPER_LISTEN: `127.0.0.1:${byEnvironment}` });
  assert.ok(server.port !== byFile, 'the command line names port 0 and wins over both');
  const large = await exchange(server.port, postBytes('/api/X/v1/permits/push', ' '.repeat(2_000)));
  assert.equal(large.status, 413, 'the limit of the file');
  await server.stop();
});

test('an unknown key in the file is refused by name', async () => {
  const config = path.join(scratch(), 'lotkeeper.toml');
  writeFileSync(config, 'listen = "127.0.0.1:0"\nbody-limits = 5\n');
  const { code, stderr } = await run([
    'serve',
    '--config',
    config,
    '--database',
    databaseIn(scratch()),
  ]);
  assert.ok(code > 0);
  assert.match(stderr, /body-limits/);
});

test('the demo listens on loopback only', async () => {
  for (const address of ['0.0.0.0:0', '[::]:0']) {
    const { code, stderr } = await run(['demo', '--listen', address, '--data', scratch()]);
    assert.ok(code > 0, address);
    assert.match(stderr, /loopback|127\.0\.0\.1/);
  }
});

test('the demo keeps what it was given between starts', async () => {
  const dataDir = scratch();
  writeFileSync(path.join(dataDir, 'notes.txt'), 'not ours');
  const push = JSON.stringify({ apiToken: 'YOUR-API-TOKEN', ...permit('KEPT1') });
  let server = await running(startDemo, { dataDir });
  const stored = await exchange(server.port, postBytes('/api/OC_TOMA/v1/permits/push', push));
  assert.equal(stored.status, 200, stored.text);
  const { reference_id } = stored.json;
  await server.stop();

  server = await running(startDemo, { dataDir });
  const again = await exchange(server.port, postBytes('/api/OC_TOMA/v1/permits/push', push));
  assert.equal(again.status, 409, again.text);
  assert.equal(again.json.reference_id, reference_id);
  assert.equal(readFileSync(path.join(dataDir, 'notes.txt'), 'utf8'), 'not ours');
  await server.stop();
});

test('a server started again has every permit, change and count', async () => {
  const dataDir = scratch();
  let server = await running(startServer, { dataDir });
  const caller = await addClient(server, 'AGAIN', { zones: ['Lot 1'] });
  const kept = await caller.pushed({ ...permit('KEPT1'), zone: 'Lot 1' });
  const gone = await caller.pushed({ ...permit('GONE1'), zone: 'Lot 1' });
  assertStored(await caller.update({ reference_id: kept, endTime: '2024-06-01T18:00:00' }));
  assertStored(await caller.delete({ reference_id: gone }));
  const counted = await caller.counted();
  await server.stop();

  server = await running(startServer, { dataDir });
  caller.server = server;
  const { permits } = await caller.checked({ plate: 'KEPT1', at: '2024-06-01T17:30:00' });
  assert.equal(permits[0].reference_id, kept);
  assert.equal(permits[0].endTime, '2024-06-01T18:00:00Z');
  assert.equal((await caller.checked({ plate: 'GONE1', at: '2024-06-01T12:00:00' })).valid, false);
  assert.deepEqual(await caller.counted(), counted);
  await server.stop();
});

testOnSqlite('a second server on the same file is refused with a sentence, and the first goes on', async () => {
  const dataDir = scratch();
  const first = await running(startServer, { dataDir });
  for (const args of [
    ['serve', '--listen', '127.0.0.1:0', '--database', databaseIn(dataDir)],
    ['demo', '--listen', '127.0.0.1:0', '--data', dataDir],
  ]) {
    const { code, signal, stderr, stdout } = await run(args);
    assert.ok(code > 0, `${args[0]}: ${code} ${signal}`);
    assert.doesNotMatch(stdout, /listening/);
    assert.ok(stderr.includes('lotkeeper.db'), `names the file: ${stderr}`);
    assert.match(stderr, /another/, stderr);
  }
  assert.equal((await get(first, '/readyz')).status, 200);
  await first.stop();
  const next = await running(startServer, { dataDir });
  await next.stop();
});

test('a port that is taken is named in a sentence', async () => {
  const first = await running(startServer, {});
  const { code, stderr } = await run([
    ...['serve', '--listen', `127.0.0.1:${first.port}`],
    ...['--database', databaseIn(scratch())],
  ]);
  assert.ok(code > 0);
  assert.ok(stderr.includes(String(first.port)), stderr);
  await first.stop();
});

test('after SIGTERM accepted requests are answered, nothing else is stored, and it exits 0 within 10 s', async () => {
  const dataDir = scratch();
  let server = await running(startServer, { dataDir });
  const caller = await addClient(server, 'STOPS');
  const acknowledged = new Map();
  let sent = 0;
  let running16 = true;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

  const worker = async () => {
    while (running16) {
      sent += 1;
      const plate = `STOP${sent}X`;
      try {
        const reply = await postWith(agent, server.port, caller, permit(plate));
        if (reply.status === 200) acknowledged.set(plate, reply.json.reference_id);
        else assert.equal(reply.json.ErrorCode, 9103, JSON.stringify(reply.json));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return;
      }
    }
  };
  const workers = Array.from({ length: 16 }, worker);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const halfWay = await Connection.open(server.port);
  await halfWay.write(postBytes('/api/STOPS/v1/permits/push', '{"apiToken": 1}').subarray(0, 60));
  const idle = await Connection.open(server.port);

  const start = Date.now();
  server.process.kill('SIGTERM');
  const { code, signal } = await server.ended;
  const taken = Date.now() - start;
  running16 = false;
  await Promise.all(workers);
  agent.destroy();
  halfWay.destroy();
  idle.destroy();

  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  assert.ok(taken < 10_000, `the stop took ${taken} ms`);
  assert.ok(acknowledged.size > 16, 'there was load');
  server = await running(startServer, { dataDir });
  const rows = await select(server.database, 'SELECT plate FROM permit');
  assert.deepEqual(rows.map(({ plate }) => plate).sort(), [...acknowledged.keys()].sort());
  await server.stop();
});

test('SIGTERM closes the listener at once and stops an idle server quickly', async () => {
  const server = await running(startServer, {});
  const idle = await Connection.open(server.port);
  const start = Date.now();
  await server.stop();
  assert.ok(Date.now() - start < 5_000);
  await idle.closed();
  await assert.rejects(Connection.open(server.port));
});

test('SIGTERM stops a server with status 0 from the moment it names its address', async () => {
  for (let n = 0; n < 10; n += 1) {
    const server = await running(startServer, {});
    server.process.kill('SIGTERM');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  }
});

test('probes tell alive and ready, without a client or a token', async () => {
  const server = await running(startServer, {});
  for (const probe of ['/healthz', '/readyz']) {
    const reply = await get(server, probe);
    assert.equal(reply.status, 200, probe);
    assert.ok(reply.headers['x-request-id']);
  }
  await server.stop();
});

test('metrics need their token, and name routes but no plate and no token', async () => {
  const server = await running(startServer, { args: ['--metrics-token', 'metrics-secret-1'] });
  const caller = await addClient(server, 'METRICS');
  await caller.pushed(permit('CANARY77'));
  await caller.checked({ plate: 'CANARY78' });
  await caller.push(permit(''));

  for (const headers of [{}, { Authorization: 'Bearer wrong' }, { Authorization: 'Basic eDp5' }]) {
    const refused = await get(server, '/metrics', headers);
    assert.ok([401, 403, 404].includes(refused.status), String(refused.status));
    assert.doesNotMatch(refused.text, /# TYPE/);
  }
  const reply = await get(server, '/metrics', { Authorization: 'Bearer metrics-secret-1' });
  assert.equal(reply.status, 200, reply.text);
  assert.match(reply.headers['content-type'], /^text\/plain/);
  assert.match(reply.text, /^# TYPE \S+ (counter|histogram|gauge|summary)$/m);
  assert.match(reply.text, /permits[./]push/);
  for (const secret of ['CANARY', caller.token, 'metrics-secret-1']) {
    assert.ok(!reply.text.includes(secret), secret);
  }
  await server.stop();
});

test('without a setting for them metrics are not open on the public listener', async () => {
  const server = await running(startServer, {});
  const reply = await get(server, '/metrics');
  assert.ok([401, 403, 404].includes(reply.status), String(reply.status));
  await server.stop();
});

test('metrics on a listener of their own are not on the public one', async () => {
  const port = await freePort();
  const server = await running(startServer, { args: ['--metrics-listen', `127.0.0.1:${port}`] });
  const own = await get({ port }, '/metrics');
  assert.equal(own.status, 200);
  assert.match(own.text, /# TYPE/);
  assert.notEqual((await get(server, '/metrics')).status, 200);
  const api = await exchange(port, postBytes('/api/OC_TOMA/v1/permits/push', '{}'));
  assert.equal(api.status, 404, 'the API is not on the listener for metrics');
  await server.stop();
});
