// Connections that misbehave: headers without end, requests that stop half way, thousands that idle.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { accepts, k_good_push, k_push, stillAnswers } from '../support/hostile.mjs';
import { command, within } from '../support/lotkeeper.mjs';
import { Connection, exchange, headBytes, postBytes } from '../support/raw.mjs';
import { writesNothing } from '../support/rows.mjs';
import { startDemo } from '../support/server.mjs';

const k_body = JSON.stringify(k_good_push);
const k_idle = 5_000;
const k_descriptors = k_idle + 1_000;

let server;
before(async () => {
  // The server inherits the limit of this process.
  execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${k_descriptors}:`]);
  server = await startDemo();
});
after(() => server?.stop());

// The server may answer a 4xx or cut the connection; it may not answer well.
async function refusesOrCuts(bytes) {
  await writesNothing(server, async () => {
    const connection = await Connection.open(server.port);
    await connection.writeUntilAnswered(bytes);
    const answer = await connection.reply().catch((error) => ({ status: 0, error }));
    if (answer.status)
      assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
    else assert.doesNotMatch(answer.error.message, /no reply in time/);
    connection.destroy();
    await stillAnswers(server);
  });
}

test('a header of 1 MB is refused or cut off', async () => {
  await refusesOrCuts(postBytes(k_push, k_body, { 'X-Large': 'x'.repeat(1_000_000) }));
  await refusesOrCuts(postBytes(k_push, k_body, { [`X-${'x'.repeat(1_000_000)}`]: '1' }));
});

test('a request target of 1 MB is refused or cut off', async () => {
  await refusesOrCuts(postBytes(`${k_push}?${'x'.repeat(1_000_000)}`, k_body));
});

test('100,000 small headers are refused or cut off', async () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`X-${n}`, '1']));
  await refusesOrCuts(postBytes(k_push, k_body, many));
});

test('a request that stops half way stores nothing, however its sender goes', async () => {
  const whole = postBytes(k_push, k_body);
  const headEnd = whole.indexOf('\r\n\r\n');
  for (const at of [1, 10, headEnd - 5, headEnd + 2, headEnd + 4, headEnd + 30, whole.length - 1]) {
    for (const leave of ['finish', 'destroy']) {
      await writesNothing(server, async () => {
        const connection = await Connection.open(server.port);
        await connection.write(whole.subarray(0, at));
        connection[leave]();
        if (leave === 'finish') {
          const rest = await connection.closed();
          assert.doesNotMatch(rest, /^HTTP\/1\.1 [23]/, `after ${at} bytes`);
          connection.destroy();
        }
        await stillAnswers(server);
      });
    }
  }
});

test('a chunked request that ends without its last chunk stores nothing', async () => {
  await writesNothing(server, async () => {
    const connection = await Connection.open(server.port);
    const head = headBytes('POST', k_push, {
      Host: 'a',
      'Content-Type': 'application/json',
      'Transfer-Encoding': 'chunked',
    });
    await connection.write(
      Buffer.concat([head, Buffer.from(`${k_body.length.toString(16)}\r\n${k_body}\r\n`)]),
    );
    connection.finish();
    assert.doesNotMatch(await connection.closed(), /^HTTP\/1\.1 [23]/);
    connection.destroy();
    await stillAnswers(server);
  });
});

test('requests that hang half way do not keep others waiting', async () => {
  const whole = postBytes(k_push, k_body);
  const hanging = [];
  for (let n = 0; n < 64; n += 1) {
    const connection = await Connection.open(server.port);
    await connection.write(whole.subarray(0, whole.length - 1 - n));
    hanging.push(connection);
  }
  await accepts(server, JSON.stringify({ ...k_good_push, plate: 'OTHERS' }));
  hanging.forEach((connection) => connection.destroy());
  await stillAnswers(server);
});

test('a request in single bytes is answered like any other', async () => {
  const connection = await Connection.open(server.port);
  const stats = JSON.stringify({ apiToken: 'YOUR-API-TOKEN', zones: 'Lot 4' });
  for (const byte of postBytes('/api/OC_TOMA/v1/permits/stats', stats)) {
    await connection.write(Buffer.from([byte]));
  }
  assert.equal((await connection.reply()).status, 200);
  connection.destroy();
});

test('callers that leave before their answer do no harm, and their permits are stored whole or not at all', async () => {
  for (let n = 0; n < 50; n += 1) {
    const connection = await Connection.open(server.port);
    await connection.write(
      postBytes(k_push, JSON.stringify({ ...k_good_push, plate: `LEFT${n}` })),
    );
    connection.destroy();
  }
  await stillAnswers(server);
  const check = JSON.stringify({
    apiToken: 'YOUR-API-TOKEN',
    plate: 'LEFT7',
    at: k_good_push.startTime,
  });
  const reply = await exchange(server.port, postBytes('/api/OC_TOMA/v1/permits/check', check));
  assert.ok(reply.json.permits.length <= 1, reply.text);
});

test('with 5,000 idle connections open a push is still answered quickly', async () => {
  const idle = [];
  const connect = () =>
    new Promise((resolve, reject) => {
      const socket = net.connect({ port: server.port, host: '127.0.0.1' });
      idle.push(socket);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        socket.on('error', () => {});
        resolve();
      });
    });
  try {
    while (idle.length < k_idle) await Promise.all(Array.from({ length: 100 }, connect));
    assert.equal(idle.length, k_idle);

    for (let n = 0; n < 5; n += 1) {
      const start = performance.now();
      await accepts(server, JSON.stringify({ ...k_good_push, plate: `IDLE${n}` }));
      const taken = performance.now() - start;
      assert.ok(taken < 2_000, `a push and a delete took ${taken.toFixed()} ms`);
    }
  } finally {
    idle.forEach((socket) => socket.destroy());
  }
  await stillAnswers(server);
});

test('with few open files allowed, connections are limited and commands still work', async () => {
  const few = 300;
  const limited = await startDemo({ descriptors: few });
  const open = [];
  try {
    await within(5_000, () => assert.match(limited.log(), /at most 100 connections instead of 20000/));
    for (let n = 0; n < few - 200; n += 1) open.push(await Connection.open(limited.port));
    await within(10_000, async () => {
      const refused = await exchange(limited.port, headBytes('GET', '/healthz', { Host: 'a' }));
      assert.equal(refused.status, 503, refused.text);
      assert.equal(refused.json.ErrorCode, 9103);
      assert.equal(refused.headers['retry-after'], '1');
    });
    assert.match(await command(limited, 'zone', 'list', 'OC_TOMA'), /Lot 4/);
    open.pop().destroy();
    await within(10_000, () => stillAnswers(limited));
  } finally {
    open.forEach((connection) => connection.destroy());
    await limited.stop();
  }
});
