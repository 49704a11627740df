// permits/update and permits/delete: by reference, for the integration's own permits only.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaller, addClient, assertStored } from '../support/api.mjs';
import { assertAllFaults, assertRefused } from '../support/faults.mjs';
import { select, writesNothing } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

const k_times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };
const k_noon = '2024-06-01T12:00:00';
const k_unknown = '01900000-0000-7000-8000-000000000001';

let server;
let caller;
let other;
let plates = 0;

before(async () => {
  server = await startServer();
  caller = await addClient(server, 'CHANGES', { zones: ['Lot 1', 'Lot 2'] });
  other = await addCaller(server, 'CHANGES', { integration: 'Parking app' });
});
after(() => server?.stop());

function permit(changes = {}) {
  plates += 1;
  return { ...k_times, plate: `EDIT${plates}X`, ...changes };
}

async function permitsOf(plate, at = k_noon) {
  return (await caller.checked({ plate, at })).permits;
}

function refused(verb, attributes, code, expected) {
  return writesNothing(server, async () =>
    assertRefused(await caller[verb](attributes), code, expected),
  );
}

test('every documented name of the reference is read, in any case and with a reference in any case', async () => {
  const names = ['referenceid', 'referenceID', 'reference_id', 'REFERENCEID', 'Reference_ID'];
  for (const verb of ['update', 'delete']) {
    for (const name of names) {
      for (const write of ['toLowerCase', 'toUpperCase']) {
        const reference = await caller.pushed(permit());
        const reply = await caller[verb]({ [name]: reference[write]() });
        assert.equal(assertStored(reply), reference, `${verb} by ${name}`);
      }
    }
  }
});

test('a reference that is absent is 9008', async () => {
  for (const verb of ['update', 'delete']) {
    for (const attributes of [
      {},
      { referenceID: null },
      { reference_id: '' },
      { referenceid: ' \t' },
    ]) {
      await refused(verb, attributes, 9008, { field: 'referenceid' });
    }
  }
});

test('a reference that is malformed or unknown is 9009', async () => {
  const known = await caller.pushed(permit());
  for (const verb of ['update', 'delete']) {
    for (const referenceID of [
      k_unknown,
      'PREVIOUS-REFERENCE-ID',
      `${known}0`,
      known.slice(0, -1),
      known.replaceAll('-', ''),
      `{${known}}`,
      `urn:uuid:${known}`,
      'r'.repeat(51),
      'r'.repeat(5_000),
      "' OR 1=1 --",
      '😀',
      7,
      [known],
      { a: known },
      true,
    ]) {
      await refused(verb, { referenceID }, 9009, { field: 'referenceid' });
    }
  }
});

test('an update changes only what it names', async () => {
  const attributes = permit({ zone: 'Lot 1', permitNo: 'KEEP', amount: '1.00', currency: 'CAD' });
  const reference = await caller.pushed(attributes);
  const asStored = {
    reference_id: reference,
    type: 'temp',
    zone: 'Lot 1',
    permitNo: 'KEEP',
    startTime: `${k_times.startTime}Z`,
    endTime: `${k_times.endTime}Z`,
  };

  assertStored(await caller.update({ referenceID: reference, endTime: '2024-06-01T20:00:00' }));
  const longer = { ...asStored, endTime: '2024-06-01T20:00:00Z' };
  assert.deepEqual(await permitsOf(attributes.plate, '2024-06-01T19:00:00'), [longer]);

  assertStored(await caller.update({ referenceID: reference, LicencePlate: 'moved 1' }));
  assert.deepEqual(await permitsOf(attributes.plate), []);
  assert.deepEqual(await permitsOf('MOVED1'), [longer]);

  assertStored(await caller.update({ referenceID: reference, Amount: '2.50', currency: 'usd' }));
  assert.deepEqual(await permitsOf('MOVED1'), [longer]);
  const rows = await select(
    server.database,
    `SELECT amount_cents, currency FROM permit WHERE plate = 'moved 1'`,
  );
  assert.deepEqual(rows, [{ amount_cents: 250, currency: 'USD' }]);
});

test('an update without anything to change succeeds and changes nothing', async () => {
  const attributes = permit({ zone: 'Lot 1' });
  const reference = await caller.pushed(attributes);
  const before = await permitsOf(attributes.plate);
  for (const nothing of [{}, { plate: null, endTime: '', amount: ' ' }, { plate: '-.-' }]) {
    assertStored(await caller.update({ referenceID: reference, ...nothing }));
  }
  assertStored(
    await caller.update({
      referenceID: reference,
      plate: attributes.plate,
      ...{ endTime: k_times.endTime },
    }),
  );
  assert.deepEqual(await permitsOf(attributes.plate), before);
});

test('attributes of push that update does not have are ignored with a warning', async () => {
  const attributes = permit({ zone: 'Lot 1', permitNo: 'OLD' });
  const reference = await caller.pushed(attributes);
  const before = await permitsOf(attributes.plate);
  for (const ignored of [
    { zone: 'Lot 2' },
    { ParkingZoneName: 'Lot 2' },
    { startTime: '2024-06-01T11:00:00' },
    { StartDateUtc: '2024-06-01T11:00:00' },
    { permitNo: 'NEW' },
    { TicketNumber: 'NEW' },
    { permitType: 'standard' },
  ]) {
    const reply = await caller.update({ referenceID: reference, ...ignored });
    assert.equal(assertStored(reply, { warnings: true }), reference, JSON.stringify(ignored));
  }
  assert.deepEqual(await permitsOf(attributes.plate), before);
});

