// Whose sign-ins are slowed down if a proxy is in front of the console.
import assert from 'node:assert/strict';
import http from 'node:http';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { refusedCommand, run, scratch } from '../support/lotkeeper.mjs';
import { startServer } from '../support/server.mjs';

// What the proxy adds comes last, as a line of its own; what stood there before is the caller's.
function signIn(server, name, callersWord, proxysWord, host = '127.0.0.1') {
  const request = http.request({
    host,
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

// How many guesses are judged before one has to wait. Null if none has to. An address has twenty;
// a slow machine outwaits the first seconds that it is slowed down by, but not the minute after six more.
async function guessesUntilWait(server, callersWord, proxysWord, host) {
  for (let n = 0; n < 27; n += 1) {
    const status = await signIn(server, `guess ${n}`, callersWord(n), proxysWord(n), host);
    if (status === 429) return n;
    assert.equal(status, 401);
  }
  return null;
}

test('guesses count for the address that the proxy names, whatever the caller says', async () => {
  const server = await startServer();
  const caller = (n) => `198.51.100.${n}`;
  assert.ok((await guessesUntilWait(server, caller, () => '203.0.113.66')) >= 20);
  assert.equal(await signIn(server, 'guess', '203.0.113.66', '198.51.100.99'), 401);
  await server.stop();
});

test('several proxies may stand in the environment, with commas between', async (t) => {
  // Loopback is believed unasked: only another address of this machine's shows what was named.
  const own = Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (!own) return t.skip('needs a network address besides loopback');
  const guesses = async (named) => {
    const server = await startServer({
      args: ['--listen', `${own}:0`],
      env: { LOTKEEPER_TRUSTED_PROXY: named },
    });
    const browser = (n) => `203.0.113.${n}`;
    const judged = await guessesUntilWait(server, () => 'unknown', browser, own);
    await server.stop();
    return judged;
  };
  assert.equal(await guesses(`10.0.0.5, ${own},2001:DB8::5`), null, 'each browser counts by itself');
  assert.ok((await guesses('10.0.0.5,10.0.0.6')) >= 20, 'all count as the proxy, which is not named');
});

test('each of several proxies is looked at', async () => {
  const { code, stdout, stderr } = await run(['serve', '--listen', '127.0.0.1:0'], {
    env: { LOTKEEPER_TRUSTED_PROXY: '10.0.0.5,haproxy.local' },
    cwd: scratch(),
  });
  assert.ok(code > 0, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /"haproxy\.local" is not an IP address such as 10\.0\.0\.5/);
});

test('a trusted proxy that is no address is refused with what would be one', async () => {
  const said = await refusedCommand(
    { database: 'sqlite::memory:' },
    ...['serve', '--listen', '127.0.0.1:0', '--trusted-proxy', 'haproxy.local'],
  );
  assert.match(said, /"haproxy\.local" is not an IP address such as 10\.0\.0\.5/);
});
