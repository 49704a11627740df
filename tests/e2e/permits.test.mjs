// permits/push: names of attributes, numbers as values, limits, faults together, hints, 9022.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addCaller, addClient, assertStored, assertWarnings } from '../support/api.mjs';
import { assertAllFaults, assertRefused } from '../support/faults.mjs';
import { writesNothing } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

const k_start = '2024-06-01T09:00:00';
const k_end = '2024-06-01T17:00:00';
const k_noon = '2024-06-01T12:00:00';

let server;
let caller;
let plates = 0;

before(async () => {
  server = await startServer();
  caller = await addClient(server, 'PUSHES', { zones: ['Lot 1', 'Lot 2'] });
});
after(() => server?.stop());

// A push that is right, with a plate of its own.
function permit(changes = {}) {
  plates += 1;
  return { startTime: k_start, endTime: k_end, plate: `PUSH${plates}X`, ...changes };
}

async function onlyPermitOf(plate, at = k_noon) {
  const { permits } = await caller.checked({ plate, at });
  assert.equal(permits.length, 1, `one permit for ${plate}: ${JSON.stringify(permits)}`);
  return permits[0];
}

function refused(attributes, code, expected) {
  return writesNothing(server, async () =>
    assertRefused(await caller.push(attributes), code, expected),
  );
}

test('every documented name of every attribute is read, in any case', async () => {
  const spellings = [
    ['amount', 'currency', 'startTime', 'endTime', 'plate', 'permitNo', 'zone'],
    [
      'Amount',
      'CurrencyID',
      'StartDateUtc',
      'EndDateUtc',
      'LicencePlate',
      'TicketNumber',
      'ParkingZoneName',
    ],
    ['AMOUNT', 'CURRENCY', 'STARTTIME', 'ENDTIME', 'PLATE', 'PERMITNO', 'ZONE'],
    [
      'aMOUNT',
      'currencyid',
      'startdateutc',
      'enddateutc',
      'licenceplate',
      'ticketnumber',
      'parkingzonename',
    ],
    [
      'amounT',
      'cURRENCYiD',
      'starttime',
      'ENDDATEUTC',
      'LICENCEPLATE',
      'permitno',
      'PARKINGzonename',
    ],
  ];
  for (const [index, names] of spellings.entries()) {
    const values = ['14.50', 'CAD', k_start, k_end, `NAMES${index}`, `T-${index}`, 'Lot 1'];
    const body = Object.fromEntries(names.map((name, n) => [name, values[n]]));
    const reference = assertStored(await caller.push(body));
    const found = await onlyPermitOf(`NAMES${index}`);
    assert.deepEqual(found, {
      reference_id: reference,
      type: 'temp',
      zone: 'Lot 1',
      permitNo: `T-${index}`,
      startTime: `${k_start}Z`,
      endTime: `${k_end}Z`,
    });
  }
});

test('apiToken is found in any case too', async () => {
  const body = JSON.stringify({ APITOKEN: caller.token, ...permit() });
  assertStored(await caller.post('push', body));
});

test('of several names the one listed first wins, and different values are warned of', async () => {
  const reply = await caller.push(permit({ LicencePlate: 'LOSES1', plate: 'WINS1' }));
  assertStored(reply, { warnings: true });
  assert.equal((await caller.checked({ plate: 'WINS1', at: k_noon })).valid, true);
  assert.equal((await caller.checked({ plate: 'LOSES1', at: k_noon })).valid, false);
});

test('several names with the same value are no cause for a warning', async () => {
  const same = permit({
    zone: 'Lot 1',
    ParkingZoneName: 'Lot 1',
    permitNo: 'A',
    TicketNumber: 'A',
  });
  assertStored(await caller.push({ ...same, LicencePlate: same.plate }));
});

