// The API document's permits chapter, replayed: each raw request as printed (Host and the length that
// any HTTP client adds aside), and the body of each JavaScript sample as a browser would send it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertWarnings, k_reference, replyOf } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { exchange, headBytes } from '../support/raw.mjs';
import { startDemo } from '../support/server.mjs';

const k_raw = {
  push:
    '{ "apiToken": "YOUR-API-TOKEN", "Amount": "14.50", "CurrencyID": "CAD", ' +
    '"LicencePlate": "PL8RDR", "zone": "Lot 4", "permitNo": "L4-1138", ' +
    '"startTime": "2018-07-02T09:00:00", "endTime": "2018-07-02T09:30:00" }',
  update:
    '{ "apiToken": "YOUR-API-TOKEN", "referenceID": "PREVIOUS-REFERENCE-ID", "plate": "PL8RDR", ' +
    '"Amount": "14.50", "currency": "CAD", "endTime": "2018-07-02T09:30:00" }',
  delete: '{ "apiToken": "YOUR-API-TOKEN", "referenceID": "PREVIOUS-REFERENCE-ID" }',
  stats: '{\n"apiToken": "YOUR-API-TOKEN",\n"zones": "NOT-REQUIRED--LIST-OF-ZONES"\n}',
};

const k_javascript = {
  push: {
    apiToken: 'YOUR-API-TOKEN',
    Amount: '14.50',
    CurrencyID: 'CAD',
    LicencePlate: 'PL8RDR',
    zone: 'Lot 4',
    permitNo: 'L4-1138',
    startTime: '2018-07-02T09:00:00',
    endTime: '2018-07-02T09:30:00',
  },
  update: {
    apiToken: 'YOUR-API-TOKEN',
    referenceID: 'PREVIOUS-REFERENCE-ID',
    plate: 'PL8RDR',
    Amount: '14.50',
    currency: 'CAD',
    endTime: '2018-07-02T09:30:00',
  },
  delete: { apiToken: 'YOUR-API-TOKEN', referenceID: 'PREVIOUS-REFERENCE-ID' },
  stats: { apiToken: 'YOUR-API-TOKEN', zones: 'Lot 01,Lot 02' },
};

let server;
before(async () => (server = await startDemo()));
after(() => server?.stop());

function replayRaw(verb, body = k_raw[verb]) {
  const head = headBytes('POST', `/api/OC-TOMA/v1/permits/${verb}`, {
    Host: `127.0.0.1:${server.port}`,
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache',
    'Content-Length': String(Buffer.byteLength(body)),
  });
  return exchange(server.port, Buffer.concat([head, Buffer.from(body)]));
}

