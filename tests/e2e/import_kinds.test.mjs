// lotkeeper import of all but permits: vehicles and profiles from CSV, violations from JSON in the
// document's shape, payments of theirs.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { addClient } from '../support/api.mjs';
import { fileOf, imported, rejectedOf, table } from '../support/import.mjs';
import { command, run } from '../support/lotkeeper.mjs';
import { select } from '../support/rows.mjs';
import { startServer } from '../support/server.mjs';

const k_sample = JSON.parse(
  readFileSync(new URL('../../db/demo/overdue_violations.json', import.meta.url), 'utf8'),
);

// The document's reply with records made of its own by changes.
function reply(...changes) {
  return JSON.stringify({
    records: changes.map((change) => {
      const record = structuredClone(k_sample.records[0]);
      change(record);
      return record;
    }),
  });
}

// Gives a record ids and a ticket of its own.
const shifted = (n) => (record) => {
  record.ViolationID = 9 + n;
  record.Ticket = `1-${100013 + n}`;
  record.UUID = `d9a1c8bb-4ed1-411e-91b1-${String(n).padStart(12, '0')}`;
  for (const detail of record.details) {
    detail.ViolationsDetailID += n;
    detail.ViolationID = record.ViolationID;
    detail.Ticket = record.Ticket;
  }
  record.attachments = [];
};