test('a losing name is not judged, a winning one is', async () => {
  for (const junk of [{}, [1], true, 'x'.repeat(300)]) {
    const reply = await caller.push(permit({ TicketNumber: junk, permitNo: 'WINS' }));
    assertStored(reply, { warnings: true });
  }
  await refused(permit({ plate: { a: 1 }, LicencePlate: 'FINE' }), 9033, { field: 'plate' });
});

test('a first name without a value yields to the next', async () => {
  for (const [index, nothing] of [null, '', '  ', '\t\u00a0\u2003'].entries()) {
    const plate = `YIELD${index}X`;
    const reply = await caller.push(permit({ plate: nothing, LicencePlate: plate }));
    assert.equal(reply.status, 200, reply.text);
    await onlyPermitOf(plate);
  }
});

test('of keys that differ in case only the documented spelling wins, in either order', async () => {
  const { plate, ...rest } = permit();
  for (const [index, order] of [
    ['PLATE', 'plate'],
    ['plate', 'PLATE'],
  ].entries()) {
    const values = { plate: `RIGHT${index}`, PLATE: `WRONG${index}` };
    const body = { ...rest, [order[0]]: values[order[0]], [order[1]]: values[order[1]] };
    assertStored(await caller.push(body), { warnings: true });
    await onlyPermitOf(`RIGHT${index}`);
  }
});

test('of undocumented spellings that differ in case only the earlier wins', async () => {
  const { plate, ...rest } = permit();
  const body = { ...rest, PLATE: 'EARLIER', Plate: 'LATER' };
  assertStored(await caller.push(body), { warnings: true });
  await onlyPermitOf('EARLIER');
});

test('amount wins over Amount, both being documented', async () => {
  assertStored(await caller.push(permit({ Amount: 'junk', amount: '1.00' })), { warnings: true });
  await refused(permit({ Amount: '1.00', amount: 'junk5.0' }), 9032, { field: 'amount' });
});

test('numbers are read by their value, without exponent or trailing zeros', async () => {
  for (const [number, text] of [
    ['1138', '1138'],
    ['1138.0', '1138'],
    ['1138.000', '1138'],
    ['1.138e3', '1138'],
    ['11380E-1', '1138'],
    ['0', '0'],
    ['0.50', '0.5'],
    ['-5', '-5'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['0.1234567890123456789', '0.1234567890123456789'],
  ]) {
    const attributes = permit();
    const body = JSON.stringify({ apiToken: caller.token, ...attributes });
    const reply = await caller.post('push', body.replace(/\}$/, `,"permitNo":${number}}`));
    assertStored(reply);
    assert.equal((await onlyPermitOf(attributes.plate)).permitNo, text, number);
  }
});

test('numbers are accepted as plate and zone', async () => {
  const reply = await caller.push(permit({ plate: 4711, zone: 17 }));
  assertStored(reply, { warnings: true });
  assert.equal((await onlyPermitOf('4711')).zone, '17');
});

test('null and white space count as absent', async () => {
  for (const nothing of [null, '', ' ', '\r\n\t', '\u3000\u2028', '\u0085']) {
    await refused(permit({ plate: nothing }), 9006, { field: 'plate' });
    await refused(permit({ startTime: nothing }), 9031, { field: 'startTime' });
    await refused(permit({ endTime: nothing }), 9004, { field: 'endTime' });
    const attributes = permit({
      zone: nothing,
      permitNo: nothing,
      amount: nothing,
      currency: nothing,
    });
    assertStored(await caller.push(attributes));
    const { zone, permitNo } = await onlyPermitOf(attributes.plate);
    assert.deepEqual({ zone, permitNo }, { zone: null, permitNo: null });
  }
});

test('invisible characters that are no white space count as a value', async () => {
  for (const permitNo of ['\ufeff', '\u200b', '\u180e', '\u2060']) {
    const attributes = permit({ permitNo });
    assertStored(await caller.push(attributes));
    assert.equal((await onlyPermitOf(attributes.plate)).permitNo, permitNo);
  }
});

