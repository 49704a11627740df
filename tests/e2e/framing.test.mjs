// HTTP as bytes: message framing, sizes, methods, media types and routes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefused } from '../support/faults.mjs';
import { accepts, k_good_push, k_push, refuses, stillAnswers } from '../support/hostile.mjs';
import { chunkedBytes, Connection, exchange, headBytes, postBytes } from '../support/raw.mjs';
import { writesNothing } from '../support/rows.mjs';
import { startDemo } from '../support/server.mjs';

const k_body = JSON.stringify(k_good_push);
const k_length = Buffer.byteLength(k_body);
const k_kib = 1024;
const k_mib = 1024 * k_kib;

let server;
before(async () => (server = await startDemo()));
after(() => server?.stop());

// A push of `bytes` bytes in all, which would be stored if size did not matter.
function pushOfSize(bytes) {
  const empty = JSON.stringify({ ...k_good_push, x: '' });
  return JSON.stringify({ ...k_good_push, x: 'x'.repeat(bytes - empty.length) });
}

// Sends head lines as they are, a good body, and behind it a second push that must never be read.
async function refusesFraming(lines, body = k_body) {
  const smuggled = postBytes(k_push, JSON.stringify({ ...k_good_push, plate: 'SMUGGLED' }));
  const head = Buffer.from(
    `POST ${k_push} HTTP/1.1\r\nHost: a\r\n${lines.join('\r\n')}\r\n\r\n`,
    'latin1',
  );
  return refusesBytes(Buffer.concat([head, Buffer.from(body), smuggled]));
}

async function refusesBytes(bytes) {
  await writesNothing(server, async () => {
    const connection = await Connection.open(server.port);
    connection.write(bytes);
    const reply = await connection.reply();
    assertRefused(reply, 9003, { status: 400 });
    assert.equal(await connection.closed(), '', 'nothing behind a framing fault is answered');
    connection.destroy();
    await stillAnswers(server);
  });
}

