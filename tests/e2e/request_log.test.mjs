// What the console shows of an integration's requests: outcome, code and detail of each, and nothing
// of what was sent.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Caller, assertStored } from '../support/api.mjs';
import { within } from '../support/lotkeeper.mjs';
import { select } from '../support/rows.mjs';
import { startDemo } from '../support/server.mjs';

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