async function replayJavaScript(verb, body = k_javascript[verb]) {
  const response = await fetch(`${server.url}/api/OC-TOMA/v1/permits/${verb}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
  });
  return replyOf(response);
}

// The documented reply on the raw text: these three keys, in this order, all strings, nothing else.
function assertDocumentedReply(reply) {
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.headers['content-type'].split(';')[0], 'application/json');
  const match =
    /^\{\s*"status"\s*:\s*"success"\s*,\s*"reference_id"\s*:\s*"([^"]+)"\s*,\s*"InternalReferenceID"\s*:\s*"([^"]+)"\s*\}\s*$/.exec(
      reply.text,
    );
  assert.ok(match, `not the documented reply: ${reply.text}`);
  assert.match(match[1], k_reference, 'a lower-case UUID, version 7');
  assert.equal(match[2], match[1], 'InternalReferenceID repeats reference_id');
  return match[1];
}

// The rows of `data` on the raw text: type, zone and total in that order, all strings.
function assertDocumentedRows(text) {
  const match = /^\{\s*"data"\s*:\s*\[(.*?)\]\s*[,}]/s.exec(text);
  assert.ok(match, `"data" comes first and is an array: ${text}`);
  const row =
    /\{\s*"type"\s*:\s*"([^"]*)"\s*,\s*"zone"\s*:\s*"([^"]*)"\s*,\s*"total"\s*:\s*"(\d+)"\s*\}/gs;
  assert.equal(match[1].replace(row, '').replace(/[\s,]/g, ''), '', `only such rows: ${text}`);
  return [...match[1].matchAll(row)].map(([, type, zone, total]) => ({ type, zone, total }));
}

async function totalAt(zone) {
  const reply = await replayJavaScript('stats', { apiToken: 'YOUR-API-TOKEN', zones: zone });
  const rows = assertDocumentedRows(reply.text);
  return rows.reduce((sum, row) => sum + Number(row.total), 0);
}

test('the raw push sample is stored and answered as documented', async () => {
  const before = await totalAt('Lot 4');

  const reply = await replayRaw('push');

  const reference = assertDocumentedReply(reply);
  assert.equal(await totalAt('Lot 4'), before + 1, 'the permit counts at Lot 4');
  const removed = await replayRaw(
    'delete',
    k_raw.delete.replace('PREVIOUS-REFERENCE-ID', reference),
  );
  assert.equal(assertDocumentedReply(removed), reference, 'the same reference id is returned');
});

test('the JavaScript push sample is stored and answered as documented', async () => {
  const reference = assertDocumentedReply(await replayJavaScript('push'));

  const body = { ...k_javascript.delete, referenceID: reference };
  assert.equal(assertDocumentedReply(await replayJavaScript('delete', body)), reference);
});

test('pushing the raw sample twice stands once and names the one that stands', async () => {
  const reference = assertDocumentedReply(await replayRaw('push'));

  const again = await replayRaw('push');

  const json = assertRefused(again, 9022, { field: null });
  assert.equal(json.reference_id, reference);
  await replayRaw('delete', k_raw.delete.replace('PREVIOUS-REFERENCE-ID', reference));
});

for (const verb of ['update', 'delete']) {
  test(`the raw ${verb} sample with its placeholder reference is 9009 with HTTP 404`, async () => {
    assertRefused(await replayRaw(verb), 9009, { field: 'referenceid' });
  });

  test(`the JavaScript ${verb} sample with its placeholder reference is 9009 with HTTP 404`, async () => {
    assertRefused(await replayJavaScript(verb), 9009, { field: 'referenceid' });
  });

  test(`the ${verb} samples with a real reference return that reference`, async () => {
    const reference = assertDocumentedReply(await replayRaw('push'));
    const raw = await replayRaw(verb, k_raw[verb].replace('PREVIOUS-REFERENCE-ID', reference));
    assert.equal(assertDocumentedReply(raw), reference);
    if (verb === 'update') {
      const body = { ...k_javascript.update, referenceID: reference };
      assert.equal(assertDocumentedReply(await replayJavaScript('update', body)), reference);
      await replayRaw('delete', k_raw.delete.replace('PREVIOUS-REFERENCE-ID', reference));
    }
  });
}

test('the raw stats sample lists nothing for its placeholder and warns of it', async () => {
  const reply = await replayRaw('stats');

  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(assertDocumentedRows(reply.text), []);
  assert.deepEqual(Object.keys(reply.json), ['data', 'warnings'], reply.text);
  assertWarnings(reply.json);
});

test('the JavaScript stats sample gives rows of strings for its two zones', async () => {
  for (const zone of ['Lot 01', 'Lot 02']) {
    const push = { ...k_javascript.push, zone, LicencePlate: `STATS ${zone}` };
    assertDocumentedReply(await replayJavaScript('push', push));
  }

  const reply = await replayJavaScript('stats');

  assert.equal(reply.status, 200, reply.text);
  const rows = assertDocumentedRows(reply.text);
  assert.deepEqual([...new Set(rows.map((row) => row.zone))], ['Lot 01', 'Lot 02'], reply.text);
  assert.deepEqual(Object.keys(reply.json), ['data'], 'no warning for zones that exist');
});

test('the documented error example is answered on a request without a token', async () => {
  const reply = await replayRaw('push', k_raw.push.replace('"apiToken": "YOUR-API-TOKEN", ', ''));

  assertRefused(reply, 9001, { field: 'apiToken' });
  assert.match(
    reply.text,
    /^\{\s*"ErrorCode"\s*:\s*9001\s*,\s*"ErrorMessage"\s*:\s*"API Token is missing from the request\."/,
  );
  assert.ok(reply.headers['www-authenticate'], 'a 401 bears WWW-Authenticate');
});

test('both spellings of the client code that the document prints are one client', async () => {
  for (const code of ['OC-TOMA', 'OC_TOMA', 'oc-toma', 'oc_Toma']) {
    const response = await fetch(`${server.url}/api/${code}/v1/permits/stats`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(k_javascript.stats),
    });
    assert.equal(response.status, 200, code);
  }
});
