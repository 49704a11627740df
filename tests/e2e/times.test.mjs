// Times: the two documented forms, the client's own zone, both clock changes of America/Toronto.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addClient, assertStored } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, within } from '../support/lotkeeper.mjs';
import { writesNothing } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

let server;
let toronto;
let utc;
let plates = 0;

before(async () => {
  server = await startServer();
  toronto = await addClient(server, 'TORONTO', { timeZone: 'America/Toronto', zones: ['Lot 1'] });
  utc = await addClient(server, 'GREENWICH');
});
after(() => server?.stop());

// Pushes a permit with these times; gives what a check at the UTC moment `at` shows of it.
async function shown(caller, times, at) {
  plates += 1;
  const plate = `TIME${plates}X`;
  const reference = assertStored(await caller.push({ plate, ...times }));
  const { permits } = await caller.checked({ plate, at });
  assert.equal(permits.length, 1, `${JSON.stringify(times)} at ${at}`);
  assert.equal(permits[0].reference_id, reference);
  return [permits[0].startTime, permits[0].endTime];
}

async function validAt(caller, plate, at) {
  return (await caller.checked({ plate, at })).valid;
}

test('a client without a time zone reads wall-clock time as UTC', async () => {
  const times = { startTime: '2024-07-01T09:00:00', endTime: '2024-07-01T10:00:00' };
  assert.deepEqual(await shown(utc, times, '2024-07-01T09:30:00'), [
    '2024-07-01T09:00:00Z',
    '2024-07-01T10:00:00Z',
  ]);
});

test('wall-clock times are read in the client’s zone, in winter and in summer', async () => {
  const winter = { startTime: '2024-01-15T09:00:00', endTime: '2024-01-15T10:00:00' };
  assert.deepEqual(await shown(toronto, winter, '2024-01-15T14:30:00Z'), [
    '2024-01-15T14:00:00Z',
    '2024-01-15T15:00:00Z',
  ]);
  const summer = { startTime: '2024-07-15T09:00:00', endTime: '2024-07-15T10:00:00' };
  assert.deepEqual(await shown(toronto, summer, '2024-07-15T13:30:00Z'), [
    '2024-07-15T13:00:00Z',
    '2024-07-15T14:00:00Z',
  ]);
});

test('a trailing Z and the Utc names mean UTC', async () => {
  const expected = ['2024-07-15T09:00:00Z', '2024-07-15T10:00:00Z'];
  for (const times of [
    { startTime: '2024-07-15T09:00:00Z', endTime: '2024-07-15T10:00:00Z' },
    { StartDateUtc: '2024-07-15T09:00:00', EndDateUtc: '2024-07-15T10:00:00' },
    { startdateutc: '2024-07-15T09:00:00Z', enddateutc: '2024-07-15T10:00:00Z' },
    { StartDateUtc: '2024-07-15T09:00:00', endTime: '2024-07-15T06:00:00' },
    { startTime: '2024-07-15T05:00:00', EndDateUtc: '2024-07-15T10:00:00' },
  ]) {
    assert.deepEqual(await shown(toronto, times, '2024-07-15T09:30:00Z'), expected);
  }
});

test('start and end are compared as instants, not as text', async () => {
  const later = { startTime: '2024-07-15T09:00:00', endTime: '2024-07-15T09:00:01Z' };
  await writesNothing(server, async () => {
    const reply = await toronto.push({ plate: 'INSTANT', ...later });
    assertRefused(reply, 9005, { field: 'endTime' });
  });
  const earlier = { startTime: '2024-07-15T09:00:00Z', endTime: '2024-07-15T08:00:00' };
  assert.deepEqual(await shown(toronto, earlier, '2024-07-15T11:00:00Z'), [
    '2024-07-15T09:00:00Z',
    '2024-07-15T12:00:00Z',
  ]);
});

test('a wall time that spring leaves out is shifted by the gap', async () => {
  const fromGap = { startTime: '2024-03-10T02:30:00', endTime: '2024-03-10T05:00:00' };
  assert.deepEqual(await shown(toronto, fromGap, '2024-03-10T08:00:00Z'), [
    '2024-03-10T07:30:00Z',
    '2024-03-10T09:00:00Z',
  ]);
  const intoGap = { startTime: '2024-03-10T01:30:00', endTime: '2024-03-10T02:00:00' };
  assert.deepEqual(await shown(toronto, intoGap, '2024-03-10T06:45:00Z'), [
    '2024-03-10T06:30:00Z',
    '2024-03-10T07:00:00Z',
  ]);
});

test('an end that the shift brings onto the start is 9005', async () => {
  const times = { startTime: '2024-03-10T02:30:00', endTime: '2024-03-10T03:30:00' };
  assertRefused(await toronto.push({ plate: 'GAP', ...times }), 9005, { field: 'endTime' });
});

