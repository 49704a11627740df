// The Idempotency-Key header on push, update and delete.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaller, addClient, assertStored, Caller, issueToken } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { scratch } from '../support/lotkeeper.mjs';
import { change, select, writesNothing } from '../support/rows.mjs';
import { databaseIn, startServer } from '../support/server.mjs';

const k_times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };

const dataDir = scratch();
let server;
let caller;
let plates = 0;
let keys = 0;

before(async () => {
  server = await startServer({ dataDir });
  caller = await addClient(server, 'KEYS', { zones: ['Lot 1'] });
});
after(() => server?.stop());

function permit(changes = {}) {
  plates += 1;
  return { ...k_times, plate: `KEY${plates}X`, ...changes };
}

function freshKey() {
  keys += 1;
  return { 'Idempotency-Key': `key-${keys}` };
}

function assertReplayed(reply, first) {
  assert.equal(reply.status, first.status, reply.text);
  assert.equal(reply.headers['idempotent-replay'], 'true', reply.text);
  assert.equal(reply.text, first.text, 'the first answer, letter for letter');
}

function assertFirst(reply) {
  assertStored(reply);
  assert.ok(!('idempotent-replay' in reply.headers), 'a first answer is no replay');
}

test('a push with the same key is replayed and stored once', async () => {
  const attributes = permit({ zone: 'Lot 1' });
  const key = freshKey();
  const first = await caller.push(attributes, key);
  assertFirst(first);
  await writesNothing(server, async () => {
    for (let n = 0; n < 3; n += 1) assertReplayed(await caller.push(attributes, key), first);
  });
});

test('a warning is part of the answer that is replayed', async () => {
  const attributes = permit({ zone: 'Nowhere' });
  const key = freshKey();
  const first = await caller.push(attributes, key);
  assertStored(first, { warnings: true });
  assertReplayed(await caller.push(attributes, key), first);
});

test('an update with the same key is replayed, not done again', async () => {
  const reference = await caller.pushed(permit());
  const key = freshKey();
  const change = { referenceID: reference, amount: '2.00' };
  const first = await caller.update(change, key);
  assertFirst(first);
  assertStored(await caller.update({ referenceID: reference, amount: '3.00' }));
  await writesNothing(server, async () => assertReplayed(await caller.update(change, key), first));
  const rows = await select(
    server.database,
    `SELECT amount_cents FROM permit WHERE plate = 'KEY${plates}X'`,
  );
  assert.deepEqual(rows, [{ amount_cents: 300 }], 'the later value stands');
});

test('a second delete is replayed with the same key and 9009 without one', async () => {
  const reference = await caller.pushed(permit());
  const key = freshKey();
  const first = await caller.delete({ reference_id: reference }, key);
  assertFirst(first);
  assertReplayed(await caller.delete({ reference_id: reference }, key), first);
  assertRefused(await caller.delete({ reference_id: reference }), 9009);
});

test('the answer to a push is replayed even when the permit is deleted meanwhile', async () => {
  const attributes = permit();
  const key = freshKey();
  const first = await caller.push(attributes, key);
  assertStored(await caller.delete({ reference_id: first.json.reference_id }));
  await writesNothing(server, async () =>
    assertReplayed(await caller.push(attributes, key), first),
  );
});

test('bodies are compared by key and value, not as text', async () => {
  const attributes = permit({ zone: 'Lot 1', x: { a: [1, 2], b: null } });
  const key = freshKey();
  const first = await caller.push(attributes, key);
  const members = Object.entries({ ...attributes, apiToken: caller.token }).reverse();
  const other = { ...Object.fromEntries(members), x: { b: null, a: [1, 2] } };
  const text = JSON.stringify(other, null, 3).replace('"plate"', '"pl\\u0061te"');
  assertReplayed(await caller.post('push', text, key), first);
});

test('the same key with another body is 9022 and stores nothing', async () => {
  const attributes = permit();
  const key = freshKey();
  assertFirst(await caller.push(attributes, key));
  for (const other of [
    permit(),
    { ...attributes, amount: '1.00' },
    { ...attributes, unknown: 1 },
    { startTime: attributes.startTime },
  ]) {
    await writesNothing(server, async () => {
      assertRefused(await caller.push(other, key), 9022, { field: 'Idempotency-Key' });
    });
  }
});

test('a key is looked up before the attributes are judged', async () => {
  const key = freshKey();
  assertFirst(await caller.push(permit(), key));
  const reply = await caller.push({ plate: {}, amount: 'x' }, key);
  const json = assertRefused(reply, 9022, { field: 'Idempotency-Key' });
  assert.ok(!('Errors' in json), reply.text);
});

test('a refusal is not kept: the key is free for the corrected body', async () => {
  const key = freshKey();
  const attributes = permit();
  await writesNothing(server, async () => {
    assertRefused(await caller.push({ ...attributes, plate: '' }, key), 9006);
    assertRefused(await caller.update({ referenceID: 'none' }, key), 9009);
  });
  const first = await caller.push(attributes, key);
  assertFirst(first);
  const taken = freshKey();
  assertRefused(await caller.push(attributes, taken), 9022, { field: null });
  assertFirst(await caller.push(permit(), taken));
});