async function ask(target, endpoint, attributes = {}) {
  const response = await fetch(`${target.server.url}/api/${target.client}/v1/${endpoint}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ apiToken: target.token, ...attributes }),
  });
  return { status: response.status, json: await response.json() };
}

describe('import', () => {
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());
  const client = (code) => addClient(server, code, { timeZone: 'America/Toronto' });

  test('vehicles: read as vehicles/push, existing ones count as present', async () => {
    const target = await client('VEHICLES');
    const file = fileOf(
      table(
        'plate;plateType;prov;make;colour;year',
        'AB 123;Passenger;ON;Zündapp;red;2011',
        'ab-123;Passenger;ontario;;;',
        ';Passenger;ON;;;',
        'XY 1;Hovercraft;ON;;;11',
      ),
    );
    await imported(target, file, [1, 1, 2], { kind: 'vehicles' });
    const rejected = rejectedOf(file).split('\n');
    assert.equal(rejected[0], 'plate;plateType;prov;make;colour;year;ErrorCode;Reason');
    assert.match(rejected[1], /^;Passenger;ON;;;;9006;/);
    assert.match(rejected[2], /^XY 1;Hovercraft;ON;;;11;9033;/);
    await imported(target, file, [0, 2, 2], { kind: 'vehicles' });
    const rows = await select(server.database, 'SELECT plate, year FROM vehicle');
    assert.deepEqual(rows, [{ plate: 'AB 123', year: 2011 }]);
  });

  test('vehicles: a table without plate type or province is refused at once', async () => {
    const target = await client('NO_TYPE');
    const file = fileOf(table('plate,prov', 'AB 123,ON'));
    const result = await run([
      ...['import', 'vehicles', file, '--client', target.client],
      ...['--database', server.database],
    ]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /no column "plateTypeID" or "plateType"/);
  });

  test('a table without several columns is refused once, for all of them', async () => {
    const target = await client('NO_COLUMNS');
    const file = fileOf(table('make,colour', 'Kia,Red'));
    const result = await run([
      ...['import', 'vehicles', file, '--client', target.client],
      ...['--database', server.database],
    ]);
    assert.equal(result.code, 1);
    for (const column of ['"plate', '"plateTypeID"', '"provID"']) {
      assert.ok(result.stderr.includes(`no column ${column}`), result.stderr);
    }
    assert.deepEqual(await select(server.database, "SELECT 1 FROM vehicle WHERE make_id IS NULL AND plate = ''"), []);
  });

  test('profiles: new ones, changed ones, and those that are as they were', async () => {
    const target = await client('PROFILES');
    const header = 'unique_id,login_source,first_name,last_name,email,state,city';
    const first = fileOf(
      table(header, 's1,OPSCOM,Ann,Bee,ann@example.org,on,Ottawa', 's2,OPSCOM,,Bee,,,'),
    );
    await imported(target, first, [1, 0, 1], { kind: 'profiles' });
    assert.match(rejectedOf(first), /^s2,OPSCOM,,Bee,,,,9017,/m);
    await imported(target, first, [0, 1, 1], { kind: 'profiles' });
    // An empty cell is no answer, so the city stays.
    const second = fileOf(table(header, 's1,opscom,Anna,,,,'));
    await imported(target, second, [1, 0, 0], { kind: 'profiles' });
    assert.deepEqual(
      await select(server.database, 'SELECT first_name, email, city, version FROM profile'),
      [{ first_name: 'Anna', email: 'ann@example.org', city: 'Ottawa', version: 2 }],
    );
  });

  test('profiles: all faults of a row are told at once, as the API tells them', async () => {
    const target = await client('FAULTS');
    const header = 'unique_id,login_source,first_name,last_name,email,state,user_type_id,date_of_birth';
    const file = fileOf(table(header, 's1,OPSCOM,Ann,Bee,ann@example.org,XX,77,2001-02-30'));
    await imported(target, file, [0, 0, 1], { kind: 'profiles' });
    for (const words of [/province/, /user type/, /YYYY-MM-DD/]) {
      assert.match(rejectedOf(file), words);
    }
    assert.equal(statSync(`${file}.rejected.csv`).mode & 0o777, 0o600);
    chmodSync(`${file}.rejected.csv`, 0o644);
    await imported(target, file, [0, 0, 1], { kind: 'profiles' });
    assert.equal(statSync(`${file}.rejected.csv`).mode & 0o777, 0o600);
  });

  test('vehicles and payments: faults that only the store finds are reported with the others', async () => {
    const target = await client('ROWS');
    const vehicles = fileOf(table('plate,plateType,prov,year', 'ABC 1,no such type,ZZ,11'));
    await imported(target, vehicles, [0, 0, 1], { kind: 'vehicles' });
    for (const words of [/plate type/, /province/, /4 digits/]) {
      assert.match(rejectedOf(vehicles), words);
    }
    const payments = fileOf(table('ticket,amount,time,method', 'T-1,-12,2024-06-01T09:00:00,cash'));
    await imported(target, payments, [0, 0, 1], { kind: 'payments' });
    for (const words of [/No violation of this client/, /amount/i]) {
      assert.match(rejectedOf(payments), words);
    }
  });

  test('violations: a NUL and other control characters are refused, whatever the engine', async () => {
    const target = await client('CONTROLS');
    const file = fileOf(
      reply(
        (record) => {
          shifted(900)(record);
          record.Comment = 'a\u0000b';
        },
        (record) => {
          shifted(901)(record);
          record.Comment = 'two\nlines';
        },
      ),
    );
    await imported(target, file, [1, 0, 1], { kind: 'violations' });
    assert.match(rejectedOf(file), /""Comment"" must be text without control characters/);
  });

  test("violations: the document's reply comes out again, and only once", async () => {
    const target = await client('VIOLATIONS');
    const file = fileOf(JSON.stringify(k_sample));
    await imported(target, file, [1, 0, 0], { kind: 'violations' });
    await imported(target, file, [0, 1, 0], { kind: 'violations' });
    const { json } = await ask(target, 'violations/send_overdue_to_collections');
    const expected = structuredClone(k_sample.records[0]);
    for (const secret of [
      'salt',
      'encid',
      'api_token',
      'register_token',
      'bambora_customer_code',
    ]) {
      expected.vehicle.drivers[0][secret] = null;
    }
    assert.equal(JSON.stringify(json.records), JSON.stringify([expected]));
    // What was handed out is not brought back by running the import again.
    await imported(target, file, [0, 1, 0], { kind: 'violations' });
    const again = await ask(target, 'violations/send_overdue_to_collections');
    assert.deepEqual(again.json.records, []);
  });

  test('violations: wrong records are rejected and kept, the others are imported', async () => {
    const target = await client('REJECTED');
    const file = fileOf(
      reply(
        shifted(0),
        (record) => {
          shifted(1)(record);
          record.Issued = 'yesterday';
        },
        (record) => {
          shifted(2)(record);
          record.Ticket = '1-100013';
          record.details[0].Ticket = '1-100013';
        },
        (record) => {
          shifted(3)(record);
          record.vehicle.Plate = 'OTHER 1';
        },
        (record) => {
          shifted(4)(record);
          record.vehicle.drivers[0].UserUUID = 'somebody-else';
        },
        shifted(5),
      ),
    );
    await imported(target, file, [2, 0, 4], { kind: 'violations' });
    const rejected = rejectedOf(file);
    assert.match(rejected, /^record,ErrorCode,Reason\n/);
    assert.match(rejected, /,9033,"""Issued"" must be a time/);
    assert.match(rejected, /,9022,Another violation has this Ticket\./);
    assert.match(rejected, /,9022,The VehicleID belongs to a vehicle with another plate\./);
    assert.match(rejected, /,9022,The UserID belongs to another person\./);
    // The rejected file can be imported as it is, once it is mended: here it is not.
    const rows = await select(server.database, "SELECT ticket FROM violation WHERE ticket LIKE '1-%'");
    assert.equal(rows.filter(({ ticket }) => ticket === '1-100018').length, 1);
  });

  test('violations: fixed records are imported from the rejected file', async () => {
    const target = await client('MENDED');
    const file = fileOf(
      reply((record) => {
        shifted(0)(record);
        record.Fine = 'fifty';
      }),
    );
    await imported(target, file, [0, 0, 1], { kind: 'violations' });
    const mended = fileOf(rejectedOf(file).replace('fifty', '50'));
    await imported(target, mended, [1, 0, 0], { kind: 'violations' });
  });

  test('a file in the other form is refused with the form that is wanted', async () => {
    const target = await client('FORMS');
    const stored = () =>
      select(
        server.database,
        `SELECT (SELECT count(*) FROM violation), (SELECT count(*) FROM permit),
                (SELECT count(*) FROM vehicle), (SELECT count(*) FROM audit)`,
      );
    const before = await stored();
    const csv = table('ticket,plate,fine', '1-7,PL8RDR,50.00');
    const json = JSON.stringify(k_sample);
    for (const [kind, content, advice] of [
      ['violations', csv, /is not JSON\. Import violations from JSON .*send_overdue_to_collections/],
      ['permits', json, /is JSON\. Import permits from a CSV table with a header row/],
      ['vehicles', json, /is JSON\. Import vehicles from a CSV table with a header row/],
      ['payments', json, /is JSON\. Import payments from a CSV table with a header row/],
    ]) {
      const file = fileOf(content);
      const result = await run([
        ...['import', kind, file, '--client', target.client],
        ...(kind === 'permits' ? ['--integration', target.integration] : []),
        ...['--database', server.database],
      ]);
      assert.deepEqual([result.code, result.stdout], [1, ''], kind);
      assert.match(result.stderr, advice);
      assert.equal(rejectedOf(file), null);
    }
    assert.deepEqual(await stored(), before);
  });
  test('violations: the complete records of a truncated file are imported', async () => {
    const target = await client('BROKEN');
    const file = fileOf(reply(shifted(0), shifted(1)).slice(0, -40));
    const result = await run([
      ...['import', 'violations', file, '--client', target.client],
      ...['--database', server.database],
    ]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /ends in the middle[\s\S]*was interrupted: imported 1/);
  });

  test('violations: a byte order mark before the JSON is overlooked', async () => {
    const target = await client('MARKED');
    const file = fileOf(`\uFEFF${JSON.stringify(k_sample)}`);
    await imported(target, file, [1, 0, 0], { kind: 'violations' });
  });

  test('a driver without unique_id is taken over by a push, and shows its changes', async () => {
    const target = await client('DRIVERS');
    await imported(target, fileOf(JSON.stringify(k_sample)), [1, 0, 0], { kind: 'violations' });
    const pushed = await ask(target, 'profiles/push', {
      unique_id: 'b-1',
      login_source: 'OPSCOM',
      email: 'STEPHEN_14Oct_1114@test',
      city: 'Gatineau',
    });
    assert.deepEqual(pushed.json, { status: 'success', reference_id: 73 });
    const { json } = await ask(target, 'violations/send_overdue_to_collections');
    assert.equal(json.records[0].vehicle.drivers[0].city, 'Gatineau');
  });

  test('payments: by ticket, once, and never more than is owed', async () => {
    const target = await client('PAYMENTS');
    await imported(target, fileOf(JSON.stringify(k_sample)), [1, 0, 0], { kind: 'violations' });
    const file = fileOf(
      table(
        'ticket,amount,time,method',
        '1-100013,20.00,2016-06-01T10:00:00,cash',
        '1-100013,31.00,2016-06-02T10:00:00,card',
        '1-999999,1.00,2016-06-02T10:00:00,card',
        '1-100013,,2016-06-02T10:00:00,card',
      ),
    );
    await imported(target, file, [1, 0, 3], { kind: 'payments' });
    const rejected = rejectedOf(file);
    assert.match(rejected, /31\.00,.*,9033,.*more than the 30\.00 owed/);
    assert.match(rejected, /1-999999,.*,9009,/);
    assert.match(rejected, /1-100013,,.*,9031,/);
    await imported(target, file, [0, 1, 3], { kind: 'payments' });
    // Amounts as a French spreadsheet has them; what can be read in two ways is not taken.
    const rest = fileOf(
      table(
        'ticket;amount;time;method',
        '1-100013;0,50;2016-06-03T10:00:00;cash',
        '1-100013;29,50 $;2016-06-03T10:00:00;cash',
        '1-100013;1,234;2016-06-03T10:00:00;cash',
        '1-100013;USD 1,00;2016-06-03T10:00:00;cash',
      ),
    );
    await imported(target, rest, [2, 0, 2], { kind: 'payments' });
    assert.match(rejectedOf(rest), /1,234;.*;9033;.*two ways/);
    assert.match(rejectedOf(rest), /USD 1,00;.*;9033;.*in USD/);
    const { json } = await ask(target, 'violations/send_overdue_to_collections');
    assert.deepEqual(json.records, [], 'paid in full');
  });

  test('later ids are higher than the imported ones', async () => {
    const target = await client('COUNTERS');
    await imported(target, fileOf(JSON.stringify(k_sample)), [1, 0, 0], { kind: 'violations' });
    const vehicle = await ask(target, 'vehicles/push', {
      plate: 'NEW 1',
      plateType: 'Passenger',
      prov: 'ON',
    });
    assert.equal(vehicle.json.vehicle_id_id, '9');
    assert.match(await command(server, 'list', 'show', 'COUNTERS', 'location'), /Downtown/);
  });
});