const k_framing_faults = {
  'Content-Length beside Transfer-Encoding': [
    [`Content-Length: ${k_length}`, 'Transfer-Encoding: chunked'],
    chunkedBytes(k_body),
  ],
  'Transfer-Encoding before Content-Length': [
    ['Transfer-Encoding: chunked', `Content-Length: ${k_length}`],
    chunkedBytes(k_body),
  ],
  'two different Content-Lengths': [[`Content-Length: ${k_length}`, 'Content-Length: 5']],
  'the same Content-Length twice': [[`Content-Length: ${k_length}`, `Content-Length: ${k_length}`]],
  'a list of Content-Lengths': [[`Content-Length: ${k_length}, ${k_length}`]],
  'a Content-Length with a sign': [[`Content-Length: +${k_length}`]],
  'a negative Content-Length': [['Content-Length: -1']],
  'a hexadecimal Content-Length': [['Content-Length: 0x10']],
  'a Content-Length beyond 64 bits': [['Content-Length: 99999999999999999999999']],
  'a Content-Length without a number': [['Content-Length: ']],
  'a folded header': [[`Content-Length: ${k_length}`, 'X-Folded: one', '  two']],
  'white space before a colon': [[`Content-Length : ${k_length}`]],
  'a NUL in a header': [[`Content-Length: ${k_length}`, 'X-Nul: a\0b']],
  'a header without a colon': [[`Content-Length: ${k_length}`, 'nonsense']],
  'a chunk size that is no number': [['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
  'a negative chunk size': [['Transfer-Encoding: chunked'], '-5\r\n{}\r\n0\r\n\r\n'],
  'a chunk size beyond 64 bits': [
    ['Transfer-Encoding: chunked'],
    'fffffffffffffffff\r\n{}\r\n0\r\n\r\n',
  ],
  'a chunk longer than it says': [['Transfer-Encoding: chunked'], '1\r\n{}\r\n0\r\n\r\n'],
};

for (const [name, [lines, body]] of Object.entries(k_framing_faults)) {
  test(`${name} is refused and the connection closed`, () => refusesFraming(lines, body));
}

test('bare line feeds for line ends are refused and the connection closed', async () => {
  const whole = postBytes(k_push, k_body).toString();
  await refusesBytes(Buffer.from(whole.replaceAll('\r\n', '\n')));
  await refusesBytes(Buffer.from(whole.replace('\r\n', '\n')));
  await refusesBytes(Buffer.from(whole.replace('application/json\r\n', 'application/json\n')));
  await refusesBytes(Buffer.from(whole.replace('\r\n\r\n', '\n\n')));
});

test('a chunk whose size line ends in a bare line feed is refused', async () => {
  const chunked = chunkedBytes(k_body, 64).toString();
  await refusesFraming(['Transfer-Encoding: chunked'], chunked.replaceAll('\r\n', '\n'));
});

test('bytes that are no HTTP are refused or cut off', async () => {
  for (const bytes of [
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'GARBAGE\r\n\r\n',
    '\0'.repeat(99),
  ]) {
    await writesNothing(server, async () => {
      const connection = await Connection.open(server.port);
      await connection.write(Buffer.from(bytes, 'latin1'));
      connection.finish();
      const rest = await connection.closed();
      if (rest) assert.match(rest, /^HTTP\/1\.1 4\d\d /);
      connection.destroy();
      await stillAnswers(server);
    });
  }
});

test('a chunked body is read like any other', async () => {
  for (const size of [1, 7, 10_000]) {
    const headers = { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' };
    await accepts(server, chunkedBytes(k_body, size), { headers });
  }
});

test('a body of exactly 64 KiB is read', async () => {
  await accepts(server, pushOfSize(64 * k_kib));
});

for (const [name, size] of Object.entries({
  '64 KiB and a byte': 64 * k_kib + 1,
  '200 KB': 200_000,
  '1 MiB': k_mib,
})) {
  for (const coding of ['plain', 'chunked']) {
    test(`a ${coding} body of ${name} is 9003 with 413 and the connection survives`, async () => {
      const body = pushOfSize(size);
      const bytes =
        coding === 'plain'
          ? postBytes(k_push, body)
          : postBytes(k_push, chunkedBytes(body, 30_000), {
              'Content-Length': undefined,
              'Transfer-Encoding': 'chunked',
            });
      await writesNothing(server, async () => {
        const connection = await Connection.open(server.port);
        connection.write(bytes);
        assertRefused(await connection.reply(), 9003, { status: 413 });
        const stats = JSON.stringify({ apiToken: 'YOUR-API-TOKEN', zones: 'Lot 4' });
        connection.write(postBytes('/api/OC_TOMA/v1/permits/stats', stats));
        assert.equal((await connection.reply()).status, 200, 'the next request on it is answered');
        connection.destroy();
      });
    });
  }
}

for (const [name, size] of Object.entries({ '1 MiB and a byte': k_mib + 1, '10 MB': 10_000_000 })) {
  for (const coding of ['plain', 'chunked']) {
    test(`a ${coding} body of ${name} is 9003 with 413 and the connection is closed`, async () => {
      const body = pushOfSize(size);
      const chunked = { 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' };
      const bytes =
        coding === 'plain'
          ? postBytes(k_push, body)
          : postBytes(k_push, chunkedBytes(body, 30_000), chunked);
      await writesNothing(server, async () => {
        const connection = await Connection.open(server.port);
        await connection.writeUntilAnswered(bytes);
        assertRefused(await connection.reply(), 9003, { status: 413 });
        await connection.closed();
        connection.destroy();
        await stillAnswers(server);
      });
    });
  }
}

test('a body announced as 10 MB is refused before it has arrived', async () => {
  const connection = await Connection.open(server.port);
  connection.write(
    headBytes('POST', k_push, {
      Host: 'a',
      'Content-Type': 'application/json',
      'Content-Length': 10_000_000,
    }),
  );
  assertRefused(await connection.reply(), 9003, { status: 413 });
  await connection.closed();
  connection.destroy();
});

test('a caller that waits for 100 Continue gets it and then its answer', async () => {
  const connection = await Connection.open(server.port);
  const bytes = postBytes(k_push, k_body, { Expect: '100-continue' });
  connection.write(bytes.subarray(0, bytes.length - k_length));
  assert.equal((await connection.reply()).status, 100);
  connection.write(bytes.subarray(bytes.length - k_length));
  const reply = await connection.reply();
  assert.equal(reply.status, 200, reply.text);
  const { reference_id } = reply.json;
  const removal = JSON.stringify({ apiToken: 'YOUR-API-TOKEN', reference_id });
  connection.write(postBytes('/api/OC_TOMA/v1/permits/delete', removal));
  assert.equal((await connection.reply()).status, 200, 'the connection goes on');
  connection.destroy();
});

test('pipelined requests are answered in their order, each with its own answer', async () => {
  const requests = [];
  for (let n = 0; n < 40; n += 1) {
    const push = JSON.stringify({ ...k_good_push, plate: `PIPE${n}` });
    const check = JSON.stringify({ apiToken: 'YOUR-API-TOKEN', plate: `PIPE-${n}` });
    const [target, body] = n % 2 ? [k_push, push] : [k_push.replace('push', 'check'), check];
    requests.push(
      postBytes(n % 10 === 4 ? '/api//v1/permits/push' : target, body, { 'X-Request-Id': `n${n}` }),
    );
  }
  const connection = await Connection.open(server.port);
  connection.write(Buffer.concat(requests));
  for (let n = 0; n < 40; n += 1) {
    const reply = await connection.reply();
    assert.equal(reply.headers['x-request-id'], `n${n}`);
    if (n % 10 === 4) assertRefused(reply, 9000);
    else if (n % 2) assert.ok(reply.json.reference_id, reply.text);
    else assert.equal(reply.json.plate, `PIPE${n}`, reply.text);
  }
  connection.destroy();
});

test('another method than POST is 9101 with 405 and Allow', async () => {
  await writesNothing(server, async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      for (const verb of ['push', 'update', 'delete', 'stats', 'check']) {
        const head = headBytes(method, `/api/OC_TOMA/v1/permits/${verb}`, {
          Host: 'a',
          'Content-Type': 'application/json',
          'Content-Length': k_length,
        });
        const reply = await exchange(server.port, Buffer.concat([head, Buffer.from(k_body)]));
        assertRefused(reply, 9101);
        assert.deepEqual(reply.headers.allow.split(/\s*,\s*/).sort(), ['OPTIONS', 'POST']);
      }
    }
  });
});

test('HEAD is 405 without a body and leaves the connection in step', async () => {
  const connection = await Connection.open(server.port);
  connection.write(headBytes('HEAD', k_push, { Host: 'a' }));
  const reply = await connection.reply({ bodyless: true });
  assert.equal(reply.status, 405);
  assert.ok(reply.headers.allow);
  connection.write(postBytes(k_push.replace('push', 'stats'), '{"apiToken": "YOUR-API-TOKEN"}'));
  assert.equal((await connection.reply()).status, 200);
  connection.destroy();
});

test('another media type is 9003 with 415', async () => {
  for (const type of [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/json-but-not',
  ]) {
    await refuses(server, k_body, 9003, { status: 415, headers: { 'Content-Type': type } });
  }
});

test('JSON media types and none at all are read', async () => {
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'APPLICATION/JSON; Charset=ISO-8859-1',
    'application/vnd.parking+json',
    undefined,
  ]) {
    await accepts(server, k_body, { headers: { 'Content-Type': type } });
  }
});

