// What the console shows of an integration's requests: outcome, code and detail of each, and nothing
// of what was sent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Caller, addClient, assertStored } from '../support/api.mjs';
import { within } from '../support/lotkeeper.mjs';
import { select } from '../support/rows.mjs';
import { startDemo, startServer } from '../support/server.mjs';

const k_token = 'YOUR-API-TOKEN';
const k_times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };

let server;
let cookie;

before(async () => {
  server = await startDemo();
  const reply = await fetch(`${server.url}/console/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Lotkeeper-Console': '1' },
    body: JSON.stringify({ name: 'demo', password: 'demo' }),
  });
  assert.equal(reply.status, 200, await reply.text());
  cookie = reply.headers.get('set-cookie').split(';')[0];
});
after(() => server?.stop());

async function ask(path) {
  const reply = await fetch(`${server.url}/console/api${path}`, { headers: { Cookie: cookie } });
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  return { text, json: JSON.parse(text) };
}

test('each request is shown with its outcome, and without token, plate or name', async () => {
  const caller = new Caller(server, 'OC_TOMA', k_token);
  const canaries = ['CANARY1', 'CANARY2', 'CANARY3', 'Canary Zone', 'canary@example.org', k_token];
  assertStored(
    await caller.push({ ...k_times, plate: canaries[0], zone: 'zone1' }, { 'X-Request-Id': 'log-1' }),
  );
  await caller.push({ ...k_times, plate: canaries[0], zone: 'zone1' }, { 'X-Request-Id': 'log-2' });
  await caller.push({ ...k_times, LicensePlate: canaries[1] }, { 'X-Request-Id': 'log-3' });
  await caller.push({ ...k_times, plate: canaries[2], zone: canaries[3] }, { 'X-Request-Id': 'log-4' });
  await caller.push({ plate: `${canaries[2]}${'x'.repeat(60)}` }, { 'X-Request-Id': 'log-5' });
  await fetch(`${server.url}/api/OC_TOMA/v1/profiles/push`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Request-Id': 'log-6' },
    body: JSON.stringify({ apiToken: k_token, unique_id: 'x', email: canaries[4] }),
  });

  const [{ id }] = (await ask('/integrations')).json.integrations;
  const find = async () => {
    const log = await ask(`/integrations/${id}/requests?limit=50`);
    const own = log.json.requests.filter(({ requestId }) => requestId.startsWith('log-'));
    assert.equal(own.length, 6);
    return { ...log, own };
  };
  const { text, own } = await within(10_000, find);
  const of = (name) => own.find(({ requestId }) => requestId === name);
  assert.deepEqual([of('log-1').status, of('log-1').code], [200, null]);
  assert.equal(of('log-2').code, 9022);
  assert.equal(of('log-3').code, 9006);
  assert.match(of('log-3').detail, /did you mean/);
  assert.equal(of('log-4').status, 200);
  for (const canary of canaries) assert.ok(!text.includes(canary), canary);
  const stored = JSON.stringify(await select(server.database, 'SELECT * FROM request_log'));
  for (const canary of canaries) assert.ok(!stored.includes(canary), canary);
});

test('equal refusals of one minute are one row with their number', async () => {
  const caller = new Caller(server, 'OC_TOMA', k_token);
  const [{ id }] = (await ask('/integrations')).json.integrations;
  // All within one minute: the test starts again if the minute ended meanwhile.
  await within(20_000, async () => {
    const minute = Math.floor(Date.now() / 60_000);
    const before = (await ask(`/integrations/${id}/requests?limit=50`)).json.requests;
    for (let i = 0; i < 5; ++i) {
      await caller.push({ ...k_times, plate: 'A1', amount: 'five' }, { 'X-Request-Id': `many-${i}` });
      if (i === 2) await new Promise((resolve) => setTimeout(resolve, 2_500));
    }
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const { requests } = (await ask(`/integrations/${id}/requests?limit=50`)).json;
    assert.equal(Math.floor(Date.now() / 60_000), minute, 'the minute was over');
    const own = requests.filter(({ field, code }) => field === 'amount' && code !== null);
    const old = before.filter(({ field, code }) => field === 'amount' && code !== null);
    assert.equal(own.length, old.length + 1);
    assert.equal(own[0].times, 5);
    assert.equal(own[0].requestId, 'many-0');
  });
});

test('with --request-log-days 0 nothing is kept', async () => {
  const silent = await startServer({ args: ['--request-log-days', '0'] });
  try {
    const caller = await addClient(silent, 'SILENT', {});
    await caller.push({ ...k_times, plate: 'A1', amount: 'five' });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const [row] = await select(silent.database, 'SELECT COUNT(*) AS rows FROM request_log');
    assert.equal(Number(row.rows), 0);
  } finally {
    await silent.stop();
  }
});
