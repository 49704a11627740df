// What stands in a request's head is bytes, of whatever kind: the server answers in JSON all the same,
// stores nothing that the other engine would refuse, and its log stays text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addClient, assertStored } from '../support/api.mjs';
import { within } from '../support/lotkeeper.mjs';
import { exchange, headBytes, postBytes } from '../support/raw.mjs';
import { select } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

const k_names = [
  'Idempotency-Key',
  'X-Request-Id',
  'User-Agent',
  'Origin',
  'Host',
  'Cookie',
  'Authorization',
  'Accept-Encoding',
  'Content-Type',
  'If-None-Match',
  'Access-Control-Request-Method',
  'Sec-Fetch-Site',
  'X-Forwarded-For',
  'X-Lotkeeper-Console',
];
// Written as Latin-1, so that each character is one byte.
const k_values = {
  'no UTF-8': 'k\xff\xfe',
  'a letter in Latin-1': 'caf\xe9',
  'UTF-8 beyond ASCII': Buffer.from('clé').toString('latin1'),
  'a control character': 'k\x01',
  DEL: 'k\x7f',
  NUL: 'k\0',
};
const k_times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };

let server;
let caller;

before(async () => {
  server = await startServer({ args: ['--log-level', 'debug'] });
  caller = await addClient(server, 'HEADS', { zones: ['Lot 1'] });
});
after(() => server?.stop());

/** A reply that is not a server failure, and is JSON if it has a body. */
function assertAnswered(reply, what) {
  assert.ok(reply.status < 500, `${what}: ${reply.status} ${reply.text}`);
  assert.ok(Buffer.from(reply.text, 'utf8').equals(reply.body), `${what}: the reply is UTF-8`);
  if (reply.headers['content-type']?.startsWith('application/json')) assert.ok(reply.json, what);
  assert.match(reply.headers['x-request-id'] ?? 'none', /^[\x21-\x7e]+$/, what);
}

let plates = 0;
const push = (headers) =>
  exchange(
    server.port,
    postBytes(
      '/api/HEADS/v1/permits/push',
      JSON.stringify({ apiToken: caller.token, ...k_times, plate: `H${++plates}` }),
      headers,
    ),
  );

for (const name of k_names) {
  for (const [kind, value] of Object.entries(k_values)) {
    test(`${name} with ${kind} fails no push, sign-in or page`, async () => {
      const what = `${name}: ${kind}`;
      assertAnswered(await push({ [name]: value }), what);
      const signIn = postBytes('/console/api/session', '{"name":"x","password":"y"}', {
        'X-Lotkeeper-Console': '1',
        [name]: value,
      });
      assertAnswered(await exchange(server.port, signIn), `${what}, sign-in`);
      const page = headBytes('GET', '/docs', { Host: 'a', [name]: value });
      assertAnswered(await exchange(server.port, page), `${what}, page`);
    });
  }
}

for (const target of [
  '/api/HEADS/v1/permits/\xff\xfe',
  '/api/HEADS/v1/permits/%ff',
  '/api/\xff/v1/permits/push',
  '/api/%ff%00/v1/permits/push',
  '/docs/\xe9',
  '/docs?\xff',
  '/console/api/zones?x=%ff',
  '/console/api/zones?\xff=\xff',
  '/console/api/zones/%ff%00',
]) {
  test(`the target ${JSON.stringify(target)} fails nothing`, async () => {
    const post = Buffer.from(
      `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`,
      'latin1',
    );
    assertAnswered(await exchange(server.port, post), 'POST');
    assertAnswered(await exchange(server.port, headBytes('GET', target, { Host: 'a' })), 'GET');
  });
}

test('no such byte was stored or logged, and the server goes on', async () => {
  assertStored(await caller.push({ ...k_times, plate: 'AFTER' }, { 'X-Request-Id': 'after-heads' }));
  await within(3_000, async () => assert.ok(server.log().includes('after-heads')));
  assert.doesNotMatch(server.log(), /[^\n\x20-\x7e]/);
  for (const { key } of await select(server.database, 'SELECT key FROM idempotency_key')) {
    assert.match(key, /^[\x20-\x7e]+$/);
  }
});
