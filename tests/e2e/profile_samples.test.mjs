// The API document's chapters on users, replayed: each raw request as printed (Host and the length that
// any HTTP client adds aside), and the body of each JavaScript sample as a browser would send it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { replyOf } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { exchange, headBytes } from '../support/raw.mjs';
import { startDemo } from '../support/server.mjs';

const k_raw = {
  'profiles/types/list': '{ "apiToken": "YOUR-API-TOKEN", }',
  'profiles/push':
    '{ "apiToken": "YOUR-API-TOKEN", "unique_id": "tester23", "login_source": "OPSCOM", ' +
    '"first_name":"firstname", "last_name":"lastname", "user_name":"username", ' +
    '"email":"test@test.com", "street":"123 Main Street, 123 Main Street,123 Main Street,' +
    '123 Main Street,123 Main Street,123 Main Street", "city":"Everywhere", "province":"bc", ' +
    '"state":"NY", "postal_code":"HOHOHO", "zip":"12345-1212", "street2":"123 General Street", ' +
    '"city2":"Somewhere", "province2":"AB", "state2":"MA", "postal_code2":"A9A9A9", ' +
    '"zip2":"54321-1212", "phone_cell":"613-555-1212", "user_type_id":"6", ' +
    '"employ_no":"employee number: default", "employee_phone":"emp ph. klondike 555", ' +
    '"student_no":"SN 543209854", "student_phone":"999", "driver_licence_num":"QC 99999999", ' +
    '"driver_license_num":"NYNY", "date_of_birth":"1901-01-31", "locker_user_type_id":"3", ' +
    '"driver_licence_prov":"BC", "driver_license_state":"CA" }',
};

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

let server;
before(async () => (server = await startDemo()));
after(() => server?.stop());

function replayRaw(endpoint, body = k_raw[endpoint]) {
  const head = headBytes('POST', `/api/OC_TOMA/v1/${endpoint}`, {
    Host: `127.0.0.1:${server.port}`,
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache',
    'Content-Length': String(Buffer.byteLength(body)),
  });
  return exchange(server.port, Buffer.concat([head, Buffer.from(body)]));
}

async function replayJavaScript(endpoint, body) {
  const response = await fetch(`${server.url}/api/OC_TOMA/v1/${endpoint}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
  });
  return replyOf(response);
}

test('the samples of the user types are answered to the letter', async () => {
  for (const reply of [
    await replayRaw('profiles/types/list'),
    await replayJavaScript('profiles/types/list', { apiToken: 'YOUR-API-TOKEN' }),
  ]) {
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.text, k_documented_types);
  }
});

test('the samples of a push are one user, answered to the letter', async () => {
  const raw = await replayRaw('profiles/push');
  assert.equal(raw.status, 200, raw.text);
  assert.equal(raw.text, '{"status":"success","reference_id":77}');

  const again = await replayJavaScript('profiles/push', JSON.parse(k_raw['profiles/push']));
  assert.equal(again.text, raw.text, 'the same user');
});

test('the sample with another unique id is refused: address and user name are taken', async () => {
  await replayRaw('profiles/push');
  const reply = await replayRaw(
    'profiles/push',
    k_raw['profiles/push'].replace('tester23', 'tester24'),
  );
  const json = assertRefused(reply, 9020, { field: 'user_name' });
  assert.deepEqual(
    json.Errors.map((fault) => fault.ErrorCode),
    [9020, 9019],
  );
});
