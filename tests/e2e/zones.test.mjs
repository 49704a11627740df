// Zones: matching by normalised name or alias, disconnected records, their connection later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addClient, assertStored, assertWarnings } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, refusedCommand, run, within } from '../support/lotkeeper.mjs';
import { startServer } from '../support/server.mjs';

const k_noon = '2024-06-01T12:00:00';

let server;
let caller;
let code;
let clients = 0;
let plates = 0;

before(async () => {
  server = await startServer();
});
after(() => server?.stop());

async function freshClient(zones = ['Lot 1', 'Lot 2']) {
  clients += 1;
  code = `ZONES_${clients}`;
  caller = await addClient(server, code, { zones });
}

function permit(zone, changes = {}) {
  plates += 1;
  const times = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };
  return { ...times, plate: `ZONE${plates}X`, zone, ...changes };
}

async function validIn(plate, zone) {
  return (await caller.checked({ plate, zone, at: k_noon })).valid;
}

test('zones match whatever their case and runs of white space', async () => {
  await freshClient(['Lot 1', 'ÉCOLE']);
  for (const [sent, zone] of [
    ['lot 1', 'Lot 1'],
    ['  LOT    1 ', 'Lot 1'],
    ['Lot\u00a0\u20031', 'Lot 1'],
    ['école', 'ÉCOLE'],
  ]) {
    const attributes = permit(sent);
    assertStored(await caller.push(attributes));
    const { permits } = await caller.checked({ plate: attributes.plate, at: k_noon });
    assert.equal(permits[0].zone, zone, 'the name in the database is shown');
  }
  assertStored(await caller.push(permit('Lot1')), { warnings: true });
});

test('a zone that matches nothing is stored disconnected, with a warning', async () => {
  await freshClient();
  const attributes = permit('North  Lot');
  assertStored(await caller.push(attributes), { warnings: true });
  const { permits } = await caller.checked({ plate: attributes.plate, at: k_noon });
  assert.equal(permits[0].zone, 'North  Lot', 'its zone is shown as sent');
  const { data, disconnected } = await caller.counted();
  assert.deepEqual(data, []);
  assert.deepEqual(disconnected, [{ zone: 'North  Lot', total: '1' }]);
});

test('a permit is valid in its own zone, in any case, and in no other', async () => {
  await freshClient();
  const attributes = permit('Lot 1');
  await caller.pushed(attributes);
  assert.equal(await validIn(attributes.plate, 'LOT  1'), true);
  assert.equal(await validIn(attributes.plate, 'Lot 2'), false);
  assert.equal(await validIn(attributes.plate, undefined), true, 'no zone asked for');
});

test('a permit without a zone is valid in any zone', async () => {
  await freshClient();
  const attributes = permit(undefined);
  await caller.pushed(attributes);
  for (const zone of ['Lot 1', 'Lot 2', 'Nowhere']) {
    assert.equal(await validIn(attributes.plate, zone), true, zone);
  }
});

test('a disconnected permit is valid if a check asks for its exact zone name', async () => {
  await freshClient();
  const attributes = permit('North Lot');
  await caller.push(attributes);
  assert.equal(await validIn(attributes.plate, 'North Lot'), true);
  assert.equal(await validIn(attributes.plate, 'South Lot'), false);
  assert.equal(await validIn(attributes.plate, 'Lot 1'), false);
});

test('a check of an unknown zone is answered with a warning', async () => {
  await freshClient();
  const reply = await caller.checked({ plate: 'X1', zone: 'Nowhere' });
  assertWarnings(reply);
  assert.ok(!('warnings' in (await caller.checked({ plate: 'X1', zone: 'Lot 1' }))));
});

test('a zone added later connects the permits that named it, within a second', async () => {
  await freshClient();
  const attributes = permit('new   GARAGE');
  assertStored(await caller.push(attributes), { warnings: true });
  assertStored(await caller.push(permit('New Garage', { permitType: 'standard' })), {
    warnings: true,
  });

  await command(server, 'zone', 'add', code, 'New Garage');

  await within(1_000, async () => {
    assert.deepEqual(await caller.counted(), {
      data: [
        { type: 'standard', zone: 'New Garage', total: '1' },
        { type: 'temp', zone: 'New Garage', total: '1' },
      ],
    });
  });
  const { permits } = await caller.checked({
    plate: attributes.plate,
    zone: 'New Garage',
    at: k_noon,
  });
  assert.equal(permits[0].zone, 'New Garage');
  assertStored(await caller.push(permit('NEW GARAGE')));
});