test('a wall time that occurs twice in autumn is the first as a start and the last as an end', async () => {
  const same = { startTime: '2024-11-03T01:30:00', endTime: '2024-11-03T01:30:00' };
  assert.deepEqual(await shown(toronto, same, '2024-11-03T06:00:00Z'), [
    '2024-11-03T05:30:00Z',
    '2024-11-03T06:30:00Z',
  ]);
  const whole = { startTime: '2024-11-03T00:30:00', endTime: '2024-11-03T01:00:00' };
  assert.deepEqual(await shown(toronto, whole, '2024-11-03T05:00:00Z'), [
    '2024-11-03T04:30:00Z',
    '2024-11-03T06:00:00Z',
  ]);
});

test('an update’s end in the hour told twice is the last', async () => {
  const plate = 'AUTUMN1';
  const reference = await toronto.pushed({
    plate,
    startTime: '2024-11-03T00:30:00',
    endTime: '2024-11-03T00:45:00',
  });
  assertStored(await toronto.update({ reference_id: reference, endTime: '2024-11-03T01:15:00' }));
  const { permits } = await toronto.checked({ plate, at: '2024-11-03T06:14:59Z' });
  assert.equal(permits[0]?.endTime, '2024-11-03T06:15:00Z');
});

test('a check in the repeated hour counts a permit valid at either reading and shows the first', async () => {
  await toronto.pushed({
    plate: 'FIRST',
    startTime: '2024-11-03T05:00:00Z',
    endTime: '2024-11-03T05:45:00Z',
  });
  await toronto.pushed({
    plate: 'SECOND',
    startTime: '2024-11-03T06:15:00Z',
    endTime: '2024-11-03T06:45:00Z',
  });
  for (const plate of ['FIRST', 'SECOND']) {
    const reply = await toronto.checked({ plate, at: '2024-11-03T01:30:00' });
    assert.equal(reply.valid, true, plate);
    assert.equal(reply.at, '2024-11-03T05:30:00Z');
  }
  assert.equal(await validAt(toronto, 'FIRST', '2024-11-03T06:30:00Z'), false);
  assert.equal(await validAt(toronto, 'SECOND', '2024-11-03T05:30:00Z'), false);
  assert.equal(await validAt(toronto, 'FIRST', '2024-11-03T01:50:00'), false);
});

test('statistics in the hour told twice count a permit valid at either reading, once', async () => {
  const counting = await addClient(server, 'AUTUMN', {
    timeZone: 'America/Toronto',
    zones: ['Lot 1'],
  });
  const spans = [
    ['2024-11-03T05:00:00Z', '2024-11-03T05:45:00Z'],
    ['2024-11-03T06:15:00Z', '2024-11-03T06:45:00Z'],
    ['2024-11-03T05:00:00Z', '2024-11-03T07:00:00Z'],
    ['2024-11-03T07:00:00Z', '2024-11-03T08:00:00Z'],
  ];
  for (const [index, [startTime, endTime]] of spans.entries()) {
    await counting.pushed({ plate: `HOUR${index}`, zone: 'Lot 1', startTime, endTime });
  }
  const { data } = await counting.counted({ activeAt: '2024-11-03T01:30:00' });
  assert.deepEqual(data, [{ type: 'temp', zone: 'Lot 1', total: '3' }]);
});

test('a check at a wall time that spring leaves out is shifted by the gap', async () => {
  const reply = await toronto.checked({ plate: 'NOBODY', at: '2024-03-10T02:30:00' });
  assert.equal(reply.at, '2024-03-10T07:30:00Z');
});

test('the years at both ends of the calendar are kept', async () => {
  const times = { startTime: '0001-01-01T00:00:00', endTime: '9999-12-31T23:59:59' };
  assert.deepEqual(await shown(utc, times, '2024-01-01T00:00:00'), [
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ]);
});

test('a check without a time asks for now', async () => {
  const stamp = (offset) => new Date(Date.now() + offset).toISOString().replace(/\.\d+Z$/, 'Z');
  await toronto.pushed({ plate: 'NOW1', startTime: stamp(-3_600_000), endTime: stamp(3_600_000) });
  await toronto.pushed({
    plate: 'PAST1',
    startTime: stamp(-7_200_000),
    endTime: stamp(-3_600_000),
  });
  for (const at of [undefined, 'now', null, '']) {
    const reply = await toronto.checked({ plate: 'NOW1', at });
    assert.equal(reply.valid, true, `at ${at}`);
    assert.match(reply.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Math.abs(Date.parse(reply.at) - Date.now()) < 60_000, reply.at);
    assert.equal((await toronto.checked({ plate: 'PAST1', at })).valid, false);
  }
});

test('a malformed moment is 9033', async () => {
  for (const moment of ['2023-02-29T10:00:00', 'today', '0000-01-01T00:00:00', '2024-01-01']) {
    assertRefused(await toronto.check({ plate: 'X1', at: moment }), 9033, { field: 'at' });
    assertRefused(await toronto.stats({ activeAt: moment }), 9033, { field: 'activeAt' });
  }
});

test('a changed time zone holds within a second', async () => {
  const moving = await addClient(server, 'MOVING');
  await command(server, 'client', 'set', 'MOVING', '--time-zone', 'Asia/Kolkata');
  await within(1_000, async () => {
    const reply = await moving.checked({ plate: 'X1', at: '2024-01-01T05:30:00' });
    assert.equal(reply.at, '2024-01-01T00:00:00Z');
  });
});
