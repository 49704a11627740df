// What PostgreSQL adds: several servers on one database, and a database that goes away and comes back.
import assert from 'node:assert/strict';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { importViolations } from '../crash/overdue.mjs';
import { asked, pull, recordsText } from '../crash/puller.mjs';
import { addClient, assertStored, Caller, issueToken } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, scratch, within } from '../support/lotkeeper.mjs';
import { select, stored } from '../support/rows.mjs';
import { closeAtTheEnd, databaseIn, postgresql, startServer } from '../support/server.mjs';

const testOnPostgresql = postgresql ? test : () => {};

function permit(plate, changes = {}) {
  return { startTime: '2024-06-01T09:00:00', endTime: '2034-06-01T17:00:00', plate, ...changes };
}

// Stands between a server and PostgreSQL. `cut` ends what goes through and takes nothing new;
// `freeze` takes connections and says nothing, as a machine that hangs does.
class Between {
  static async open(url) {
    const between = new Between();
    const { searchParams, hostname, port: far } = new URL(url.replace('lotkeeper@/', 'lotkeeper@unix/'));
    const folder = searchParams.get('host');
    between.target = folder
      ? { path: path.join(folder, '.s.PGSQL.5432') }
      : { host: hostname, port: Number(far) };
    between.pairs = new Set();
    await between.mend();
    closeAtTheEnd(() => between.cut());
    const { port } = between.listener.address();
    between.url = url.replace(/@[^/]*\/([^?]*).*/, `@127.0.0.1:${port}/$1`);
    between.port = port;
    return between;
  }

  mend() {
    this.frozen = false;
    this.listener = net.createServer((near) => {
      if (this.frozen) {
        this.pairs.add(near);
        return near.on('error', () => {});
      }
      const far = net.connect(this.target);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        this.pairs.add(from);
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    return new Promise((done) => this.listener.listen(this.port ?? 0, '127.0.0.1', done));
  }

  cut() {
    this.listener.close();
    for (const socket of this.pairs) socket.destroy();
    this.pairs.clear();
  }

  freeze() {
    this.frozen = true;
    for (const socket of this.pairs) socket.unpipe();
  }
}

async function timed(action) {
  const began = Date.now();
  const reply = await action();
  return { reply, milliseconds: Date.now() - began };
}

testOnPostgresql('servers on one database see what was pushed, issued and revoked at any', async () => {
  const dataDir = scratch();
  const [first, second] = await Promise.all([startServer({ dataDir }), startServer({ dataDir })]);
  const caller = await addClient(first, 'SHARED', { zones: ['Lot 1'] });
  const there = new Caller(second, 'SHARED', caller.token);

  const attributes = permit('SHARED 1', { zone: 'Lot 1' });
  const key = { 'Idempotency-Key': 'shared' };
  const pushed = await caller.push(attributes, key);
  assertStored(pushed);
  assert.equal((await there.check({ plate: 'SHARED1' })).json.valid, true);
  assert.equal((await there.push(attributes, key)).text, pushed.text, 'the key is shared');
  assertRefused(await there.push(attributes), 9022);
  assertStored(await there.update({ reference_id: pushed.json.reference_id, amount: '1.00' }));

  const twins = await Promise.all(
    Array.from({ length: 40 }, (_, n) => (n % 2 ? caller : there).push(permit('TWIN 1'))),
  );
  assert.equal(twins.filter(({ status }) => status === 200).length, 1, 'one of them stands');
  for (const reply of twins) if (reply.status !== 200) assertRefused(reply, 9022);

  await Promise.all(
    Array.from({ length: 200 }, async (_, n) =>
      assertStored(await (n % 2 ? caller : there).push(permit(`MANY ${n}`, { zone: 'Lot 1' }))),
    ),
  );
  const { counted } = await stored(first.database);
  assert.equal(counted, 202);

  const token = await issueToken(first, 'SHARED', caller.integration);
  const fresh = new Caller(second, 'SHARED', token);
  await within(1_000, async () => assert.equal((await fresh.stats()).status, 200));
  const list = await command(first, 'token', 'list', 'SHARED');
  const id = list.split('\n').find((line) => line.includes(token.slice(0, 4))).split(' ')[0];
  await command(first, 'token', 'revoke', id);
  await within(1_000, async () => assertRefused(await fresh.stats(), 9002));
  await Promise.all([first.stop(), second.stop()]);
});

testOnPostgresql('a zone that is added, and an alias that comes and goes, at one server count at all', async () => {
  const dataDir = scratch();
  const [first, second] = await Promise.all([startServer({ dataDir }), startServer({ dataDir })]);
  const caller = await addClient(first, 'ZONED');
  const there = new Caller(second, 'ZONED', caller.token);
  assertStored(await there.push(permit('EARLY 1', { zone: 'Lot 9' })), { warnings: true });
  await command(first, 'zone', 'add', 'ZONED', 'Lot 9');
  await within(1_000, async () => {
    const { json } = await there.check({ plate: 'EARLY1', zone: 'lot 9' });
    assert.equal(json.valid, true, 'what was pushed before follows');
  });
  await within(1_000, async () => {
    const reply = await there.push(permit(`LATE ${Date.now() % 1e6}`, { zone: 'Lot 9' }));
    assertStored(reply);
  });
  await command(second, 'zone', 'alias', 'ZONED', 'Ninth', 'Lot 9');
  await within(1_000, async () => {
    assert.equal((await caller.check({ plate: 'EARLY1', zone: 'Ninth' })).json.valid, true);
  });
  assertStored(await caller.push(permit('NINTH 1', { zone: 'Ninth' })));
  await command(second, 'zone', 'unalias', 'ZONED', 'Ninth');
  await within(1_000, async () => {
    const { json } = await caller.check({ plate: 'NINTH1', zone: 'Lot 9' });
    assert.equal(json.valid, false, 'its permits leave the zone at all');
  });
  await within(1_000, async () => {
    const reply = await caller.push(permit(`LAST ${Date.now() % 1e6}`, { zone: 'Ninth' }));
    assertStored(reply, { warnings: true });
  });
  await Promise.all([first.stop(), second.stop()]);
});

testOnPostgresql('servers that are asked at once hand out each overdue violation once', async () => {
  const dataDir = scratch();
  const servers = await Promise.all([startServer({ dataDir }), startServer({ dataDir })]);
  const caller = await addClient(servers[0], 'SHARED');
  const overdue = await importViolations(servers[0], 'SHARED', 1, 900);
  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, n) => pull(new Caller(servers[n % 2], 'SHARED', caller.token))),
  );
  const handed = replies.flatMap(({ status, whole, text }) => {
    assert.equal(status, 200, text.slice(0, 500));
    assert.ok(whole);
    return JSON.parse(text).records.map(({ ViolationID: id }) => id);
  });
  assert.equal(new Set(handed).size, handed.length, 'none twice');
  assert.deepEqual(handed.sort((a, b) => a - b), overdue, 'all of them');
  for (const { text } of replies) {
    const { batch } = JSON.parse(text);
    if (batch === null) continue;
    for (const server of servers) {
      const there = new Caller(server, 'SHARED', caller.token);
      const again = await asked(there, 'batches', { batch: batch.id });
      assert.equal(recordsText(again.text), recordsText(text), 'each comes again from any server');
    }
  }
  await Promise.all(servers.map((server) => server.stop()));
});