test('an alias connects the permits that named it and those that will', async () => {
  await freshClient();
  const early = permit('P1 North');
  assertStored(await caller.push(early), { warnings: true });
  await caller.pushed(permit('Lot 1'));

  await command(server, 'zone', 'alias', code, 'p1 NORTH', 'Lot 1');

  await within(1_000, async () => {
    assert.deepEqual(await caller.counted(), {
      data: [{ type: 'temp', zone: 'Lot 1', total: '2' }],
    });
  });
  const late = permit('P1  north');
  assertStored(await caller.push(late));
  for (const { plate } of [early, late]) {
    for (const zone of ['Lot 1', 'P1 North']) assert.equal(await validIn(plate, zone), true, zone);
    assert.equal(await validIn(plate, 'Lot 2'), false);
  }
  const { data } = await caller.counted({ zones: 'P1 NORTH' });
  assert.deepEqual(data, [{ type: 'temp', zone: 'Lot 1', total: '3' }], 'zones match by alias too');
});

test('a removed alias lets its permits go, within a second, and takes them again', async () => {
  await freshClient();
  const early = permit('P1 North');
  await caller.push(early);
  await command(server, 'zone', 'alias', code, 'P1 North', 'Lot 1');
  await within(1_000, async () => assert.equal(await validIn(early.plate, 'Lot 1'), true));

  assert.equal(
    await command(server, 'zone', 'unalias', code, 'p1  NORTH'),
    `"p1  NORTH" no longer means a zone of ${code}; live permits with that name, now disconnected: 1\n`,
  );
  await within(1_000, async () => {
    assert.deepEqual(await caller.counted(), {
      data: [],
      disconnected: [{ zone: 'P1 North', total: '1' }],
    });
  });
  assert.equal(await validIn(early.plate, 'Lot 1'), false);
  assert.equal(await validIn(early.plate, 'P1 North'), true, 'the name that it bears');
  await within(1_000, async () => assertStored(await caller.push(permit('P1 North')), { warnings: true }));

  for (const [alias, advice] of [
    ['P1 North', /has no alias "P1 North"; see them with: lotkeeper zone list/],
    ['lot 1', /"Lot 1" is the name of a zone/],
  ]) {
    assert.match(await refusedCommand(server, 'zone', 'unalias', code, alias), advice);
  }
  await command(server, 'zone', 'alias', code, 'P1 North', 'Lot 2');
  await within(1_000, async () => assert.equal(await validIn(early.plate, 'Lot 2'), true));
});

test('zone unalias --help says what becomes of the permits', async () => {
  const { code: exit, stdout } = await run(['zone', 'unalias', '--help'], { cwd: '/' });
  assert.equal(exit, 0);
  assert.match(stdout, /permits with that name are disconnected/);
});

test('a renamed zone keeps its permits under the new name', async () => {
  await freshClient();
  const attributes = permit('Lot 1');
  await caller.pushed(attributes);

  await command(server, 'zone', 'rename', code, 'Lot 1', 'Lot One');

  await within(1_000, async () => {
    assert.deepEqual((await caller.counted()).data, [
      { type: 'temp', zone: 'Lot One', total: '1' },
    ]);
  });
  const { permits } = await caller.checked({
    plate: attributes.plate,
    zone: 'lot one',
    at: k_noon,
  });
  assert.equal(permits[0].zone, 'Lot One');
});

test('zones of one client mean nothing to another', async () => {
  await freshClient(['Only Here']);
  await freshClient([]);
  assertStored(await caller.push(permit('Only Here')), { warnings: true });
  assert.deepEqual((await caller.counted()).disconnected, [{ zone: 'Only Here', total: '1' }]);
});

test('statistics have a row for each zone and type with a live permit, by code point', async () => {
  await freshClient(['b', 'a 10', 'a 9', 'É', 'Zoo', 'Empty']);
  for (const zone of ['b', 'a 9', 'É', 'Zoo', 'a 10']) {
    for (const permitType of ['validator', 'standard', 'temp']) {
      await caller.pushed(permit(zone, { permitType }));
    }
  }
  await caller.pushed(permit('Zoo', { permitType: 'temp' }));
  const { data } = await caller.counted();
  const expected = ['Zoo', 'a 10', 'a 9', 'b', 'É'].flatMap((zone) =>
    ['standard', 'temp', 'validator'].map((type) => ({
      type,
      zone,
      total: zone === 'Zoo' && type === 'temp' ? '2' : '1',
    })),
  );
  assert.deepEqual(data, expected);
});

test('an expired permit still counts, a deleted one no longer', async () => {
  await freshClient();
  const reference = await caller.pushed(permit('Lot 1'));
  await caller.pushed(permit('Lot 2'));
  assert.equal((await caller.counted()).data.length, 2);
  assertStored(await caller.delete({ reference_id: reference }));
  assert.deepEqual(await caller.counted(), { data: [{ type: 'temp', zone: 'Lot 2', total: '1' }] });
});

