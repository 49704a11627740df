// The API document's samples, replayed: each raw request as printed (Host and the length that any HTTP
// client adds aside), and the body of each JavaScript sample as a browser would send it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { assertWarnings, k_reference, replyOf } from '../support/api.mjs';
import { chapterOf, k_chapters } from '../support/document.mjs';
import { assertRefused } from '../support/faults.mjs';
import { exchange, headBytes } from '../support/raw.mjs';
import { startDemo } from '../support/server.mjs';

const k_raw = samples((chapter) => chapter.raw);
const k_javascript = samples((chapter) => JSON.parse(chapter.javascript));

function samples(sample) {
  return Object.fromEntries(k_chapters.map((chapter) => [chapter.endpoint, sample(chapter)]));
}

const k_documented_types =
  '{"status":"success","user_types":[' +
  '{"id":"1","type_name":"Full Time Student","ext_info":"Student"},' +
  '{"id":"6","type_name":"Demo","ext_info":"Public"},' +
  '{"id":"7","type_name":"Full Time Staff","ext_info":"Staff"},' +
  '{"id":"8","type_name":"Part Time Staff","ext_info":"Staff"},' +
  '{"id":"9","type_name":"Part Time Student","ext_info":"Student"},' +
  '{"id":"10","type_name":"Exchange Student","ext_info":"Student"},' +
  '{"id":"11","type_name":"Athletics Member","ext_info":"Athletics"},' +
  '{"id":"12","type_name":"Complimentary","ext_info":"Public"},' +
  '{"id":"13","type_name":"Daily Reserved","ext_info":"Public"}]}';

const k_overdue = 'violations/send_overdue_to_collections';

let server;
before(async () => (server = await startDemo({ withTown: true })));
after(() => server?.stop());

function replayRaw(endpoint, { body = k_raw[endpoint], to = server } = {}) {
  const head = headBytes('POST', `/api/${chapterOf(endpoint).client}/v1/${endpoint}`, {
    Host: `127.0.0.1:${to.port}`,
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache',
    'Content-Length': String(Buffer.byteLength(body)),
  });
  return exchange(to.port, Buffer.concat([head, Buffer.from(body)]));
}

