// permits/check: what an enforcement device sees.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaller, addClient } from '../support/api.mjs';
import { writesNothing } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

const k_times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };

let server;
let caller;

before(async () => {
  server = await startServer();
  caller = await addClient(server, 'CHECKS', { zones: ['Lot 1', 'Lot 2'] });
});
after(() => server?.stop());

test('the reply has its keys in order and UTC times with Z', async () => {
  const reference = await caller.pushed({
    ...k_times,
    plate: 'shape-1',
    zone: 'lot 1',
    permitNo: 'P-1',
    permitType: 'standard',
  });
  const reply = await caller.check({ plate: 'Shape 1', zone: 'LOT 1', at: '2024-06-01T10:42:00' });
  assert.equal(reply.status, 200, reply.text);
  assert.equal(
    JSON.stringify(reply.json),
    JSON.stringify({
      status: 'success',
      valid: true,
      plate: 'SHAPE1',
      at: '2024-06-01T10:42:00Z',
      permits: [
        {
          reference_id: reference,
          type: 'standard',
          zone: 'Lot 1',
          permitNo: 'P-1',
          startTime: '2024-06-01T09:00:00Z',
          endTime: '2024-06-01T17:00:00Z',
        },
      ],
      vehicles: [],
      near: [],
    }),
  );
});

test('an unknown plate is answered, not refused', async () => {
  const reply = await caller.checked({ plate: 'nobody 1', at: '2024-06-01T10:42:00Z' });
  assert.deepEqual(reply, {
    status: 'success',
    valid: false,
    plate: 'NOBODY1',
    at: '2024-06-01T10:42:00Z',
    permits: [],
    vehicles: [],
    near: [],
  });
});

test('a permit is valid from its start and no longer at its end', async () => {
  await caller.pushed({ ...k_times, plate: 'EDGES' });
  for (const [at, valid] of [
    ['2024-06-01T08:59:59', false],
    ['2024-06-01T09:00:00', true],
    ['2024-06-01T16:59:59', true],
    ['2024-06-01T17:00:00', false],
  ]) {
    assert.equal((await caller.checked({ plate: 'EDGES', at })).valid, valid, at);
  }
});

test('permits are long as they like: one that began years ago is found', async () => {
  await caller.pushed({
    plate: 'LONG',
    startTime: '1999-01-01T00:00:00',
    endTime: '2099-01-01T00:00:00',
  });
  for (let n = 0; n < 50; n += 1) {
    const hour = String(n % 24).padStart(2, '0');
    await caller.pushed({
      plate: 'LONG',
      permitNo: `short ${n}`,
      startTime: `2024-06-01T${hour}:00:00`,
      endTime: `2024-06-01T${hour}:30:00`,
    });
  }
  const { valid, permits } = await caller.checked({ plate: 'LONG', at: '2024-06-02T00:00:00' });
  assert.equal(valid, true);
  assert.equal(permits.length, 1);
});

test('all permits that are valid then are listed, absent values as null', async () => {
  const first = await caller.pushed({ ...k_times, plate: 'MANY' });
  const second = await caller.pushed({
    ...k_times,
    plate: 'M-A-N-Y',
    zone: 'Lot 1',
    permitNo: 'N',
  });
  await caller.pushed({ ...k_times, plate: 'MANY', endTime: '2024-06-01T10:00:00' });
  const { permits } = await caller.checked({ plate: 'many', at: '2024-06-01T12:00:00' });
  const found = new Map(permits.map((permit) => [permit.reference_id, permit]));
  assert.deepEqual([...found.keys()].sort(), [first, second].sort());
  assert.equal(found.get(first).zone, null);
  assert.equal(found.get(first).permitNo, null);
  assert.equal(found.get(second).zone, 'Lot 1');
});

test('a check covers the permits of every integration of the client, and of no other client', async () => {
  const officer = await addCaller(server, 'CHECKS', {
    integration: 'Officers',
    allow: 'permits.check,permits.stats',
  });
  const stranger = await addClient(server, 'STRANGERS');
  await caller.pushed({ ...k_times, plate: 'SHARED' });
  const asked = { plate: 'SHARED', at: '2024-06-01T12:00:00' };
  assert.equal((await officer.checked(asked)).valid, true);
  assert.equal((await stranger.checked(asked)).valid, false);
  const { data, withoutZone } = await officer.counted();
  assert.deepEqual({ data, withoutZone }, await caller.counted());
  assert.deepEqual(await stranger.counted(), { data: [] });
});

test('a check writes nothing', async () => {
  await writesNothing(server, () => caller.checked({ plate: 'UNSEEN', zone: 'Unseen lot' }));
  await writesNothing(server, () => caller.counted({ zones: 'Unseen lot' }));
});

test('plate and zone are found under all their names', async () => {
  await caller.pushed({ ...k_times, plate: 'ALIAS', zone: 'Lot 1' });
  const at = '2024-06-01T12:00:00';
  for (const [plate, zone] of [
    ['PLATE', 'ZONE'],
    ['Plate', 'zonE'],
  ]) {
    const { valid } = await caller.checked({ [plate]: 'ALIAS', [zone]: 'Lot 1', AT: at });
    assert.equal(valid, true);
  }
});
