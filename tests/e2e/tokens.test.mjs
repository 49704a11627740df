// Tokens: shown once, kept as a hash, refused alike whatever is wrong, rotated with an overlap.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { addCaller, addClient, assertStored, Caller, issueToken } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, scratch, within } from '../support/lotkeeper.mjs';
import { exchange, postBytes } from '../support/raw.mjs';
import { change, select } from '../support/rows.mjs';
import { databaseIn, postgresql, startServer } from '../support/server.mjs';

const k_token = /^[A-Za-z0-9-]{22,50}$/;

const dataDir = scratch();
let server;
let caller;

before(async () => {
  server = await startServer({ dataDir });
  caller = await addClient(server, 'TOKENS', { zones: ['Lot 1'] });
});
after(() => server?.stop());

function permit(plate) {
  return { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00', plate };
}

async function tokenId(token) {
  const line = (await command(server, 'token', 'list', 'TOKENS'))
    .split('\n')
    .find((text) => text.includes(token.slice(0, 4)));
  const [row] = await select(
    server.database,
    `SELECT token_id FROM token WHERE hint = '${token.slice(0, 4)}'`,
  );
  assert.match(line, new RegExp(`\\b${row.token_id}\\b`), 'the list shows the id');
  return String(row.token_id);
}

test('only the token is printed, in the documented alphabet, and no two are equal', async () => {
  const seen = new Set();
  for (let n = 0; n < 8; n += 1) {
    const printed = await command(server, 'token', 'issue', 'TOKENS', caller.integration);
    assert.match(printed, /^[^\s]+\n$/, 'one line, nothing else');
    assert.match(printed.trim(), k_token, 'at least 128 bits in at most 50 characters');
    seen.add(printed);
  }
  assert.equal(seen.size, 8);
});

test('no file of the database holds a token, only its hash', async () => {
  const token = await issueToken(server, 'TOKENS', caller.integration);
  const issued = new Caller(server, 'TOKENS', token);
  await within(1_000, async () => assertStored(await issued.push(permit('HASH1'))));
  if (postgresql) {
    const dump = execFileSync('pg_dump', [server.database], { encoding: 'utf8' });
    assert.ok(dump.includes(token.slice(0, 4)), 'the dump has the token’s first characters');
    assert.ok(!dump.includes(token.slice(8)), 'the dump holds most of the token');
  }
  const files = postgresql
    ? []
    : readdirSync(dataDir).filter((name) => name.startsWith('lotkeeper.db'));
  assert.ok(postgresql || files.includes('lotkeeper.db'));
  for (const name of files) {
    const file = path.join(dataDir, name);
    let bytes;
    try {
      bytes = readFileSync(file);
    } catch (error) {
      // The socket that commands use is next to the database and cannot be read as a file.
      if (error.code === 'ENXIO') continue;
      throw error;
    }
    assert.ok(!bytes.includes(token), `${name} holds the token`);
    assert.ok(!bytes.includes(token.slice(8)), `${name} holds most of the token`);
  }
  const hex = postgresql ? "upper(encode(hash, 'hex'))" : 'hex(hash)';
  const hashes = await select(server.database, `SELECT ${hex} AS hash FROM token`);
  assert.ok(hashes.length > 0);
  for (const { hash } of hashes) assert.match(hash, /^[0-9A-F]{64}$/);
});

test('an old token and its successor work side by side until the old one is revoked', async () => {
  const old = await addCaller(server, 'TOKENS', { integration: 'Rotated' });
  await within(1_000, async () => assertStored(await old.push(permit('ROT1'))));
  const fresh = new Caller(server, 'TOKENS', await issueToken(server, 'TOKENS', 'Rotated'));
  await within(1_000, async () => assert.equal((await fresh.stats()).status, 200));
  assert.equal((await old.stats()).status, 200, 'the overlap');

  await command(server, 'token', 'revoke', await tokenId(old.token));

  await within(1_000, async () => assertRefused(await old.stats(), 9002));
  const twin = assertRefused(await fresh.push(permit('ROT1')), 9022);
  assertStored(await fresh.update({ reference_id: twin.reference_id, amount: '1.00' }));
});

test('a token with a date to come works, and the list shows the date', async () => {
  const printed = await issueToken(server, 'TOKENS', caller.integration, '--expires', '2999-12-31');
  const issued = new Caller(server, 'TOKENS', printed);
  await within(1_000, async () => assert.equal((await issued.stats()).status, 200));
  assert.match(await command(server, 'token', 'list', 'TOKENS'), /2999-12-31|3000-01-01T00:00/);
});

test('a token is refused from the moment it expires', async () => {
  const token = await issueToken(server, 'TOKENS', caller.integration, '--expires', '2999-12-31');
  const issued = new Caller(server, 'TOKENS', token);
  await within(1_000, async () => assert.equal((await issued.stats()).status, 200));
  const id = await tokenId(token);
  await server.stop();
  const moment = Date.now() + 3_000;
  change(
    databaseIn(dataDir),
    `UPDATE token SET expires_at = ${moment} WHERE token_id = ${id}`,
  );
  server = await startServer({ dataDir });
  caller.server = server;
  issued.server = server;
  assert.equal((await issued.stats()).status, 200, 'three seconds are left');
  await new Promise((resolve) => setTimeout(resolve, moment - Date.now() + 50));
  await within(1_000, async () => assertRefused(await issued.stats(), 9002));
  assert.equal((await caller.stats()).status, 200, 'other tokens go on');
});

test('an absent, null or empty token is 9001 with WWW-Authenticate', async () => {
  for (const apiToken of [undefined, null, '', '  ']) {
    const reply = await caller.push({ ...permit('NONE1'), apiToken });
    assertRefused(reply, 9001, { field: 'apiToken' });
    assert.ok(reply.headers['www-authenticate']);
  }
});

test('a missing token is 9001 for a client that does not exist, too', async () => {
  const nobody = new Caller(server, 'NOBODY', null);
  assertRefused(await nobody.push(permit('NONE2')), 9001);
});

test('a token that is no good comes before faults of the attributes', async () => {
  const json = assertRefused(await caller.push({ apiToken: 'x', plate: {} }), 9002);
  assert.ok(!('Errors' in json), JSON.stringify(json));
});

test('bad tokens and bad clients are refused letter for letter alike', async () => {
  const stranger = await addClient(server, 'STRANGER');
  const limited = await addCaller(server, 'TOKENS', {
    integration: 'Limited',
    allow: 'permits.stats',
  });
  const revoked = await addCaller(server, 'TOKENS', { integration: 'Revoked' });
  await command(server, 'token', 'revoke', await tokenId(revoked.token));
  await within(1_000, async () => assertRefused(await revoked.stats(), 9002));
  await within(1_000, async () => assert.equal((await limited.stats()).status, 200));

  const good = caller.token;
  const attempts = {
    'an unknown token': ['TOKENS', 'a'.repeat(good.length)],
    'a short token': ['TOKENS', 'a'],
    'the documented placeholder': ['TOKENS', 'YOUR-API-TOKEN'],
    'a token over 50 characters': ['TOKENS', 'a'.repeat(51)],
    'a very long token': ['TOKENS', 'a'.repeat(10_000)],
    'a malformed token': ['TOKENS', 'not a token!'],
    'a token cut by one character': ['TOKENS', good.slice(0, -1)],
    'a token in the other case': ['TOKENS', swapCase(good)],
    'an array for a token': ['TOKENS', [good]],
    'a number for a token': ['TOKENS', 5],
    'a token of another client': ['TOKENS', stranger.token],
    'a token without the permission': ['TOKENS', limited.token],
    'a revoked token': ['TOKENS', revoked.token],
    'a good token for another client': ['STRANGER', good],
    'a client that does not exist': ['NOBODY', good],
    'a malformed client code': ['NO%20BODY!', good],
    'a client code that is no UTF-8': ['%FF%00', good],
    'a very long client code': ['N'.repeat(3_000), good],
  };
  const answers = new Map();
  for (const [name, [client, apiToken]] of Object.entries(attempts)) {
    const body = JSON.stringify({ apiToken, ...permit('PROBE1') });
    const bytes = postBytes(`/api/${client}/v1/permits/push`, body, { 'X-Request-Id': 'probe' });
    const reply = await exchange(server.port, bytes);
    assertRefused(reply, 9002);
    const head = reply.head.replace(/^date:.*$/im, 'date');
    answers.set(`${head}\n\n${reply.text}`, [
      ...(answers.get(`${head}\n\n${reply.text}`) ?? []),
      name,
    ]);
  }
  assert.equal(answers.size, 1, `told apart: ${JSON.stringify([...answers], null, 2)}`);
});

test('a token works for its own client under every spelling of the code', async () => {
  for (const code of ['tokens', 'TOKENS', 'Tokens']) {
    assert.equal((await new Caller(server, code, caller.token).stats()).status, 200);
  }
});

test('the list shows when a token was last used', async () => {
  const used = await addCaller(server, 'TOKENS', { integration: 'Seen' });
  const line = async () =>
    (await command(server, 'token', 'list', 'TOKENS'))
      .split('\n')
      .find((text) => text.includes(used.token.slice(0, 4)) && /Seen/.test(text));
  const before = await line();
  await within(1_000, async () => assert.equal((await used.stats()).status, 200));
  await within(10_000, async () => assert.notEqual(await line(), before));
  assert.match(await line(), new RegExp(new Date().toISOString().slice(0, 7)));
});

test('a token that is revoked right after its use is listed with that use', async () => {
  const used = await addCaller(server, 'TOKENS', { integration: 'Parting' });
  await within(1_000, async () => assert.equal((await used.stats()).status, 200));
  const id = await tokenId(used.token);
  // Uses are written every 5 s: just now is not there yet, whatever was before.
  await within(10_000, async () => assert.notEqual(await lastUse(id), null));
  const before = await lastUse(id);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const from = Date.now();
  assert.equal((await used.stats()).status, 200);
  await command(server, 'token', 'revoke', id);
  await within(10_000, async () => assert.notEqual(await lastUse(id), before));
  assert.ok(Number(await lastUse(id)) >= from - 50);
});

test('a token is good for the whole of its last day', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const printed = await issueToken(server, 'TOKENS', caller.integration, '--expires', today);
  assert.match(printed, k_token);
});

async function lastUse(id) {
  const [row] = await select(
    server.database,
    `SELECT last_used_at FROM token WHERE token_id = ${id}`,
  );
  return row.last_used_at;
}

function swapCase(text) {
  return [...text]
    .map((letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    )
    .join('');
}