test('required attributes that are missing have the documented codes', async () => {
  const { startTime, endTime, plate } = permit();
  await refused({ endTime, plate }, 9031, { field: 'startTime' });
  await refused({ startTime, plate }, 9004, { field: 'endTime' });
  await refused({ startTime, endTime }, 9006, { field: 'plate' });
  const reply = await caller.push({});
  assertAllFaults(reply, [
    [9031, 'startTime'],
    [9004, 'endTime'],
    [9006, 'plate'],
  ]);
});

test('an end at or before the start is 9005', async () => {
  await refused(permit({ endTime: k_start }), 9005, { field: 'endTime' });
  await refused(permit({ endTime: '2024-06-01T08:59:59' }), 9005, { field: 'endTime' });
  assertStored(await caller.push(permit({ endTime: '2024-06-01T09:00:01' })));
});

test('lengths are limited in code points', async () => {
  const car = '\u{1F697}';
  assertStored(await caller.push(permit({ plate: `A${car.repeat(24)}` })));
  assertStored(await caller.push(permit({ permitNo: car.repeat(50) })));
  assertStored(await caller.push(permit({ zone: car.repeat(200) })), { warnings: true });
  await refused(permit({ plate: `A${car.repeat(25)}` }), 9030, { field: 'plate' });
  await refused(permit({ permitNo: car.repeat(51) }), 9030, { field: 'permitNo' });
  await refused(permit({ zone: car.repeat(201) }), 9030, { field: 'zone' });
});

test('white space around a value does not count towards its length', async () => {
  assertStored(await caller.push(permit({ plate: ` ${'B'.repeat(25)}\n` })));
  assertStored(await caller.push(permit({ permitNo: `  ${'N'.repeat(50)}  ` })));
});

test('all faults are reported together, in the order of the document’s table', async () => {
  await writesNothing(server, async () => {
    const reply = await caller.push({
      zone: 'z'.repeat(201),
      permitNo: 'n'.repeat(51),
      plate: 'p'.repeat(26),
      endTime: '2023-02-29T00:00:00',
      startTime: 'yesterday',
      currency: 'DOLLARS',
      amount: '5',
    });
    assertAllFaults(reply, [
      [9032, 'amount'],
      [9033, 'currency'],
      [9007, 'startTime'],
      [9005, 'endTime'],
      [9030, 'plate'],
      [9030, 'permitNo'],
      [9030, 'zone'],
    ]);
  });
});

test('the Field is the first documented name, whichever was sent', async () => {
  const { startTime, endTime, plate, ...none } = permit();
  assert.deepEqual(none, {});
  await refused({ StartDateUtc: 'x', endTime, plate }, 9007, { field: 'startTime' });
  await refused({ startTime, EndDateUtc: 'x', plate }, 9005, { field: 'endTime' });
  await refused({ startTime, endTime, LicencePlate: [] }, 9033, { field: 'plate' });
  await refused(permit({ TicketNumber: 't'.repeat(51) }), 9030, { field: 'permitNo' });
  await refused(permit({ ParkingZoneName: 't'.repeat(201) }), 9030, { field: 'zone' });
  await refused(permit({ CurrencyID: 'EUR' }), 9033, { field: 'currency' });
  await refused(permit({ Amount: '0.00' }), 9033, { field: 'amount' });
});

test('a single fault brings no list of faults', async () => {
  const json = await refused(permit({ plate: null }), 9006);
  assert.ok(!('Errors' in json), JSON.stringify(json));
  assert.equal(typeof json.Detail, 'string');
});

test('a near miss of a required name is pointed out', async () => {
  const { startTime, endTime, plate } = permit();
  await refused({ startTime, endTime, LicensePlate: plate }, 9006, { detail: /LicensePlate/ });
  await refused({ startTime, end_time: endTime, plate }, 9004, { detail: /end_time/ });
  await refused({ start_time: startTime, endTime, plate }, 9031, { detail: /start_time/ });
});

