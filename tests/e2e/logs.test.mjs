// What a whole day's work leaves in the log: every request by its id, no token, no plate, no body.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { addClient, assertStored, issueToken } from '../support/api.mjs';
import { command, scratch, within } from '../support/lotkeeper.mjs';
import { Connection, exchange, headBytes, postBytes } from '../support/raw.mjs';
import { binary, cleanEnvironment, closeAtTheEnd, databaseIn, startServer } from '../support/server.mjs';

const k_times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };

let server;
let caller;
const canaries = [];

before(async () => {
  server = await startServer({ args: ['--log-level', 'debug'] });
  caller = await addClient(server, 'LOGGED', { zones: ['Lot 1'] });
  canaries.push(caller.token);
});
after(() => server?.stop());

function canary(text) {
  canaries.push(text);
  return text;
}

async function work() {
  const id = (name) => ({ 'X-Request-Id': `work-${name}` });
  const plate = canary('CANARYPLATE1');
  const reference = assertStored(
    await caller.push({ ...k_times, plate, permitNo: 'T-1' }, id('push')),
  );
  await caller.push({ ...k_times, plate: canary('CANARY PLATE-2'), zone: 'Nowhere' }, id('lost'));
  await caller.push({ ...k_times, plate }, { ...id('key'), 'Idempotency-Key': 'key-1' });
  await caller.push({ ...k_times, plate, permitNo: 'T-1' }, id('twin'));
  await caller.push({ plate: canary(`CANARYLONG${'x'.repeat(30)}`) }, id('fault'));
  await caller.push({ ...k_times, LicensePlate: canary('CANARYMISS') }, id('near'));
  await caller.update({ reference_id: reference, plate: canary('CANARYPLATE3') }, id('update'));
  await caller.check({ plate: canary('CANARYPLATE4') }, id('check'));
  await caller.stats({}, id('stats'));
  await caller.delete({ reference_id: reference }, id('delete'));
  await caller.push({ ...k_times, plate, apiToken: canary('CANARY-WRONG-TOKEN') }, id('token'));
  await caller.post(
    'push',
    `{"apiToken": "${caller.token}", "plate": "${canary('CANARYBROKEN')}"`,
    id('broken'),
  );
  const pasted = `/api/LOGGED/v1/permits/push?apiToken=${caller.token}&plate=${plate}`;
  await exchange(server.port, postBytes(pasted, '{}', id('query')));
  await exchange(server.port, postBytes(`/api/LOGGED/v1/permits/nothing`, '{}', id('route')));
  await exchange(
    server.port,
    headBytes('GET', '/api/LOGGED/v1/permits/push', {
      Host: 'a',
      ...id('get'),
      Authorization: `Bearer ${caller.token}`,
      Cookie: canary('CANARYCOOKIE'),
    }),
  );
  const half = await Connection.open(server.port);
  await half.write(
    postBytes('/api/LOGGED/v1/permits/push', `{"plate": "${plate}", "x": 1}`).subarray(0, -5),
  );
  half.destroy();
  const garbage = await Connection.open(server.port);
  await garbage.write(Buffer.from(`${plate}\r\n\r\n`));
  garbage.finish();
  await garbage.closed();
  garbage.destroy();
  canary(await issueToken(server, 'LOGGED', caller.integration));
  await command(server, 'token', 'list', 'LOGGED');
}

test('the log of a day’s work has every request’s id and no token, plate or body', async () => {
  await work();

  const ids = ['push', 'lost', 'key', 'twin', 'fault', 'near', 'update', 'check', 'stats', 'delete']
    .concat(['token', 'broken', 'query', 'route', 'get'])
    .map((name) => `work-${name}`);
  await within(3_000, async () => {
    for (const id of ids) assert.ok(server.log().includes(id), `${id} in the log`);
  });
  const log = server.log();
  for (const secret of canaries) {
    assert.ok(!log.includes(secret), `${secret.slice(0, 12)}… stands in the log`);
  }
  assert.doesNotMatch(log, /canaryplate/i, 'nor a plate as it is normalised');
});

test('the access log tells route and status of a request', async () => {
  await caller.check({ plate: 'A1' }, { 'X-Request-Id': 'one-check' });
  await within(3_000, async () => assert.ok(server.log().includes('one-check')));
  const line = server
    .log()
    .split('\n')
    .find((text) => text.includes('one-check'));
  assert.match(line, /permits[./]check/);
  assert.match(line, /\b200\b/);
});

test('a line break that a caller sends does not start a new line in the log', async () => {
  const forged = '/api/LOGGED%0a2024-01-01%20forged/v1/permits/push';
  await exchange(
    server.port,
    postBytes(forged, '{"apiToken": "x"}', { 'X-Request-Id': 'forging' }),
  );
  await within(3_000, async () => assert.ok(server.log().includes('forging')));
  assert.doesNotMatch(server.log(), /^2024-01-01 forged/m);
});

test('a flood of callers without a token makes a limited number of log lines, with a count', async () => {
  const requests = 2_000;
  const lines = () => server.log().split('\n').filter(Boolean);
  const before = lines().length;
  const began = Date.now();
  const one = postBytes('/api/LOGGED/v1/permits/check', '{"plate": "A1"}', {});
  const connections = await Promise.all(Array.from({ length: 20 }, () => Connection.open(server.port)));
  await Promise.all(
    connections.map(async (connection) => {
      for (let i = 0; i < requests / connections.length; ++i) {
        await connection.write(one);
        assert.equal((await connection.reply()).status, 401);
      }
      connection.destroy();
    }),
  );
  const told = /requests of callers without a token \((\d+) more within a second\)/;
  await within(5_000, async () => {
    const news = lines().slice(before);
    const listed = news.filter((line) => line.includes('code=9001')).length;
    const more = news.reduce((sum, line) => sum + Number(told.exec(line)?.[1] ?? 0), 0);
    assert.equal(listed + more, requests, 'each is listed or counted');
    const seconds = Math.ceil((Date.now() - began) / 1000) + 1;
    assert.ok(listed <= 101 * seconds, `${listed} lines in ${seconds} s`);
    assert.ok(more > 0);
  });
});

// A pipe that is open for reading and is never read.
test('a server whose log is not read goes on, and ends when it is told to', async () => {
  const folder = scratch('lotkeeper-log');
  const pipe = path.join(folder, 'log');
  assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
  const args = ['serve', '--listen', '127.0.0.1:0', '--database', databaseIn(folder)];
  const child = spawn('bash', ['-c', 'exec 9<>"$0" 2>"$0"; exec "$@"', pipe, binary, ...args], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  closeAtTheEnd(() => child.kill('SIGKILL'));
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (told += text));
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await within(20_000, async () => /listening on (http:\S+)/.exec(told)[1]);
  const quiet = { url, port: Number(new URL(url).port), database: databaseIn(folder) };
  const known = await addClient(quiet, 'QUIET', {});
  // Some 150 bytes of log each: more than a pipe holds.
  for (let i = 0; i < 40; ++i) {
    await Promise.all(Array.from({ length: 25 }, () => known.check({ plate: 'A1' })));
  }
  assert.equal((await known.check({ plate: 'A1' })).status, 200);
  const began = Date.now();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
  const code = await ended;
  clearTimeout(timer);
  assert.equal(code, 0, `it ended after ${Date.now() - began} ms`);
  assert.ok(Date.now() - began < 10_000);
});