test('disconnected and zoneless permits are counted beside the rows, each left out when there are none', async () => {
  await freshClient();
  assert.deepEqual(await caller.counted(), { data: [] });

  const zoneless = await caller.pushed(permit(undefined));
  assert.deepEqual(await caller.counted(), { data: [], withoutZone: '1' });

  const names = ['b lot', 'B LOT', 'a lot', 'É lot', 'Z lot', 'Z lot'];
  const lost = [];
  for (const [index, name] of names.entries()) {
    const permitType = index % 2 ? 'standard' : 'temp';
    lost.push((await caller.push(permit(name, { permitType }))).json.reference_id);
  }
  assertStored(await caller.delete({ reference_id: zoneless }));
  const counted = await caller.counted();
  assert.deepEqual(counted, {
    data: [],
    disconnected: [
      { zone: 'Z lot', total: '2' },
      { zone: 'a lot', total: '1' },
      { zone: 'b lot', total: '2' },
      { zone: 'É lot', total: '1' },
    ],
  });
  for (const reference_id of lost) assertStored(await caller.delete({ reference_id }));
  assert.deepEqual(await caller.counted(), { data: [] });
});

test('a list of zones selects rows, however it is written', async () => {
  await freshClient(['Lot 1', 'Lot 2', 'Lot, with comma']);
  for (const zone of ['Lot 1', 'Lot 2', 'Lot, with comma', undefined])
    await caller.pushed(permit(zone));
  const one = { type: 'temp', zone: 'Lot 1', total: '1' };
  const two = { type: 'temp', zone: 'Lot 2', total: '1' };
  const comma = { type: 'temp', zone: 'Lot, with comma', total: '1' };
  for (const [zones, data] of [
    ['Lot 1', [one]],
    ['lot  1 ,LOT 2', [one, two]],
    ['Lot 2,Lot 1', [one, two]],
    [',Lot 2,, Lot 2,', [two]],
    [
      ['Lot 1', 'Lot 2'],
      [one, two],
    ],
    [
      ['Lot, with comma', 'lot 1', 'Lot 1', '', ' '],
      [one, comma],
    ],
    [',', []],
    [' , ,', []],
    [[], []],
    [['', ' '], []],
  ]) {
    assert.deepEqual(await caller.counted({ zones }), { data }, JSON.stringify(zones));
  }
  for (const zones of [undefined, null, '', '  ']) {
    const all = await caller.counted({ zones });
    assert.equal(all.data.length, 3, 'absent means all');
    assert.equal(all.withoutZone, '1');
  }
});

test('a listed zone that matches nothing is warned of, the others are answered', async () => {
  await freshClient();
  await caller.pushed(permit('Lot 1'));
  await caller.push(permit('Nowhere'));
  const reply = await caller.stats({ zones: 'Nowhere,Lot 1' });
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(Object.keys(reply.json), ['data', 'warnings'], reply.text);
  assert.deepEqual(reply.json.data, [{ type: 'temp', zone: 'Lot 1', total: '1' }]);
  assertWarnings(reply.json);
});

test('statistics at a moment count the permits valid then', async () => {
  await freshClient();
  const day = { startTime: '2024-06-01T09:00:00', endTime: '2024-06-01T17:00:00' };
  const night = { startTime: '2024-06-01T17:00:00', endTime: '2024-06-02T06:00:00' };
  for (const times of [day, night, night]) {
    for (const zone of ['Lot 1', 'Elsewhere', undefined]) await caller.push(permit(zone, times));
  }
  const at = async (activeAt) => {
    const { data, disconnected, withoutZone } = await caller.counted({ activeAt });
    return [data[0]?.total, disconnected?.[0]?.total, withoutZone];
  };
  assert.deepEqual(await at('2024-06-01T08:59:59'), [undefined, undefined, undefined]);
  assert.deepEqual(await at('2024-06-01T09:00:00'), ['1', '1', '1']);
  assert.deepEqual(await at('2024-06-01T16:59:59'), ['1', '1', '1']);
  assert.deepEqual(await at('2024-06-01T17:00:00Z'), ['2', '2', '2']);
  assert.deepEqual(await at('2024-06-02T06:00:00'), [undefined, undefined, undefined]);
  assert.deepEqual(await at('now'), [undefined, undefined, undefined]);
  assert.deepEqual(await at(undefined), ['3', '3', '3']);
  assert.deepEqual(await caller.counted({ activeAt: '2024-06-01T20:00:00', zones: 'Lot 1' }), {
    data: [{ type: 'temp', zone: 'Lot 1', total: '2' }],
  });
});

test('faults of zones and activeAt are reported together', async () => {
  await freshClient();
  const reply = await caller.stats({ zones: { a: 1 }, activeAt: 'soon' });
  const { Errors } = assertRefused(reply, 9033, { field: 'zones' });
  assert.deepEqual(
    Errors.map(({ Field }) => Field),
    ['zones', 'activeAt'],
  );
});