async function replayJavaScript(endpoint, { body = k_javascript[endpoint], to = server } = {}) {
  const response = await fetch(`${to.url}/api/${chapterOf(endpoint).client}/v1/${endpoint}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
  });
  return replyOf(response);
}

// For a sample that can succeed only once, or whose twin would stand in its way.
async function onDemoOfItsOwn(use) {
  const own = await startDemo({ withTown: true });
  try {
    await use(own);
  } finally {
    await own.stop();
  }
}

// The raw sample of a stored permit, with its reference.
function rawWith(endpoint, reference) {
  return { body: k_raw[endpoint].replace('PREVIOUS-REFERENCE-ID', reference) };
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
  const reply = await replayJavaScript('permits/stats', {
    body: { apiToken: 'YOUR-API-TOKEN', zones: zone },
  });
  const rows = assertDocumentedRows(reply.text);
  return rows.reduce((sum, row) => sum + Number(row.total), 0);
}

test('the raw push sample is stored and answered as documented', async () => {
  const before = await totalAt('Lot 4');

  const reply = await replayRaw('permits/push');

  const reference = assertDocumentedReply(reply);
  assert.equal(await totalAt('Lot 4'), before + 1, 'the permit counts at Lot 4');
  const removed = await replayRaw('permits/delete', rawWith('permits/delete', reference));
  assert.equal(assertDocumentedReply(removed), reference, 'the same reference id is returned');
});

test('the JavaScript push sample is stored and answered as documented', async () => {
  const reference = assertDocumentedReply(await replayJavaScript('permits/push'));

  const body = { ...k_javascript['permits/delete'], referenceID: reference };
  const removed = await replayJavaScript('permits/delete', { body });
  assert.equal(assertDocumentedReply(removed), reference);
});

test('pushing the raw sample twice stores it once, and the second reply names the first', async () => {
  const reference = assertDocumentedReply(await replayRaw('permits/push'));

  const again = await replayRaw('permits/push');

  const json = assertRefused(again, 9022, { field: null });
  assert.equal(json.reference_id, reference);
  await replayRaw('permits/delete', rawWith('permits/delete', reference));
});

for (const verb of ['update', 'delete']) {
  const endpoint = `permits/${verb}`;

  test(`the raw ${verb} sample with its placeholder reference is 9009 with HTTP 404`, async () => {
    assertRefused(await replayRaw(endpoint), 9009, { field: 'referenceid' });
  });

  test(`the JavaScript ${verb} sample with its placeholder reference is 9009 with HTTP 404`, async () => {
    assertRefused(await replayJavaScript(endpoint), 9009, { field: 'referenceid' });
  });

  test(`the ${verb} samples with a real reference return that reference`, async () => {
    const reference = assertDocumentedReply(await replayRaw('permits/push'));
    const raw = await replayRaw(endpoint, rawWith(endpoint, reference));
    assert.equal(assertDocumentedReply(raw), reference);
    if (verb === 'update') {
      const body = { ...k_javascript[endpoint], referenceID: reference };
      const updated = await replayJavaScript(endpoint, { body });
      assert.equal(assertDocumentedReply(updated), reference);
      await replayRaw('permits/delete', rawWith('permits/delete', reference));
    }
  });
}

test('the raw stats sample lists nothing for its placeholder and warns of it', async () => {
  const reply = await replayRaw('permits/stats');

  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(assertDocumentedRows(reply.text), []);
  assert.deepEqual(Object.keys(reply.json), ['data', 'warnings'], reply.text);
  assertWarnings(reply.json);
});

test('the JavaScript stats sample gives rows of strings for its two zones', async () => {
  for (const zone of ['Lot 01', 'Lot 02']) {
    const body = { ...k_javascript['permits/push'], zone, LicencePlate: `STATS ${zone}` };
    assertDocumentedReply(await replayJavaScript('permits/push', { body }));
  }

  const reply = await replayJavaScript('permits/stats');

  assert.equal(reply.status, 200, reply.text);
  const rows = assertDocumentedRows(reply.text);
  assert.deepEqual([...new Set(rows.map((row) => row.zone))], ['Lot 01', 'Lot 02'], reply.text);
  assert.deepEqual(Object.keys(reply.json), ['data'], 'no warning for zones that exist');
});

test('the documented error example is answered on a request without a token', async () => {
  const body = k_raw['permits/push'].replace('"apiToken": "YOUR-API-TOKEN", ', '');
  const reply = await replayRaw('permits/push', { body });

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
      body: JSON.stringify(k_javascript['permits/stats']),
    });
    assert.equal(response.status, 200, code);
  }
});

// The documented reply of a vehicle: these three keys, in this order, the id a text; gives the id.
function assertVehicleReply(reply, warnings = []) {
  assert.equal(reply.status, 200, reply.text);
  const [, id] = /^\{"status":"success","vehicle_id_id":"(\d+)","warnings":/.exec(reply.text) ?? [];
  assert.ok(id, `not the documented reply: ${reply.text}`);
  assert.deepEqual(reply.json, { status: 'success', vehicle_id_id: id, warnings });
  return id;
}

test('the raw vehicle sample is stored and answered as documented', async () => {
  await onDemoOfItsOwn(async (to) => {
    assertVehicleReply(await replayRaw('vehicles/push', { to }));
    assertRefused(await replayRaw('vehicles/push', { to }), 9012, { status: 409, field: null });
  });
});

test('the JavaScript vehicle sample is stored and answered as documented', async () => {
  await onDemoOfItsOwn(async (to) => {
    assertVehicleReply(await replayJavaScript('vehicles/push', { to }));
    const again = await replayRaw('vehicles/push', { to });
    assertRefused(again, 9012, { status: 409, field: null });
  });
});

test('the documented reply of a vehicle comes with a colour that is cut', async () => {
  const body = { ...k_javascript['vehicles/push'], colour: 'c'.repeat(51) };
  assertVehicleReply(await replayJavaScript('vehicles/push', { body }), [
    'The vehicle colour name was too long and has been truncated.',
  ]);
});

test('the samples of the user types are answered to the letter', async () => {
  for (const reply of [
    await replayRaw('profiles/types/list'),
    await replayJavaScript('profiles/types/list'),
  ]) {
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.text, k_documented_types);
  }
});

test('the samples of a push of a user are one user, whose id is a number', async () => {
  const raw = await replayRaw('profiles/push');
  assert.equal(raw.status, 200, raw.text);
  assert.match(raw.text, /^\{"status":"success","reference_id":[1-9]\d*\}$/);

  const again = await replayJavaScript('profiles/push');
  assert.equal(again.text, raw.text, 'the same user');
});

test('the sample with another unique id is refused: address and user name are taken', async () => {
  await replayRaw('profiles/push');
  const body = k_raw['profiles/push'].replace('tester23', 'tester24');
  const json = assertRefused(await replayRaw('profiles/push', { body }), 9020, {
    field: 'user_name',
  });
  assert.deepEqual(
    json.Errors.map((fault) => fault.ErrorCode),
    [9020, 9019],
  );
});

// The document's record, to the letter, but for what we decided otherwise: secrets are withheld, and a
// date of birth is midnight in the zone of the demo's client, which is UTC.
function documentedRecord() {
  const file = new URL('../../db/demo/overdue_violations.json', import.meta.url);
  const [record, ...others] = JSON.parse(readFileSync(file, 'utf8')).records;
  assert.deepEqual(others, []);
  for (const driver of record.vehicle.drivers) {
    for (const secret of [
      'salt',
      'encid',
      'api_token',
      'register_token',
      'bambora_customer_code',
    ]) {
      assert.ok(secret in driver, secret);
      driver[secret] = null;
    }
    assert.equal(driver.DOB, '2020-10-14T04:00:00.000000Z');
    driver.DOB = '2020-10-14T00:00:00.000000Z';
  }
  return JSON.stringify(record);
}

const k_sent =
  /^\{"records":\[(.*)\],"state":\{"version":"[^"]+","csrf_token":""\},"batch":(.+)\}$/;

for (const [kind, replay] of [
  ['raw', replayRaw],
  ['JavaScript', replayJavaScript],
]) {
  test(`the ${kind} overdue sample hands out the documented record to the letter`, async () => {
    await onDemoOfItsOwn(async (to) => {
      const first = await replay(k_overdue, { to });
      assert.equal(first.status, 200, first.text);
      const [, records, batch] = k_sent.exec(first.text) ?? [];
      assert.equal(records, documentedRecord());
      assert.equal(batch, '{"id":1,"count":1}');

      const second = await replay(k_overdue, { to });
      const [, none, noBatch] = k_sent.exec(second.text) ?? [];
      assert.equal(none, '', 'no violation is handed out twice');
      assert.equal(noBatch, 'null');
    });
  });
}
