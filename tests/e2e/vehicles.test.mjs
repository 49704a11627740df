// vehicles/push on the built binary: the document's samples, and what permits/check shows then.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Caller, replyOf } from '../support/api.mjs';
import { chapterOf } from '../support/document.mjs';
import { assertRefused } from '../support/faults.mjs';
import { exchange, headBytes } from '../support/raw.mjs';
import { select } from '../support/rows.mjs';
import { startDemo } from '../support/server.mjs';

const { raw: k_raw, javascript } = chapterOf('vehicles/push');
const k_javascript = JSON.parse(javascript);

let server;
before(async () => (server = await startDemo()));
after(() => server?.stop());

async function push(attributes, headers = {}) {
  const response = await fetch(`${server.url}/api/OC_TOMA/v1/vehicles/push`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
    body: JSON.stringify(attributes),
  });
  return replyOf(response);
}

// The documented reply on the raw text: these three keys, in this order; gives the id.
function assertDocumentedReply(reply, warnings = []) {
  assert.equal(reply.status, 200, reply.text);
  const match =
    /^\{\s*"status"\s*:\s*"success"\s*,\s*"vehicle_id_id"\s*:\s*"(\d+)"\s*,\s*"warnings"\s*:\s*\[.*\]\s*\}\s*$/s.exec(
      reply.text,
    );
  assert.ok(match, `not the documented reply: ${reply.text}`);
  assert.deepEqual(reply.json.warnings, warnings);
  return match[1];
}

test('the raw sample is stored once, and permits/check shows it', async () => {
  const head = headBytes('POST', '/api/OC_TOMA/v1/vehicles/push', {
    Host: `127.0.0.1:${server.port}`,
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache',
    'Content-Length': String(Buffer.byteLength(k_raw)),
  });
  const bytes = Buffer.concat([head, Buffer.from(k_raw)]);
  const id = assertDocumentedReply(await exchange(server.port, bytes));

  assertRefused(await exchange(server.port, bytes), 9012, { status: 409, field: null });
  const caller = new Caller(server, 'OC_TOMA', 'YOUR-API-TOKEN');
  assert.deepEqual((await caller.checked({ plate: 'pl8 rdr' })).vehicles, [
    {
      vehicle_id: id,
      plateType: 'Motorcycle',
      province: 'MA',
      make: 'Bugatti',
      type: 'Camper',
      colour: 'Red',
    },
  ]);
});

test('the JavaScript sample is stored if its plate is free', async () => {
  assertDocumentedReply(await push({ ...k_javascript, plate: 'PL8RDS' }));
});

test('the warning of the documented reply comes with a name that is cut', async () => {
  const reply = await push({ ...k_javascript, plate: 'CUT 1', colour: 'c'.repeat(51) });
  assertDocumentedReply(reply, [
    'The vehicle colour name was too long and has been truncated.',
  ]);
});

test('a repeated Idempotency-Key gets the first answer', async () => {
  const vehicle = { ...k_javascript, plate: 'KEY 1' };
  const id = assertDocumentedReply(await push(vehicle, { 'Idempotency-Key': 'v1' }));
  const again = await push(vehicle, { 'Idempotency-Key': 'v1' });
  assert.equal(assertDocumentedReply(again), id);
  assert.equal(again.headers['idempotent-replay'], 'true');
});

test('a refusal stores nothing, not even a name or an id', async () => {
  const counts = () =>
    select(
      server.database,
      `SELECT (SELECT count(*) FROM vehicle) AS vehicles, (SELECT count(*) FROM list_item) AS items,
              (SELECT sum(last_id) FROM id_counter WHERE kind <> 'request') AS ids`,
    );
  const before = await counts();
  const novel = { make: 'Novel make', type: 'Novel type', colour: 'Novel colour' };
  assertRefused(await push({ ...k_javascript, ...novel, plate: 'N 1', prov: 'XX' }), 9033, {
    field: 'prov',
  });
  assertRefused(await push({ ...k_javascript, ...novel, plate: '-' }), 9006, { field: 'plate' });
  assertRefused(await push({ ...k_javascript, ...novel, plate: 'x'.repeat(51) }), 9021, {
    field: 'plate',
  });
  assertRefused(await push({ ...k_javascript, ...novel }), 9012, { status: 409 });
  assert.deepEqual(await counts(), before);
});

test('no plate reaches the log', async () => {
  assertDocumentedReply(await push({ ...k_javascript, plate: 'SECRET77' }));
  assertRefused(await push({ ...k_javascript, plate: 'SECRET77' }), 9012, { status: 409 });
  assert.doesNotMatch(server.log(), /SECRET77/);
});
