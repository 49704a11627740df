// `lotkeeper list`: the short lists of a client, with a server on the database and without one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addClient, replyOf } from '../support/api.mjs';
import { assertRefused } from '../support/faults.mjs';
import { command, refusedCommand, run, scratch } from '../support/lotkeeper.mjs';
import { select } from '../support/rows.mjs';
import { databaseIn, startServer } from '../support/server.mjs';

const k_kinds = [
  'user-type',
  'locker-user-type',
  'login-source',
  'plate-type',
  'make',
  'type',
  'colour',
  'province',
  'location',
  'violation-type',
  'category',
];

const k_province = ['--code', 'ZZ', '--country', 'CA'];

// The cells of a shown list, heading first; two spaces or more are between them.
function cells(shown) {
  return shown
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().split(/ {2,}/));
}

describe('while a server runs on the database', () => {
  let server;
  let caller;
  let plates = 0;
  before(async () => {
    server = await startServer();
    caller = await addClient(server, 'LISTS');
  });
  after(() => server?.stop());

  async function pushVehicle(attributes) {
    plates += 1;
    const response = await fetch(`${server.url}/api/LISTS/v1/vehicles/push`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        apiToken: caller.token,
        plate: `LIST ${plates}`,
        plateType: 'Passenger',
        prov: 'ON',
        ...attributes,
      }),
    });
    return replyOf(response);
  }

  for (const kind of k_kinds) {
    test(`an entry of ${kind} is added, shown and renamed`, async () => {
      const options = kind === 'province' ? k_province : [];
      const added = await command(server, 'list', 'add', 'LISTS', kind, ' Novel  one ', ...options);
      const id = /^.*"Novel {2}one" added to LISTS, id (\d+)\n$/.exec(added)?.[1];
      assert.ok(id, added);
      const row = (shown) => cells(shown).find((line) => line[0] === id);
      assert.ok(row(await command(server, 'list', 'show', 'lists', kind)));

      await command(server, 'list', 'rename', 'LISTS', kind, id, 'Novel two');
      assert.equal(row(await command(server, 'list', 'show', 'LISTS', kind))[1], 'Novel two');
    });

    test(`a name that ${kind} has already is refused`, async () => {
      await command(
        server,
        ...['list', 'add', 'LISTS', kind, 'Straße 1'],
        ...(kind === 'province' ? ['--code', 'ZY', '--country', 'US'] : []),
      );
      const said = await refusedCommand(server, 'list', 'add', 'LISTS', kind, ' STRASSE   1');
      assert.match(said, /LISTS already has .* "Straße 1", id \d+/);
    });
  }

  test('a plate type that is added can be pushed at once, by name and by id', async () => {
    assertRefused(await pushVehicle({ plateType: 'Spaceship' }), 9033, { field: 'plateType' });
    const added = await command(server, 'list', 'add', 'LISTS', 'plate-type', 'Spaceship');
    const [, id] = /id (\d+)/.exec(added);
    assert.equal((await pushVehicle({ plateType: 'SPACESHIP' })).status, 200);
    assert.equal((await pushVehicle({ plateTypeID: id })).status, 200);
  });

  test('a new name counts at once, and shows on what points to it', async () => {
    const reply = await pushVehicle({ plate: 'RENAME', make: 'Mispelled' });
    assert.equal(reply.status, 200, reply.text);
    const shown = cells(await command(server, 'list', 'show', 'LISTS', 'make'));
    const [id] = shown.find(([, name]) => name === 'Mispelled');
    await command(server, 'list', 'rename', 'LISTS', 'make', id, 'Misspelled');
    assert.equal((await caller.checked({ plate: 'RENAME' })).vehicles[0].make, 'Misspelled');
  });

  test('a name may be renamed to another spelling of itself', async () => {
    await command(server, 'list', 'add', 'LISTS', 'colour', 'pearl');
    const shown = cells(await command(server, 'list', 'show', 'LISTS', 'colour'));
    const [id] = shown.find(([, name]) => name === 'pearl');
    await command(server, 'list', 'rename', 'LISTS', 'colour', id, 'Pearl');
  });

  test('a province that is added counts by its abbreviation, with its country', async () => {
    await command(
      server,
      ...['list', 'add', 'LISTS', 'province', 'Île Zéro', '--code', 'zx', '--country', 'us'],
    );
    const shown = cells(await command(server, 'list', 'show', 'LISTS', 'province'));
    assert.deepEqual(shown[0], ['ID', 'NAME', 'CODE', 'COUNTRY']);
    assert.deepEqual(
      shown.find(([, name]) => name === 'Île Zéro').slice(1),
      ['Île Zéro', 'ZX', 'US'],
    );
    assert.deepEqual(shown[9], ['9', 'Ontario', 'ON', 'CA']);
    assert.deepEqual(shown[14], ['14', 'Alaska', 'AK', 'US']);
    assert.equal((await pushVehicle({ prov: 'Zx' })).status, 200);
    assert.equal((await pushVehicle({ prov: 'ile zero' })).status, 200);
    const [{ other }] = await select(
      server.database,
      "SELECT other FROM list_item WHERE kind = 'province' AND code = 'ZX'",
    );
    assert.deepEqual(JSON.parse(other), { Country: 2, payments: 1 });
  });

  test('a user type has its info', async () => {
    const add = ['list', 'add', 'LISTS', 'user-type'];
    await command(server, ...add, 'Full Time Student', '--info', 'Student');
    const shown = cells(await command(server, 'list', 'show', 'LISTS', 'user-type'));
    assert.deepEqual(shown[0], ['ID', 'NAME', 'INFO']);
    assert.deepEqual(
      shown.find(([, name]) => name === 'Full Time Student').slice(1),
      ['Full Time Student', 'Student'],
    );
  });

  test('a violation type has its cost, discount and category', async () => {
    await command(server, 'list', 'add', 'LISTS', 'category', 'Municipal');
    await command(
      server,
      ...['list', 'add', 'LISTS', 'violation-type', 'Parked in Loading Zone'],
      ...['--cost', '50.00', '--discount', '10.00', '--discount-hours', '168'],
      ...['--category', 'municipal', '--code', 'BL-78'],
    );
    await command(server, 'list', 'add', 'LISTS', 'violation-type', 'Courtesy');
    const shown = cells(await command(server, 'list', 'show', 'LISTS', 'violation-type'));
    assert.deepEqual(shown[0], ['ID', 'NAME', 'CODE', 'COST', 'DISCOUNT', 'HOURS', 'CATEGORY']);
    const find = (wanted) => shown.find(([, name]) => name === wanted).slice(2);
    assert.deepEqual(find('Parked in Loading Zone'), ['BL-78', '50.00', '10.00', '168', 'Municipal']);
    assert.deepEqual(find('Courtesy'), ['-', '0.00', '-', '-', '-']);
    assert.deepEqual(
      await select(
        server.database,
        `SELECT cost_cents, discount, discount_cents, discount_hours, name AS category
         FROM violation_type t JOIN list_item i ON i.kind = 'category' AND item_id = category_id
         WHERE cost_cents > 0`,
      ),
      [
        {
          cost_cents: 5000,
          discount: 1,
          discount_cents: 1000,
          discount_hours: 168,
          category: 'Municipal',
        },
      ],
    );
  });

  const violationType = async (name) =>
    cells(await command(server, 'list', 'show', 'LISTS', 'violation-type')).find(
      ([, shown]) => shown === name,
    );

  test('a violation type takes another cost and loses its discount, and keeps the rest', async () => {
    const [id] = await violationType('Parked in Loading Zone');
    const type = async () => (await violationType('Parked in Loading Zone')).slice(2);
    const set = ['list', 'set', 'LISTS', 'violation-type', id];
    assert.match(
      await command(server, ...set, '--cost', '60.00'),
      /violation type "Parked in Loading Zone" of LISTS changed/,
    );
    assert.deepEqual(await type(), ['BL-78', '60.00', '10.00', '168', 'Municipal']);
    await command(server, ...set, '--discount', '0');
    assert.deepEqual(await type(), ['BL-78', '60.00', '-', '-', 'Municipal']);
    await command(server, ...set, '--discount', '10.00', '--discount-hours', '168', '--code', 'BL-79');
    assert.deepEqual(await type(), ['BL-79', '60.00', '10.00', '168', 'Municipal']);
  });

  test('an entry that nothing names is removed at once, and one in use stays', async () => {
    const id = async (kind, name) =>
      cells(await command(server, 'list', 'show', 'LISTS', kind)).find(([, shown]) => shown === name)?.[0];
    await command(server, 'list', 'add', 'LISTS', 'plate-type', 'Hovercraft');
    const unused = await id('plate-type', 'Hovercraft');
    assert.equal(
      await command(server, 'list', 'remove', 'LISTS', 'plate-type', unused),
      'plate type "Hovercraft" of LISTS removed\n',
    );
    assert.equal(await id('plate-type', 'Hovercraft'), undefined);
    assertRefused(await pushVehicle({ plateType: 'Hovercraft' }), 9033, { field: 'plateType' });

    assert.equal((await pushVehicle({ make: 'Oddity' })).status, 200);
    const used = await id('make', 'Oddity');
    const said = await refusedCommand(server, 'list', 'remove', 'LISTS', 'make', used);
    assert.match(said, /the make "Oddity" of LISTS is in use by 1 vehicle and was not removed; rename it/);
    assert.equal(await id('make', 'Oddity'), used);
  });

  test('names may be as long as the list allows', async () => {
    for (const [kind, limit] of [
      ['make', 50],
      ['type', 50],
      ['colour', 50],
      ['plate-type', 50],
      ['location', 200],
      ['user-type', 200],
    ]) {
      await command(server, 'list', 'add', 'LISTS', kind, 'ü'.repeat(limit));
      const said = await refusedCommand(server, 'list', 'add', 'LISTS', kind, 'ü'.repeat(limit + 1));
      assert.match(said, new RegExp(`1 to ${limit} characters`), kind);
    }
  });

  test('a refusal says what would be right and changes nothing', async () => {
    const state = () =>
      select(
        server.database,
        `SELECT (SELECT count(*) FROM list_item), (SELECT count(*) FROM violation_type),
                (SELECT sum(last_id) FROM id_counter WHERE kind <> 'request'), (SELECT max(modified_at) FROM list_item)`,
      );
    const before = await state();
    const [discounted] = await violationType('Parked in Loading Zone');
    const [free] = await violationType('Courtesy');
    const add = ['list', 'add', 'LISTS'];
    const unhelpful = [];
    for (const [args, advice] of [
      [['list', 'add', 'NOBODY', 'make', 'X'], /client (add|list)/],
      [['list', 'show', 'NOBODY', 'make'], /client (add|list)/],
      [['list', 'rename', 'NOBODY', 'make', '1', 'X'], /client (add|list)/],
      [['list', 'remove', 'NOBODY', 'make', '1'], /client (add|list)/],
      [['list', 'remove', 'LISTS', 'makes', '1'], /user-type.*plate-type.*make.*category/],
      [['list', 'remove', 'LISTS', 'make', '9999'], /lotkeeper list show LISTS make/],
      [['list', 'remove', 'LISTS', 'province', '9'], /in use by \d+ vehicles and was not removed; rename/],
      [[...add, 'makes', 'X'], /user-type.*plate-type.*make.*category/],
      [['list', 'show', 'LISTS', 'zones'], /user-type.*plate-type.*make.*category/],
      [[...add, 'make', ' '], /1 to 50 characters/],
      [[...add, 'make', 'a\tb'], /control character/],
      [[...add, 'make', 'kia'], /already has the make "Kia", id 35/],
      [[...add, 'province', 'quebec', ...k_province], /already has the province "Québec"/],
      [[...add, 'province', 'Zed'], /--code ON --country/],
      [[...add, 'province', 'Zed', '--code', 'ZW'], /--code ON --country/],
      [[...add, 'province', 'Zed', '--code', 'ZED', '--country', 'CA'], /two letters/],
      [[...add, 'province', 'Zed', '--code', 'on', '--country', 'CA'], /already the abbreviation .*"Ontario", id 9/],
      [[...add, 'province', 'Zed', '--code', 'ZW', '--country', 'MX'], /CA or US/],
      [[...add, 'make', 'X', '--code', 'x'], /no code/],
      [[...add, 'make', 'X', '--country', 'CA'], /no country/],
      [[...add, 'make', 'X', '--cost', '5.00'], /violation types/],
      [[...add, 'make', 'X', '--info', ' '], /info/],
      [[...add, 'violation-type', 'X', '--cost', 'much'], /such as 50\.00/],
      [[...add, 'violation-type', 'X', '--cost', '0,00'], /from 0\.01/],
      [[...add, 'violation-type', 'X', '--cost', '1,234'], /two ways/],
      [[...add, 'violation-type', 'X', '--cost', 'USD 5,00'], /client's currency is CAD/],
      [[...add, 'violation-type', 'X', '--cost', '5', '--discount', '1'], /--discount-hours/],
      [[...add, 'violation-type', 'X', '--cost', '5', '--discount-hours', '1'], /--discount /],
      [
        [...add, 'violation-type', 'X', '--cost', '5', '--discount', '6', '--discount-hours', '1'],
        /above the cost/,
      ],
      [[...add, 'violation-type', 'X', '--category', 'None'], /list add LISTS category "None"/],
      [['list', 'rename', 'LISTS', 'make', '9999', 'X'], /list show LISTS make/],
      [['list', 'rename', 'LISTS', 'make', '1', 'KIA'], /already has the make "Kia"/],
      [['list', 'rename', 'LISTS', 'make', '1', ''], /1 to 50 characters/],
      [['list', 'set', 'LISTS', 'make', '1'], /give at least one setting to change/],
      [['list', 'set', 'LISTS', 'make', '9999', '--info', 'x'], /list show LISTS make/],
      [['list', 'set', 'LISTS', 'make', '1', '--cost', '5.00'], /violation types/],
      [['list', 'set', 'LISTS', 'province', '9', '--code', 'OT'], /cannot be changed/],
      [['list', 'set', 'LISTS', 'violation-type', discounted, '--cost', '5.00'], /above the cost/],
      [['list', 'set', 'LISTS', 'violation-type', free, '--discount', '1'], /--discount-hours/],
    ]) {
      const said = await refusedCommand(server, ...args);
      if (!advice.test(said)) unhelpful.push({ command: args.join(' '), said, advice });
    }
    assert.deepEqual(unhelpful, []);
    assert.deepEqual(await state(), before);
  });
});

