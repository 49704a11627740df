// Signing in while others try: strangers cannot keep others out, and a lack of memory does
// not count as a wrong password.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { addClient } from '../support/api.mjs';
import { binary, startServer } from '../support/server.mjs';
import { select } from '../support/rows.mjs';

const password = 'correct horse battery';
// Where this machine is busy with other things one sign-in alone takes longer than a tenth of this.
let limit = 2_000;

let server;
before(async () => {
  server = await startServer({});
  await addClient(server, 'OFFICES', {});
  await new Promise((done) => {
    const add = ['operator', 'add', 'ana', '--role', 'administrator', '--database', server.database];
    const child = spawn(binary, add, { stdio: ['pipe', 'ignore', 'inherit'] });
    child.once('close', done);
    child.stdin.end(`${password}\n`);
  });
  const began = Date.now();
  assert.equal(await signIn('192.0.2.2', 'ana', password), 200);
  limit = Math.max(limit, 10 * (Date.now() - began));
});
after(() => server?.stop());

/** The status of one sign-in; this machine is a proxy that is believed. */
async function signIn(address, name, given) {
  const reply = await fetch(`${server.url}/console/api/session`, {
    method: 'POST',
    headers: { 'X-Lotkeeper-Console': '1', 'X-Forwarded-For': address },
    body: JSON.stringify({ name, password: given }),
  });
  await reply.arrayBuffer();
  return reply.status;
}

/** Sixteen connections that guess for as long as `run` takes, from so many addresses. */
async function beside(addresses, run) {
  let isOver = false;
  let n = 0;
  const seen = new Map();
  const guessers = Array.from({ length: 16 }, async (_, guesser) => {
    while (!isOver) {
      n += 1;
      const name = n % 2 === 0 ? 'ana' : `nobody${n}`;
      const status = await signIn(`198.51.${addresses}.${guesser % addresses}`, name, 'wrong one');
      seen.set(status, (seen.get(status) ?? 0) + 1);
      // The guesses are to keep out others, not to take their processor.
      if (status === 429) await new Promise((done) => setTimeout(done, 20));
    }
  });
  try {
    await run();
  } finally {
    isOver = true;
    await Promise.all(guessers);
  }
  return seen;
}

for (const addresses of [1, 16]) {
  test(`wrong sign-ins from ${addresses} addresses do not keep others out`, async () => {
    const late = [];
    const seen = await beside(addresses, async () => {
      for (let i = 0; i < 15; i += 1) {
        const began = Date.now();
        const status = await signIn(`203.0.${addresses}.${i}`, 'ana', password);
        const took = Date.now() - began;
        if (status !== 200 || took > limit) late.push(`${status} after ${took} ms`);
      }
    });
    assert.deepEqual(late, [], `the guesses got ${JSON.stringify([...seen])}`);
    if (addresses === 1) assert.ok(seen.get(429) > 0, 'an address that guesses has to wait');
  });
}

test('a lack of memory is reported as such, and does not count as a wrong password', async () => {
  assert.equal(await signIn('192.0.2.1', 'ana', password), 200);
  const prlimit = (bytes) =>
    spawnSync('prlimit', ['--pid', String(server.process.pid), `--as=${bytes}:unlimited`]);
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
  const used = Number(/VmSize:\s+(\d+) kB/.exec(status)[1]) * 1024;
  const count = async () =>
    Number((await select(server.database, 'SELECT COUNT(*) AS n FROM sign_in_failure'))[0].n);
  const failures = await count();
  prlimit(used + 16 * 1024 * 1024);
  try {
    for (let i = 0; i < 6; i += 1) assert.equal(await signIn('192.0.2.1', 'ana', password), 503);
  } finally {
    prlimit('unlimited');
  }
  assert.equal(await count(), failures);
  assert.equal(await signIn('192.0.2.1', 'ana', password), 200);
});