testOnPostgresql('while the database is away requests are 9103 at once; then all goes on', async () => {
  const dataDir = scratch();
  const between = await Between.open(databaseIn(dataDir));
  const server = await startServer({ args: ['--database', between.url] });
  server.database = databaseIn(dataDir);
  const caller = await addClient(server, 'AWAY');
  assertStored(await caller.push(permit('BEFORE 1')));

  between.cut();
  await caller.push(permit('NOTICED 1'));
  for (const ask of [
    () => caller.push(permit('AWAY 1')),
    () => caller.check({ plate: 'BEFORE1' }),
    () => caller.push(permit('AWAY 2'), { 'Idempotency-Key': 'away' }),
  ]) {
    const { reply, milliseconds } = await timed(ask);
    assertRefused(reply, 9103);
    assert.ok(milliseconds < 300, `took ${milliseconds} ms`);
  }
  assert.equal((await fetch(`${server.url}/readyz`)).status, 503);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);

  await between.mend();
  await within(3_000, async () => {
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    assertStored(await caller.push(permit('AFTER 1')));
  });
  const rows = await select(server.database, "SELECT plate FROM permit WHERE plate LIKE 'AWAY%'");
  assert.deepEqual(rows, [], 'what was refused stores nothing');
  between.cut();
  await server.stop();
});