test('a missing client code is 9000, even before an unreadable body', async () => {
  for (const target of ['/api//v1/permits/push', '/api/v1/permits/push']) {
    await refuses(server, k_body, 9000, { target });
    await refuses(server, 'not JSON', 9000, { target });
  }
});

test('an unreadable body is 9003 before any look at client or token', async () => {
  await refuses(server, '{', 9003);
  await refuses(server, '{', 9003, { target: '/api/NOBODY/v1/permits/push' });
});

test('an unknown route is 9100 and names the nearest one', async () => {
  const nearest = {
    '/api/OC_TOMA/v1/permits/pushh': /permits\/push/,
    '/api/OC_TOMA/v1/permit/update': /permits\/update/,
    '/api/OC_TOMA/v1/permits/remove': /permits\//,
    '/api/OC_TOMA/v2/permits/stats': /permits\/stats/,
    '/api/OC_TOMA/v1/permits': /permits\//,
    '/api/OC_TOMA/permits/check': /permits\/check/,
    '/permits/push': /POST \/api\/\{client\}\/v1\/permits\/push/,
    '/consol': /GET \/console/,
    '/metric': /GET \/metrics/,
    '/nonsense': /No endpoint has a similar address. GET \/docs/,
    '/x': /No endpoint has a similar address. GET \/docs/,
    '/api/OC_TOMA/v1/qwertz': /No endpoint has a similar address. GET \/docs/,
  };
  for (const [target, detail] of Object.entries(nearest)) {
    await refuses(server, k_body, 9100, { target, detail });
  }
});
