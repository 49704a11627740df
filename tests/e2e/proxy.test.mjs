// Whose sign-ins are slowed down where a proxy stands before the console.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { refusedCommand } from '../support/lotkeeper.mjs';
import { startServer } from '../support/server.mjs';

// What the proxy adds comes last, as a line of its own; what stood there before is the caller's.
function signIn(server, name, callersWord, proxysWord) {
  const request = http.request({
    host: '127.0.0.1',
    port: server.port,
    method: 'POST',
    path: '/console/api/session',
    headers: { 'Content-Type': 'application/json', 'X-Lotkeeper-Console': '1' },
  });
  request.setHeader('X-Forwarded-For', [callersWord, proxysWord]);
  request.end(JSON.stringify({ name, password: 'guessed' }));
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
}

test('guesses count for the address that the proxy names, whatever the caller says', async () => {
  const server = await startServer();
  for (let n = 0; n < 20; n += 1) {
    assert.equal(await signIn(server, `guess ${n}`, `198.51.100.${n}`, '203.0.113.66'), 401);
  }
  assert.equal(await signIn(server, 'guess', '198.51.100.99', '203.0.113.66'), 429);
  assert.equal(await signIn(server, 'guess', '203.0.113.66', '198.51.100.99'), 401);
  await server.stop();
});

test('a trusted proxy that is no address is refused with what would be one', async () => {
  const said = await refusedCommand(
    { database: 'sqlite::memory:' },
    ...['serve', '--listen', '127.0.0.1:0', '--trusted-proxy', 'haproxy.local'],
  );
  assert.match(said, /"haproxy\.local" is not an address like 10\.0\.0\.5/);
});
