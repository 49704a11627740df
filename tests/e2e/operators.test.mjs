// Operators by command line, beside a running server, and their way into the console over HTTP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { addClient } from '../support/api.mjs';
import { command, refusedCommand } from '../support/lotkeeper.mjs';
import { binary, startServer } from '../support/server.mjs';

const password = 'correct horse battery';

let server;
before(async () => {
  server = await startServer({});
  await addClient(server, 'OFFICES', { zones: ['Lot 1'] });
});
after(() => server?.stop());

/** `lotkeeper operator …` with a line on stdin. */
function withPassword(line, ...args) {
  return new Promise((done) => {
    const child = spawn(binary, ['operator', ...args, '--database', server.database]);
    let text = '';
    child.stdout.on('data', (piece) => (text += piece));
    child.stderr.on('data', (piece) => (text += piece));
    child.once('close', (code) => done({ code, text }));
    child.stdin.end(line);
  });
}

function ask(method, path, { body, cookie } = {}) {
  return fetch(`${server.url}/console/api${path}`, {
    method,
    headers: { 'X-Lotkeeper-Console': '1', ...(cookie ? { Cookie: cookie } : {}) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

async function signIn(name, given = password) {
  const reply = await ask('POST', '/session', { body: { name, password: given } });
  return { status: reply.status, cookie: reply.headers.get('set-cookie')?.split(';')[0] };
}

test('an operator is added, signs in, gets another role, and goes', async () => {
  const added = await withPassword(`${password}\n`, 'add', 'luc', '--role', 'officer', '--client', 'OFFICES');
  assert.deepEqual(added, { code: 0, text: 'operator "luc" added, officer of OFFICES\n' });
  await withPassword(`${password}\n`, 'add', 'ana', '--role', 'administrator');
  assert.match(await command(server, 'operator', 'list'), /luc +officer +OFFICES/);

  const { status, cookie } = await signIn('Luc');
  assert.equal(status, 200);
  const check = { method: 'POST', body: { plate: 'ABCD123' }, cookie };
  assert.equal((await ask('POST', '/plate-checks', check)).status, 200);
  assert.equal((await ask('GET', '/operators', { cookie })).status, 403);

  await command(server, 'operator', 'set', 'luc', '--role', 'viewer', '--client', 'OFFICES');
  assert.equal((await ask('POST', '/plate-checks', check)).status, 403);
  await command(server, 'operator', 'remove', 'luc');
  assert.equal((await ask('GET', '/session', { cookie })).status, 401);
  assert.equal((await signIn('luc')).status, 401);
});

test('a wrong setting is refused in a sentence', async () => {
  const short = await withPassword('short\n', 'add', 'eve', '--role', 'viewer', '--client', 'OFFICES');
  assert.equal(short.code, 1);
  assert.match(short.text, /10 to 200 characters/);
  const nothing = await withPassword('', 'add', 'eve', '--role', 'viewer', '--client', 'OFFICES');
  assert.equal(nothing.code, 1);
  assert.match(nothing.text, /no password was given/);
  const role = await withPassword(`${password}\n`, 'add', 'eve', '--role', 'king');
  assert.match(role.text, /viewer, officer, office or administrator/);
  assert.match(await refusedCommand(server, 'operator', 'remove', 'nobody'), /operator list/);
  assert.doesNotMatch(await command(server, 'operator', 'list'), /\beve\b/);
});

test('a command prints the link that makes the first administrator, and no log has it', async () => {
  const fresh = await startServer({});
  try {
    assert.match(fresh.output(), /operator link --url http:\S+\n/);
    const first = await command(fresh, 'operator', 'link');
    const link = await command(fresh, 'operator', 'link', '--url', 'https://parking.example.org/');
    const [, address, token] = /^(\S+)#(\S+)\n$/.exec(link);
    assert.equal(address, 'https://parking.example.org/console/welcome');
    const make = (with_) =>
      fetch(`${fresh.url}/console/api/first-administrator`, {
        method: 'POST',
        headers: { 'X-Lotkeeper-Console': '1' },
        body: JSON.stringify({ token: with_, name: 'Ana', password }),
      });
    assert.equal((await make(first.trim().split('#')[1])).status, 403, 'the last link alone is good');
    assert.equal((await make(token)).status, 200);
    assert.equal((await make(token)).status, 403);
    assert.ok(!`${fresh.output()}${fresh.log()}`.includes(token));
    assert.match(await refusedCommand(fresh, 'operator', 'link'), /operators already/);
  } finally {
    await fresh.stop();
  }
});

test('neither a password, nor a cookie, nor a name reaches the log', async () => {
  await withPassword(`${password}\n`, 'add', 'canaryname', '--role', 'administrator');
  const { cookie } = await signIn('canaryname');
  assert.ok(cookie);
  await ask('POST', '/plate-checks', { body: { plate: 'CANARYPLATE' }, cookie });
  for (const secret of [password, cookie.split('=')[1], 'canaryname', 'CANARYPLATE']) {
    assert.ok(!server.log().includes(secret), secret);
  }
});

test('a photo of several megabytes goes in, and one of nine does not', async () => {
  await withPassword(`${password}\n`, 'add', 'pia', '--role', 'administrator', '--client', 'OFFICES');
  const { cookie } = await signIn('pia');
  const call = (method, path, body) => ask(method, path, { body, cookie });
  await call('POST', '/lists/violation-type', { name: 'No permit', costCents: 5000 });
  const written = await call('POST', '/violations', {
    plate: 'ABCD123', province: 9, plateType: 4, types: [1],
  });
  assert.equal(written.status, 201, await written.clone().text());
  const { id } = await written.json();
  const send = (size) => {
    const bytes = Buffer.alloc(size);
    bytes.set([0xff, 0xd8, 0xff, 0xe0]);
    return fetch(`${server.url}/console/api/violations/${id}/photos`, {
      method: 'POST',
      headers: { 'X-Lotkeeper-Console': '1', 'Content-Type': 'image/jpeg', Cookie: cookie },
      body: bytes,
    });
  };
  const photo = await send(7 * 1024 * 1024);
  assert.equal(photo.status, 201);
  const back = await call('GET', `/violations/${id}/photos/${(await photo.json()).id}`);
  assert.equal((await back.arrayBuffer()).byteLength, 7 * 1024 * 1024);
  await assert.rejects(async () => {
    const reply = await send(9 * 1024 * 1024);
    assert.equal(reply.status, 201);
  });
});
