// What every reply has in common: content type, request ids, CORS, and the server's settings for them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addClient, assertStored } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { exchange, headBytes, postBytes } from '../support/raw.mjs';
import { select } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

const k_allowed_headers = [
  'accept',
  'cache-control',
  'content-type',
  'idempotency-key',
  'x-request-id',
];
const k_exposed_headers = ['idempotent-replay', 'retry-after', 'x-request-id'];
const k_origin = 'https://pay.example';

function names(header = '') {
  return header
    .toLowerCase()
    .split(/\s*,\s*/)
    .filter(Boolean)
    .sort();
}

function permit(plate) {
  return { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00', plate };
}

function preflight(server, target, origin = k_origin) {
  const head = headBytes('OPTIONS', target, {
    Host: 'a',
    Origin: origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'content-type,idempotency-key,x-request-id',
  });
  return exchange(server.port, head);
}

describe('with the default settings', () => {
  let server;
  let caller;
  before(async () => {
    server = await startServer();
    caller = await addClient(server, 'REPLIES');
  });
  after(() => server?.stop());

  // One reply of each kind a caller can get.
  async function everyKind(headers = {}) {
    const body = JSON.stringify({ apiToken: caller.token, plate: 'KINDS' });
    const post = (target, text = body, more = {}) =>
      exchange(server.port, postBytes(target, text, { ...headers, ...more }));
    return {
      success: await post('/api/REPLIES/v1/permits/check'),
      9000: await post('/api//v1/permits/check'),
      9001: await post('/api/REPLIES/v1/permits/check', '{}'),
      9002: await post('/api/REPLIES/v1/permits/check', '{"apiToken": "x"}'),
      9003: await post('/api/REPLIES/v1/permits/check', '{'),
      9006: await post('/api/REPLIES/v1/permits/check', body.replace('KINDS', '')),
      9009: await post(
        '/api/REPLIES/v1/permits/delete',
        JSON.stringify({ apiToken: caller.token, referenceid: 'x' }),
      ),
      9100: await post('/api/REPLIES/v1/permits/nothing'),
      9101: await exchange(
        server.port,
        headBytes('GET', '/api/REPLIES/v1/permits/check', { Host: 'a', ...headers }),
      ),
      413: await post('/api/REPLIES/v1/permits/check', ' '.repeat(70_000)),
      415: await post('/api/REPLIES/v1/permits/check', body, { 'Content-Type': 'text/plain' }),
    };
  }

  test('every reply is JSON and says so', async () => {
    for (const [kind, reply] of Object.entries(await everyKind())) {
      assert.match(reply.headers['content-type'], /^application\/json(;\s*charset=utf-8)?$/i, kind);
      assert.equal(typeof reply.json, 'object', kind);
    }
  });

  test('every reply has its own request id', async () => {
    const replies = Object.values(await everyKind());
    const ids = replies.map((reply) => reply.headers['x-request-id']);
    for (const id of ids) assert.match(id ?? '', /^[\x21-\x7e]{1,64}$/);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('a caller’s own request id is used in every reply', async () => {
    for (const [kind, reply] of Object.entries(await everyKind({ 'X-Request-Id': 'Ticket#7' }))) {
      assert.equal(reply.headers['x-request-id'], 'Ticket#7', kind);
      if (kind !== 'success') assert.equal(reply.json.RequestId, 'Ticket#7', kind);
    }
  });

  test('a request id of 64 visible ASCII characters is used, anything else replaced', async () => {
    const idOf = async (id) => {
      const reply = await exchange(
        server.port,
        postBytes('/api/REPLIES/v1/permits/check', '{}', { 'X-Request-Id': id }),
      );
      assert.equal(reply.json.RequestId, reply.headers['x-request-id']);
      return reply.headers['x-request-id'];
    };
    for (const id of ['a', '!"#$%&~', 'r'.repeat(64)]) assert.equal(await idOf(id), id);
    for (const id of ['', 'r'.repeat(65), 'a b', 'é', 'tab\there', '\x7f']) {
      const given = await idOf(id);
      assert.notEqual(given, id);
      assert.match(given, /^[\x21-\x7e]{1,64}$/);
    }
  });

  test('a preflight from any origin succeeds and allows the documented headers', async () => {
    for (const target of ['push', 'update', 'delete', 'stats', 'check']) {
      for (const origin of [k_origin, 'http://localhost:3000', 'null']) {
        const reply = await preflight(server, `/api/OC-TOMA/v1/permits/${target}`, origin);
        assert.ok(reply.status === 204 || reply.status === 200, String(reply.status));
        assert.ok(['*', origin].includes(reply.headers['access-control-allow-origin']));
        assert.ok(names(reply.headers['access-control-allow-methods']).includes('post'));
        const allowed = names(reply.headers['access-control-allow-headers']);
        for (const name of k_allowed_headers) assert.ok(allowed.includes(name), name);
        assert.ok(!('access-control-allow-credentials' in reply.headers), 'no cookie is read');
        assert.ok(reply.headers['x-request-id']);
      }
    }
  });

  test('every reply can be read by a page of another origin, with its headers', async () => {
    for (const [kind, reply] of Object.entries(await everyKind({ Origin: k_origin }))) {
      assert.ok(['*', k_origin].includes(reply.headers['access-control-allow-origin']), kind);
      const exposed = names(reply.headers['access-control-expose-headers']);
      for (const name of k_exposed_headers) assert.ok(exposed.includes(name), `${kind}: ${name}`);
    }
  });

  test('an error keeps its HTTP status', async () => {
    assertRefused(await caller.push(permit('')), 9006, { status: 422 });
  });
});

describe('with an allowed origin', () => {
  let server;
  let caller;
  before(async () => {
    server = await startServer({
      args: ['--cors-origin', `${k_origin}, https://app.example`],
    });
    caller = await addClient(server, 'ORIGINS');
  });
  after(() => server?.stop());

  test('allowed origins are answered by name', async () => {
    for (const origin of [k_origin, 'https://app.example']) {
      const reply = await preflight(server, '/api/ORIGINS/v1/permits/push', origin);
      assert.ok(reply.status < 300);
      assert.equal(reply.headers['access-control-allow-origin'], origin);
      assert.ok(names(reply.headers.vary).includes('origin'), 'caches must tell origins apart');
      const answer = await caller.stats({}, { Origin: origin });
      assert.equal(answer.headers['access-control-allow-origin'], origin);
    }
  });

  test('other origins are not allowed', async () => {
    for (const origin of ['https://evil.example', 'https://pay.example.evil.example', 'null']) {
      const reply = await preflight(server, '/api/ORIGINS/v1/permits/push', origin);
      assert.ok(!['*', origin].includes(reply.headers['access-control-allow-origin']), origin);
      const answer = await caller.stats({}, { Origin: origin });
      assert.ok(!['*', origin].includes(answer.headers['access-control-allow-origin']), origin);
    }
  });

  test('a caller that is no browser needs no origin', async () => {
    assertStored(await caller.push(permit('METER1')));
  });
});

describe('with always-200', () => {
  let server;
  let caller;
  before(async () => {
    server = await startServer({ args: ['--always-200'] });
    caller = await addClient(server, 'ALWAYS');
  });
  after(() => server?.stop());

  test('every error has HTTP 200 and its usual body', async () => {
    assertRefused(await caller.push(permit('')), 9006, { status: 200, field: 'plate' });
    assertRefused(await caller.push({ apiToken: null }), 9001, { status: 200 });
    assertRefused(await caller.push({ apiToken: 'x' }), 9002, { status: 200 });
    assertRefused(await caller.post('push', '{'), 9003, { status: 200 });
    assertRefused(await caller.delete({ referenceid: 'x' }), 9009, { status: 200 });
    assertRefused(await caller.post('nothing'), 9100, { status: 200 });
    assertRefused(await caller.post('push', ' '.repeat(70_000)), 9003, { status: 200 });
    assertRefused(await caller.push(permit('A1'), { 'Content-Type': 'text/plain' }), 9003, {
      status: 200,
    });
    const get = headBytes('GET', '/api/ALWAYS/v1/permits/push', { Host: 'a' });
    assertRefused(await exchange(server.port, get), 9101, { status: 200 });
  });

  test('a success is as ever', async () => {
    assertStored(await caller.push(permit('FINE1')));
  });
});

describe('with a rate limit', () => {
  let server;
  let caller;
  before(async () => {
    server = await startServer({ args: ['--rate-limit', '5'] });
    caller = await addClient(server, 'LIMITED');
  });
  after(() => server?.stop());

  test('requests beyond the limit are 9102 with Retry-After, and pass later', async () => {
    const replies = await Promise.all(
      Array.from({ length: 60 }, () => caller.check({ plate: 'A1' })),
    );
    const late = replies.filter((reply) => reply.status !== 200);
    assert.ok(late.length > 0, 'sixty at once are more than five a second');
    assert.ok(late.length < replies.length, 'the first ones pass');
    for (const reply of late) {
      assertRefused(reply, 9102);
      assert.match(reply.headers['retry-after'], /^\d+$/);
    }
    const wait = Math.max(...late.map((reply) => Number(reply.headers['retry-after'])));
    await new Promise((resolve) => setTimeout(resolve, wait * 1_000 + 100));
    assert.equal((await caller.check({ plate: 'A1' })).status, 200);
  });
});

describe('with a body limit', () => {
  let server;
  let caller;
  before(async () => {
    server = await startServer({ env: { LOTKEEPER_BODY_LIMIT: '1024' } });
    caller = await addClient(server, 'SMALL');
  });
  after(() => server?.stop());

  test('the limit is the operator’s', async () => {
    assertRefused(await caller.push({ ...permit('A1'), x: 'x'.repeat(1_024) }), 9003, {
      status: 413,
    });
    assertStored(await caller.push({ ...permit('A1'), x: 'x'.repeat(500) }));
  });
});

describe('with a short queue', () => {
  let server;
  let caller;
  before(async () => {
    server = await startServer({ args: ['--queue-limit', '1', '--group-size', '1'] });
    caller = await addClient(server, 'QUEUED');
  });
  after(() => server?.stop());

  test('what does not fit is 9103 with Retry-After at once and stores nothing', async () => {
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, n) => caller.push(permit(`QUEUE${n}X`))),
    );
    const stored = replies.filter((reply) => reply.status === 200);
    const busy = replies.filter((reply) => reply.status !== 200);
    assert.ok(stored.length > 0, 'some fit');
    assert.ok(busy.length > 0, 'three hundred at once do not all fit into a queue of one');
    for (const reply of busy) {
      assertRefused(reply, 9103);
      assert.match(reply.headers['retry-after'], /^\d+$/);
    }
    const [{ n }] = await select(server.database, 'SELECT count(*) AS n FROM permit');
    assert.equal(n, stored.length);
    assertStored(await caller.push(permit('LATER1')));
  });
});