test('no Detail or warning repeats a token', async () => {
  const replies = [
    await caller.push(permit({ plate: null, token: caller.token })),
    await caller.push(permit({ zone: 'Nowhere', apitoken: 'OTHER-TOKEN-0123456789' })),
    await caller.push({ apiToken: 'OTHER-TOKEN-0123456789' }),
  ];
  for (const reply of replies) {
    assert.ok(!reply.text.includes(caller.token), 'the token is not repeated');
    assert.ok(!reply.text.includes('OTHER-TOKEN'), 'nor one that does not count');
  }
});

test('unknown keys are ignored', async () => {
  assertStored(await caller.push(permit({ colour: 'red', nested: { plate: [1, { a: null }] } })));
});

test('a duplicate of a live permit is 9022 with the reference of the first', async () => {
  const attributes = permit({ zone: 'Lot 1', permitNo: 'TWIN', amount: '2.00' });
  const reference = await caller.pushed(attributes);
  const twins = [
    attributes,
    { ...attributes, plate: attributes.plate.toLowerCase().replace('x', ' - x') },
    { ...attributes, zone: ' lot   1 ' },
    { ...attributes, startTime: `${k_start}Z` },
    { ...attributes, amount: '3.00', currency: 'USD', permitType: 'standard' },
  ];
  for (const twin of twins) {
    const json = await refused(twin, 9022, { field: null });
    assert.equal(json.reference_id, reference, JSON.stringify(twin));
    assert.ok(!('Errors' in json));
  }
});

test('a permit that differs in plate, zone, start, end or ticket number is no twin', async () => {
  const attributes = permit({ zone: 'Lot 1', permitNo: 'N1' });
  const others = [
    attributes,
    { ...attributes, plate: `${attributes.plate}Y` },
    { ...attributes, zone: 'Lot 2' },
    { ...attributes, zone: 'No such lot' },
    { ...attributes, zone: undefined },
    { ...attributes, startTime: '2024-06-01T09:00:01' },
    { ...attributes, endTime: '2024-06-01T17:00:01' },
    { ...attributes, permitNo: 'n1' },
    { ...attributes, permitNo: undefined },
  ];
  const references = new Set();
  for (const other of others) {
    const reply = await caller.push(other);
    assert.equal(reply.status, 200, reply.text);
    references.add(reply.json.reference_id);
  }
  assert.equal(references.size, others.length);
});

test('the same permit of another integration is no twin', async () => {
  const other = await addCaller(server, 'PUSHES', { integration: 'Parking app' });
  const attributes = permit({ zone: 'Lot 1' });
  assert.notEqual(await caller.pushed(attributes), await other.pushed(attributes));
});

test('9022 comes only when nothing else is wrong', async () => {
  const attributes = permit();
  await caller.pushed(attributes);
  const json = await refused({ ...attributes, amount: '0.00' }, 9033, { field: 'amount' });
  assert.ok(!('Errors' in json), JSON.stringify(json));
});

test('of many duplicates at once exactly one is stored, and all replies name it', async () => {
  const attributes = permit({ zone: 'Lot 2' });
  const replies = await Promise.all(Array.from({ length: 24 }, () => caller.push(attributes)));
  const stored = replies.filter((reply) => reply.status === 200);
  assert.equal(stored.length, 1);
  const reference = assertStored(stored[0]);
  for (const reply of replies) {
    if (reply !== stored[0]) assert.equal(assertRefused(reply, 9022).reference_id, reference);
  }
  assert.equal((await onlyPermitOf(attributes.plate)).reference_id, reference);
});

test('references of one caller are all different and rise with time', async () => {
  const first = await caller.pushed(permit());
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await caller.pushed(permit());
  assert.ok(first < second, `${first} before ${second}`);
});

test('a warning is a list of sentences behind the documented keys', async () => {
  const { json, text } = await caller.push(permit({ zone: 'Unheard of' }));
  assert.deepEqual(
    Object.keys(json),
    ['status', 'reference_id', 'InternalReferenceID', 'warnings'],
    text,
  );
  assertWarnings(json);
});