test('an update’s values are judged as those of a push', async () => {
  const reference = await caller.pushed(permit());
  for (const [attributes, code, field] of [
    [{ endTime: '2023-02-29T00:00:00' }, 9005, 'endTime'],
    [{ EndDateUtc: 'later' }, 9005, 'endTime'],
    [{ plate: 'p'.repeat(26) }, 9030, 'plate'],
    [{ LicencePlate: { a: 1 } }, 9033, 'plate'],
    [{ Amount: '5' }, 9032, 'amount'],
    [{ amount: '0.00' }, 9033, 'amount'],
    [{ CurrencyID: 'EUR' }, 9033, 'currency'],
    [{ endTime: '2024-06-01\0T18:00:00' }, 9005, 'endTime'],
    [{ endTime: ['2024-06-01T18:00:00'] }, 9005, 'endTime'],
    [{ plate: 'A\0B' }, 9033, 'plate'],
    [{ amount: '1\0.50' }, 9033, 'amount'],
    [{ amount: [1] }, 9033, 'amount'],
    [{ currency: 'C\0D' }, 9033, 'currency'],
    [{ currency: false }, 9033, 'currency'],
  ]) {
    await refused('update', { referenceID: reference, ...attributes }, code, { field });
  }
});

test('a new end at or before the stored start is 9005', async () => {
  const reference = await caller.pushed(permit());
  for (const endTime of [k_times.startTime, '2024-06-01T08:00:00', '0001-01-01T00:00:00']) {
    await refused('update', { referenceID: reference, endTime }, 9005, { field: 'endTime' });
  }
});

test('all faults of an update are reported together, including those that the store finds', async () => {
  const values = {
    amount: '5',
    currency: 'EUR',
    plate: 'p'.repeat(26),
    endTime: '2024-02-30T00:00:00',
  };
  const reply = await caller.update({ ...values, referenceID: k_unknown });
  assertAllFaults(reply, [
    [9009, 'referenceid'],
    [9005, 'endTime'],
    [9030, 'plate'],
    [9032, 'amount'],
    [9033, 'currency'],
  ]);
  const reference = await caller.pushed(permit());
  assertAllFaults(
    await caller.update({ referenceID: reference, endTime: '2024-06-01T08:00:00', amount: '5' }),
    [
      [9005, 'endTime'],
      [9032, 'amount'],
    ],
  );
  assertAllFaults(await caller.update({ amount: '5' }), [
    [9008, 'referenceid'],
    [9032, 'amount'],
  ]);
});

test('an update that would make two identical permits is 9022 and changes nothing', async () => {
  const standing = permit({ zone: 'Lot 1', permitNo: 'SAME' });
  const first = await caller.pushed(standing);
  const second = permit({ zone: 'Lot 1', permitNo: 'SAME', endTime: '2024-06-01T18:00:00' });
  const reference = await caller.pushed(second);

  const json = await refused(
    'update',
    { referenceID: reference, plate: standing.plate.toLowerCase(), endTime: k_times.endTime },
    9022,
    { field: null },
  );
  assert.equal(json.reference_id, first);
  const [unchanged] = await permitsOf(second.plate, '2024-06-01T17:30:00');
  assert.equal(unchanged.reference_id, reference);
});

test('a deleted permit no longer validates or counts, and its twin may be pushed', async () => {
  const attributes = permit({ zone: 'Lot 2' });
  const total = async () => Number((await caller.counted({ zones: 'Lot 2' })).data[0]?.total ?? 0);
  const before = await total();
  const reference = await caller.pushed(attributes);
  assert.equal(await total(), before + 1);

  assert.equal(assertStored(await caller.delete({ reference_id: reference })), reference);

  assert.equal(await total(), before);
  assert.deepEqual(await permitsOf(attributes.plate), []);
  assert.notEqual(await caller.pushed(attributes), reference);
  assert.equal(await total(), before + 1);
});

test('a deleted permit is kept for audit', async () => {
  const attributes = permit();
  const reference = await caller.pushed(attributes);
  assertStored(await caller.delete({ reference_id: reference }));
  const rows = await select(
    server.database,
    `SELECT deleted_at FROM permit WHERE plate = '${attributes.plate}'`,
  );
  assert.equal(rows.length, 1);
  assert.ok(rows[0].deleted_at > 0);
});

test('a deleted permit is 9009 for every further update and delete', async () => {
  const reference = await caller.pushed(permit());
  assertStored(await caller.delete({ reference_id: reference }));
  for (const verb of ['delete', 'update', 'delete']) {
    await refused(verb, { reference_id: reference }, 9009, { field: 'referenceid' });
  }
});

test('of many deletes at once exactly one succeeds', async () => {
  const reference = await caller.pushed(permit());
  const replies = await Promise.all(
    Array.from({ length: 16 }, () => caller.delete({ reference_id: reference })),
  );
  assert.equal(replies.filter((reply) => reply.status === 200).length, 1);
  for (const reply of replies) if (reply.status !== 200) assertRefused(reply, 9009);
});

test('another integration’s reference is 9009, as if it were not there', async () => {
  const attributes = permit();
  const reference = await caller.pushed(attributes);
  for (const verb of ['update', 'delete']) {
    const headers = { 'X-Request-Id': 'same' };
    const theirs = await other[verb]({ referenceID: reference }, headers);
    const nobodys = await other[verb]({ referenceID: k_unknown }, headers);
    assertRefused(theirs, 9009);
    assert.equal(theirs.text, nobodys.text, 'the reply does not tell the two apart');
  }
  assert.equal((await permitsOf(attributes.plate)).length, 1);
});