testOnPostgresql('while the database is silent, what needs none is answered at once', async () => {
  const dataDir = scratch();
  const between = await Between.open(databaseIn(dataDir));
  const server = await startServer({ args: ['--database', between.url, '--io-threads', '1'] });
  server.database = databaseIn(dataDir);
  const caller = await addClient(server, 'SILENT', { zones: ['Lot 1'] });
  const pushed = await caller.push(permit('BEFORE 1'), { 'Idempotency-Key': 'before' });
  assertStored(pushed);
  const reference_id = pushed.json.reference_id;

  const post = (path, body, headers = {}) =>
    fetch(`${server.url}/api/SILENT/v1/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ apiToken: caller.token, ...body }),
    });
  // Each asks the database, and on no event loop.
  const askAll = () =>
    [
      post('permits/push', permit('SILENT 1'), { 'Idempotency-Key': 'silent' }),
      post('permits/push', permit('BEFORE 1'), { 'Idempotency-Key': 'before' }),
      post('permits/update', { reference_id, amount: 'x' }),
      post('permits/stats'),
      post('permits/check', { plate: 'BEFORE1' }),
      post('vehicles/push', {}),
      post('profiles/push', {}),
      post('profiles/types/list', {}),
      post('violations/batches', {}),
      post('violations/batches', { batch: '1' }),
      fetch(`${server.url}/console/api/session`, { headers: { Cookie: 'lotkeeper=x' } }),
    ].map((asked) => asked.catch((error) => error));
  // So that there are sessions that fall silent, rather than none.
  for (let round = 0; round < 3; round += 1) await Promise.all([...askAll(), ...askAll()]);

  between.freeze();
  const began = Date.now();
  let isOver = false;
  const over = Promise.all(askAll()).then(() => (isOver = true));
  let notReady = false;
  const took = [];
  while (Date.now() < began + 4_500) {
    for (const ask of [
      () => fetch(`${server.url}/healthz`),
      () => fetch(`${server.url}/readyz`).then((reply) => (notReady ||= reply.status === 503)),
      () => fetch(`${server.url}/console`),
      () => post('permits/push', { apiToken: 'NO-TOKEN' }),
      () => post('permits/push', {}),
    ]) {
      const { milliseconds } = await timed(ask);
      assert.ok(milliseconds < 1_000, `${ask} took ${milliseconds} ms`);
      took.push(milliseconds);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  took.sort((one, other) => one - other);
  const most = took[Math.floor(0.95 * took.length)];
  assert.ok(most < 300, `most took up to ${most} ms`);
  assert.ok(!isOver, 'nothing waited for the database, so this shows nothing');
  assert.ok(notReady, '/readyz says so');
  between.cut();
  await over;
  await server.stop();
});

testOnPostgresql('the server gives up a database that hangs, and keeps running', async () => {
  const dataDir = scratch();
  const between = await Between.open(databaseIn(dataDir));
  const server = await startServer({ args: ['--database', between.url] });
  server.database = databaseIn(dataDir);
  const caller = await addClient(server, 'HANGS');
  assertStored(await caller.push(permit('BEFORE 1')));

  between.freeze();
  // All is sent with its COMMIT where the client's time zone is still known: its outcome is looked for
  // during 20 s after 10 s of silence. What has to ask first, here for a zone name, stored nothing.
  const committing = timed(() => caller.push(permit('HANGS 1')));
  await new Promise((done) => setTimeout(done, 50));
  const asking = await timed(() => caller.push(permit('HANGS 2', { zone: 'Lot 1' })));
  assertRefused(asking.reply, 9103);
  assert.ok(asking.milliseconds < 15_000, `took ${asking.milliseconds} ms`);
  const { reply, milliseconds } = await committing;
  const { ErrorCode: code } = reply.json;
  assert.ok([9103, 9105].includes(code), reply.text);
  const longest = code === 9103 ? 15_000 : 35_000;
  assert.ok(milliseconds < longest, `${code} took ${milliseconds} ms`);
  between.cut();
  await between.mend();
  await within(5_000, async () => assertStored(await caller.push(permit('AFTER 1'))));
  const there = await select(server.database, 'SELECT plate FROM permit ORDER BY plate');
  assert.deepEqual(
    there.map(({ plate }) => plate),
    ['AFTER 1', 'BEFORE 1'],
  );
  between.cut();
  await server.stop();
});

testOnPostgresql('of several hosts those that hang up or say nothing are passed over', async () => {
  const dataDir = scratch();
  const [hangingUp, silent] = await Promise.all(
    [(socket) => socket.destroy(), (socket) => socket.on('error', () => {})].map(
      (take) =>
        new Promise((done) => {
          const listener = net.createServer(take).listen(0, '127.0.0.1', () => done(listener));
          closeAtTheEnd(() => listener.close());
        }),
    ),
  );
  const between = await Between.open(databaseIn(dataDir));
  const hosts = [hangingUp, silent].map((listener) => `127.0.0.1:${listener.address().port}`);
  const url = between.url.replace('@', `@${hosts.join(',')},`);
  const server = await startServer({ args: ['--database', url] });
  server.database = databaseIn(dataDir);
  const caller = await addClient(server, 'SEVERAL');
  // The silent one costs its time once, not with each session.
  const { reply, milliseconds } = await timed(() => caller.push(permit('FOUND 1')));
  assertStored(reply);
  assert.ok(milliseconds < 1_000, `took ${milliseconds} ms`);
  await server.stop();
  for (const listener of [hangingUp, silent]) listener.close();
  between.cut();
});