test('a refusal by the token keeps nothing either, and a replay needs a good token', async () => {
  const key = freshKey();
  const attributes = permit();
  assertRefused(await caller.push({ ...attributes, apiToken: 'WRONG' }, key), 9002);
  assertFirst(await caller.push(attributes, key));
  const reply = await caller.push({ ...attributes, apiToken: 'WRONG' }, key);
  assertRefused(reply, 9002);
  assert.ok(!('idempotent-replay' in reply.headers));
});

test('twins that arrive together are answered alike, one of them first', async () => {
  for (let round = 0; round < 5; round += 1) {
    const key = freshKey();
    const attributes = permit({ zone: 'Lot 1' });
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => caller.push(attributes, key)),
    );
    const references = new Set(replies.map((reply) => assertStored(reply)));
    assert.equal(references.size, 1);
    const firsts = replies.filter((reply) => !('idempotent-replay' in reply.headers));
    assert.equal(firsts.length, 1, 'all but one are replays');
  }
});

test('different bodies with one key at once: one is stored, the others are 9022', async () => {
  const key = freshKey();
  const replies = await Promise.all(Array.from({ length: 12 }, () => caller.push(permit(), key)));
  assert.equal(replies.filter((reply) => reply.status === 200).length, 1);
  for (const reply of replies) {
    if (reply.status !== 200) assertRefused(reply, 9022, { field: 'Idempotency-Key' });
  }
});

test('a key applies only to its endpoint', async () => {
  const key = freshKey();
  const first = await caller.push(permit(), key);
  assertFirst(first);
  const { reference_id } = first.json;
  assertFirst(await caller.update({ reference_id, amount: '1.00' }, key));
  assertFirst(await caller.delete({ reference_id }, key));
});

test('a key applies only to its integration', async () => {
  const other = await addCaller(server, 'KEYS', { integration: 'Parking app' });
  const stranger = await addClient(server, 'OTHERS');
  const key = freshKey();
  const attributes = permit();
  const references = new Set();
  for (const sender of [caller, other, stranger]) {
    const reply = await sender.push(attributes, key);
    assertFirst(reply);
    references.add(reply.json.reference_id);
  }
  assert.equal(references.size, 3);
});

test('a key outlives the rotation of its integration’s token', async () => {
  const key = freshKey();
  const attributes = permit();
  const first = await caller.push(attributes, key);
  const rotated = new Caller(server, 'KEYS', await issueToken(server, 'KEYS', caller.integration));
  assert.notEqual(rotated.token, caller.token);
  assertReplayed(await rotated.push(attributes, key), first);
});

test('keys of 1 to 255 characters are accepted, longer ones are 9030, an empty one is 9033', async () => {
  for (const key of ['k', 'k'.repeat(255), ' padded ', '"quoted"', "'; DROP TABLE permit"]) {
    const attributes = permit();
    const first = await caller.push(attributes, { 'Idempotency-Key': key });
    assertFirst(first);
    assertReplayed(await caller.push(attributes, { 'Idempotency-Key': key }), first);
  }
  for (const key of ['', 'k'.repeat(256), 'k'.repeat(4_000)]) {
    for (const verb of ['push', 'update', 'delete']) {
      const attributes =
        verb === 'push' ? permit() : { reference_id: await caller.pushed(permit()) };
      await writesNothing(server, async () => {
        const reply = await caller[verb](attributes, { 'Idempotency-Key': key });
        assertRefused(reply, key ? 9030 : 9033, { field: 'Idempotency-Key' });
      });
    }
  }
});

test('stats and check take no notice of the header', async () => {
  const key = freshKey();
  await writesNothing(server, async () => {
    for (const plate of ['A1', 'B1']) {
      const reply = await caller.check({ plate }, key);
      assert.equal(reply.status, 200, reply.text);
      assert.ok(!('idempotent-replay' in reply.headers));
    }
    assert.equal((await caller.stats({}, key)).status, 200);
  });
});

test('a key outlives a restart', async () => {
  const key = freshKey();
  const attributes = permit();
  const first = await caller.push(attributes, key);
  await server.stop();
  server = await startServer({ dataDir });
  caller.server = server;
  assertReplayed(await caller.push(attributes, key), first);
});

test('a key is replayed for 24 hours and then forgotten', async () => {
  const attributes = permit();
  const key = freshKey();
  const first = await caller.push(attributes, key);
  const day = 24 * 60 * 60 * 1_000;
  await restartWithKeysOlderBy(day - 60_000);
  assertReplayed(await caller.push(attributes, key), first);
  await restartWithKeysOlderBy(120_000);
  assertFirst(await caller.push(permit(), key));
});

// Moves the time at which every key was first used into the past, while no server runs.
async function restartWithKeysOlderBy(milliseconds) {
  await server.stop();
  change(
    databaseIn(dataDir),
    `UPDATE idempotency_key SET created_at = created_at - ${milliseconds}`,
  );
  server = await startServer({ dataDir });
  caller.server = server;
}