test('lists are kept without a server, and a server started later knows them', async () => {
  const dataDir = scratch();
  const offline = { database: databaseIn(dataDir) };
  const caller = await addClient(offline, 'OFFLINE');
  await command(offline, 'list', 'add', 'OFFLINE', 'plate-type', 'Spaceship');
  assert.match(await command(offline, 'list', 'show', 'OFFLINE', 'plate-type'), /Spaceship/);

  const server = await startServer({ dataDir });
  const response = await fetch(`${server.url}/api/OFFLINE/v1/vehicles/push`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      apiToken: caller.token,
      plate: 'UFO 1',
      plateType: 'spaceship',
      prov: 'ON',
    }),
  });
  assert.equal(response.status, 200, await response.text());
  await server.stop();
});

describe('help', () => {
  for (const [name, options] of Object.entries({
    'list add': [
      '--info',
      '--code',
      '--country',
      '--cost',
      '--discount',
      '--discount-hours',
      '--category',
      '--database',
    ],
    'list show': ['--database'],
    'list rename': ['--database'],
    'list remove': ['--database', 'not removed'],
    'list set': ['--info', '--code', '--cost', '--discount', '--discount-hours', '--category'],
  })) {
    test(`${name} --help names its options and every list`, async () => {
      const { code, stdout, stderr } = await run([...name.split(' '), '--help'], { cwd: '/' });
      assert.equal(code, 0, stderr);
      for (const word of [...options, ...k_kinds]) assert.ok(stdout.includes(word), stdout);
    });
  }

  test('list --help tells what each list is for', async () => {
    const { code, stdout } = await run(['list', '--help'], { cwd: '/' });
    assert.equal(code, 0);
    for (const kind of k_kinds) assert.ok(stdout.includes(kind), `${kind} in:\n${stdout}`);
  });
});
